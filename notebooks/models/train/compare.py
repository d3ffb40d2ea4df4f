"""Compares model.py and experts.py with Hugging Face's models on the weights of a trained model.

    python compare.py MODEL [MODEL …]

Nothing else here needs transformers.
"""

import argparse
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from experts import load_any

TOLERANCE = 1e-4
LENGTH = 256


@torch.no_grad()
def greatest_difference(folder: Path, ids: torch.Tensor) -> tuple[float, float]:
    """Greatest difference of the logits, reading at once and token by token."""
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    expected = reference(ids).logits
    model = load_any(folder)
    at_once = (model(ids) - expected).abs().max().item()
    past = [None] * model.shape.num_hidden_layers
    singly = torch.cat([model(token, past) for token in ids.split(1, dim=1)], 1)
    return at_once, (singly - expected).abs().max().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL")
    args = parser.parse_args()
    torch.manual_seed(0)
    ids = torch.randint(2, 2048, (4, LENGTH))
    failed = False
    for folder in args.models:
        at_once, singly = greatest_difference(folder, ids)
        failed |= max(at_once, singly) > TOLERANCE
        print(f"{folder.name}: greatest difference {at_once:.1e} at once, {singly:.1e} singly")
    sys.exit(f"more than {TOLERANCE}" if failed else 0)


if __name__ == "__main__":
    main()
