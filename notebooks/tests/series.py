"""A notebook of the series in a kernel of its own, as a reader runs it: all cells, and all again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import nbformat
from launcher import ROOT
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = ROOT / "notebooks"
SOLUTIONS = FOLDER / "teaching" / "solutions.md"
SECONDS = 300  # for one cell, on a small and busy machine
WIDGET = "application/vnd.jupyter.widget-view+json"
TIMING = "timing"  # cells with this tag show times, which differ from run to run

DEFINITION = re.compile(
    r"(?:record|enum|interface|class) (\w+)"
    r"|(?!(?:return|new|else|for|if|while|try|switch)\b)[\w.<>\[\], ?]+ (\w+)\([^()]*\)(?: throws \w+)? \{"
)


class Reader:
    """Runs cells in one kernel and keeps what they show."""

    def __init__(self, notebook: NotebookNode, client: NotebookClient) -> None:
        self.notebook = notebook
        self._client = client
        self._process = client.km.provisioner.pid

    def run_all(self, without: tuple[str, ...] = ()) -> list[NotebookNode]:
        """Every cell in order, but those under some headings; copies of the code cells with their outputs."""
        heading = ""
        for index, cell in enumerate(self.notebook.cells):
            found = re.findall(r"^#+ (.*)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
            heading = found[-1] if found else heading
            if heading not in without:
                self._client.execute_cell(cell, index)
        return deepcopy([cell for cell in self.notebook.cells if cell.cell_type == "code"])

    def line(self, source: str) -> str:
        """One more cell behind the others; what it prints."""
        cells = self.notebook.cells
        cells.append(nbformat.v4.new_code_cell(source))
        try:
            return printed([self._client.execute_cell(cells[-1], len(cells) - 1)])
        finally:
            cells.pop()

    def cpu_seconds(self) -> float:
        """Of the kernel since its start, all threads."""
        fields = Path(f"/proc/{self._process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_megabytes(self) -> float:
        """The most memory that the kernel ever held."""
        status = Path(f"/proc/{self._process}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1)) / 1000


@contextmanager
def reading(path: Path, **parameters: str) -> Iterator[Reader]:
    """Opens a notebook in a kernel that has the memory it has on Binder."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="halfstep",
        timeout=SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    limits = {"JDK_JAVA_OPTIONS": "-Xmx768m", "HF_HUB_OFFLINE": "1"}  # as binder/start has it
    given = {f"HALFSTEP_PARAM_{name}": value for name, value in parameters.items()}
    with client.setup_kernel(env={**os.environ, **limits, **given}):
        yield Reader(notebook, client)


def definitions(path: Path) -> dict[str, str]:
    """What a notebook's Java cells define, by name: methods, records and enums, each as it is written there."""
    found: dict[str, str] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        lines = cell.source.splitlines() if cell.cell_type == "code" and not cell.source.startswith("%") else []
        depth = start = 0
        name = None
        for at, line in enumerate(lines):
            begun = DEFINITION.match(line) if depth == 0 else None
            if begun:
                name, start = begun[1] or begun[2], at
            bare = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'])\'', "", line)
            depth += bare.count("{") - bare.count("}")
            if name and depth == 0:
                found[name] = "\n".join(lines[start : at + 1])
                name = None
    return found


def printed(cells: list[NotebookNode]) -> str:
    """Everything that cells say in words."""
    return "\n".join("".join(map(words, cell.outputs)) for cell in cells)


def words(output: NotebookNode) -> str:
    """Of a piece of printed text as it is, of a bundle its plain form on lines of its own."""
    return output.get("text") or output.get("data", {}).get("text/plain", "") + "\n"


def shown(cells: list[NotebookNode]) -> list[tuple[str, str, list[object]]]:
    """Source, words and bundles of the cells that show no times, without what a front end adds."""
    return [
        (
            cell.source,
            "".join(output.text for output in cell.outputs if output.output_type == "stream"),
            [bundle for output in cell.outputs if (bundle := told(output))],
        )
        for cell in cells
        if TIMING not in cell.metadata.get("tags", [])
    ]


def told(output: NotebookNode) -> dict[str, object]:
    """A bundle without widgets' names; nothing of a bar of progress, which tells seconds."""
    data = {mime: value for mime, value in output.get("data", {}).items() if mime != WIDGET}
    return {} if re.match(r"\[[#.]+\] ", data.get("text/plain", "")) else data


def figures(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The data of every picture."""
    bundles = [output.get("data", {}) for cell in cells for output in cell.outputs]
    return [data for data in bundles if "image/png" in data or "image/svg+xml" in data]


def solutions(stem: str) -> list[str]:
    """The lines that solve a notebook's exercises: code blocks of its section of the solutions."""
    sections = re.split(r"^## ", SOLUTIONS.read_text(), flags=re.MULTILINE)[1:]
    section = next((s for s in sections if s.split(maxsplit=1)[0] == stem.split("-")[0]), "")
    return re.findall(r"^```java\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
