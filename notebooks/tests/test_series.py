"""Every notebook of the series: it runs, within time and memory, says its key numbers, and says them again.

HALFSTEP_TWICE=1 runs each a second time, not only the quick ones. HALFSTEP_KEEP=1 keeps the answers of teaching/solutions.md in exercises.json instead of checking them.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from series import FOLDER, Reader, figures, printed, reading, shown, solutions

NOTEBOOKS = sorted(FOLDER.glob("[01]*.ipynb"))
TWICE = ("02", "04", "06", "10")  # whose second run is compared with the first; with HALFSTEP_TWICE=1 all are
CPU_SECONDS = 80  # 40 s on two cores; 120 s is what a reader on one core of Binder waits at most
MEGABYTES = 900
MOST_LINES = 8
KEEP = os.environ.get("HALFSTEP_KEEP") == "1"

# what a run says, as (pattern with one group, expected, tolerance); intervals are wide enough for another
# processor's order of summation, and too narrow for another result
NUMBERS: dict[str, list[tuple[str, float, float]]] = {
    "01": [(r"scale ([\d.]+), zero", 0.8, 1e-6), (r"groups of 384: .* error ([\d.]+)", 0.242, 0.002)],
    "02": [(r"3 bit: 3\.700  axis 0 ([\d.]+)", 4.0, 1e-9), (r"in the file ([\d.]+) bits", 3.7188, 1e-4)],
    "03": [(r"step  1  error ([\d.]+)", 0.014103, 2e-6), (r"= ([\d.]+) survive", 0.1701, 1e-4)],
    "04": [
        (r"3 bit: freeing the scale changes mean e² by ([-\d.]+)", -19.8, 1),
        (r"a prox that acts changes mean e² by ([-+\d.]+)", -2.34, 0.2),
        (r"beta 100 +mean e² +([-+\d.]+)", -0.64, 0.1),
    ],
    "05": [(r"nothing kept +([\d.]+)", 0.1669, 0.001), (r"the four loudest +([\d.]+)", 0.1386, 0.001)],
    "06": [(r"α 0\.5  ([\d.]+)", 0.798, 0.01), (r"v_proj +at ratio 0: x only 1\.000, duo ([\d.]+)", 0.778, 0.02)],
    "07": [
        (r"awq 2 bit g64 +0 % Java: ([-+\d.]+)", -0.411, 0.1),
        (r"gptq 2 bit g64 +0 % Java: ([-+\d.]+)", 1.435, 0.3),
    ],
    "08": [(r"(?m)^down_proj +([\d.]+)$", 0.0442, 0.002), (r"(?m)^o_proj +([\d.]+)$", 0.0096, 0.001)],
    "09": [
        (r"by hand +([\d.]+) bits", 3.458, 0.001),
        (r"3 bits for all .* KL ([\d.]+)", 0.1484, 0.005),
        (r"4 bits take ([\d.]+) GiB", 21.60, 0.005),
    ],
    "10": [(r"4 bit: ([\d.]+) bits per weight", 4.5, 1e-9), (r"128 rows: (\d+),720 bytes of codes", 30, 0)],
    "11": [
        (r"all experts: ([\d.]+) ", 0.95, 0.015),
        (r"([\d.]+) % of the draft's tokens", 60.4, 2),
        (r"hqq4 .* kept ([\d.]+) %", 90.4, 3),
    ],
    "12": [(r"(\d+) blocks, hidden 128", 5, 0)],
}


def identified(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=identified)
def test_a_notebook_runs_says_its_numbers_and_says_them_again(
    path: Path, record_property: Callable[[str, object], None]
) -> None:
    number = path.stem.split("-")[0]
    with reading(path) as reader:
        started = time.monotonic()
        first = reader.run_all()
        seconds, cpu, memory = time.monotonic() - started, reader.cpu_seconds(), reader.peak_megabytes()
        for name, value in (("wall s", seconds), ("cpu s", cpu), ("peak MB", memory)):
            record_property(name, f"{value:.1f}")
        print(f"{path.stem}: {seconds:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MB")
        if os.environ.get("HALFSTEP_SHOW") == "1":
            print(printed(first))

        said = printed(first)
        for pattern, expected, tolerance in NUMBERS.get(number, []):
            found = re.search(pattern, said)
            assert found, f"{pattern} is not in what {path.stem} says:\n{said}"
            assert float(found.group(1)) == pytest.approx(expected, abs=tolerance), pattern
        for data in figures(first):
            assert data["text/plain"].startswith("Chart: "), "a figure without words"
        assert figures(first)
        solve(reader, path.stem)
        if number in TWICE or os.environ.get("HALFSTEP_TWICE") == "1":
            assert shown(reader.run_all()) == shown(first)
        assert cpu < CPU_SECONDS
        assert memory < MEGABYTES


def solve(reader: Reader, stem: str) -> None:
    """The solutions, typed behind the notebook in its own kernel, are accepted."""
    for block in solutions(stem):
        *code, check = block.strip().splitlines()
        if code:
            reader.line("\n".join(code))
        answer, _, _ = check.partition(" --write")
        said = reader.line(check if KEEP else answer)
        assert ("is kept in" if KEEP else ": right.") in said, f"{check}\n{said}"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=identified)
def test_a_notebook_is_written_as_the_series_is(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for cell in code:
        assert cell.outputs == [] and cell.execution_count is None, "outputs are stripped in git"
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES or path.stem.startswith("12"), cell.source
    headings = [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:])), headings
    assert "efore you run" in cells[0].source or path.stem.startswith("12"), "a prediction before output"
    for word in ("## Try it", "**Sources.**"):
        assert word in text, f"{path.stem} lacks {word}"
    if path.stem != "verdicts":
        assert "hat the librar" in text
        assert any(cell.source.startswith("%check ") and cell.source.endswith(" …") for cell in code)
    for link in re.findall(r"`((?:docs|models|data|jshell|teaching)/[\w./-]+)`", text):
        assert (FOLDER / link).exists() or (FOLDER.parent / link).exists(), f"{link} does not exist"


def test_every_exercise_has_a_solution_and_every_solution_an_exercise() -> None:
    asked = set()
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        asked |= {cell.source.split()[1] for cell in cells if cell.source.startswith("%check ")}
    solved = {block.strip().splitlines()[-1].split()[1] for path in NOTEBOOKS for block in solutions(path.stem)}
    assert asked == solved
