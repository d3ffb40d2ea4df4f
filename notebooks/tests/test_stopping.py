"""A stopped experiment shows what it has: a real SIGTERM to ``halfstep lab-report``."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

from launcher import LAUNCHER, ROOT, stop

SECONDS = 300  # with the build and on a busy machine
PARTS = 5 * 7 + 7 + 5 + 1  # layers, roles and blocks of natural, and everything
TOLD = re.compile(r"%lab sensitivity +(\d+) %")


class Run:
    """An experiment at a terminal, for only there it tells its progress; stderr is apart."""

    def __init__(self, *words: str) -> None:
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [LAUNCHER, "lab-report", *words], stdin=inside, stdout=inside, stderr=subprocess.PIPE, cwd=ROOT
        )
        os.close(inside)
        self.errors = self.process.stderr.fileno()
        self.open = {self.screen, self.errors}
        self.read = {self.screen: b"", self.errors: b""}

    def more(self) -> bool:
        """Reads what came, from both at once so that neither is ever full; false once both ended."""
        for file in select.select(list(self.open), [], [], 0.2)[0]:
            try:
                some = os.read(file, 65536)
            except OSError:  # a terminal that nobody writes to any more
                some = b""
            self.read[file] += some
            if not some:
                self.open.remove(file)
        return bool(self.open)

    def text(self, file: int) -> str:
        return self.read[file].decode(errors="replace")

    def until(self, percent: int) -> None:
        end = time.monotonic() + SECONDS
        while not any(int(told) >= percent for told in TOLD.findall(self.text(self.errors))):
            assert self.more() and time.monotonic() < end, self.text(self.errors)


def test_sigterm_shows_the_rows_there_are_and_ends_with_its_own_status() -> None:
    run = Run("--json", "natural", "sensitivity", "--tokens", "512")
    try:
        run.until(percent=40)
        run.process.send_signal(signal.SIGTERM)
        while run.more():
            pass
        assert run.process.wait(timeout=20) == 128 + signal.SIGTERM
        shown = json.loads(run.text(run.screen))
        rows = shown["rows"]
        assert 0 < len(rows) < PARTS
        assert shown["notes"] == [f"Interrupted: {len(rows)} parts of the model are measured."]
        assert "was interrupted" in run.text(run.errors)
        assert "Exception" not in run.text(run.errors)
    finally:
        stop(run.process)
        run.process.stderr.close()
        os.close(run.screen)
