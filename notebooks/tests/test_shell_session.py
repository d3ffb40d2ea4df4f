"""The session and the script of docs/jshell.md, replayed. HALFSTEP_RECORD=1 writes the session's output anew."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from launcher import ROOT, Launch

PAGE = ROOT / "docs" / "jshell.md"
SESSION = re.compile(r"```jshell\n(.*?)```", re.DOTALL)
SCRIPT = re.compile(r"```java\n(.*?)```", re.DOTALL)
PROMPT = "jshell> "
MARK = "===="


def steps(text: str) -> list[tuple[str, str]]:
    """Each line that was typed, with what it printed."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(PROMPT):
            found.append((line.removeprefix(PROMPT).rstrip("\n"), ""))
        else:
            typed, printed = found[-1]
            found[-1] = (typed, printed + line)
    return found


def test_recorded_session_is_what_happens(halfstep: Launch) -> None:
    recorded = SESSION.search(PAGE.read_text())
    wanted = steps(recorded.group(1))
    typed = "".join(f'{line}\nSystem.out.println("{MARK}")\n' for line, _ in wanted)
    result = halfstep("shell", stdin=typed, cwd=ROOT / "notebooks", HALFSTEP_CHARTS="unicode")  # where the demo models are found
    assert result.returncode == 0, result.stderr
    printed = result.stdout.split(f"{MARK}\n")[:-1]
    happened = [(line, text) for (line, _), text in zip(wanted, printed, strict=True)]
    if os.environ.get("HALFSTEP_RECORD") == "1":
        fresh = "".join(f"{PROMPT}{line}\n{text}" for line, text in happened)
        page = PAGE.read_text()
        PAGE.write_text(page[: recorded.start(1)] + fresh + page[recorded.end(1) :])
        pytest.skip("recorded")
    assert happened == wanted


def test_script_needs_the_core_alone(tmp_path: Path) -> None:
    (core,) = (ROOT / "quant-lib" / "core" / "target").glob("halfstep-core-*-SNAPSHOT.jar")
    script = tmp_path / "Three.java"
    script.write_text(SCRIPT.search(PAGE.read_text()).group(1))
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"  # halfstep test exports the one it uses
    ran = subprocess.run([java, "-cp", core, script], capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("mean |e| ")
