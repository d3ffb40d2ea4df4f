"""Perplexity of a model on texts, by the protocol of the quantization papers.

    python perplexity.py MODEL TEXT [TEXT …] [--window 256] [--max-tokens N] [--digits N]

A text is encoded once, without a start token, and cut into windows that do not overlap; the tail is
dropped. Each window is read from an empty context and gives window - 1 predictions. Perplexity is
exp of the mean loss over all predictions; the error is its standard error, times the perplexity.
"""

import argparse
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from experts import load_any
from model import Llama

BATCH = 8


def read_ids(path: Path, tokenizer: Tokenizer) -> list[int]:
    """Token ids of a text, or of a .json file with {"stream": ids}."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(content)["stream"]
    return tokenizer.encode(content).ids


@torch.no_grad()
def losses(model: Llama, windows: torch.Tensor) -> torch.Tensor:
    """Loss of every prediction in nats; windows: N x window, result: N * (window - 1)."""
    parts = []
    for batch in windows.split(BATCH):
        logits = model(batch[:, :-1]).flatten(0, 1)
        parts.append(F.cross_entropy(logits, batch[:, 1:].flatten(), reduction="none"))
    return torch.cat(parts).double()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, metavar="MODEL")
    parser.add_argument("texts", type=Path, nargs="+", metavar="TEXT")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--max-tokens", type=int, help="read no more of a text than this")
    parser.add_argument("--digits", type=int, default=2, help="decimals of what is printed")
    args = parser.parse_args()

    torch.set_num_threads(1)
    model = load_any(args.model)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    for text in args.texts:
        ids = torch.tensor(read_ids(text, tokenizer))
        used = ids[: args.max_tokens]
        count = len(used) // args.window
        if count == 0:
            parser.error(f"{text}: {len(ids)} tokens do not fill one window of {args.window}.")
        each = losses(model, used[: count * args.window].view(count, args.window))
        perplexity = math.exp(each.mean())
        error = perplexity * each.std().item() / math.sqrt(len(each))
        print(
            f"{text.name}: {len(ids):,} tokens, {count} windows of {args.window}, "
            f"perplexity {perplexity:.{args.digits}f} ± {error:.{args.digits}f}"
        )


if __name__ == "__main__":
    main()
