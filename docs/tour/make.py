"""Makes the animated tour: types the steps of README.md beside this file into JupyterLab, in the light and the dark theme.

    ./halfstep lab --no-browser   # once, so that .venv and the kernel are there; end it with Ctrl-C
    .venv/bin/pip install -r kernel/python/requirements-test.txt -r docs/tour/requirements.txt
    .venv/bin/python docs/tour/make.py [--frames DIR]

It needs Chromium (Debian: apt install chromium), takes about seven minutes, and writes tour-light.webp and tour-dark.webp beside itself.
It stops at the first cell that shows an error and the first command that does not end with 0. --frames keeps every frame as a PNG.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "notebooks" / "tests"))

from camera import Camera  # noqa: E402
from lab import FLAGS, MILLISECONDS, browser, lab  # noqa: E402
from player import Player  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from story import steps  # noqa: E402
from test_lab import THEME, open_notebook  # noqa: E402

LARGEST = 3_000_000  # bytes of a picture
LONGEST = 92  # seconds
VIEW = {"width": 960, "height": 720}
SHELL = """#!/bin/sh
cd '{clone}'
exec bash --noprofile --norc
"""

# The terminal asks its canvas for its size in the screen's pixels, which does not know of the page's scale.
UNSCALED = """const observe = ResizeObserver.prototype.observe;
ResizeObserver.prototype.observe = function (node, options) {
  if (String(options?.box).startsWith('device-pixel')) throw new TypeError('not with an emulated scale');
  return observe.call(this, node, options);
};"""


def clone(folder: Path) -> Path:
    """A folder that looks like a clone of this repository, with an empty notebook; gives the notebook."""
    folder.mkdir()
    for name in ("halfstep", "notebooks"):
        (folder / name).symlink_to(ROOT / name)
    spec = {"kernelspec": {"name": "halfstep", "display_name": "Halfstep (Java)", "language": "java"}}
    cell = {"cell_type": "code", "id": "c0", "metadata": {}, "execution_count": None, "outputs": [], "source": ""}
    file = folder / "tour.ipynb"
    file.write_text(json.dumps({"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
    return file


def shell(folder: Path) -> Path:
    """A plain bash for JupyterLab's terminal that writes how each command ended; gives that file."""
    script, ended = folder / "shell", folder / "ended"
    script.write_text(SHELL.format(clone=folder / "halfstep"))
    script.chmod(0o755)
    os.environ |= {"SHELL": str(script), "PS1": "$ ", "PROMPT_COMMAND": f"echo $? >>'{ended}'"}
    return ended


def film(theme: str, keep: Path | None) -> None:
    """The tour in one of JupyterLab's own themes."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        notebook, ended = clone(folder / "halfstep"), shell(folder)
        with lab(notebook, folder / "jupyter") as address:
            # a terminal drawn by WebGL stays empty on photographs
            flags = [*FLAGS, "--no-sandbox", "--hide-scrollbars", "--disable-3d-apis"]
            chromium = playwright.chromium.launch(executable_path=browser(), headless=True, args=flags)
            page = chromium.new_page(viewport=VIEW, device_scale_factor=1.25)
            page.set_default_timeout(MILLISECONDS)
            page.add_init_script(UNSCALED)
            open_notebook(page, address, notebook)
            page.evaluate(THEME, f"JupyterLab {theme}")
            page.wait_for_timeout(3000)  # the style sheet of a theme arrives after its name
            camera = Camera(page, keep)
            player = Player(page, camera, ended)
            story = steps(HERE / "README.md")
            for number, step in enumerate(story, 1):
                player.play(step, f"{number}/{len(story)}")
            chromium.close()
    write(camera, HERE / f"tour-{theme.lower()}.webp")


def write(camera: Camera, file: Path) -> None:
    camera.write(file)
    size = file.stat().st_size
    print(f"{file.name}: {size} bytes, {len(camera.frames)} frames, {camera.seconds():.1f} s")
    assert size <= LARGEST and camera.seconds() <= LONGEST, f"more than {LARGEST} bytes or {LONGEST} s"


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the animated tour.")
    parser.add_argument("--frames", type=Path, help="keep every frame there as a PNG")
    parser.add_argument("--theme", choices=["Light", "Dark"], help="only this one")
    arguments = parser.parse_args()
    if browser() is None:
        sys.exit("no Chromium or Chrome on PATH; Debian: apt install chromium")
    for theme in [arguments.theme] if arguments.theme else ["Light", "Dark"]:
        keep = arguments.frames and arguments.frames / theme.lower()
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        film(theme, keep)


if __name__ == "__main__":
    main()
