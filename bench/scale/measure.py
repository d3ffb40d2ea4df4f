"""A checkpoint of many gigabytes, quantized and exported in little memory, beside what binds it.

usage: measure.py --work DIR [--like llama-3-8b] [--layers 23] [--memory 1500MiB] [--format hqq] [--keep]

Writes a synthetic model (Llama-3-8B's shape unless said otherwise) of some blocks into DIR, measures the disk (direct reads and writes of
1 GB) and the solver (Solver.java: HQQ on a layer in memory) before and after, quantizes the
checkpoint with HQQ under --max-memory, and prints one JSON object. The process's largest resident
set and its CPU time are the kernel's own figures (wait4: the same number as VmHWM); what it read and
wrote is from /proc/PID/io. DIR is emptied in the end.

The bound is the time that one pass over the necessary bytes takes at the disk's rates, or the
weights at the solver's, whichever is longer; "share" is the bound over the time taken.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GIGA = 1 << 30


def disk(folder):
    """Bytes a second that a direct write and a direct read of 1 GiB reach."""
    probe = folder / "probe.bin"
    rates = []
    for command in (
        ["dd", "if=/dev/zero", f"of={probe}", "bs=8M", "count=128", "oflag=direct"],
        ["dd", f"if={probe}", "of=/dev/null", "bs=8M", "iflag=direct"],
    ):
        start = time.monotonic()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        rates.append(GIGA / (time.monotonic() - start))
    probe.unlink()
    return {"write": rates[0], "read": rates[1]}


def solver(java, seconds):
    lib = ROOT / "magics" / "target" / "dist" / "lib"
    command = [java, "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]
    command += ["-cp", f"{lib}/*", str(ROOT / "bench" / "scale" / "Solver.java"), str(seconds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def watch(pid, seen):
    """Keeps the newest figures of a process until it is gone."""
    while True:
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            io = pathlib.Path(f"/proc/{pid}/io").read_text()
        except OSError:
            return
        for line in (status + io).splitlines():
            key, _, value = line.partition(":")
            if key in ("VmHWM", "rchar", "wchar", "read_bytes", "write_bytes"):
                seen[key] = int(value.split()[0])
        time.sleep(0.2)


def timed(halfstep, words):
    """Runs halfstep and gives what it cost."""
    start = time.monotonic()
    process = subprocess.Popen([halfstep, *words, "--json"], stdout=subprocess.PIPE)
    seen = {}
    watcher = threading.Thread(target=watch, args=(process.pid, seen), daemon=True)
    watcher.start()
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"halfstep {' '.join(words)} ended with {status}")
    return {
        "seconds": time.monotonic() - start,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "resident_mib": usage.ru_maxrss / 1024,
        "vm_hwm_mib": seen.get("VmHWM", 0) / 1024,
        "disk_read_gb": seen.get("read_bytes", 0) / 1e9,
        "disk_written_gb": seen.get("write_bytes", 0) / 1e9,
        "said": json.loads(out),
    }


def linear_weights(model):
    """Weights in the linear layers of the blocks, by the shape."""
    shape = json.loads((model / "config.json").read_text())
    hidden, heads = shape["hidden_size"], shape["num_attention_heads"]
    head = shape.get("head_dim", hidden // heads)
    keys = shape["num_key_value_heads"] * head
    attention = 2 * hidden * heads * head + 2 * hidden * keys
    mlp = 3 * hidden * shape["intermediate_size"] * shape.get("num_local_experts", 1)
    return shape["num_hidden_layers"] * (attention + mlp)


def folder_bytes(folder):
    return sum(file.stat().st_size for file in folder.iterdir())


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--work", type=pathlib.Path, required=True)
    options.add_argument("--like", default="llama-3-8b")
    options.add_argument("--layers", type=int, default=23)
    options.add_argument("--halfstep", default=str(ROOT / "halfstep"), help="another launcher")
    options.add_argument("--memory", default="1500MiB")
    options.add_argument("--format", default="hqq")
    options.add_argument("--seconds", type=float, default=10, help="of the solver, each time")
    options.add_argument("--keep", action="store_true", help="leave the checkpoint")
    options = options.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    java = str(pathlib.Path(os.environ["JAVA_HOME"]) / "bin" / "java")
    model, out = options.work / "model", options.work / "out"
    result = {"load_before": os.getloadavg(), "cores": os.cpu_count()}
    if not model.exists():
        words = ["synth", "--like", options.like, "--layers", str(options.layers)]
        words += ["--out", str(model)]
        result["synth"] = timed(options.halfstep, words)
    if out.exists():
        shutil.rmtree(out)
    os.sync()  # what was written before must not keep the disk busy
    disks, solvers = [disk(options.work)], [solver(java, options.seconds)]
    words = ["quantize", str(model), "--method", "hqq", "--bits", "4", "--group", "64"]
    words += ["--format", options.format, "--out", str(out), "--max-memory", options.memory]
    run = timed(options.halfstep, words)
    disks.append(disk(options.work))
    solvers.append(solver(java, options.seconds))
    result["quantize"] = run
    result["disk"], result["solver"] = disks, solvers
    read, written = folder_bytes(model), folder_bytes(out)
    layers = linear_weights(model)
    by_disk = read / statistics.mean(d["read"] for d in disks) + written / statistics.mean(
        d["write"] for d in disks
    )
    by_solver = layers / statistics.mean(s["weights_per_second"] for s in solvers)
    result |= {
        "checkpoint_gb": read / 1e9,
        "quantized_weights": layers,
        "written_gb": written / 1e9,
        "bound_by_disk_seconds": by_disk,
        "bound_by_solver_seconds": by_solver,
        "share": max(by_disk, by_solver) / run["seconds"],
        "load_after": os.getloadavg(),
    }
    if not options.keep:
        shutil.rmtree(options.work)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
