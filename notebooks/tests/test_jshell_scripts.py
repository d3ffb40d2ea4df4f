"""The series as scripts for JShell: made from the notebooks, and one of them run."""

from __future__ import annotations

import re
import sys

import pytest
from launcher import ROOT, Launch

FOLDER = ROOT / "notebooks" / "jshell"
sys.path.insert(0, str(FOLDER))

import make  # noqa: E402


@pytest.mark.parametrize("name", sorted(make.scripts()))
def test_a_script_says_what_its_notebook_says(name: str) -> None:
    assert (FOLDER / name).read_text() == make.scripts()[name], "run notebooks/jshell/make.py"


def test_a_script_runs_in_jshell(halfstep: Launch) -> None:
    script = next(FOLDER.glob("02-*.jsh"))
    result = halfstep("shell", script, cwd=ROOT / "notebooks")
    assert result.returncode == 0, result.stderr
    assert "hqq 3 bit" in result.stdout and "axis 0 4.000" in result.stdout, result.stdout
    assert "rror" not in result.stderr and "|  Error" not in result.stdout, result.stdout


def test_a_shell_knows_the_names_that_a_notebook_knows() -> None:
    extension = ROOT / "magics/src/main/java/halfstep/magics/HalfstepExtension.java"
    (kernels,) = re.findall(r'IMPORTS =\s+"""(.*?)"""', extension.read_text(), re.DOTALL)
    wanted = re.findall(r"import (halfstep\.\w+\.\*)", kernels)
    there = re.findall(r"^import (halfstep\.\w+\.\*)$", (FOLDER / "startup.jsh").read_text(), re.MULTILINE)
    assert wanted and set(there) == set(wanted)
