"""JupyterLab as ``halfstep lab`` starts it, and a browser that works in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import LAUNCHER, stop
from playwright.sync_api import Page, sync_playwright

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MILLISECONDS = 120_000  # for any one thing to happen


def browser() -> str | None:
    """The installed browser; one is never downloaded."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings(folder: Path) -> dict[str, str]:
    """An environment in which Jupyter reads nothing of the user's and lets a script look inside."""
    config = folder / "config"
    tracker = folder / "settings" / "@jupyterlab" / "notebook-extension"
    config.mkdir()
    tracker.mkdir(parents=True)
    app = {"LabApp": {"expose_app_in_browser": True}, "IdentityProvider": {"token": ""}}
    (config / "jupyter_lab_config.json").write_text(json.dumps(app))
    # every cell in the page, also those that are scrolled out of sight
    (tracker / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }


@contextmanager
def lab(notebook: Path, folder: Path) -> Iterator[str]:
    """Starts JupyterLab on a notebook's folder; gives its address."""
    port = free_port()
    folder.mkdir(parents=True)
    log = (folder / "lab.log").open("w")
    server = subprocess.Popen(
        [LAUNCHER, "lab", notebook, "--no-browser", "--port", str(port)],
        env=settings(folder),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + MILLISECONDS / 1000
        while not answers(f"{address}/api/status"):
            ended = server.poll() is not None or time.monotonic() > deadline
            assert not ended, f"no JupyterLab:\n{(folder / 'lab.log').read_text()}"
            time.sleep(0.2)
        yield address
    finally:
        stop(server)
        log.close()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as reply:
            return reply.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def page(errors: list[str]) -> Iterator[Page]:
    """A page in a headless browser; uncaught errors of its scripts are added to the list."""
    flags = FLAGS + (["--no-sandbox"] if os.getuid() == 0 else [])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), headless=True, args=flags)
        try:
            opened = chromium.new_page(viewport={"width": 1280, "height": 1400})
            opened.set_default_timeout(MILLISECONDS)
            opened.on("pageerror", lambda error: errors.append(str(error)))
            yield opened
        finally:
            chromium.close()
