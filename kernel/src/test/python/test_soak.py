"""Three hundred cells leave little behind: the short form of soak.py, by what survives a full collection."""

from soak import CELLS
from wire import started

LEFT = """
System.gc();
java.lang.management.ManagementFactory.getMemoryPoolMXBeans().stream()
    .filter(p -> !p.getName().contains("Code"))
    .mapToLong(p -> p.getUsage().getUsed()).sum()
"""


def test_cells_leave_little_behind():
    with started() as own:
        before = None
        for i in range(1, 401):
            own.run(CELLS[i % len(CELLS)].format(i=i))
            if i == 100:  # what is made once is there
                before = int(own.run(LEFT).result["text/plain"])
        grown = int(own.run(LEFT).result["text/plain"]) - before
        print(f"{grown / 300:.0f} bytes a cell, heap and metaspace")
        assert grown < 300 * 12_288  # 8 kB were measured; of old, JShell kept some 13 kB of heap alone
