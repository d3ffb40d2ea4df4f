"""The product over the wire: real solvers interrupted, real numbers, nothing canned."""

import os
import re
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "kernel" / "src" / "test" / "python"))

from wire import started  # noqa: E402

NOTEBOOKS = ROOT / "notebooks"

SOLVER = """
Random random = new Random(1);
Matrix w = Matrix.zeros(2048, 2048);
for (long i = 0; i < w.size(); i++) w.put(i, (float) (0.02 * random.nextGaussian()));
"""
SOLVE = "while (true) new HqqSolver(w, QuantSpec.of(3, 64), Hqq.DEFAULT).result();"


@pytest.fixture(scope="module")
def session():
    with started(cwd=str(NOTEBOOKS)) as session:
        yield session


def test_a_running_solver_stops_within_100_ms(session):
    session.run("import halfstep.quant.QuantMethod.Hqq;" + SOLVER)
    outcome, millis = session.best_interrupt(SOLVE)
    print(f"interrupt of a running solver: {millis:.0f} ms")
    assert outcome.reply["ename"] == "Interrupted"
    assert millis < 100
    process = psutil.Process(session.manager.provisioner.pid)
    time.sleep(2)  # the JIT finishes what it had begun
    before = process.cpu_times()
    time.sleep(1)
    after = process.cpu_times()
    assert (after.user + after.system) - (before.user + before.system) < 0.2
    assert session.run("1 + 1").result["text/plain"] == "2"


def test_a_running_search_stops_within_100_ms(session):
    session.run("%load natural")
    outcome, millis = session.best_interrupt("%awq search 0 --bits 3 --group 64")
    print(f"interrupt of a running search: {millis:.0f} ms")
    assert outcome.reply["status"] == "error"
    assert millis < 100
    assert session.run("1 + 1").result["text/plain"] == "2"


def test_steps_back_and_branch_are_states_of_a_fresh_solver(session):
    session.run("%load natural --as model")
    session.run("%hqq start 1.q_proj --bits 3 --group 64")
    session.run("%hqq step --to 4")
    session.run("%hqq back --to 2 --as there")
    fresh = "new HqqSolver(model.weight(\"model.layers.1.self_attn.q_proj\"), QuantSpec.of(3, 64), Hqq.DEFAULT)"
    session.run(f"HqqStep second = {fresh}.steps().skip(2).findFirst().orElseThrow();")
    shown = session.run("%hqq step --to 2").result["text/plain"]
    expected = session.run('String.format("%.3e", second.meanAbsError())').result["text/plain"]
    mantissa, exponent = expected.strip('"').split("e")
    assert re.search(rf"{mantissa}e{int(exponent)}", shown), (expected, shown)


def test_errors_of_the_library_are_one_sentence_without_frames(session):
    error = session.run("%hqq start 0.down_prj --bits 3").of("error")[0]
    assert "down_proj" in error["evalue"]
    assert len(error["traceback"]) == 1
    error = session.run("%hqq start 0.down_proj --group 100").of("error")[0]
    assert "in = 384 is no multiple of groupSize 100; nearest that divide it: 96, 128" in error["evalue"]
    error = session.run("%hqq start 0.down_proj --grup 64").of("error")[0]
    assert "--group" in error["evalue"]
    error = session.run("%load nowhere").of("error")[0]
    assert "natural" in error["evalue"]


def test_a_parameter_from_outside_changes_the_numbers():
    tables = []
    for model in ("natural", "salient"):
        environment = dict(os.environ, HALFSTEP_PARAM_MODEL=model)
        with started(cwd=str(NOTEBOOKS), env=environment) as session:
            session.run("%param MODEL=natural")
            assert model in session.run("%load ${MODEL}").result["text/plain"]
            tables.append(session.run("%bench 0.down_proj --methods rtn,hqq --bits 3").result["text/plain"])
    numbers = [re.findall(r"\d\.\d{2,}(?:e-?\d+)?", table) for table in tables]
    assert len(numbers[0]) == len(numbers[1]) > 4
    changed = [a != b for a, b in zip(*numbers)]
    assert sum(changed) >= len(changed) - 4, numbers  # bits per weight are the same by definition
