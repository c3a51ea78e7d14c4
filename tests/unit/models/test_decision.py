from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jixiao.contracts import Prediction, Scale, Task, TaskKind
from jixiao.core import ModelError
from jixiao.models import ARGMAX, Rule, decide, rule_of
from jixiao.models.decision import MEDIAN, ROUNDED_MEAN
from jixiao.models.ordinal import cumulative_proba, exceedance, proba_of_exceedance
from jixiao.models.pool import Pool

RATING = Task(kind=TaskKind.ORDINAL, target="r", scale=Scale(levels=("1", "2", "3", "4")))
TOPICS = Task(kind=TaskKind.CLASSES, target="t", classes=("a", "b"))
HOURS = Task(kind=TaskKind.NUMBER, target="h")
logits = arrays(np.float64, (5, 3), elements=st.floats(-30, 30))
weights = arrays(np.float64, (6, 4), elements=st.floats(0.01, 1))


@given(logits)
def test_cumulative_heads_give_probabilities(raw: np.ndarray) -> None:
    proba = cumulative_proba(raw)
    assert (proba >= 0).all()
    assert np.allclose(proba.sum(axis=1), 1)


@given(weights)
def test_exceedance_and_probabilities_are_inverse(raw: np.ndarray) -> None:
    proba = raw / raw.sum(axis=1, keepdims=True)
    assert np.allclose(proba_of_exceedance(exceedance(proba)), proba)


@given(weights)
def test_cost_rules_are_argmax_median_and_rounded_mean(raw: np.ndarray) -> None:
    proba = raw / raw.sum(axis=1, keepdims=True)
    prediction = Prediction.of(proba, RATING)
    assert (decide(prediction, RATING) == proba.argmax(axis=1)).all()
    best = np.sort(proba, axis=1)
    clear = best[:, -1] - best[:, -2] > 1e-9
    missed = decide(prediction, RATING, Rule("cost", (1, 0, 0)))
    assert (missed == proba.argmax(axis=1))[clear].all()
    below = np.cumsum(proba, axis=1)
    clear = (np.abs(below - 0.5) > 1e-9).all(axis=1)
    median = (below < 0.5).sum(axis=1)
    assert (decide(prediction, RATING, MEDIAN) == median)[clear].all()
    mean = proba @ np.arange(4)
    clear = np.abs(mean % 1 - 0.5) > 1e-9
    assert (decide(prediction, RATING, ROUNDED_MEAN) == np.floor(mean + 0.5))[clear].all()


def test_cuts_and_offsets_move_answers() -> None:
    prediction = Prediction.of(np.array([[0.5, 0.3, 0.2, 0.0]]), RATING)
    assert decide(prediction, RATING, Rule("cuts", (0.1, 0.9, 2.0))).tolist() == [1]
    assert decide(prediction, RATING, Rule("offsets", (0, 0, 2.0, 0))).tolist() == [2]


def test_several_classes_and_numbers() -> None:
    prediction = Prediction(np.array([[0.6, 0.3]]))
    assert decide(prediction, TOPICS).tolist() == [[1, 0]]
    assert decide(prediction, TOPICS, Rule("thresholds", (0.7, 0.2))).tolist() == [[0, 1]]
    assert decide(Prediction(None, np.array([2.5])), HOURS).tolist() == [2.5]


def test_a_rule_of_another_scale_is_refused() -> None:
    prediction = Prediction.of(np.eye(4), RATING)
    with pytest.raises(ModelError, match="expected 3 numbers for 4 levels, got 1"):
        decide(prediction, RATING, Rule("cuts", (1.0,)))


def test_a_rule_survives_json_and_is_found_on_its_model() -> None:
    rule = Rule("cuts", (0.1, 1.3, 2.2))
    assert Rule.from_json(json.loads(json.dumps(rule.to_json()))) == rule

    class Model:
        pass

    model = Model()
    assert rule_of(model) == ARGMAX
    model.rule = rule  # type: ignore[attr-defined]
    assert rule_of(model) == rule


@given(weights)
def test_a_pool_of_one_model_is_that_model(raw: np.ndarray) -> None:
    proba = raw / raw.sum(axis=1, keepdims=True)
    one = Prediction.of(proba, RATING)
    for kind in ("convex", "logarithmic"):
        pooled = Pool(kind, (1.0,)).apply([one], RATING)  # type: ignore[arg-type]
        assert np.allclose(np.asarray(pooled.proba), proba, atol=1e-5)
        halves = Pool(kind, (0.5, 0.5)).apply([one, one], RATING)  # type: ignore[arg-type]
        assert np.allclose(np.asarray(halves.proba), proba, atol=1e-5)
