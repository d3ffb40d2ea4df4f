"""Stop, at a thousand random moments of all commands: the next cell always works, and no thread stays behind.

Twenty moments are in every build (test_commands.py). HALFSTEP_INTERRUPTS sets another number.
"""

import os
import time

import pytest
from interrupts import at_random_moments
from test_commands import CASES, folder, session  # noqa: F401: fixtures

LATEST = 5.0  # seconds after which a command is stopped at the latest


@pytest.mark.skipif("HALFSTEP_LONG" not in os.environ, reason="a quarter of an hour; HALFSTEP_LONG=1 runs it")
def test_every_command_can_be_stopped_at_any_moment(session):  # noqa: F811
    lines = {name: case[0] for name, case in CASES.items()}
    longest = {}
    for name, line in lines.items():  # makes what is made once: classes, pools, the model's own threads
        begun = time.perf_counter()
        assert session.run(line, timeout=240).reply["status"] == "ok", name
        longest[name] = min(LATEST, time.perf_counter() - begun)
        if name == "plant":
            session.run("%load natural --quiet")
    moments = int(os.environ.get("HALFSTEP_INTERRUPTS", "1000"))
    print("\n" + at_random_moments(session, lines, moments, longest))
