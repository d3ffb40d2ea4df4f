"""Checks the corpus, learns the tokenizer and turns the texts into token files.

    python prepare.py --corpus DIR [--tokenizer FILE]

DIR holds the texts named in sources.json, which also says where each came from. Nothing is
fetched. Beside the texts this writes tokenizer.json and one NAME.npy (uint16 token ids) per text.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from tokenizer import train_tokenizer

SOURCES = Path(__file__).with_name("sources.json")


def check_text(corpus: Path, entry: dict, missing_is_fine: bool) -> bool:
    """True if the text is there and is the one the models were trained on."""
    path = corpus / entry["file"]
    if not path.exists():
        if missing_is_fine:
            print(f"{entry['file']}: not there, so no validation on it")
            return False
        sys.exit(f"{path} is missing; sources.json says where it comes from and how it was cut.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != entry["sha256"]:
        sys.exit(
            f"{path} has sha256 {found[:16]}… ({path.stat().st_size:,} bytes), expected "
            f"{entry['sha256'][:16]}… ({entry['bytes']:,} bytes); the model would be another one. "
            "To train on texts of your own, put their sha256 into sources.json."
        )
    print(f"{entry['file']}: {entry['bytes']:,} bytes, sha256 as expected")
    return True


def write_tokens(tokenizer: Tokenizer, text: Path) -> None:
    """Writes text.npy beside text.txt."""
    ids = tokenizer.encode(text.read_text(encoding="utf-8")).ids
    np.save(text.with_suffix(".npy"), np.array(ids, dtype=np.uint16))
    print(f"{text.name}: {len(ids):,} tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--tokenizer",
        type=Path,
        metavar="FILE",
        help="use this tokenizer.json instead of learning one (about 30 seconds)",
    )
    args = parser.parse_args()
    if args.tokenizer and not args.tokenizer.is_file():
        sys.exit(f"--tokenizer {args.tokenizer}: no such file; leave the option out to learn one.")

    sources = json.loads(SOURCES.read_text(encoding="utf-8"))
    training = [e for e in sources["training"] if check_text(args.corpus, e, False)]
    validation = [e for e in sources["validation"] if check_text(args.corpus, e, True)]

    texts = [args.corpus / entry["file"] for entry in training]
    if args.tokenizer:
        tokenizer = Tokenizer.from_file(str(args.tokenizer))
    else:
        tokenizer = train_tokenizer(texts)
    tokenizer.save(str(args.corpus / "tokenizer.json"))
    for entry in training + validation:
        write_tokens(tokenizer, args.corpus / entry["file"])


if __name__ == "__main__":
    main()
