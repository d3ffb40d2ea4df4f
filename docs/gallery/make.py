"""Makes the gallery: runs each view in JupyterLab and photographs it in the light and the dark theme.

    ./halfstep lab --no-browser   # once, so that .venv and the kernel are there; end it with Ctrl-C
    .venv/bin/pip install -r kernel/python/requirements-test.txt
    .venv/bin/python docs/gallery/make.py [NAME…]

It needs Chromium (Debian: apt install chromium) and writes NAME-light.png, NAME-dark.png and README.md beside itself.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "notebooks" / "tests"))

from lab import FLAGS, MILLISECONDS, browser, lab  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from test_lab import CODE_CELLS, IDLE, RUN_ALL, THEME, open_notebook  # noqa: E402

LARGEST = 300_000  # bytes of one picture
WIDTH = 1300
FIGURE = 720  # pixels that a figure is wide
MARGIN = 12
NATURAL = "%load natural"
LOUD = "%load salient"


@dataclass(frozen=True)
class View:
    """One picture: what is typed before it, and the line whose first figure it is."""

    name: str
    caption: str
    line: str
    before: tuple[str, ...] = ()


VIEWS = [
    View(
        "player",
        "**HQQ, one half-step at a time.** One group's weights on its grid, the codes that flipped ringed; play, drag, or "
        "move bits and β and the layer is solved anew. Without a kernel the page has a slider of its own.",
        "%hqq run",
        (
            "%load natural --as model",
            'Matrix w = model.weight("model.layers.0.mlp.down_proj");\nMatrix big = w.combine(w, (a, b) -> 30 * a);',
            "%hqq start --weights big --bits 2 --group 64",
        ),
    ),
    View(
        "salience",
        "**Who is loud.** Lorenz curve and Gini coefficient of a layer's input, and its strongest channels.",
        "%awq salience 0.q_proj",
        (LOUD,),
    ),
    View("inputs", "**All inputs of a block**, by their Lorenz curves.", "%awq salience 0", (LOUD,)),
    View(
        "protect",
        "**The question AWQ starts from:** keep a few channels in full precision. Who should choose them?",
        "%awq protect 0.gate_proj --bits 3 --keep 0.03",
        (LOUD,),
    ),
    View(
        "overlap",
        "**Do two calibrations single out the same channels?** Jaccard of the strongest, Spearman of all.",
        "%awq compare 2.down_proj --with java.txt --top 0.03",
        (NATURAL,),
    ),
    View(
        "alpha",
        "**α-curves.** Loss relative to plain rounding, a panel per scale group; the chosen α with its bootstrap interval.",
        "%awq search 0 --bits 3",
        (NATURAL,),
    ),
    View(
        "layers",
        "**Which layer hurts?** Errors of weights beside errors of outputs, method by method, a box per role.",
        "%bench down_proj,o_proj --methods rtn,hqq,awq,ls --bits 3",
        (NATURAL,),
    ),
    View(
        "model",
        "**The whole model.** The same for every layer.",
        "%bench all --methods rtn,hqq,awq --bits 3",
        (NATURAL,),
    ),
    View(
        "pareto",
        "**What bits buy.** Mean KL from full precision against effective bits, with 95 % intervals.",
        "%bench model --methods rtn,hqq,awq,awq+hqq --bits 2,3,4 --tokens 2048",
        (NATURAL,),
    ),
    View(
        "roofline",
        "**Does reading fewer bits pay?** Products with float32 and with packed weights, below what memory and arithmetic "
        "allow.",
        "%bench matvec --bits 2,3,4",
    ),
    View(
        "sensitivity",
        "**Which layers hurt, by role and depth.** One layer, one role, one block quantized at a time.",
        "%lab sensitivity --bits 3 --tokens 1024",
        (NATURAL,),
    ),
    View(
        "allocation",
        "**How to spend bytes.** Exact allocations beside uniform ones and a rule of thumb.",
        "%lab allocate --tokens 1024",
        (NATURAL,),
    ),
    View(
        "plan",
        "**What fits on a card.** Weights, cache, activations and a dequantized layer in every width.",
        "%lab plan llama-30b --vram 24GiB --ctx 2048",
    ),
    View(
        "shift",
        "**Calibrated on one text, evaluated on another.** Mixtures of two domains, beside rounding and HQQ.",
        "%lab shift --bits 2",
        (LOUD,),
    ),
    View(
        "ladder",
        "**The ladder.** Every method at every width, by effective bits.",
        "%lab baseline",
        (NATURAL,),
    ),
    View(
        "experts",
        "**Whom does a text reach?** Share of prose and of Java that a mixture's router sends to each expert.",
        "%lab experts --bits 3 --sizes 64,1024",
        ("%load experts",),
    ),
    View(
        "drafts",
        "**Would the model have written that?** How often it keeps the tokens of its own quantized drafts.",
        "%lab draft --seconds 0.02",
        (NATURAL,),
    ),
    View(
        "lora",
        "**Does a quantized base learn?** Loss and gradient norm of the same fine-tuning on five bases.",
        "%lab lora --bits 3",
        (NATURAL,),
    ),
    View(
        "staircase",
        "**What a code is.** A group's weights on the staircase of its levels.",
        "%show weights 0.down_proj --bits 3",
        (NATURAL,),
    ),
    View(
        "ribbon",
        "**Which bit is whose.** AutoAWQ's order of eight codes in a word.",
        "%show packing awq",
    ),
]


def notebook(views: list[View], folder: Path) -> tuple[Path, list[int]]:
    """A notebook of all lines beside the models and texts; the cells that are photographed."""
    work = folder / "notebooks"
    shutil.copytree(ROOT / "notebooks", work, ignore=shutil.ignore_patterns("tests", "*.ipynb", ".ipynb_checkpoints"))
    sources: list[str] = []
    shown = []
    for view in views:
        sources += view.before
        shown.append(len(sources))
        sources.append(view.line)
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for i, source in enumerate(sources)
    ]
    spec = {"kernelspec": {"name": "halfstep", "display_name": "Halfstep (Java)", "language": "java"}}
    file = work / "gallery.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
    return file, shown


def photograph(view: Page, theme: str, names: list[str], cells: list[int]) -> None:
    """The first figure of each cell, in one of JupyterLab's own themes."""
    view.evaluate(THEME, f"JupyterLab {theme}")
    view.wait_for_function(
        "wanted => document.body.dataset.jpThemeLight === wanted", arg="true" if theme == "Light" else "false"
    )
    view.wait_for_timeout(2000)  # the style sheet of a theme arrives after its name
    for name, cell in zip(names, cells, strict=True):
        child = view.locator(".jp-Notebook-cell").nth(cell).locator(".jp-OutputArea-child:has(svg)").first
        figure = child.locator(".jp-OutputArea-output")
        figure.scroll_into_view_if_needed()
        box = figure.bounding_box()
        view.set_viewport_size({"width": WIDTH, "height": int(box["height"]) + 260})  # whole on one screen
        figure.scroll_into_view_if_needed()
        box = figure.bounding_box()
        file = HERE / f"{name}-{theme.lower()}.png"
        around = {
            "x": box["x"] - MARGIN,
            "y": box["y"] - 2,
            "width": FIGURE + 2 * MARGIN,
            "height": box["height"] + 4,
        }
        view.screenshot(path=file, clip=around)
        size = file.stat().st_size
        assert size <= LARGEST, f"{file.name} has {size} bytes"
        print(f"{file.name}: {size} bytes")


