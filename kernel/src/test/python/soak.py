"""Runs two thousand cells and looks at the memory: python kernel/src/test/python/soak.py [CELLS]

A session as people have them: values, declarations that replace others, prints, errors, completions. Every hundred cells
the resident memory is looked at twice: at once, with what the JVM's compilers hold in that moment, and at rest, when they
are done and the freed memory was given back (-XX:TrimNativeHeapInterval). Exits with 1 when that at rest leaves ±10 % of
what it was at cell 200.
"""

import sys
import time

import psutil
from wire import started

CELLS = [
    "1+1",
    "int x = {i};",
    'String s = "cell {i}"; s.length()',
    "for (int i = 0; i < 200; i++) System.out.println(i);",
    "record P(int a, int b) {{}}\nnew P({i}, 2)",
    "int twice(int n) {{ return 2 * n + {i}; }}\ntwice(21)",
    "IntStream.range(0, 100).boxed().map(i -> i * i).toList()",
    "new double[10_000].length",
    "missing + 1",
    'throw new IllegalStateException("cell {i}");',
]


def megabytes(process):
    return process.memory_info().rss / 2**20


REST_SECONDS = 12


def at_rest(process):
    time.sleep(REST_SECONDS)
    return megabytes(process)


def main(count):
    with started() as kernel:
        process = psutil.Process(kernel.manager.provisioner.pid)
        bases, worst = None, (0.0, 0.0)
        for i in range(1, count + 1):
            kernel.run(CELLS[i % len(CELLS)].format(i=i))
            if i % 7 == 0:
                kernel.ask("complete", "System.out.pri")
            if i % 100 == 0:
                now = megabytes(process), at_rest(process)
                bases = now if i == 200 else bases
                if bases is not None:
                    changes = [size / base - 1 for size, base in zip(now, bases)]
                    worst = tuple(max(pair, key=abs) for pair in zip(worst, changes))
                cpu = sum(process.cpu_times()[:2])
                print(f"cell {i}: {now[0]:.0f} MB, at rest {now[1]:.0f} MB, {cpu:.0f} s of CPU", flush=True)
        print(f"{count} cells: resident memory within {worst[0]:.1%} of that at cell 200 ({bases[0]:.0f} MB),")
        print(f"at rest within {worst[1]:.1%} ({bases[1]:.0f} MB)")
    return abs(worst[1]) <= 0.10


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000) else 1)
