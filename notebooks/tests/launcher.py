"""The launcher of this repository, and how to end what it started."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "halfstep"

Launch = Callable[..., subprocess.CompletedProcess[str]]


def stop(process: subprocess.Popen[str]) -> None:
    """Ends a process, by force when it does not listen."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
