from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from jixiao.contracts import Prediction, Scale, Task, TaskKind
from jixiao.core import ModelError
from jixiao.evaluation import METRICS, Judged, compute_all, judge, metric

RATING = Task(kind=TaskKind.ORDINAL, target="r", scale=Scale(levels=("1", "2", "3", "4")))
TOPICS = Task(kind=TaskKind.CLASSES, target="t", classes=("a", "b", "c"))
HOURS = Task(kind=TaskKind.NUMBER, target="h")
TWO = Task(kind=TaskKind.CLASS, target="c", classes=("no", "yes"))


def rated(seed: int, n_rows: int = 60) -> Judged:
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 4, n_rows)
    proba = generator.dirichlet(np.ones(4), n_rows) + np.eye(4)[y] * 0.3
    return judge(y, Prediction.of(proba / proba.sum(axis=1, keepdims=True), RATING), task=RATING)


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_rating_metrics_equal_scikit_learn(seed: int) -> None:
    judged = rated(seed)
    found, y, answers = compute_all(judged), judged.y_true, judged.answers
    expected = {
        "accuracy": reference.accuracy_score(y, answers),
        "macro_f1": reference.f1_score(y, answers, average="macro", zero_division=0),
        "macro_precision": reference.precision_score(y, answers, average="macro", zero_division=0),
        "macro_recall": reference.recall_score(y, answers, average="macro", zero_division=0),
        "mae": reference.mean_absolute_error(y, answers),
        "mse": reference.mean_squared_error(y, answers),
        "quadratic_kappa": reference.cohen_kappa_score(y, answers, weights="quadratic"),
        "log_loss": reference.log_loss(y, judged.proba, labels=range(4)),
        "off_by_one": (np.abs(y - answers) <= 1).mean(),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found["auc"] is None


def test_distances_are_in_values_of_the_scale_not_in_ranks() -> None:
    uneven = Task(
        kind=TaskKind.ORDINAL, target="r", scale=Scale(levels=("a", "b", "c"), values=(0, 10, 100))
    )
    judged = judge(np.array([0, 2]), Prediction(np.eye(3)[[1, 1]]), task=uneven)
    assert compute_all(judged)["mae"] == pytest.approx((10 + 90) / 2)


def test_number_metrics_equal_scikit_learn() -> None:
    generator = np.random.default_rng(1)
    y = generator.normal(size=50)
    value = y + generator.normal(size=50)
    found = compute_all(judge(y, Prediction(None, value), task=HOURS))
    assert found["mae"] == pytest.approx(reference.mean_absolute_error(y, value))
    assert found["rmse"] == pytest.approx(reference.root_mean_squared_error(y, value))
    assert found["r2"] == pytest.approx(reference.r2_score(y, value))
    assert found["accuracy"] is None
    assert found["quadratic_kappa"] is None


def test_metrics_of_several_classes_equal_scikit_learn() -> None:
    generator = np.random.default_rng(2)
    y = (generator.random((40, 3)) < 0.4).astype(np.int64)
    judged = judge(y, Prediction(generator.random((40, 3))), task=TOPICS)
    found, answers = compute_all(judged), judged.answers
    for average in ("micro", "macro", "samples"):
        expected = reference.f1_score(y, answers, average=average, zero_division=0)
        assert found[f"{average}_f1"] == pytest.approx(expected)
    assert found["macro_recall"] == pytest.approx(
        reference.recall_score(y, answers, average="macro", zero_division=0)
    )
    assert found["subset_accuracy"] == pytest.approx(reference.accuracy_score(y, answers))


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_area_under_the_curve_equals_scikit_learn_with_ties(seed: int) -> None:
    generator = np.random.default_rng(seed)
    y = np.concatenate([[0, 1], generator.integers(0, 2, 30)])
    sure = generator.integers(0, 6, 32) / 5
    judged = judge(y, Prediction(np.column_stack([1 - sure, sure])), task=TWO)
    assert compute_all(judged)["auc"] == pytest.approx(reference.roc_auc_score(y, sure))


def test_kappa_of_a_single_level_is_not_defined() -> None:
    judged = judge(np.array([1, 1]), Prediction(np.eye(4)[[1, 1]]), task=RATING)
    assert compute_all(judged)["quadratic_kappa"] is None
    assert compute_all(judged)["accuracy"] == 1.0


def test_a_user_adds_a_metric_by_registering_a_function() -> None:
    @metric("top_found.v1", kinds=("ordinal",))
    def top_found(judged: Judged) -> float:
        top = judged.y_true == judged.n_levels - 1
        return float((judged.answers[top] == judged.n_levels - 1).mean())

    try:
        judged = rated(3)
        assert compute_all(judged)["top_found"] == pytest.approx(top_found(judged))
        with pytest.raises(ValueError, match="registered twice"):
            metric("top_found.v1", kinds=("ordinal",))(top_found)
    finally:
        METRICS._things.pop("top_found.v1")


def test_a_metric_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'poem' is not a valid TaskKind"):
        metric("odd.v1", kinds=("poem",))(lambda judged: 0.0)


def test_a_length_that_differs_is_refused() -> None:
    with pytest.raises(ModelError, match=r"\[JX-E330\] evaluation: expected 3 predictions"):
        judge(np.array([0, 1, 2]), Prediction(np.eye(4)[[1, 1]]), task=RATING)