def page_of_views() -> str:
    """The gallery's page."""
    parts = [
        "# Gallery",
        "",
        "Every view is one line in a cell. The pictures are JupyterLab's own, made by `make.py` beside this page; in a",
        "notebook the figures are SVG with real text, hover titles and the page's colours.",
        "",
    ]
    for view in VIEWS:
        picture = (
            f'<picture><source media="(prefers-color-scheme: dark)" srcset="{view.name}-dark.png">'
            f'<img alt="{view.name}" src="{view.name}-light.png"></picture>'
        )
        parts += [view.caption, "", "```", *view.before, view.line, "```", "", picture, ""]
    return "\n".join(parts)


def main(names: list[str]) -> None:
    """Makes the named pictures, or all."""
    views = [view for view in VIEWS if not names or view.name in names]
    if browser() is None:
        sys.exit("no Chromium or Chrome on PATH; Debian: apt install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file, cells = notebook(views, Path(folder))
        with lab(file, Path(folder) / "jupyter") as address:
            chromium = playwright.chromium.launch(
                executable_path=browser(), headless=True, args=[*FLAGS, "--no-sandbox"]
            )
            view = chromium.new_page(viewport={"width": WIDTH, "height": 1600}, device_scale_factor=1.5)
            view.set_default_timeout(MILLISECONDS)
            open_notebook(view, address, file)
            view.evaluate(RUN_ALL)
            view.wait_for_function(IDLE, timeout=5 * MILLISECONDS)
            failed = [
                output
                for cell in view.evaluate(CODE_CELLS)
                for output in cell["outputs"]
                if output["output_type"] == "error"
            ]
            assert failed == [], failed
            for theme in ("Light", "Dark"):
                photograph(view, theme, [one.name for one in views], cells)
            chromium.close()
    (HERE / "README.md").write_text(page_of_views())


if __name__ == "__main__":
    main(sys.argv[1:])
