"""What stands on a terminal: progress on one line, and nothing of it beside the report."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from launcher import LAUNCHER, ROOT

CLEARED = "\r\x1b[K"


def on_a_terminal(*words: str | Path) -> str:
    """Everything a command writes to a terminal."""
    screen, inside = pty.openpty()
    process = subprocess.Popen([LAUNCHER, *words], stdin=inside, stdout=inside, stderr=inside, cwd=ROOT)
    os.close(inside)
    written = b""
    try:
        while some := os.read(screen, 65536):
            written += some
    except OSError:  # the command has closed its terminal
        pass
    finally:
        os.close(screen)
    assert process.wait(timeout=60) == 0, written.decode()
    return written.decode()


def test_progress_is_gone_before_the_report(tmp_path: Path) -> None:
    written = on_a_terminal("quantize", "notebooks/models/natural", "--method", "hqq", "--out", tmp_path / "run")
    lines = [line.rpartition(CLEARED)[2] for line in written.split("\n")]
    assert CLEARED + "quantizing" in written
    assert not any("quantizing" in line for line in lines), lines
    assert sum(line.startswith("model.layers.") for line in lines) == 35, lines
