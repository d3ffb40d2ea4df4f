"""Where the second core goes: HQQ in one process on both cores, beside two processes of one core each.

usage: cores.py --java JAVA --classpath FILE

Processes that share no line of code in flight and no lock are still slowed by what they share of the machine: its memory,
its caches, its host. Together they show how much two cores of this machine can do at most.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

from run import FLAGS, machine

WORK = ["-p", "work=hqq 4 1 0.02", "-f", "1", "-wi", "3", "-i", "8", "-w", "1", "-r", "2"]


def milliseconds(options, cores):
    """Wall time of each iteration of HQQ on 4096 x 4096 weights by a process bound to some cores."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        flags = " ".join([*FLAGS, f"-XX:ActiveProcessorCount={len(cores)}"])
        command = [options.java, "-Djmh.ignoreLock=true", *FLAGS, "-cp", open(options.classpath).read().strip(), "org.openjdk.jmh.Main"]
        command += ["DataFreeBench", *WORK, "-jvmArgs", flags, "-rf", "json", "-rff", out.name]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        return json.load(out)[0]["primaryMetric"]["rawData"][0]


def said(name, times):
    middle = statistics.median(times)
    print(f"{name}: {middle:.1f} ms (±{50 * (max(times) - min(times)) / middle:.0f} %)", flush=True)
    return middle


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--classpath", required=True, help="a file that holds it")
    options = parser.parse_args()
    first, second = sorted(os.sched_getaffinity(0))[:2]
    print(machine())
    alone = said("one process, one core", milliseconds(options, {first}))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pair = list(pool.map(lambda core: milliseconds(options, {core}), (first, second)))
    beside = said("two processes at once, one core each", pair[0] + pair[1])
    both = said("one process, both cores", milliseconds(options, {first, second}))
    zeroing = pathlib.Path(__file__).with_name("Zeroing.java")
    print("of it memory for codes, by one thread: ", end="", flush=True)
    subprocess.run([options.java, zeroing], check=True)
    print(f"\nthe machine: {2 * alone / beside:.2f}x of one core at most")
    print(f"ours: {alone / both:.2f}x, {beside / 2 / both:.0%} of that")


if __name__ == "__main__":
    main()
