"""Takes the steps of a Binder image in an empty folder, starts JupyterLab in 1 GiB, and reads notebooks in it.

    .venv/bin/python binder/prove.py FOLDER [NOTEBOOK.ipynb…]

Run as root on Linux with the memory controller of cgroup v1, Chromium, and what ``halfstep test`` installs. The commit
that is checked out is cloned, ``postBuild`` and ``start`` run as a user without rights, with a home and an environment
that hold nothing else; in a folder made before, notebooks are read once more. What differs from Binder: Python packages come from PyPI in the versions of environment.yml,
JupyterLab's too, and the JDK is this machine's, laid where conda-forge lays its own.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "notebooks" / "tests"))

from lab import answers, free_port, page, settings  # noqa: E402
from launcher import stop  # noqa: E402
from playwright.sync_api import Page  # noqa: E402
from test_lab import CODE_CELLS, IDLE, READY, RUN_ALL  # noqa: E402

USER = 61234  # nobody: without an entry among the users, Java takes the home from HOME
SECONDS = 900  # for a notebook, on a busy machine
GIB = 1 << 30
CONTROLLER = Path("/sys/fs/cgroup/memory")


class Memory:
    """A cgroup with a limit for memory and swap together, and what was used of it."""

    def __init__(self, limit: int) -> None:
        self.folder = CONTROLLER / f"halfstep-binder-{os.getpid()}"
        self.anonymous = 0
        self._stopped = threading.Event()
        self.folder.mkdir()
        for name in ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"):
            (self.folder / name).write_text(str(limit))

    def enter(self) -> None:
        """Called by a child before it becomes the command."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def watch(self) -> None:
        """Keeps the most of memory that cannot be dropped; the kernel's own peak counts cached files, too."""
        while not self._stopped.wait(0.2):
            used = re.search(r"^total_rss (\d+)$", (self.folder / "memory.stat").read_text(), re.MULTILINE)
            self.anonymous = max(self.anonymous, int(used.group(1)))

    def killed(self) -> int:
        found = re.search(r"^oom_kill (\d+)$", (self.folder / "memory.oom_control").read_text(), re.MULTILINE)
        return int(found.group(1))

    def processes(self) -> list[int]:
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def close(self) -> None:
        self._stopped.set()
        for process in self.processes():
            os.kill(process, signal.SIGKILL)
        for _ in range(50):
            if not self.processes():
                break
            time.sleep(0.1)
        self.folder.rmdir()


class Image:
    """The folder as a container's file system: the user's home with the repository in it, and conda's environment."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.conda = folder / "conda"

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{self.conda}/bin:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "NB_PYTHON_PREFIX": str(self.conda),
        }

    def user(self, *command: str | Path) -> list[str]:
        """A command line that runs another without any rights of root."""
        rights = [f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
        return ["setpriv", *rights, *map(str, command)]

    def make(self) -> None:
        """What repo2docker does before postBuild, and postBuild."""
        java = Path(os.environ["JAVA_HOME"])
        subprocess.run(["git", "clone", "-q", f"file://{ROOT}", self.home], check=True)
        subprocess.run([python_for_all(), "-m", "venv", self.conda], check=True)
        (self.conda / "lib" / "jvm").symlink_to(java)
        for tool in ("java", "javac"):
            (self.conda / "bin" / tool).symlink_to(self.conda / "lib" / "jvm" / "bin" / tool)
        pip = [self.conda / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages()], check=True)
        subprocess.run(["chown", "-R", f"{USER}:{USER}", self.home], check=True)
        started = time.monotonic()
        subprocess.run(self.user("binder/postBuild"), cwd=self.home, env=self.environment(), check=True)
        print(f"postBuild: {time.monotonic() - started:.0f} s", flush=True)

    def sizes(self) -> dict[str, int]:
        """Megabytes of what the image adds to repo2docker's base."""
        kernel = self.home / ".local"
        jars = self.home / "magics" / "target"
        history = self.home / ".git"
        rest = megabytes(self.home) - megabytes(kernel) - megabytes(jars) - megabytes(history)
        return {
            "JDK": megabytes((self.conda / "lib" / "jvm").resolve()),
            "Python packages with JupyterLab": megabytes(self.conda),
            "jars": megabytes(jars),
            "kernelspec with its cache": megabytes(kernel),
            "repository": rest,
            "its history": megabytes(history),
        }


def python_for_all() -> str:
    """A Python that a user without rights may run: one in somebody's home is closed to others."""
    return shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable


