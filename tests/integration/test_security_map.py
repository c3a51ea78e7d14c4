"""The security pages: every requirement of level 2 once, and every test they name exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/security.md", "docs/zh/security.md")
LEVEL_2 = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6
3.5:1-5 3.7:1-2 4.1:1-3 4.2:1 4.3:1-2 4.4:1-4 5.1:1 5.2:1-3 5.3:1-2 5.4:1-3 8.1:1-2 8.2:1-3 8.3:1
8.4:1 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1 12.1:1-3 12.2:1-2 12.3:1-4 13.1:1 13.2:1-5
13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1 16.2:1-5 16.3:1-4
16.4:1-3 16.5:1-3 17.1:1 17.2:1-4 17.3:1-2
"""
"""Requirements of ASVS 5.0.0 at levels 1 and 2, by section, of all chapters but 6, 7, 9 and 10."""


def wanted() -> set[str]:
    found = set()
    for section in LEVEL_2.split():
        name, _, span = section.partition(":")
        first, _, last = span.partition("-")
        found |= {f"{name}.{n}" for n in range(int(first), int(last or first) + 1)}
    return found


def rows(page: str) -> list[list[str]]:
    text = (ROOT / page).read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def told(page: str) -> Counter[str]:
    cells = (row[0] for row in rows(page))
    return Counter(one for cell in cells for one in re.split(r", |、", cell) if one[:1].isdigit())


@pytest.mark.parametrize("page", PAGES)
def test_every_requirement_of_level_2_stands_in_one_row(page: str) -> None:
    found = told(page)
    assert wanted() - found.keys() == set()
    assert {one: n for one, n in found.items() if n > 1} == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"`((?:[a-z0-9_]+/)*test_[a-z0-9_]+\.py)`", text))
    assert len(named) > 40
    tests = ROOT / "tests"
    lost = {name for name in named if not any((tests / at / name).is_file() for at in ("", "unit"))}
    assert lost == set()


def test_both_languages_say_the_same_of_every_requirement() -> None:
    words = {"是": "yes", "部分": "partly", "否": "gap", "不适用": "n/a"}
    english = {row[0].replace("、", ", "): row[1] for row in rows(PAGES[0])}
    chinese = {row[0].replace("、", ", "): words.get(row[1], row[1]) for row in rows(PAGES[1])}
    same = {key for key in english if key[:1].isdigit()}
    assert same == {key for key in chinese if key[:1].isdigit()}
    assert {key: english[key] for key in same} == {key: chinese[key] for key in same}
