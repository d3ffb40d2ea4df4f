#!/usr/bin/env python3
"""Runs every experiment of the laboratory with its default options and tells what each took.

    python3 bench/lab.py [--heap 512m] [--json FILE] [EXPERIMENT ...]

Wall time, CPU seconds (user and system, all threads) and the most memory that was resident
(the kernel's VmHWM, which wait4 reports as ru_maxrss). The heap is what Java takes of itself on a
machine of 2 GiB, a quarter; what lies beside the heap is limited to as much again. Needs nothing
but the Python that is there. Status 1 if an experiment fails, or takes more than the goal of two
minutes of wall time and 2 GiB.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# name of the experiment -> model and line; no options but what a line cannot do without
EXPERIMENTS = {
    "sensitivity": "natural sensitivity",
    "allocate": "natural allocate",
    "plan": "natural plan",
    "shift": "salient shift",
    "baseline": "natural baseline",
    "choose": "natural choose --stack vllm",
    "experts": "experts experts",
    "draft": "natural draft",
    "lora": "natural lora",
    "logic": "natural logic",
    "fused": "natural fused 0.down_proj",
}

MOST_SECONDS = 120
MOST_MIB = 2048


def measured(line, heap):
    """Runs one experiment; its answer is thrown away, its errors are shown."""
    environment = dict(os.environ)
    environment["JAVA_TOOL_OPTIONS"] = f"-Xmx{heap}"
    command = [os.path.join(ROOT, "halfstep"), "lab-report", *line.split()]
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = [one for one in errors.splitlines() if not one.startswith(("Picked up", "WARNING"))]
    return {
        "line": line,
        "status": process.returncode,
        "wall": round(time.monotonic() - begun, 1),
        "cpu": round(usage.ru_utime + usage.ru_stime, 1),
        "mib": round(usage.ru_maxrss / (1 if platform.system() == "Linux" else 1024) / 1024),
        "errors": lines,
    }


def reached(row):
    return row["status"] == 0 and row["wall"] <= MOST_SECONDS and row["mib"] <= MOST_MIB


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT")
    parser.add_argument("--heap", default="512m", help="Java's -Xmx; default 512m")
    parser.add_argument("--json", metavar="FILE", help="write the figures there, too")
    wanted = parser.parse_args()
    unknown = [name for name in wanted.experiments if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"no experiment {', '.join(unknown)}; there are {', '.join(EXPERIMENTS)}")
    load = os.getloadavg()[0]
    print(
        f"{datetime.date.today()}, {os.cpu_count()} CPUs, load {load:.1f} at the start, "
        f"-Xmx{wanted.heap}\n"
    )
    print("| line | wall, s | CPU, s | resident at most, MiB |\n|---|---|---|---|", flush=True)
    rows = []
    for name in wanted.experiments or EXPERIMENTS:
        row = measured(EXPERIMENTS[name], wanted.heap)
        rows.append(row)
        failed = f" (status {row['status']})" if row["status"] else ""
        print(
            f"| `{row['line']}`{failed} | {row['wall']:.0f} | {row['cpu']:.0f} | {row['mib']} |",
            flush=True,
        )
        for error in row["errors"]:
            print(error, file=sys.stderr)
    if wanted.json:
        with open(wanted.json, "w", encoding="utf-8") as file:
            json.dump({"load": load, "heap": wanted.heap, "rows": rows}, file, indent=1)
    missed = [row["line"] for row in rows if not reached(row)]
    if missed:
        print(f"\nbeyond {MOST_SECONDS} s or {MOST_MIB} MiB, or failed: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
