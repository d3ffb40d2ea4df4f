"""Starts the kernel named by HALFSTEP_KERNEL (default: halfstep) once for all wire tests."""

import os

import pytest

from wire import KERNEL, SAMPLES, started, with_samples


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
