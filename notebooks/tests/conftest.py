"""What the tests of the command line and of the notebooks share."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from launcher import LAUNCHER, Launch

SECONDS = 600  # for one command, on a small and busy machine


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
