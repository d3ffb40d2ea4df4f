"""The shell at a terminal: charts as text, and Ctrl-C that stops a solver but not the session."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator

import pytest
from launcher import LAUNCHER, ROOT, stop

PROMPT = "jshell> "
SECONDS = 120
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>][A-Z0-9]?|\x1b\][^\x07]*\x07")


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, **settings: str) -> None:
        self.screen, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "LC_ALL", "LC_CTYPE", "LANG")}
        self.process = subprocess.Popen(
            [LAUNCHER, "shell"],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            cwd=ROOT / "notebooks",
            env={**environment, "TERM": "xterm", **settings},
            start_new_session=True,
            text=True,
        )
        os.close(inside)
        self.until(PROMPT)

    def until(self, wanted: str, seconds: float = SECONDS) -> str:
        """What the terminal shows up to {wanted}, without its control characters."""
        shown, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.screen], [], [], 0.2)[0]:
                shown += os.read(self.screen, 65536)
                text = ESCAPES.sub("", shown.decode(errors="replace"))
                if wanted in text:
                    return text
        raise AssertionError(f"no {wanted!r} within {seconds} s, but:\n{ESCAPES.sub('', shown.decode(errors='replace'))}")

    def type(self, line: str) -> None:
        os.write(self.screen, f"{line}\r".encode())

    def run(self, line: str) -> str:
        self.type(line)
        return self.until(f"\n{PROMPT}")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    shell = Terminal()
    yield shell
    stop(shell.process)
    os.close(shell.screen)


def test_without_a_display_charts_are_drawn_and_that_is_said_once(terminal: Terminal) -> None:
    terminal.run('load("natural")')
    first = terminal.run('hqq("start 0.down_proj --bits 3 --group 64")')
    assert first.count("There is no display here, so charts are drawn as text.") == 1
    assert any("\u2800" < sign < "\u2900" for sign in first), first
    assert "no display" not in terminal.run('hqq("step")')


def test_ctrl_c_stops_a_solver_and_the_session_goes_on(terminal: Terminal) -> None:
    terminal.run("var big = Matrix.zeros(2048, 2048, java.lang.foreign.Arena.ofAuto())")
    terminal.run("for (long i = 0; i < big.size(); i++) big.put(i, (float) Math.sin(i * i))")
    terminal.type("while (true) Quantize.dataFree(big, QuantSpec.of(3, 64), QuantMethod.Hqq.DEFAULT)")
    time.sleep(3)
    os.write(terminal.screen, b"\x03")
    terminal.until(PROMPT, seconds=20)
    assert "==> 42" in terminal.run("6 * 7")
    assert "==> 2048" in terminal.run("big.rows()")


def test_ctrl_c_stops_a_command(terminal: Terminal) -> None:
    terminal.run('load("natural")')
    terminal.type('bench("matvec --size 512 --seconds 60")')
    time.sleep(3)
    os.write(terminal.screen, b"\x03")
    stopped = terminal.until(f"\n{PROMPT}", seconds=20)
    assert "Exception" not in stopped, stopped
    terminal.type('hqq("start 0.down_proj --bits 3 --group 64")')
    terminal.until("Iteration 0: mean |e|")
