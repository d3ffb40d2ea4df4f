"""Writes text that a trained model makes up.

    python sample.py MODEL --seed 1 --documents 64 --text sampled.txt --tokens sampled.json

Each document starts from <|endoftext|> and takes one token after the other from the model's own
distribution at temperature 1, so that the text is a true sample: the model's mean loss on the
tokens and the mean entropy of its predictions must agree.
"""

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from batches import END_OF_TEXT_ID
from experts import load_any
from model import Llama


@torch.no_grad()
def sample(model: Llama, documents: int, length: int, seed: int) -> tuple[torch.Tensor, float]:
    """Returns ids, int64, documents x length, and the mean entropy of the predictions in nats."""
    generator = torch.Generator().manual_seed(seed)
    past = [None] * model.shape.num_hidden_layers
    token = torch.full((documents, 1), END_OF_TEXT_ID)
    ids, entropies = [token], []
    for _ in range(length - 1):
        p = model(token, past)[:, -1].softmax(-1)
        entropies.append(torch.special.entr(p).sum(-1).mean().item())
        token = torch.multinomial(p, 1, generator=generator)
        ids.append(token)
    return torch.cat(ids, 1), sum(entropies) / len(entropies)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, metavar="MODEL", help="folder of a trained model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=64)
    parser.add_argument("--length", type=int, default=256, help="tokens of a document")
    parser.add_argument("--text", type=Path, required=True, metavar="FILE")
    parser.add_argument("--tokens", type=Path, metavar="FILE", help='also the ids: {"stream": []}')
    args = parser.parse_args()

    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    ids, entropy = sample(load_any(args.model), args.documents, args.length, args.seed)
    stream = ids.flatten().tolist()
    text = tokenizer.decode(stream, skip_special_tokens=False)
    args.text.write_text(text, encoding="utf-8", newline="\n")
    if args.tokens:
        args.tokens.write_text(json.dumps({"stream": stream}) + "\n")
    again = len(tokenizer.encode(text).ids)
    print(f"{len(stream):,} tokens, mean entropy {entropy:.4f} nats; {again:,} when read again")


if __name__ == "__main__":
    main()
