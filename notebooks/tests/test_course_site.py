"""The index that course_site.py writes for a static host."""

from __future__ import annotations

import re
import sys

from launcher import ROOT

sys.path.insert(0, str(ROOT / "notebooks"))

import course_site  # noqa: E402


def test_the_index_leads_to_a_page_for_each_notebook_and_to_nothing_else_here() -> None:
    page = course_site.index()
    links = re.findall(r'href="([^"]*)"', page)
    here = {link for link in links if "://" not in link and not link.startswith("#")}
    assert here == {f"{path.stem}.html" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert "<script" not in page and 'src="' not in page
    assert page.count("<h1") == 1 and 'lang="en"' in page
