"""Writes the course as pages for a static host: every notebook executed, and an index.

    .venv/bin/python notebooks/course_site.py site/

``./halfstep run`` writes the pages; the index is README.md with its links turned to them. Nothing in a page is fetched from
elsewhere but MathJax, which nbconvert names for formulas.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

from nbconvert.filters.markdown_mistune import markdown2html_mistune

HERE = Path(__file__).resolve().parent
STYLE = """:root { color-scheme: light dark }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
.anchor-link { display: none }
table { border-collapse: collapse } th, td { padding: .3rem .9rem .3rem 0; text-align: left; border-bottom: 1px solid }
pre { overflow: auto }"""


def index() -> str:
    """README.md as a page whose links lead to the pages beside it."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    title = re.search(r"^# (.*)$", text, re.MULTILINE).group(1)
    text = re.sub(r"\]\(([\w-]+)\.ipynb\)", r"](\1.html)", text)
    text = re.sub(r"\[([^]]*)\]\((?:models|data|jshell|teaching)[\w/.#-]*\)", r"\1", text)  # not on the host
    body = markdown2html_mistune(text)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n'
        "</main>\n</body>\n</html>\n"
    )


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index(), encoding="utf-8")
    notebooks = sorted(HERE.glob("*.ipynb"))
    return subprocess.run([HERE.parent / "halfstep", "run", *notebooks, "--html", folder]).returncode


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: course_site.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
