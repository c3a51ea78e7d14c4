"""The pages: generated ones are up to date, links lead somewhere, both languages have the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.training import LEARNERS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), "run: python docs/generate.py"


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_both_readmes_have_the_same_parts() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    for mark in ("\n## ", "\n- **", "```", "\n  ", "<!-- tested -->"):
        assert english.count(mark) == chinese.count(mark), mark
    assert verbs(english) == verbs(chinese)


def verbs(text: str) -> list[str]:
    return re.findall(r"^(?:jixiao|make) \w+", text, re.M)


@pytest.mark.parametrize("page", ["docs/models.md", "docs/zh/models.md"])
def test_the_page_of_models_tells_of_every_learner(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    names = {name.rsplit(".v", 1)[0] for name in LEARNERS}
    (table,) = [part for part in re.split(r"\n\n", text) if "\n| `auto` |" in part]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == names
