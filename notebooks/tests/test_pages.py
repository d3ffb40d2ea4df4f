"""Pages and notebooks as a reader meets them: links lead somewhere, words are spelt, Binder's files fit the build."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from launcher import ROOT

SKIPPED = {"target", ".venv", ".venvs", ".git", "out", "dist", ".ipynb_checkpoints", "__pycache__"}
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|(?:src|srcset|href)=\"([^\"]+)\"")
TOOLS = Path(sys.executable).parent
BINDER = ROOT / "binder"


def pages() -> list[Path]:
    """Every page and notebook of the repository, not those of builds and environments."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in SKIPPED]
        found += [Path(folder) / file for file in files if file.endswith((".md", ".ipynb"))]
    return sorted(found)


@cache
def text(page: Path) -> str:
    """What is written on a page, its code left out: of a notebook the text between the cells."""
    whole = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(whole)["cells"]
        whole = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return FENCED.sub("", whole)


def links(page: Path) -> list[str]:
    """Addresses on a page, pictures included; nothing of what stands in `code`."""
    return [one or other for one, other in LINK.findall(re.sub(r"`[^`\n]*`", "`code`", text(page)))]


@cache
def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    seen: Counter[str] = Counter()
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text(page)))
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text(page), re.MULTILINE):
        words = re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def broken(page: Path) -> list[str]:
    """Links of a page that lead nowhere in the repository; addresses on the net are not asked."""
    wrong = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            wrong.append(f"{link}: no such file")
        elif anchor and target.suffix in (".md", ".ipynb") and anchor not in anchors(target):
            wrong.append(f"{link}: no heading of that name")
    return wrong


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    assert broken(page) == []


def test_a_wrong_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A b, `c`\n[here](#a-b-c) [no](#a-c) [file](none.md) [net](https://e.org/)\n```\n[x](y)\n```\n")
    assert broken(page) == ["#a-c: no heading of that name", "none.md: no such file"]


def spelling(*files: Path) -> str:
    """What typos holds to be misspelt, a line each."""
    run = subprocess.run(
        [TOOLS / "typos", "--format", "brief", "--config", ROOT / ".ci" / "typos.toml", *files],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode in (0, 2), run.stderr
    return run.stdout


def test_words_are_spelt() -> None:
    assert spelling(*pages()) == ""


def test_a_misspelt_word_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("A quantized wei" + "gth.\n")  # in two pieces, lest it be found here
    assert "`weight`" in spelling(page)


@pytest.mark.parametrize("name", ["binder/postBuild", "binder/start"])
def test_binders_scripts_pass_shellcheck(name: str) -> None:
    script = ROOT / name
    assert os.access(script, os.X_OK), f"repo2docker wants {name} to be executable"
    check = subprocess.run([TOOLS / "shellcheck", script], capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stdout


def test_binder_has_what_the_build_and_the_notebooks_name() -> None:
    environment = dict(re.findall(r"^  - ([\w-]+)=([\d.]+)$", (BINDER / "environment.yml").read_text(), re.MULTILINE))
    release = re.search(r"<maven.compiler.release>(\d+)<", (ROOT / "pom.xml").read_text()).group(1)
    assert environment["openjdk"] == release
    pinned = dict(re.findall(r"^(\w+)==([\d.]+)$", (ROOT / "kernel/python/requirements.txt").read_text(), re.MULTILINE))
    for module in ("ipywidgets", "anywidget"):
        assert environment[module] == pinned[module], module
    assert {"fontconfig", "fonts-dejavu-core"} <= set((BINDER / "apt.txt").read_text().split())

    build = (BINDER / "postBuild").read_text()
    for folder in re.findall(r"(?<= )([\w*/-]+)/target\b", build):
        assert list(ROOT.glob(f"{folder}/pom.xml")), f"postBuild: no module {folder}"
    assert "lib=$root/magics/target/dist/lib" in (ROOT / "halfstep").read_text(), "what postBuild keeps"
    assert "./halfstep install --user" in build and "-Xmx768m" in (BINDER / "start").read_text()
