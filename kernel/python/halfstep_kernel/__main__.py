"""Finds a JDK and becomes the kernel, or Halfstep's command line.

    python -m halfstep_kernel CONNECTION_FILE    what Jupyter calls
    python -m halfstep_kernel COMMAND ...        install, quantize, eval, doctor ...

``install --sys-prefix`` replaces this start by one without Python in between and with a cache that shortens it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MINIMUM = 25
HERE = Path(__file__).resolve().parent
JARS = HERE / "jars"
FLAGS_FILE = HERE / "jvm-flags.txt"  # the wheel's copy of what the kernelspec is written from
PROFILE = ["--add-modules=jdk.incubator.vector"]
PATTERNS = ["/usr/lib/jvm/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home", "~/.sdkman/candidates/java/*", "~/.jdks/*"]
if os.name == "nt":
    PATTERNS = [r"C:\Program Files\Java\*", r"C:\Program Files\Eclipse Adoptium\*", r"C:\Program Files\Microsoft\jdk-*"]


def homes() -> Iterator[Path]:
    """Folders in which a JDK may be, best first."""
    for name in ("HALFSTEP_JAVA_HOME", "JAVA_HOME", "CONDA_PREFIX"):
        if os.environ.get(name):
            yield Path(os.environ[name])
    yield Path(sys.prefix)
    yield Path(sys.prefix) / "lib" / "jvm"
    if found := shutil.which("java"):
        yield Path(found).resolve().parent.parent
    for pattern in PATTERNS:
        path = Path(pattern).expanduser()
        yield from sorted(path.parent.glob(path.name), reverse=True)


def version(home: Path) -> int:
    """Feature version of a JDK by its release file; 0 where there is none."""
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def find_java() -> Path:
    name = "java.exe" if os.name == "nt" else "java"
    seen = []
    for home in homes():
        java = home / "bin" / name
        if java.is_file():
            seen.append(f"{home} (Java {version(home)})")
            if version(home) >= MINIMUM:
                return java
    what = f"found only {', '.join(dict.fromkeys(seen))}" if seen else "found no Java"
    sys.exit(
        f"halfstep: {what}, but JDK {MINIMUM} or newer is needed; install one (for example Temurin from "
        "https://adoptium.net) or set HALFSTEP_JAVA_HOME to its folder."
    )


def flags(text: str) -> list[str]:
    """What the file of flags says for this system."""
    found = []
    for line in text.splitlines():
        name, _, flag = line.rpartition(": ")
        if line and not line.startswith("#") and (not name or name.lower() == sys.platform):
            found.append(flag)
    return found


def main() -> None:
    words = sys.argv[1:]
    kernel = len(words) == 1 and words[0].endswith(".json")
    main_class = "halfstep.kernel.KernelMain" if kernel else "halfstep.magics.cli.Main"
    classes = os.pathsep.join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    if not classes.isascii() and os.name != "nt":
        os.environ["LC_ALL"] = "C.UTF-8"  # Java finds such files in no other locale
    given = flags(FLAGS_FILE.read_text(encoding="utf-8"))
    command = [str(find_java()), *given, *PROFILE, "-cp", classes, main_class, *words]
    if os.name == "nt":  # there exec would leave Jupyter with a process that has ended
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
