"""Prints the Java of the texts in this folder: files of our own main sources, one after another.

    python make_java.py evaluation > java.txt
    python make_java.py calibration        (the second half of calibration.txt)

The texts are frozen copies: figures taken on them stay comparable while the sources move on. Run
this again only to renew them, together with every figure that was taken on them.
"""

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = "quant-lib/core/src/main/java/halfstep/"
MODELS = "quant-lib/models/src/main/java/halfstep/"

# No file is in both lists: what calibrates must not evaluate.
FILES = {
    "evaluation": [
        CORE + "hqq/HqqSolver.java",
        CORE + "hqq/ShrinkLp.java",
        CORE + "rtn/RoundToNearest.java",
        CORE + "quant/Grouping.java",
        MODELS + "llm/Rope.java",
        MODELS + "llm/CausalAttention.java",
    ],
    "calibration": [
        CORE + "awq/AwqScaleSearch.java",
        CORE + "awq/Salience.java",
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=FILES)
    for name in FILES[parser.parse_args().part]:
        print(f"// {name}")
        print((ROOT / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
