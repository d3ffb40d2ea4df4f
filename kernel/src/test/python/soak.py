"""Runs two thousand cells and looks at the memory: python kernel/src/test/python/soak.py [CELLS]

A session as people have them: values, declarations that replace others, prints, errors, completions. Exits with 1 when
the resident memory leaves ±10 % of what it was at cell 200.
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


def main(count):
    with started() as kernel:
        process = psutil.Process(kernel.manager.provisioner.pid)
        base, worst, begun = None, 0.0, time.perf_counter()
        for i in range(1, count + 1):
            kernel.run(CELLS[i % len(CELLS)].format(i=i))
            if i % 7 == 0:
                kernel.ask("complete", "System.out.pri")
            if i % 100 == 0:
                now = megabytes(process)
                base = now if i == 200 else base
                if base is not None:
                    worst = max(worst, abs(now / base - 1), key=abs)
                seconds, cpu = time.perf_counter() - begun, sum(process.cpu_times()[:2])
                print(f"cell {i}: {now:.0f} MB, {seconds:.0f} s, {cpu:.0f} s of CPU", flush=True)
        print(f"{count} cells: resident memory within {worst:.1%} of that at cell 200 ({base:.0f} MB)")
        return worst <= 0.10


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000) else 1)
