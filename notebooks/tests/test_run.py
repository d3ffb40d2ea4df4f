"""``halfstep run`` with the real kernel: two notebooks of the series, and one of each way to fail."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import nbformat
import pytest
from launcher import LAUNCHER, ROOT, Launch, stop

NOTEBOOKS = sorted((ROOT / "notebooks").glob("0[13]-*.ipynb"))  # all of them: test_series.py


def notebook(path: Path, *cells: str) -> Path:
    """Writes a notebook of these code cells after one line of text."""
    new = nbformat.v4
    text = [new.new_markdown_cell("Only text, and no cell that counts.")]
    code = [new.new_code_cell(source) for source in cells]
    nbformat.write(new.new_notebook(cells=text + code), path)
    return path


def outputs(path: Path) -> str:
    """Everything the cells printed."""
    cells = nbformat.read(path, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_runs(halfstep: Launch, path: Path, tmp_path: Path) -> None:
    result = halfstep("run", path, "--html", tmp_path / "html", HF_HUB_OFFLINE="1")
    assert result.returncode == 0, result.stderr
    html = (tmp_path / "html" / f"{path.stem}.html").read_text()
    figure = r'<svg [^>]*role="img".{1000}|<img[^>]+src="data:image/png;base64,[A-Za-z0-9+/]{1000}'
    assert re.search(figure, html, re.DOTALL), "no figure"


def test_results_land_in_their_folders_and_the_source_stays(halfstep: Launch, tmp_path: Path) -> None:
    source = notebook(tmp_path / "ok.ipynb", 'System.out.println(System.getenv("HALFSTEP_PARAM_MODEL"));')
    before = source.read_bytes()
    result = halfstep("run", "ok.ipynb", "--html", "a/html", "--out", "b", "--param", "MODEL=two=words and one")
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert source.read_bytes() == before
    assert outputs(tmp_path / "b" / "ok.ipynb") == "two=words and one\n"
    assert [file.name for file in (tmp_path / "a" / "html").iterdir()] == ["ok.html"]


def test_the_folder_of_the_notebook_is_the_folder_of_the_kernel(halfstep: Launch, tmp_path: Path) -> None:
    (tmp_path / "deep er").mkdir()
    notebook(tmp_path / "deep er" / "here.ipynb", 'System.out.println(System.getProperty("user.dir"));')
    assert halfstep("run", "deep er/here.ipynb", "--out", ".").returncode == 0
    assert outputs(tmp_path / "here.ipynb").strip().endswith("/deep er")


def test_a_failing_cell_is_named_and_the_next_notebook_still_runs(halfstep: Launch, tmp_path: Path) -> None:
    notebook(tmp_path / "bad.ipynb", "int x = 1;", 'throw new IllegalStateException("as planned");', "x")
    notebook(tmp_path / "good.ipynb", 'System.out.println("ran");')
    result = halfstep("run", "bad.ipynb", "good.ipynb", "--out", "out")
    assert (result.returncode, result.stdout) == (1, "")
    sentences = [line for line in result.stderr.splitlines() if line.startswith("halfstep: ")]
    assert len(sentences) == 1
    assert re.fullmatch(
        r"halfstep: bad.ipynb, cell 2: (java\.lang\.)?IllegalStateException: .*as planned.*", sentences[0]
    )
    assert outputs(tmp_path / "out" / "good.ipynb") == "ran\n"


def test_a_cell_that_does_not_compile_is_named(halfstep: Launch, tmp_path: Path) -> None:
    notebook(tmp_path / "bad.ipynb", 'int x = "text";')
    result = halfstep("run", "bad.ipynb")
    assert result.returncode == 1
    assert "halfstep: bad.ipynb, cell 1: " in result.stderr


@pytest.mark.parametrize("content", ["", '{"cells": [', "[]", '{"nbformat": 4, "cells": 3}', "\xff"])
def test_what_is_no_notebook_is_refused(halfstep: Launch, tmp_path: Path, content: str) -> None:
    (tmp_path / "broken.ipynb").write_bytes(content.encode("latin-1"))
    result = halfstep("run", "broken.ipynb")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("halfstep: broken.ipynb is no notebook: ")
    assert len(result.stderr.splitlines()) == 1


def test_control_c_ends_the_run_and_its_kernel(tmp_path: Path) -> None:
    pid_file = f'java.nio.file.Path.of("{tmp_path}/pid")'
    cell = f'java.nio.file.Files.writeString({pid_file}, "" + ProcessHandle.current().pid());'
    notebook(tmp_path / "long.ipynb", cell + "\nThread.sleep(600_000);")
    run = subprocess.Popen([LAUNCHER, "run", "long.ipynb"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        pid = int(wait_for(tmp_path / "pid", run))
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 130
        assert "Traceback" not in errors
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    finally:
        stop(run)


def wait_for(file: Path, writer: subprocess.Popen[str]) -> str:
    """The content of a file that a process is about to write."""
    deadline = time.monotonic() + 120
    while not (file.exists() and file.read_text()):
        assert writer.poll() is None, writer.communicate()[1]
        assert time.monotonic() < deadline, f"{file} did not appear"
        time.sleep(0.1)
    return file.read_text()
