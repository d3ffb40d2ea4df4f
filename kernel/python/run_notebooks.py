"""Executes notebooks with the Halfstep kernel: what ``halfstep run`` starts.

Exit status: 0 every cell ran, 1 a cell or a file failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":  # Ctrl-C while the imports below take their second: end, no traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "halfstep"
CELL_SECONDS = 1800  # a cell that is silent and busy for longer is taken to hang
STARTUP_SECONDS = 120


class Failure(Exception):
    """One sentence about one notebook."""


class Stopped(BaseException):
    """Ctrl-C or a request to end, after the kernel was shut down."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number


class Client(NotebookClient):
    """Ends the kernel at once on Ctrl-C; nbclient's own handlers stumble over the kernel they end."""

    stopped_by: int | None = None

    async def async_start_new_kernel(self, **kwargs: object) -> None:
        """Called by nbclient right after it has set its signal handlers."""
        task = asyncio.current_task()

        def stop(number: int) -> None:
            self.stopped_by = number
            self.shutdown_kernel = "immediate"
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
        await super().async_start_new_kernel(**kwargs)


class Parser(argparse.ArgumentParser):
    """Refuses in one sentence, naming the nearest option."""

    def error(self, message: str) -> None:
        self.exit(2, f"halfstep: run: {message}\n")

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            names = ["--html", "--out", "--param"]
            near = difflib.get_close_matches(unknown[0], names, 1)
            way_out = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}."
            self.error(f"there is no option {unknown[0]}; {way_out}")
        return options


class Progress:
    """Counts code cells on stderr: one line that changes on a terminal, one line at the end elsewhere."""

    def __init__(self, path: Path, notebook: nbformat.NotebookNode) -> None:
        self.path = path
        self.cells = sum(cell.cell_type == "code" for cell in notebook.cells)
        self.done = 0
        self.start = time.monotonic()
        self.live = sys.stderr.isatty()

    def cell_starts(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        """Called by nbclient before each code cell."""
        self.done += 1
        if self.live:
            print(f"\r{self.path}: cell {self.done} of {self.cells} ", end="", file=sys.stderr, flush=True)

    def close(self, ok: bool) -> None:
        seconds = time.monotonic() - self.start
        cells = f"{self.done} cells" if ok else f"stopped at cell {self.done} of {self.cells}"
        before = "\r\x1b[K" if self.live else ""
        print(f"{before}{self.path}: {cells}, {seconds:.1f} s", file=sys.stderr, flush=True)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = Parser(allow_abbrev=False, add_help=False)  # the launcher answers --help
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--html", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, metavar="DIR")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse(arguments)
    for param in options.param:
        name, equals, _ = param.partition("=")
        if not equals or not name.isidentifier():
            parser.error(f"--param wants NAME=VALUE, for example MODEL=models/natural, not {param!r}")
    names = [path.name for path in options.notebooks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice and (options.html or options.out):
        parser.error(f"two notebooks are called {twice}, so one result would overwrite the other")
    for path in options.notebooks:
        if options.out and (options.out / path.name).resolve() == path.resolve():
            parser.error(f"--out {options.out} would overwrite {path} itself; name another folder")
    return options


def read(path: Path) -> nbformat.NotebookNode:
    try:
        content = path.read_text(encoding="utf-8")
        raw = json.loads(content)
        if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
            raise Failure(f"{path} is no notebook: its JSON names no nbformat")
        nbformat.validate(nbformat.from_dict(raw))  # reads() only logs, and stumbles, where it is not
        return nbformat.reads(content, as_version=4)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is no notebook: {error}") from error
    except nbformat.ValidationError as error:
        raise Failure(f"{path} is no notebook: {first_line(error.message)}") from error


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def execute(path: Path, notebook: nbformat.NotebookNode, kernel: str) -> None:
    """Runs the cells in order, in the notebook's own folder, and puts their outputs into it."""
    progress = Progress(path, notebook)
    client = Client(
        notebook,
        kernel_name=kernel,
        timeout=CELL_SECONDS,
        startup_timeout=STARTUP_SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_execute=progress.cell_starts,
    )
    ok = False
    try:
        client.execute()
        ok = True
    except CellExecutionError as error:
        sentence = first_line(error.evalue)
        raise Failure(f"{path}, cell {progress.done}: {error.ename}: {sentence}") from error
    except CellTimeoutError as error:
        raise Failure(f"{path}, cell {progress.done}: no answer for {CELL_SECONDS} s") from error
    except (DeadKernelError, asyncio.CancelledError) as error:
        if client.stopped_by is not None:
            raise Stopped(client.stopped_by) from error
        raise Failure(f"{path}, cell {progress.done}: the kernel died") from error
    except NoSuchKernel as error:
        raise Failure(f"there is no Jupyter kernel {kernel!r}; run: halfstep install") from error
    except RuntimeError as error:  # jupyter_client's word for a kernel that does not start
        raise Failure(f"{path}: {first_line(str(error))}") from error
    finally:
        progress.close(ok)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file beside {path} to write to; it takes its place when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write(path: Path, notebook: nbformat.NotebookNode, options: argparse.Namespace) -> None:
    if options.out:
        with replaced(options.out / path.name) as partial:
            nbformat.write(notebook, partial)
    if options.html:
        from nbconvert import HTMLExporter  # a second to load: only when asked for

        resources = {"metadata": {"name": path.stem}}
        html, _ = HTMLExporter().from_notebook_node(notebook, resources=resources)
        with replaced(options.html / f"{path.stem}.html") as partial:
            partial.write_text(html, encoding="utf-8")


def run(path: Path, options: argparse.Namespace, kernel: str) -> bool:
    """Executes one notebook; its results are written even when a cell failed, to look at."""
    try:
        notebook = read(path)
        try:
            execute(path, notebook, kernel)
        finally:
            write(path, notebook, options)
    except Failure as failure:
        print(f"halfstep: {failure}", file=sys.stderr)
        return False
    except OSError as error:
        print(f"halfstep: {error.filename or path}: {error.strerror or error}", file=sys.stderr)
        return False
    return True


def main(arguments: list[str], kernel: str = KERNEL) -> int:
    options = parse(arguments)
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    for param in options.param:
        name, _, value = param.partition("=")
        os.environ[f"HALFSTEP_PARAM_{name}"] = value
    missing = next((path for path in options.notebooks if not path.is_file()), None)
    if missing:
        print(f"halfstep: there is no notebook {missing}", file=sys.stderr)
        return 1
    results = [run(path, options, kernel) for path in options.notebooks]
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except Stopped as stopped:
        sys.exit(stopped.status)
