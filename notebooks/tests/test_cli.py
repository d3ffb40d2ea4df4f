"""The contract of the launcher: help, exit statuses, and one sentence for each refusal."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from launcher import ROOT, Launch


def commands() -> list[str]:
    """The commands that ``--help`` names."""
    text = subprocess.run([ROOT / "halfstep", "--help"], capture_output=True, text=True).stdout
    return re.findall(r"^  ([a-z]+(?:-[a-z]+)?)\b", text, re.MULTILINE)


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on stderr; nothing else may be there."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("halfstep: ")
    return lines[0]


def test_help_lists_the_commands() -> None:
    assert commands()[:3] == ["lab", "run", "shell"]
    assert len(set(commands())) == len(commands())


@pytest.mark.parametrize("command", commands())
def test_every_listed_command_has_help(halfstep: Launch, command: str) -> None:
    result = halfstep(command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert command in result.stdout


def test_version_through_a_symbolic_link_from_another_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "first").symlink_to(ROOT / "halfstep")
    (folder / "second").symlink_to("first")
    shown = subprocess.check_output([folder / "second", "--version"], text=True, cwd=tmp_path)
    version = re.search(r"<version>(.*)</version>", (ROOT / "pom.xml").read_text()).group(1)
    assert shown == f"halfstep {version}\n"


def test_no_command_shows_the_help_and_is_wrong_usage(halfstep: Launch) -> None:
    result = halfstep()
    assert (result.returncode, result.stdout) == (2, "")
    assert "quantize" in result.stderr


@pytest.mark.parametrize(
    ("wrong", "meant"), [("quantise", "quantize"), ("labs", "lab"), ("evla", "eval"), ("docter", "doctor")]
)
def test_unknown_command_names_the_nearest(halfstep: Launch, wrong: str, meant: str) -> None:
    result = halfstep(wrong)
    assert result.returncode == 2
    assert f"no command '{wrong}'; did you mean '{meant}'?" in refusal(result)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["lab", "--prot", "1"], 2, "lab: there is no option --prot; there are --no-browser and --port N."),
        (["lab", "--port"], 2, "lab: --port needs a number."),
        (["lab", "--port=x1"], 2, "lab: --port x1 is no number."),
        (["lab", "a.ipynb", "b.ipynb"], 2, "lab: one notebook at a time, not a.ipynb and b.ipynb."),
        (["lab", "none.ipynb"], 1, "lab: there is no notebook none.ipynb."),
        (["run"], 2, "run: which notebook? For example: halfstep run notebooks/*.ipynb"),
        (["run", "--html"], 2, "run: argument --html: expected one argument"),
        (["run", "x.ipynb", "--htlm", "d"], 2, "run: there is no option --htlm; did you mean --html?"),
        (["run", "x.ipynb", "--param", "A"], 2, "run: --param wants NAME=VALUE"),
        (["run", "x.ipynb", "d/x.ipynb", "--out", "o"], 2, "run: two notebooks are called x.ipynb"),
        (["run", "x.ipynb", "--out", "."], 2, "run: --out . would overwrite x.ipynb itself"),
        (["run", "none.ipynb"], 1, "there is no notebook none.ipynb"),
        (["test", "--quick"], 2, "test: there is only --fast, not --quick."),
    ],
)
def test_wrong_usage(halfstep: Launch, arguments: list[str], status: int, sentence: str) -> None:
    result = halfstep(*arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert sentence in refusal(result)


def jdk(home: Path, version: str) -> Path:
    """A folder that looks like a JDK to whoever reads release files."""
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "javac").write_text("#!/bin/sh\nexit 9\n")
    (home / "bin" / "javac").chmod(0o755)
    (home / "release").write_text(f'IMPLEMENTOR="nobody"\nJAVA_VERSION="{version}"\n')
    return home


@pytest.fixture
def path_without_java(tmp_path: Path) -> str:
    """Everything that is on PATH, but no java."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for directory in os.environ["PATH"].split(os.pathsep):
        for program in Path(directory).iterdir() if Path(directory).is_dir() else []:
            link = folder / program.name
            if program.name != "java" and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def test_no_java_at_all(halfstep: Launch, path_without_java: str) -> None:
    nowhere = {"PATH": path_without_java, "HALFSTEP_JDK_DIRS": "", "HALFSTEP_JAVA_HOME": "", "JAVA_HOME": ""}
    result = halfstep("doctor", **nowhere)
    assert (result.returncode, result.stdout) == (1, "")
    assert "no Java found; install one (for example Temurin 25" in refusal(result)


def test_only_older_jdks(halfstep: Launch, path_without_java: str, tmp_path: Path) -> None:
    jdk(tmp_path / "jdks" / "a", "21.0.4")
    old = {"JAVA_HOME": str(jdk(tmp_path / "old", "17.0.15")), "HALFSTEP_JDK_DIRS": str(tmp_path / "jdks")}
    result = halfstep("doctor", PATH=path_without_java, HALFSTEP_JAVA_HOME="", **old)
    assert (result.returncode, result.stdout) == (1, "")
    assert "found Java 21, but no JDK 25 or newer; install one" in refusal(result)


def test_a_named_jdk_that_is_too_old_is_refused(halfstep: Launch, tmp_path: Path) -> None:
    old = jdk(tmp_path / "old", "17.0.15")
    result = halfstep("doctor", HALFSTEP_JAVA_HOME=str(old))
    assert (result.returncode, result.stdout) == (1, "")
    assert f"HALFSTEP_JAVA_HOME is {old}, where there is no JDK 25 or newer" in refusal(result)


def test_an_old_java_home_does_not_matter(halfstep: Launch, tmp_path: Path) -> None:
    home = os.environ["JAVA_HOME"]  # halfstep test exports the one it uses
    jdk(tmp_path / "jdks" / "a", "17.0.15")
    (tmp_path / "jdks" / "b").symlink_to(home)
    result = halfstep(
        "shell",
        stdin="System.out.println(Runtime.version().feature() >= 25)",
        JAVA_HOME=str(jdk(tmp_path / "old", "17.0.15")),
        HALFSTEP_JDK_DIRS=str(tmp_path / "jdks"),
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "true\n", "")


def test_piped_shell_prints_only_what_is_printed(halfstep: Launch) -> None:
    lines = """
        int x = 41;
        System.out.println(x + 1);
        System.out.println(halfstep.quant.QuantSpec.class.getSimpleName());
        """
    result = halfstep("shell", stdin=lines)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "42\nQuantSpec\n"
