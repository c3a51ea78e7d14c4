"""The checker on reports whose errors people marked, and on planted faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.verify import Mark, count, look_of, matched, read_texts, spread, summary
from benchmarks.verify_facts import mapping

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def parts(data_dir: Path) -> dict[str, list]:
    texts, known = read_texts(data_dir / "accuracy-shared-task"), mapping()
    look = {text.id for text in look_of(texts)}
    counts = {text.id: count(text, known) for text in texts}
    held = [counts[name] for name in counts if name not in look]
    return {"all": list(counts.values()), "held": held}


@pytest.mark.parametrize(
    ("part", "recall", "precision"), [("all", 0.77, 0.81), ("held", 0.72, 0.79)]
)
def test_marked_errors_are_found_as_well_as_the_bars_ask(part, recall, precision, parts) -> None:
    found = summary(parts[part])
    assert found["overall"]["recall"] >= recall
    assert found["overall"]["precision"] >= precision
    assert found["by_type"]["NUMBER"]["recall"] >= 0.85
    assert found["by_type"]["NUMBER"]["precision"] >= 0.85


def test_intervals_lie_around_the_figures(parts) -> None:
    found = summary(parts["all"])["overall"]
    for key, (low, high) in zip(("recall", "precision"), spread(parts["all"]), strict=True):
        assert low < found[key] < high


def test_one_submission_takes_one_gold_error_from_left_to_right() -> None:
    gold = [Mark(1, 2, "NUMBER"), Mark(3, 3, "NAME"), Mark(9, 9, "WORD")]
    pairs = matched([Mark(1, 3, "NUMBER"), Mark(3, 4, "NAME"), Mark(3, 3, "NAME")], gold)
    assert [(mine.first, theirs.first) for mine, theirs in pairs] == [(1, 1), (3, 3)]
