"""How soon a kernel starts and how fast it answers: ours, ipykernel and a stock kernel of the IJava lineage.

    python -m venv /tmp/kernels && /tmp/kernels/bin/pip install -r bench/compare/kernel-requirements.txt
    /tmp/kernels/bin/python bench/compare/kernel.py [--write]

Every round starts each kernel once, in turn, so that what else the machine does meets all of them. --write puts the
table into docs/performance.md (section "Kernel") and a row into docs/perf-history.jsonl. Takes about eight minutes.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kernel_report
import psutil
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"ipykernel": "python3", "jjava": "java", "halfstep": "halfstep", "halfstep, vector-off": "halfstep-vector-off"}
PYTHON = {
    "declare": "x = 5",
    "complete": "import os\nos.pa",
    "lines": "for i in range({n}): print(i)",
    "loop": "while True: pass",
    "sleep": "import time\ntime.sleep(60)",
}
JAVA = {
    "declare": "int x = 5;",
    "complete": "System.out.pri",
    "lines": "for (int i = 0; i < {n}; i++) System.out.println(i);",
    "loop": "while (true) {}",
    "sleep": "Thread.sleep(60_000);",
}


class Kernel:
    """A kernel process and its client."""

    def __init__(self, name: str):
        self.code = PYTHON if name == "ipykernel" else JAVA
        self.manager = KernelManager(kernel_name=LANGUAGES[name])
        begun = time.perf_counter()
        self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=90)
        self.info_seconds = time.perf_counter() - begun
        self.run("1+1")
        self.first_seconds = time.perf_counter() - begun
        self.first_cpu = self.cpu()

    def processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.manager.provisioner.pid)
        return [parent, *parent.children(recursive=True)]

    def cpu(self) -> float:
        return sum(sum(p.cpu_times()[:2]) for p in self.processes())

    def megabytes(self) -> float:
        return sum(p.memory_info().rss for p in self.processes()) / 2**20

    def reply(self, message_id: str, seconds: float = 60) -> dict:
        deadline = time.monotonic() + seconds
        while True:
            message = self.client.get_shell_msg(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") == message_id:
                return message["content"]

    def published(self, message_id: str, seconds: float = 60):
        """iopub messages of a request up to its idle state; raises queue.Empty when that never comes."""
        deadline = time.monotonic() + seconds
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message

    def run(self, code: str) -> float:
        """Milliseconds from the request to reply and idle."""
        begun = time.perf_counter()
        message_id = self.client.execute(code)
        for _ in self.published(message_id):
            pass
        self.reply(message_id)
        return (time.perf_counter() - begun) * 1000

    def ask(self, method: str, *arguments) -> float:
        begun = time.perf_counter()
        self.reply(getattr(self.client, method)(*arguments))
        return (time.perf_counter() - begun) * 1000

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def spread(values: list[float]) -> dict:
    ordered = sorted(values)
    return {
        "median": statistics.median(ordered),
        "low": ordered[0],
        "high": ordered[-1],
        "p95": ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
    }


def starts(names: list[str], rounds: int) -> dict[str, dict]:
    found: dict[str, list] = {name: [] for name in names}
    for turn in range(rounds + 1):  # the first round fills the file cache and is not counted
        for name in names:
            kernel = Kernel(name)
            if turn:
                time.sleep(0.5)
                found[name].append((kernel.info_seconds, kernel.first_seconds, kernel.first_cpu, kernel.megabytes()))
            kernel.stop()
            tell(f"start {turn} of {name}: {kernel.info_seconds:.2f} s, first cell {kernel.first_seconds:.2f} s")
    keys = ("kernel_info_s", "first_cell_s", "first_cell_cpu_s", "rss_start_mb")
    return {name: dict(zip(keys, map(spread, zip(*rows)))) for name, rows in found.items()}


def work(name: str, lines: int) -> dict:
    """What a started kernel does."""
    kernel = Kernel(name)
    found: dict = {}
    try:
        for _ in range(40):
            kernel.run("1+1")
        found["cell_ms"] = spread([kernel.run("1+1") for _ in range(60)])
        found["declaration_ms"] = spread([kernel.run(kernel.code["declare"]) for _ in range(30)])
        text = kernel.code["complete"]
        found["completion_first_ms"] = kernel.ask("complete", text, len(text))
        found["completion_ms"] = spread([kernel.ask("complete", text, len(text)) for _ in range(30)])
        found["info_round_trip_ms"] = spread([kernel.ask("kernel_info") for _ in range(60)])
        for _ in range(500 - 131 - 60):
            kernel.run("1+1")
        found["cell_500_ms"] = spread([kernel.run("1+1") for _ in range(60)])
        for label in ("sleep", "loop"):
            found[f"interrupt_{label}"] = interrupt(kernel, kernel.code[label])
        found["lines"] = printing(kernel, lines)
        found["rss_end_mb"] = kernel.megabytes()
    except queue.Empty:
        found["stuck"] = True
    finally:
        kernel.stop()
    return found


def printing(kernel: Kernel, lines: int) -> dict:
    begun = time.perf_counter()
    message_id = kernel.client.execute(kernel.code["lines"].format(n=lines))
    arrived = messages = 0
    try:
        for message in kernel.published(message_id, 45):
            if message["msg_type"] == "stream":
                arrived += message["content"]["text"].count("\n")
                messages += 1
    except queue.Empty:
        return {"wanted": lines, "arrived": arrived, "messages": messages, "seconds": None}
    return {"wanted": lines, "arrived": arrived, "messages": messages, "seconds": time.perf_counter() - begun}


def interrupt(kernel: Kernel, code: str) -> dict:
    """The best of three tries, and what is burnt in the quietest of two seconds after the last."""
    best = None
    for _ in range(3):
        message_id = kernel.client.execute(code)
        time.sleep(0.7)
        begun = time.perf_counter()
        kernel.manager.interrupt_kernel()
        try:
            status = kernel.reply(message_id, 15)["status"]
        except queue.Empty:
            return {"ms": None, "cores_after": None, "status": "none"}
        millis = (time.perf_counter() - begun) * 1000
        best = millis if best is None else min(best, millis)
    shares = []
    for _ in range(2):
        before = kernel.cpu()
        time.sleep(1)
        shares.append(kernel.cpu() - before)
    return {"ms": best, "cores_after": min(shares), "status": status}


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def install(folder: Path) -> None:
    """Both profiles of our kernel, for Jupyter to find under {folder}."""
    for profile, name in (("default", "halfstep"), ("vector-off", "halfstep-vector-off")):
        words = ["install", "--prefix", folder, "--profile", profile, "--name", name]
        subprocess.run([ROOT / "halfstep", *words], check=True, stdout=sys.stderr)
    os.environ["JUPYTER_PATH"] = str(folder / "share" / "jupyter")


def java_on_path() -> None:
    """The stock kernel starts whatever java is first on the PATH: the very JDK that ours uses."""
    path = KernelManager(kernel_name="halfstep").kernel_spec.argv[0]
    os.environ["PATH"] = os.path.dirname(path) + os.pathsep + os.environ["PATH"]


def machine() -> dict:
    memory = psutil.virtual_memory().total / 2**30
    model = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return {"cpu": model, "cores": psutil.cpu_count(), "memory_gib": round(memory), "load": os.getloadavg()[0]}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7, help="starts of each kernel that count")
    options.add_argument("--lines", type=int, default=1_000_000, help="lines that one cell prints")
    options.add_argument("--only", action="append", choices=list(LANGUAGES), help="leave the other kernels out")
    options.add_argument("--write", action="store_true", help="update docs/performance.md and docs/perf-history.jsonl")
    chosen = options.parse_args()
    names = chosen.only or list(LANGUAGES)
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder))
        java_on_path()
        here = machine()
        results = starts(names, chosen.rounds)
        for name in names:
            results[name].update(work(name, chosen.lines))
            tell(f"{name}: {json.dumps(results[name])}")
    run = {
        "bench": "kernel",
        "date": datetime.date.today().isoformat(),
        "machine": {**here, "load_end": os.getloadavg()[0]},
        "rounds": chosen.rounds,
        "results": results,
    }
    print(kernel_report.table(run))
    if chosen.write:
        kernel_report.write(run, ROOT / "docs")


if __name__ == "__main__":
    main()
