"""A reader opens notebook 03 in JupyterLab and runs all cells.

HALFSTEP_SCREENSHOTS names the folder that keeps what was seen, in the light and the dark theme.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import MILLISECONDS, browser, lab, page
from launcher import ROOT
from playwright.sync_api import Page

READY = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const deadline = Date.now() + 60000;
  while (!app.shell.currentWidget?.sessionContext && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const notebook = app.shell.currentWidget;
  await notebook.context.ready;
  await notebook.sessionContext.ready;
  window.opened = notebook;
  return notebook.sessionContext.session.kernel.name;
}"""
RUN_ALL = """() => {
  window.ran = false;
  window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.ran = true; });
}"""
IDLE = "() => window.ran && window.opened.sessionContext.session.kernel.status === 'idle'"
CODE_CELLS = """() => window.opened.content.widgets
  .filter(cell => cell.model.type === 'code')
  .map(cell => ({count: cell.model.executionCount, outputs: cell.model.outputs.toJSON()}))"""
IMAGES = ".jp-OutputArea-output :is(svg[role=img], img:not(svg img))"
DECODED = f"""async () => {{
  const images = [...document.querySelectorAll('{IMAGES}')];
  await Promise.all(images.filter(image => image.decode).map(image => image.decode()));
  return images.map(image => image.naturalWidth ?? image.getBoundingClientRect().width);
}}"""
THEME = """async theme => {
  await window.jupyterapp.commands.execute('apputils:change-theme', {theme});
}"""


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("HALFSTEP_SCREENSHOTS", tmp_path / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Path]:
    """Notebook 03 in a copy of its folder, so that a run leaves the repository as it was."""
    if browser() is None:
        reason = "no Chromium or Chrome on PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    copy = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", copy, ignore=shutil.ignore_patterns("tests", ".ipynb_checkpoints"))
    (found,) = copy.glob("03-*.ipynb")
    yield found


def open_notebook(view: Page, address: str, notebook: Path) -> str:
    """Opens a notebook alone in JupyterLab; the name of its kernel once that is ready."""
    view.goto(f"{address}/lab/tree/{notebook.name}?reset")
    view.wait_for_function("() => window.jupyterapp !== undefined")
    return view.evaluate(READY)


def photograph(view: Page, theme: str, file: Path) -> None:
    """The first figure with what is around it, in one of JupyterLab's own themes."""
    view.evaluate(THEME, theme)
    wanted = "true" if theme.endswith("Light") else "false"
    view.wait_for_function("wanted => document.body.dataset.jpThemeLight === wanted", arg=wanted)
    view.locator(IMAGES).first.scroll_into_view_if_needed()
    view.wait_for_timeout(1000)  # the style sheet of a theme arrives after its name
    view.screenshot(path=file)


def test_run_all_cells_in_jupyterlab(notebook: Path, screenshots: Path, tmp_path: Path) -> None:
    errors: list[str] = []
    with lab(notebook, tmp_path / "jupyter") as address, page(errors) as view:
        assert open_notebook(view, address, notebook) == "halfstep"
        view.evaluate(RUN_ALL)
        view.wait_for_function(IDLE, timeout=3 * MILLISECONDS)

        cells = view.evaluate(CODE_CELLS)
        outputs = [output for cell in cells for output in cell["outputs"]]
        failed = [output for output in outputs if output["output_type"] == "error"]
        assert failed == []
        assert [cell["count"] for cell in cells if cell["count"] is None] == []

        figures = [output for output in outputs if "image/png" in output.get("data", {})]
        widths = view.evaluate(DECODED)
        assert len(figures) > 0
        assert len(widths) >= len(figures)
        assert min(widths) > 100

        photograph(view, "JupyterLab Light", screenshots / "notebook-03-light.png")
        photograph(view, "JupyterLab Dark", screenshots / "notebook-03-dark.png")
        assert view.get_by_text("official Jupyter news").count() == 0
    assert errors == []
