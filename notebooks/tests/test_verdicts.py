"""verdicts.ipynb: a verdict on every claim, from the run and from nothing else."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from launcher import ROOT, Launch
from series import FOLDER, printed, reading

CLAIMS = set(range(1, 47))
WORDS = ("holds", "simplified", "false here", "cannot be tested here")
READ = {5, 16, 17, 18, 25, 26, 27, 28, 35, 36, 37, 38}  # facts about other software
SLOW = (  # sections that the second model is spared
    "Methods at every width",
    "Time",
    "The wrong text",
    "Fine-tuning on a quantized base",
    "Speed",
    "Drafts",
    "Mixtures of experts",
)
CPU_SECONDS = 180  # twice what a quiet machine takes; a busy one inflates it
MEGABYTES = 1100

# on the embedded model; all others may change with a digit
SURE = {1: "simplified", 2: "false here", 8: "false here", 9: "simplified", 11: "holds", 20: "simplified", 30: "holds"}
SURE |= {33: "false here", 40: "simplified", 43: "holds", 45: "false here"}


def run(without: tuple[str, ...] = (), **parameters: str) -> tuple[dict[int, str], str, float, float]:
    """The verdict on each claim, all that was printed, seconds of CPU, megabytes."""
    with reading(FOLDER / "verdicts.ipynb", **parameters) as reader:
        started = time.monotonic()
        said = printed(reader.run_all(without))
        cpu, memory = reader.cpu_seconds(), reader.peak_megabytes()
        print(f"verdicts: {time.monotonic() - started:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MB")
    verdicts: dict[int, str] = {}
    for word, claims in re.findall(r"^([a-z ]+?) +\d+ ▪* ?\[([\d, ]*)\]$", said, re.MULTILINE):
        verdicts |= {int(claim): word for claim in claims.split(", ") if claim}
    return verdicts, said, cpu, memory


@pytest.fixture(scope="module")
def natural() -> tuple[dict[int, str], str, float, float]:
    return run()


def test_every_claim_has_a_verdict(natural: tuple[dict[int, str], str, float, float]) -> None:
    verdicts, said, cpu, memory = natural
    print(said[said.index("Verdicts on") :])
    assert set(verdicts) == CLAIMS
    assert set(verdicts.values()) <= set(WORDS)
    assert {claim: verdicts[claim] for claim in SURE} == SURE
    assert {claim for claim in READ if verdicts[claim] == "cannot be tested here"} == READ
    assert said.count("as read on 2026-11-23") == len(READ)
    assert cpu < CPU_SECONDS and memory < MEGABYTES


def test_another_model_gets_other_verdicts(
    natural: tuple[dict[int, str], str, float, float], halfstep: Launch, tmp_path: Path
) -> None:
    """The same function with its channels rescaled beyond all measure: claims about the loud ones turn."""
    planted = tmp_path / "planted"
    line = f'halfstep.plant.Planting.of(3, 1).write(Path.of("models/natural"), Path.of("{planted}"));'
    made = halfstep("shell", stdin=line, cwd=ROOT / "notebooks")
    assert (planted / "model.safetensors").exists(), made.stdout + made.stderr
    verdicts, _, _, _ = run(SLOW, MODEL=str(planted))
    before = natural[0]
    changed = {claim for claim in verdicts if verdicts[claim] != before[claim]}
    print({claim: (before[claim], verdicts[claim]) for claim in sorted(changed)})
    assert 2 in changed, "one per cent of the channels now carries most"
    assert len(changed) > 1
    assert not changed & READ, "what was read does not depend on the model"
