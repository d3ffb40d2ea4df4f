"""Draws training windows from the token files of a corpus."""

import sys
from pathlib import Path

import numpy as np
import torch

# Share of the windows that come from each text; roughly the share of tokens, with less prose.
MIXTURE = {"books": 0.42, "tech": 0.12, "java": 0.29, "python": 0.17}

# Share of the windows whose first token becomes <|endoftext|>. Without it the models would meet
# id 0 only between books, and what they generate from an empty document would be noise.
DOCUMENT_STARTS = 0.25
END_OF_TEXT_ID = 0


class Batches:
    """An endless, seeded stream of batches."""

    def __init__(self, corpus: Path, windows: int, length: int, seed: int):
        self.windows = windows
        self.length = length
        self.random = np.random.RandomState(seed)
        self.tokens = {name: read_tokens(corpus, name) for name in MIXTURE}

    def next(self) -> torch.Tensor:
        """int64, windows x (length + 1): read are all but the last, predicted all but the first."""
        names = self.random.choice(list(MIXTURE), self.windows, p=list(MIXTURE.values()))
        return torch.from_numpy(np.stack([self.window(self.tokens[name]) for name in names]))

    def window(self, tokens: np.ndarray) -> np.ndarray:
        start = self.random.randint(len(tokens) - self.length - 1)
        window = tokens[start : start + self.length + 1].astype(np.int64)
        if self.random.rand() < DOCUMENT_STARTS:
            window[0] = END_OF_TEXT_ID
        return window


def read_tokens(corpus: Path, name: str) -> np.ndarray:
    """The token ids of one training text, as prepare.py wrote them."""
    path = corpus / f"train.{name}.npy"
    if not path.exists():
        sys.exit(f"{path} is missing; run prepare.py --corpus {corpus} first.")
    return np.load(path)
