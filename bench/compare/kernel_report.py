"""The table of kernel.py, for docs/performance.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

HEADING = "## Kernel\n"


def number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def ranged(key: str, digits: int):
    """Median, and the range of all repeats."""

    def cell(row: dict) -> str:
        found = row.get(key)
        if found is None:
            return "–"
        low, high = number(found["low"], digits), number(found["high"], digits)
        return f"{number(found['median'], digits)} ({low} to {high})"

    return cell


def tail(key: str, digits: int):
    """Median and 95th percentile of quick repeats."""

    def cell(row: dict) -> str:
        found = row.get(key)
        return "–" if found is None else f"{number(found['median'], digits)} / {number(found['p95'], digits)}"

    return cell


def printed(row: dict) -> str:
    found = row.get("lines")
    if found is None:
        return "–"
    if found["seconds"] is None:
        return f"{found['arrived']:,} arrive; never idle"
    lost = found["wanted"] - found["arrived"]
    return f"{found['seconds']:.2f}, {'none' if lost == 0 else format(lost, ',')} lost, {found['messages']} messages"


def interrupted(key: str):
    def cell(row: dict) -> str:
        found = row.get(key)
        if found is None:
            return "–"
        if found["ms"] is None:
            return "no reply in 15 s"
        return f"{found['ms']:.1f}, then {found['cores_after']:.2f} cores"

    return cell


ROWS = [
    ("`kernel_info` after spawn, s", ranged("kernel_info_s", 2)),
    ("first `1+1` after spawn, s", ranged("first_cell_s", 2)),
    ("CPU until then, s", ranged("first_cell_cpu_s", 2)),
    ("resident then, MB", ranged("rss_start_mb", 0)),
    ("`kernel_info` round trip, ms", tail("info_round_trip_ms", 2)),
    ("warm cell `1+1`, ms", tail("cell_ms", 1)),
    ("the same at cell 500, ms", tail("cell_500_ms", 1)),
    ("declaration, ms", tail("declaration_ms", 1)),
    ("completion, the first, ms", lambda row: number(row.get("completion_first_ms"), 0)),
    ("completion, warm, ms", tail("completion_ms", 1)),
    ("1 M printed lines, s", printed),
    ("interrupt of a sleep, ms", interrupted("interrupt_sleep")),
    ("interrupt of an endless loop, ms", interrupted("interrupt_loop")),
    ("resident at the end, MB", lambda row: number(row.get("rss_end_mb"), 0)),
]


def table(run: dict) -> str:
    results = run["results"]
    lines = ["| | " + " | ".join(results) + " |", "|---" * (len(results) + 1) + "|"]
    for label, cell in ROWS:
        lines.append(f"| {label} | " + " | ".join(cell(row) for row in results.values()) + " |")
    return "\n".join(lines)


def goals(results: dict) -> str:
    """Which of the goals for starts and warm cells are met; nothing where a kernel was left out."""
    if not {"ipykernel", "halfstep", "halfstep, vector-off"} <= results.keys():
        return ""
    first = {name: row["first_cell_s"]["median"] for name, row in results.items()}
    wanted = [
        ("a first cell within 0.5 s of ipykernel's", first["halfstep"] <= first["ipykernel"] + 0.5),
        ("within 0.1 s without vectors", first["halfstep, vector-off"] <= first["ipykernel"] + 0.1),
        ("a warm cell in 12 ms", results["halfstep"]["cell_ms"]["median"] <= 12),
    ]
    return "Goals: " + "; ".join(f"{goal}: {'met' if met else '**missed**'}" for goal, met in wanted) + ".\n"


def section(run: dict) -> str:
    here = run["machine"]
    return f"""{HEADING}
`bench/compare/kernel.py --write`, {run["date"]}: {here["cpu"]}, {here["cores"]} cores, {here["memory_gib"]} GiB, load average
{here["load"]:.1f} at the start and {here["load_end"]:.1f} at the end. Starts: median of {run["rounds"]} and their range, the kernels in turn. Quick
requests: median / 95th percentile. Interrupts: best of three, then processor use in the quietest of two seconds.
jjava is the kernel of the IJava lineage as `pip install jjava` brings it, on the same JDK; its two processes are summed.
{goals(run["results"])}
{table(run)}
"""


def write(run: dict, docs: Path) -> None:
    """Replaces the head of the section and adds a row to the history."""
    page = docs / "performance.md"
    text = page.read_text() if page.exists() else "# Performance\n\nEvery figure comes from a script in this repository.\n"
    if HEADING in text:
        before, rest = text.split(HEADING, 1)
        after = re.search(r"\n##+ ", rest)  # also a part below it, which is told by hand
        text = before + section(run) + (rest[after.start() :] if after else "")
    else:
        text = text.rstrip("\n") + "\n\n" + section(run)
    page.write_text(text)
    with (docs / "perf-history.jsonl").open("a") as history:
        history.write(json.dumps(run) + "\n")
