"""Writes each notebook as a script for JShell beside this file: the same text, the same lines.

    python notebooks/jshell/make.py [FOLDER]

Text becomes comments, a magic becomes the call that takes the same words, and what it keeps with ``--as`` is fetched
into a variable. Run one with ``cd notebooks && ../halfstep shell jshell/NN-….jsh``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TYPES = {  # what --as keeps, by the words a line begins with
    "load": "Model",
    "hqq run": "List<HqqStep>",
    "hqq sweep": "List<halfstep.magics.table.VariantError>",
    "hqq compare": "List<halfstep.magics.table.VariantError>",
    "awq search": "List<halfstep.magics.table.ScaleSearch>",
    "awq compare": "SalienceOverlap",
    "bench model": "List<halfstep.magics.table.ModelError>",
    "bench matvec": "List<halfstep.roofline.ProductRate>",
    "bench": "List<LayerError>",
    "export": "halfstep.export.Inspection",
    "show packing": "List<halfstep.pack.PackedWord>",
    "lab allocate": "halfstep.lab.allocation.Allocations",
    "lab baseline": "halfstep.lab.baseline.Ladder",
    "lab draft": "halfstep.lab.draft.DraftStudy",
    "lab experts": "halfstep.lab.experts.ExpertStudy",
    "lab fused": "List<halfstep.lab.fused.ProductPair>",
    "lab lora": "halfstep.lab.lora.LoraStudy",
    "lab plan": "halfstep.lab.memory.ServingPlan",
    "lab sensitivity": "halfstep.lab.sensitivity.Sensitivity",
    "lab shift": "halfstep.lab.shift.CalibrationShift",
}


def scripts() -> dict[str, str]:
    """The text of each script by its name."""
    return {path.stem + ".jsh": script(path) for path in sorted(HERE.parent.glob("*.ipynb"))}


def script(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    parameters = set(re.findall(r"^%param (\w+)=", source(cells), re.MULTILINE))
    parts = [f"// {path.name} as a script; made by make.py"]
    for cell in cells:
        text = "".join(cell["source"])
        parts.append(comment(text) if cell["cell_type"] == "markdown" else code(text, parameters))
    return "\n\n".join(parts) + "\n\n/exit\n"


def source(cells: list[dict[str, object]]) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def comment(text: str) -> str:
    return "\n".join(f"// {line}".rstrip() for line in text.splitlines())


def code(text: str, parameters: set[str]) -> str:
    if text.startswith("%%"):
        words, _, body = text.partition("\n")
        return f"// {words}: a cell is timed in a notebook alone\n{body}"
    return "\n".join(magic(line, parameters) if line.startswith("%") else line for line in text.splitlines())


def magic(line: str, parameters: set[str]) -> str:
    words = line.removeprefix("%")
    text = json.dumps(words, ensure_ascii=False)
    text = re.sub(
        r"\$\{(\w+)}", lambda place: place[0] if place[1] in parameters else f'" + {place[1]} + "', text
    )
    calls = [f"magic({text})"]
    kept = re.search(r" --as (\w+)", words)
    if kept:
        kind = next(kind for start, kind in TYPES.items() if words.startswith(start))
        calls.append(f'{kind} {kept[1]} = Halfstep.value("{kept[1]}")')
    return "\n".join(calls)


def main(folder: Path) -> None:
    for name, text in scripts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