def packages() -> list[str]:
    """What environment.yml asks of conda, in pip's words, and the JupyterLab that the base image brings."""
    wanted = re.findall(r"^  - ([\w-]+)=([\d.]+)$", (HERE / "environment.yml").read_text(), re.MULTILINE)
    lab = re.search(r"^jupyterlab==.*$", (ROOT / "kernel/python/requirements.txt").read_text(), re.MULTILINE)
    return [f"{name}=={version}" for name, version in wanted if name not in ("python", "openjdk")] + [lab.group(0)]


def megabytes(folder: Path) -> int:
    return round(int(subprocess.run(["du", "-sk", folder], capture_output=True, text=True).stdout.split()[0]) / 1000)


@contextmanager
def served(image: Image, memory: Memory, folder: Path) -> Iterator[str]:
    """JupyterLab as the container starts it, inside the limit; its address."""
    port = free_port()
    shutil.rmtree(folder / "peephole", ignore_errors=True)
    (folder / "peephole").mkdir()
    peephole = settings(folder / "peephole")  # lets a script look into the page; of Jupyter's data nothing
    extra = {name: peephole[name] for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    subprocess.run(["chown", "-R", f"{USER}:{USER}", folder / "peephole"], check=True)
    command = image.user("binder/start", "jupyter-lab", "--no-browser", f"--port={port}")
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=image.home,
            env=image.environment() | extra,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=memory.enter,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + SECONDS
        while not answers(f"{address}/api/status"):
            assert server.poll() is None and time.monotonic() < deadline, (folder / "lab.log").read_text()
            time.sleep(0.2)
        yield address
    finally:
        stop(server)


def read(view: Page, address: str, notebook: str) -> None:
    """Runs all cells of a notebook as a reader does, and moves the player's slider where there is one."""
    view.goto(f"{address}/lab/tree/notebooks/{notebook}?reset")  # where the badge's address leads
    view.wait_for_function("() => window.jupyterapp !== undefined")
    kernel = view.evaluate(READY)
    assert kernel == "halfstep", kernel
    view.evaluate(RUN_ALL)
    view.wait_for_function(IDLE, timeout=1000 * SECONDS)
    outputs = [output for cell in view.evaluate(CODE_CELLS) for output in cell["outputs"]]
    failed = [output for output in outputs if output["output_type"] == "error"]
    assert failed == [], failed
    if view.get_by_label("frame").count():
        drag(view)


def drag(view: Page) -> None:
    """Takes the handle of the first player from its end to its beginning."""
    slider = view.get_by_label("frame").first
    place = view.locator(".halfstep-frames-bar").first
    before = place.inner_text()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    view.mouse.move(box["x"] + box["width"] - 8, middle)
    view.mouse.down()
    view.mouse.move(box["x"] + 8, middle, steps=12)
    view.mouse.up()
    assert place.inner_text() != before, "the frame did not follow the slider"
    print(f"  slider: {' '.join(before.split())} → {' '.join(place.inner_text().split())}", flush=True)


def kernel_peak(memory: Memory) -> int:
    """Megabytes that the largest Java process in the limit ever held."""
    peaks = [0]
    for process in memory.processes():
        status = Path(f"/proc/{process}/status").read_text()
        if "java" in status.splitlines()[0]:
            peaks.append(int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1)) // 1000)
    return max(peaks)


def main(folder: Path, notebooks: list[str]) -> None:
    assert os.getuid() == 0 and CONTROLLER.is_dir(), "needs root and cgroup v1's memory controller"
    image = Image(folder)
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        image.make()
    sizes = image.sizes()
    for part, size in sizes.items():
        print(f"{part}: {size} MB")
    print(f"all parts: {sum(sizes.values())} MB", flush=True)
    memory = Memory(GIB)
    threading.Thread(target=memory.watch, daemon=True).start()
    try:
        with served(image, memory, folder) as address:
            for notebook in notebooks:
                errors: list[str] = []
                started = time.monotonic()
                with page(errors) as view:
                    view.set_default_timeout(1000 * SECONDS)
                    read(view, address, notebook)
                    peak = kernel_peak(memory)
                    view.evaluate("() => window.opened.sessionContext.shutdown()")
                assert errors == [], errors
                seconds = time.monotonic() - started
                print(f"{notebook}: {seconds:.0f} s, kernel's peak {peak} MB", flush=True)
        assert memory.killed() == 0, f"{memory.killed()} processes were ended for want of memory"
        print(f"1 GiB held: JupyterLab and one kernel took {memory.anonymous // 1_000_000} MB at most, files not counted")
    finally:
        memory.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: prove.py FOLDER [NOTEBOOK.ipynb…]")
    names = sys.argv[2:] or sorted(path.name for path in (ROOT / "notebooks").glob("[01]*.ipynb"))
    main(Path(sys.argv[1]).resolve(), names)
