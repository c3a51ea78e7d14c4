from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score
from tests.unit.training.tiny_weights import CLASS, CLASSES, NUMBER, ORDINAL

from jixiao.contracts import Examples
from jixiao.core import ModelError
from jixiao.training.outputs import (
    judge_levels,
    judge_many_classes,
    judge_one_class,
    known_rows,
    output_for,
    target_array,
)


def test_kappa_and_accuracy_are_those_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    raw = np.sort(generator.normal(size=(200, 3)) * 3, axis=1)[:, ::-1]
    y = generator.integers(0, 4, 200)
    found = judge_levels(raw, y)
    above = 1 / (1 + np.exp(-raw))
    edges = np.hstack([np.ones((200, 1)), above, np.zeros((200, 1))])
    pick = (edges[:, :-1] - edges[:, 1:]).argmax(axis=1)
    assert found["accuracy"] == pytest.approx((pick == y).mean())
    assert found["quadratic_kappa"] == pytest.approx(
        cohen_kappa_score(pick, y, weights="quadratic")
    )
    assert found["score"] == pytest.approx((found["accuracy"] + found["quadratic_kappa"]) / 2)


def test_one_level_throughout_has_no_kappa_but_a_score() -> None:
    found = judge_levels(np.full((5, 3), 9.0), np.full(5, 3))
    assert found["quadratic_kappa"] == 0.0
    assert found["accuracy"] == 1.0


def test_classes_are_judged_as_scikit_learn_judges_them() -> None:
    generator = np.random.default_rng(1)
    raw, y = generator.normal(size=(50, 3)), generator.integers(0, 2, (50, 3))
    expected = f1_score(y, raw > 0, average="micro")
    assert judge_many_classes(raw, y)["score"] == pytest.approx(expected)
    assert judge_one_class(np.eye(3), np.array([0, 1, 0]))["accuracy"] == pytest.approx(2 / 3)


def test_rows_without_a_target_are_left_out() -> None:
    rows = np.arange(3)
    assert known_rows(Examples(rows=rows, y=np.array([0, -1, 2])), ORDINAL).tolist() == [0, 2]
    numbers = Examples(rows=rows, y=np.array([1.0, np.nan, 2.0]))
    assert known_rows(numbers, NUMBER).tolist() == [0, 2]
    with pytest.raises(ModelError, match="JX-E323"):
        known_rows(Examples(rows=rows), CLASS)


def test_targets_have_the_type_their_loss_wants() -> None:
    assert target_array(np.array([1, 2]), CLASS).dtype == np.int64
    assert target_array(np.array([[1, 0]]), CLASSES).dtype == np.float32
    assert target_array(np.array([1.5]), NUMBER).dtype == np.float32


@pytest.mark.parametrize(("task", "width"), [(ORDINAL, 3), (CLASS, 3), (CLASSES, 3), (NUMBER, 1)])
def test_heads_have_the_width_of_their_task(task: object, width: int) -> None:
    import torch

    y = np.eye(3, dtype=np.float32) if task is CLASSES else np.array([0, 1, 2])
    output = output_for(task, y)  # type: ignore[arg-type]
    raw = output.head(5)(torch.zeros(3, 5))
    assert raw.shape == (3, width)
    target = torch.from_numpy(target_array(y, task))  # type: ignore[arg-type]
    assert torch.isfinite(output.loss(raw, target))
