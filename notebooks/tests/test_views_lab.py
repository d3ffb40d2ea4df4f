"""What a view shows where the notebook is trusted, where it is not, and in a static page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import MILLISECONDS, browser, lab, page
from launcher import ROOT
from playwright.sync_api import Locator, Page
from test_lab import CODE_CELLS, IDLE, RUN_ALL, open_notebook

WIDGET = "application/vnd.jupyter.widget-view+json"
LINES = [
    "%load natural --as model",
    "%awq salience 0.q_proj --tokens 256",
    'Matrix w = model.weight("model.layers.0.mlp.down_proj");\nMatrix big = w.combine(w, (a, b) -> 30 * a);',
    "%hqq start --weights big --bits 2",
    "%hqq run",
]
SIZES = """() => [...document.querySelectorAll('.jp-OutputArea-output img')]
  .map(image => [image.alt, image.getBoundingClientRect().width, image.naturalWidth])"""


def notebook(file: Path, cells: list[dict[str, object]]) -> Path:
    spec = {"kernelspec": {"name": "halfstep", "display_name": "Halfstep (Java)", "language": "java"}}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
    return file


def cell(number: int, source: str, outputs: list[object] | None = None) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"c{number}",
        "metadata": {},
        "execution_count": None,
        "source": source,
        "outputs": outputs or [],
    }


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    """A folder of notebooks beside the shipped models and texts."""
    if browser() is None:
        reason = "no Chromium or Chrome on PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("models", "data"):
        (folder / name).symlink_to(ROOT / "notebooks" / name)
    yield folder


def shown(view: Page, text: str) -> Locator:
    """The first element with a text that is seen; descriptions of figures are only read out."""
    return view.get_by_text(text).locator("visible=true").first


def test_views_live_untrusted_and_static(work: Path, tmp_path: Path) -> None:
    errors: list[str] = []
    live = notebook(work / "live.ipynb", [cell(i, line) for i, line in enumerate(LINES)])
    with lab(live, tmp_path / "jupyter") as address, page(errors) as view:
        assert open_notebook(view, address, live) == "halfstep"
        view.evaluate(RUN_ALL)
        view.wait_for_function(IDLE, timeout=3 * MILLISECONDS)
        outputs = [cell["outputs"] for cell in view.evaluate(CODE_CELLS)]
        player = outputs[4][0]["data"]
        assert {WIDGET, "text/html", "image/png", "text/plain"} <= player.keys()

        figure = view.locator(".jp-OutputArea-output svg[role=img]").first
        assert "Gini 0." in figure.text_content()
        assert figure.locator("title").first.text_content() == "Input of 0.q_proj"

        # the player's slider, and the one that has Java solve anew
        view.get_by_label("play").first.wait_for()
        place = view.locator(".halfstep-frames-bar")
        assert "21 / 21" in place.inner_text()
        view.get_by_label("frame").fill("0")
        shown(view, "iteration 0: objective").wait_for()
        assert "1 / 21" in place.inner_text()
        view.locator(".widget-dropdown select").select_option("4")
        shown(view, "4 bit g64 (4.50 bits/weight), group").wait_for()

    # the same outputs in a notebook that nobody signed
    for output in (outputs[1][0], outputs[4][0]):
        output["data"].pop(WIDGET, None)
    strange = notebook(work / "strange.ipynb", [cell(0, "1", [outputs[1][0]]), cell(1, "2", [outputs[4][0]])])
    with lab(strange, tmp_path / "elsewhere") as address, page(errors) as view:
        open_notebook(view, address, strange)
        view.wait_for_function(f"() => ({SIZES})().length === 2")
        view.wait_for_function(f"() => ({SIZES})().every(size => size[2] > 0)")
        images = view.evaluate(SIZES)
        assert [round(width) for _, width, _ in images] == [720, 720], images
        assert images[0][0].startswith("Input of 0.q_proj")
        assert view.locator(".jp-OutputArea-output svg").count() == 0
        view.get_by_text("the steps one by one").click()
        assert view.get_by_text("iteration 20: objective").last.is_visible()
        view.get_by_text("the steps one by one").click()
        tall = view.locator(".jp-OutputArea-output").first.bounding_box()["height"]
        assert tall < 480, "the labels of the dropped SVG take room"

    # a static page plays without a kernel
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(strange)]
    subprocess.run(convert, check=True, capture_output=True)
    with page(errors) as view:
        view.goto((tmp_path / "strange.html").as_uri())
        view.get_by_label("step").fill("0")
        assert view.locator("g.frame:visible").count() == 1
        assert "iteration 0: objective" in view.locator("g.frame:visible").text_content()
        view.get_by_label("play").click()
        view.get_by_text("2 / 21").wait_for()
    assert errors == []
