"""What the tests of the command line and of the notebooks share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "halfstep"
SECONDS = 600  # for one command, on a small and busy machine

Launch = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def halfstep(tmp_path: Path) -> Launch:
    """Runs ``halfstep ARGUMENT...`` in an empty folder; settings are extra environment variables."""

    def launch(
        *arguments: str | Path, stdin: str = "", cwd: Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LAUNCHER, *arguments],
            cwd=cwd or tmp_path,
            env={**os.environ, **settings},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    return launch


def stop(process: subprocess.Popen[str]) -> None:
    """Ends a process, by force when it does not listen."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
