"""Our benchmarks and the reference's in one run: a table, and one row for docs/perf-history.jsonl.

usage: run.py --java JAVA --classpath FILE [--history FILE]

Everything runs on one core (JVM: -XX:ActiveProcessorCount=1, torch: one thread), then HQQ once more
on all. Figures are CPU time per operation: on a shared machine wall time tells of the neighbours.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
FLAGS = ["--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g"]


def jmh(options, cores, include, extra=()):
    """Runs some benchmarks."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        flags = FLAGS + [f"-XX:ActiveProcessorCount={cores}"]
        command = [options.java, *FLAGS, "-cp", pathlib.Path(options.classpath).read_text().strip()]
        command += ["org.openjdk.jmh.Main", include, "-prof", "halfstep.bench.CpuTime"]
        command += ["-rf", "json", "-rff", out.name, "-jvmArgs", " ".join(flags), *extra]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return parsed(json.load(open(out.name)))


def parsed(rows):
    """JMH's rows as {name: {"cpu_ms", "wall_ms", "spread"}}."""
    results = {}
    for row in rows:
        owner, method = row["benchmark"].split(".")[-2:]
        parameter = " ".join(row.get("params", {}).values())
        prefix = {"MatmulBench": "matmul ", "HalvesBench": "halves ", "QuantizedLinearBench": "linear "}
        name = (prefix.get(owner, "") + parameter).strip() or method
        cpu = row["secondaryMetrics"]["cpu"]["rawData"][0]
        results[name] = {
            "cpu_ms": statistics.median(cpu),
            "spread": (max(cpu) - min(cpu)) / statistics.median(cpu),
            "wall_ms": row["primaryMetric"]["score"],
        }
    return results


def machine():
    model = platform.processor() or platform.machine()
    try:
        lines = open("/proc/cpuinfo").read().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        flags = next(line for line in lines if line.startswith("flags"))
        model += ", AVX-512" if "avx512f" in flags else ", AVX2" if "avx2" in flags else ""
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def table(ours, reference):
    lines = ["| work | ours, CPU ms (spread) | torch, CPU ms | ratio |", "|---|---|---|---|"]
    for name in sorted(ours):
        row = ours[name]
        their = reference.get(name)
        other = f"{their['cpu_ms']:.2f} | {their['cpu_ms'] / row['cpu_ms']:.1f}×" if their else "| "
        lines.append(f"| {name} | {row['cpu_ms']:.2f} (±{100 * row['spread'] / 2:.0f} %) | {other} |")
        blocked = reference.get(name + " blocked")
        if blocked:
            ratio = blocked["cpu_ms"] / row["cpu_ms"]
            lines.append(f"| — beside torch in cache-sized blocks | | {blocked['cpu_ms']:.2f} | {ratio:.1f}× |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--classpath", required=True, help="a file that holds it")
    parser.add_argument("--history", help="file to append a row to")
    parser.add_argument("--include", default="halfstep.bench", help="JMH's pattern")
    options = parser.parse_args()
    ours = jmh(options, 1, options.include)
    two = jmh(options, os.cpu_count(), "DataFreeBench", ["-p", "work=hqq 4 1 0.02"])
    done = subprocess.run(
        [sys.executable, HERE / "reference.py", "--quick"], check=True, stdout=subprocess.PIPE
    )
    reference = json.loads(done.stdout)
    row = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "java": subprocess.run(
            [options.java, "-version"], stderr=subprocess.PIPE, text=True, check=True
        ).stderr.split("\n")[1],
        "torch": reference["torch"],
        "ours": ours,
        "all cores": two,
        "reference": reference["results"],
    }
    print(table(ours, reference["results"]))
    for name, result in two.items():
        speedup = ours[name]["wall_ms"] / result["wall_ms"] if name in ours else float("nan")
        print(f"\n{name} on {os.cpu_count()} cores: {result['wall_ms']:.1f} ms wall, {speedup:.2f}× of one")
    if options.history:
        with open(options.history, "a") as history:
            history.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
