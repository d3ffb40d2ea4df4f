"""Packs the kernel as a wheel: python make_wheel.py JARS VERSION FOLDER

A wheel is a zip with a list of its files; no tool is needed to write one, and the same jars give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESOURCES = HERE.parent / "src" / "main" / "resources" / "halfstep" / "kernel" / "install"
MOMENT = (2026, 1, 1, 0, 0, 0)
SPEC = {
    "argv": ["python", "-m", "halfstep_kernel", "{connection_file}"],
    "display_name": "Halfstep (Java)",
    "language": "java",
    "interrupt_mode": "message",
}
METADATA = """Metadata-Version: 2.1
Name: halfstep-kernel
Version: {version}
Summary: A Jupyter kernel in Java whose magics open up weight quantization of language models. Needs JDK 25 or newer.
License: Apache-2.0
Requires-Python: >=3.10
Requires-Dist: jupyter_client>=7
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: halfstep\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[console_scripts]\nhalfstep-kernel = halfstep_kernel.__main__:main\n"


def pep440(version: str) -> str:
    """Maven's version as Python writes it."""
    return re.sub(r"-SNAPSHOT$", ".dev0", version)


class Wheel:
    def __init__(self, file: Path):
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.record: list[str] = []

    def add(self, name: str, content: bytes) -> None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(content)}")
        self.write(name, content)

    def write(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, MOMENT)
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(".jar") else zipfile.ZIP_DEFLATED
        self.zip.writestr(entry, content)


def make(jars: Path, version: str, folder: Path) -> Path:
    found = sorted(jars.glob("*.jar"))
    if not found:
        sys.exit(f"halfstep: {jars} holds no jars")
    version = pep440(version)
    name = f"halfstep_kernel-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-py3-none-any.whl"
    fresh = file.with_suffix(".new")
    wheel = Wheel(fresh)
    for source in sorted((HERE / "halfstep_kernel").glob("*.py")):
        wheel.add(f"halfstep_kernel/{source.name}", source.read_bytes())
    wheel.add("halfstep_kernel/jvm-flags.txt", (RESOURCES / "jvm-flags.txt").read_bytes())
    for jar in found:
        wheel.add(f"halfstep_kernel/jars/{jar.name}", jar.read_bytes())
    kernel = f"{name}.data/data/share/jupyter/kernels/halfstep"
    wheel.add(f"{kernel}/kernel.json", json.dumps(SPEC, indent=2).encode())
    for logo in sorted(RESOURCES.glob("logo-*")):
        wheel.add(f"{kernel}/{logo.name}", logo.read_bytes())
    info = f"{name}.dist-info"
    wheel.add(f"{info}/METADATA", METADATA.format(version=version).encode())
    wheel.add(f"{info}/WHEEL", WHEEL.encode())
    wheel.add(f"{info}/entry_points.txt", ENTRY_POINTS.encode())
    wheel.write(f"{info}/RECORD", "\n".join([*wheel.record, f"{info}/RECORD,,", ""]).encode())
    wheel.zip.close()
    fresh.replace(file)
    return file


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
