"""Widgets of the kernel under a reader's hands: JupyterLab in a headless browser."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import MILLISECONDS, browser, lab, page
from playwright.sync_api import Locator, Page
from test_lab import IDLE, RUN_ALL, THEME, open_notebook

SLIDER = """import halfstep.kernel.widget.*;
String chart(int bits) {
    var svg = new StringBuilder("<svg id='chart' viewBox='0 0 320 90' width='640' height='180' role='img'>");
    int levels = 1 << bits;
    for (int q = 0; q < levels; q++) {
        double width = 320.0 / levels;
        svg.append(String.format(Locale.ROOT,
            "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' fill='currentColor' opacity='%.2f'/>",
            q * width, 90 - 90.0 * (q + 1) / levels, width * 0.8, 90.0 * (q + 1) / levels, 0.4 + 0.6 * q / levels));
    }
    return svg + "</svg>";
}
var bits = new IntSlider("bits", 1, 6, 2);
var figure = new Html(chart(2));
bits.observe(b -> figure.value(chart(b)));
Box.column(bits, figure)"""
CONTROLS = """var method = new Dropdown<>("method", List.of("rtn", "hqq", "awq"));
var go = new Button("go");
var bar = new ProgressBar("layers");
var place = new Output();
go.onClick(() -> place.capture(() -> {
    bar.value(0.75);
    System.out.println("quantized by " + method.value() + " at " + bits.value() + " bits");
}));
var follower = new IntSlider("linked", 1, 6, 1);
Link.of(bits, follower);
Box.column(follower, method, go, bar, place)"""
PLAYER = """var frames = new ArrayList<FramePlayer.Frame>();
for (int i = 0; i < 5; i++) {
    frames.add(new FramePlayer.Frame("iteration " + i,
        "<svg viewBox='0 0 100 20' width='400' height='80'><rect class='step" + i + "' width='" + (20 * i + 10)
            + "' height='20' fill='currentColor'/></svg>"));
}
var player = new FramePlayer(frames);
player.onFrame(at -> bits.value(at + 1));
player"""


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Path]:
    if browser() is None:
        reason = "no Chromium or Chrome on PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
        for i, code in enumerate((SLIDER, CONTROLS, PLAYER))
    ]
    spec = {"kernelspec": {"name": "halfstep", "display_name": "Halfstep (Java)", "language": "java"}}
    file = tmp_path / "work" / "widgets.ipynb"
    file.parent.mkdir()
    file.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
    yield file


def drag(view: Page, slider: Locator, share: float) -> None:
    """Takes the handle of a slider to a share of its track."""
    handle = slider.locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    grip, track = handle.bounding_box(), slider.locator(".noUi-target").bounding_box()
    middle = grip["y"] + grip["height"] / 2
    view.mouse.move(grip["x"] + grip["width"] / 2, middle)
    view.mouse.down()
    view.mouse.move(track["x"] + track["width"] * share, middle, steps=8)
    view.mouse.up()


def eventually(view: Page, count: str, wanted: int) -> None:
    view.wait_for_function(f"wanted => document.querySelectorAll({count!r}).length === wanted", arg=wanted)


def test_a_reader_drags_clicks_and_plays(notebook: Path, tmp_path: Path) -> None:
    errors: list[str] = []
    with lab(notebook, tmp_path / "jupyter") as address, page(errors) as view:
        assert open_notebook(view, address, notebook) == "halfstep"
        view.evaluate(RUN_ALL)
        view.wait_for_function(IDLE, timeout=2 * MILLISECONDS)
        eventually(view, "#chart rect", 4)

        sliders = view.locator(".widget-slider")
        drag(view, sliders.nth(0), 1.0)
        eventually(view, "#chart rect", 64)  # the chart was drawn anew, in Java
        readouts = view.locator(".widget-readout")
        assert [readouts.nth(i).inner_text() for i in range(2)] == ["6", "6"]  # linked inside the browser

        view.locator(".widget-dropdown select").select_option("awq")
        view.locator(".widget-button", has_text="go").click()
        view.get_by_text("quantized by awq at 6 bits").wait_for()
        assert "75" in view.locator(".progress-bar").get_attribute("style")

        view.get_by_label("play").click()  # the module of our own view
        view.locator(".step4").wait_for()
        view.get_by_text("5 / 5").wait_for()
        eventually(view, "#chart rect", 32)  # the kernel followed the frames

        keep = Path(os.environ.get("HALFSTEP_SCREENSHOTS", tmp_path))
        keep.mkdir(parents=True, exist_ok=True)
        for theme in ("Light", "Dark"):
            view.evaluate(THEME, f"JupyterLab {theme}")
            view.wait_for_timeout(1000)
            view.screenshot(path=keep / f"widgets-{theme.lower()}.png")
    assert errors == []
