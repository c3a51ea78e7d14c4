"""The checker on reports whose errors people marked, and on planted faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.verify import Mark, matched, read_texts, score

pytestmark = [pytest.mark.data, pytest.mark.slow]


def test_marked_errors_are_found_as_well_as_the_bars_ask(data_dir: Path) -> None:
    found = score(read_texts(data_dir / "accuracy-shared-task"))
    assert found["overall"]["recall"] >= 0.69
    assert found["overall"]["precision"] >= 0.76
    assert found["by_type"]["NUMBER"]["recall"] >= 0.85
    assert found["by_type"]["NUMBER"]["precision"] >= 0.85


def test_one_submission_takes_one_gold_error_from_left_to_right() -> None:
    gold = [Mark(1, 2, "NUMBER"), Mark(3, 3, "NAME"), Mark(9, 9, "WORD")]
    pairs = matched([Mark(1, 3, "NUMBER"), Mark(3, 4, "NAME"), Mark(3, 3, "NAME")], gold)
    assert [(mine.first, theirs.first) for mine, theirs in pairs] == [(1, 1), (3, 3)]
