"""Writes SHA256SUMS of all files of a folder into it, as sha256sum -c reads them: sums.py FOLDER"""

import hashlib
import sys
from pathlib import Path

folder = Path(sys.argv[1])
target = folder / "SHA256SUMS"
files = sorted(file for file in folder.rglob("*") if file.is_file() and file != target)
lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n" for file in files]
target.write_text("".join(lines))
