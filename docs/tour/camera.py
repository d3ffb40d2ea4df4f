"""Photographs a page whenever something changed on it, and writes what it saw as one animated picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page


class Camera:
    """Frames of a page, each with the time for which it is shown."""

    def __init__(self, page: Page, keep: Path | None) -> None:
        self.page = page
        self.keep = keep
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []

    def shoot(self, milliseconds: int) -> None:
        """What is to be seen now; the frame before is held longer if nothing changed."""
        frame = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        if self.frames and frame == self.frames[-1]:
            self.milliseconds[-1] += milliseconds
        else:
            self.frames.append(frame)
            self.milliseconds.append(milliseconds)
            if self.keep:
                frame.save(self.keep / f"{len(self.frames):03d}.png", compress_level=1)

    def seconds(self) -> float:
        return sum(self.milliseconds) / 1000

    def write(self, file: Path) -> None:
        """All frames without loss: of each only the rectangle that changed is kept."""
        first, *rest = self.frames
        first.save(
            file,
            save_all=True,
            append_images=rest,
            duration=self.milliseconds,
            loop=0,
            lossless=True,
            quality=90,  # of a lossless picture: how hard to try
            method=6,
            minimize_size=True,
        )
