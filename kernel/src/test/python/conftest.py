"""Starts the kernel named by HALFSTEP_KERNEL (default: halfstep) once for all wire tests."""

import os

import pytest

from wire import KERNEL, SAMPLES, started, with_samples


def pytest_terminal_summary(terminalreporter):
    """What passed at the second try only is told with the trace of the first."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"failed at first: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def kernel(tmp_path_factory):
    name = KERNEL
    if SAMPLES.is_dir():
        folder = tmp_path_factory.mktemp("jupyter")
        os.environ["JUPYTER_PATH"] = os.pathsep.join(
            filter(None, [str(folder), os.environ.get("JUPYTER_PATH")])
        )
        name = with_samples(folder)
    with started(name) as session:
        yield session
