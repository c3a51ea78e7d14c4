from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.test_metrics import HOURS, RATING, rated

from jixiao.contracts import Prediction
from jixiao.evaluation import METRICS, Resamples, compute_all, differences, intervals, judge


def test_vectorised_resamples_equal_metrics_of_drawn_rows() -> None:
    judged = rated(1, 40)
    resamples = Resamples(40, None, seed=0, n_resamples=200)
    for name in ("accuracy.v1", "macro_f1.v1", "quadratic_kappa.v1", "mae.v1", "log_loss.v1"):
        one = METRICS.get(name)
        drawn = np.repeat(np.arange(40), resamples.weights[7].astype(int))
        expected = one.compute(judged.take(drawn))
        assert resamples.compute(one, judged)[7] == pytest.approx(expected, rel=1e-5)


def test_whole_subjects_are_drawn() -> None:
    subjects = np.repeat(np.arange(10), 4)
    weights = Resamples(40, subjects.tolist(), seed=0, n_resamples=50).weights
    assert (weights.reshape(-1, 10, 4).std(axis=2) == 0).all()
    assert (weights.sum(axis=1) == 40).all()


def test_repeated_reviews_of_a_person_widen_the_interval() -> None:
    judged = rated(2, 30).take(np.repeat(np.arange(30), 5))
    people = np.repeat(np.arange(30), 5).tolist()
    wide = intervals(judged, Resamples(150, people, seed=0))["accuracy"]
    narrow = intervals(judged, Resamples(150, None, seed=0))["accuracy"]
    assert wide is not None
    assert narrow is not None
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    generator, held = np.random.default_rng(0), 0
    for seed in range(100):
        y = generator.normal(size=80)
        judged = judge(y, Prediction(None, y + generator.normal(size=80)), task=HOURS)
        bounds = intervals(judged, Resamples(80, None, seed=seed, n_resamples=200))["mse"]
        assert bounds is not None
        held += bounds[0] <= 1.0 <= bounds[1]
    assert 85 <= held <= 100


def test_a_model_differs_from_itself_by_nothing() -> None:
    judged = rated(3)
    found = differences(judged, judged, Resamples(60, None, seed=0))["quadratic_kappa"]
    assert found == {"difference": 0.0, "low": 0.0, "high": 0.0}


def test_paired_differences_are_surer_than_two_intervals() -> None:
    judged = rated(4, 300)
    worse = judge(
        judged.y_true, Prediction(judged.proba), task=RATING, answers=_spoilt(judged.answers)
    )
    resamples = Resamples(300, None, seed=0)
    gap = differences(judged, worse, resamples)["accuracy"]
    alone = intervals(judged, resamples)["accuracy"]
    assert gap is not None
    assert alone is not None
    assert gap["high"] - gap["low"] < alone[1] - alone[0]
    expected = compute_all(judged)["accuracy"] - compute_all(worse)["accuracy"]  # type: ignore[operator]
    assert gap["difference"] == pytest.approx(expected)


def _spoilt(answers: np.ndarray) -> np.ndarray:
    found = answers.copy()
    found[:20] = (found[:20] + 1) % 4
    return found


def test_one_row_has_no_interval() -> None:
    judged = rated(5, 1)
    assert set(intervals(judged, Resamples(1, None, seed=0)).values()) == {None}
