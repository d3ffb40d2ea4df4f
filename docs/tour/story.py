"""The steps of the tour as README.md beside this file tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STEP = re.compile(r"^## (.+)\n\n```(magic|terminal)(.*)\n(.+)\n```$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A line, what is said of it, and how it is shown."""

    caption: str
    where: str  # magic: in a cell; terminal
    line: str
    read: int  # seconds that its result stays
    plays: bool  # a player in the result is played
    tab: str  # after this much of a word Tab is pressed; never if empty


def steps(page: Path) -> list[Step]:
    """Every heading of a page with the one line of its block: ```magic|terminal [play] [tab=PART] read=SECONDS."""
    text = page.read_text(encoding="utf-8")
    found = []
    for caption, where, options, line in STEP.findall(text):
        words = dict(word.partition("=")[::2] for word in options.split())
        found.append(Step(caption, where, line, int(words["read"]), "play" in words, words.get("tab", "")))
    headings = len(re.findall(r"^## ", text, re.MULTILINE))
    assert len(found) == headings > 0, f"{page}: {headings} headings, but {len(found)} steps that can be read"
    return found
