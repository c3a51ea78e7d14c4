from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from tests.unit.evaluation.test_metrics import HOURS, RATING, TOPICS, rated

from jixiao.contracts import Examples, Prediction
from jixiao.evaluation import (
    METRICS,
    Surroundings,
    calibration,
    ceiling,
    describe,
    evaluate,
    is_beaten,
    rule_words,
)
from jixiao.evaluation.metrics import plain_name
from jixiao.evaluation.slices import slices_of


def surroundings(n_rows: int) -> Surroundings:
    previous = np.where(np.arange(n_rows) % 3 == 0, np.nan, 2.0)
    return Surroundings(
        train_y=np.array([2, 2, 1, 0, 3]),
        previous=previous,
        subjects=[f"P_{i // 2}" for i in range(n_rows)],
        slices={"group": ["north"] * (n_rows - 10) + ["south"] * 10},
        rater_agreement=0.52,
        n_resamples=200,
    )


def test_one_dict_holds_every_figure_and_is_plain_json() -> None:
    judged = rated(1, 120)
    prediction = Prediction.of(judged.proba, RATING)  # type: ignore[arg-type]
    result = evaluate(judged.y_true, prediction, task=RATING, around=surroundings(120))
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    names = {plain_name(name) for name in METRICS}
    assert set(result["test"]) == set(result["intervals"]) == names
    assert set(result["baselines"]) == {"majority", "last_period"}
    assert set(result["baselines"]["majority"]) == names
    assert np.array(result["confusion"]).sum() == result["n"] == 120
    assert result["n_subjects"] == 60
    assert result["test"]["accuracy"] == np.trace(result["confusion"]) / 120
    assert result["baselines"]["majority"]["accuracy"] == pytest.approx((judged.y_true == 2).mean())
    low, high = result["intervals"]["accuracy"]
    assert low < result["test"]["accuracy"] < high


def test_rows_without_truth_are_left_out_and_counted() -> None:
    judged = rated(2, 30)
    y = judged.y_true.copy()
    y[:4] = -1
    result = evaluate(y, Prediction.of(judged.proba, RATING), task=RATING)  # type: ignore[arg-type]
    assert (result["n"], result["n_without_truth"]) == (26, 4)
    assert all(error["position"] >= 4 for error in result["worst"])


def test_numbers_have_a_median_baseline_and_no_confusion() -> None:
    y = np.arange(40.0)
    around = Surroundings(train_y=np.array([1.0, 2.0, 9.0]), previous=y + 1, n_resamples=200)
    result = evaluate(y, Prediction(None, y + 0.5), task=HOURS, around=around)
    assert result["test"]["mae"] == pytest.approx(0.5)
    assert result["baselines"]["last_period"]["mae"] == pytest.approx(1.0)
    assert result["baselines"]["median"]["mae"] == pytest.approx(np.abs(y - 2).mean())
    assert result["confusion"] is result["per_class"] is result["calibration"] is None
    assert result["differences"]["last_period"]["mae"]["high"] < 0


def test_several_classes_are_judged_class_by_class() -> None:
    y = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]])
    result = evaluate(y, Prediction(np.where(y == 1, 0.8, 0.1)), task=TOPICS)
    assert result["per_class"]["b"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1}
    assert result["test"]["subset_accuracy"] == 1.0
    assert result["worst"] == []


def test_the_worst_errors_come_first_with_positions_only() -> None:
    proba = np.array([[0.9, 0.1, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.2, 0.8]])
    result = evaluate(np.array([3, 1, 3]), Prediction.of(proba, RATING), task=RATING)
    assert [error["position"] for error in result["worst"]] == [0, 1]
    assert result["worst"][0] == {
        "position": 0,
        "true": "4",
        "answer": "1",
        "distance": 3.0,
        "p_true": 0.0,
        "p_answer": 0.9,
    }


def test_the_decision_rule_of_a_model_is_what_is_judged() -> None:
    proba = np.tile([0.4, 0.3, 0.3, 0.0], (20, 1))
    y = np.ones(20, dtype=np.int64)
    prediction = Prediction.of(proba, RATING)
    assert evaluate(y, prediction, task=RATING)["test"]["accuracy"] == 0.0
    assert evaluate(y, prediction, task=RATING, answers=y)["test"]["accuracy"] == 1.0


def test_small_slices_are_named_but_not_judged() -> None:
    found = slices_of(rated(3, 50), {"site": ["a"] * 40 + ["b"] * 9 + [None]}, seed=0)["site"]
    assert [(one["value"], one["n"], one["too_small"]) for one in found] == [
        ("a", 40, False),
        ("b", 9, True),
        ("(unknown)", 1, True),
    ]
    assert found[1]["test"] is None


def test_slices_and_subjects_come_from_the_keys_of_examples() -> None:
    keys = pl.DataFrame(
        {"subject": ["P_1", "P_2"], "group": ["a", "b"], "protected:sex": ["x", None]}
    )
    test = Examples(rows=np.arange(2), languages=["zh", "en"], keys=keys)
    around = Surroundings.of(test, seed=4)
    assert around.subjects == ["P_1", "P_2"]
    assert set(around.slices) == {"group", "protected:sex", "language"}
    assert around.seed == 4


def test_a_calibrated_model_stays_under_its_noise_floor_and_a_boastful_one_does_not() -> None:
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.5, 1, 1000)
    proba = np.column_stack([1 - sure, sure])
    y = (generator.random(1000) < sure).astype(int)
    honest = calibration(proba, y, seed=0)
    assert honest is not None
    assert honest["calibrated"]
    boast = np.column_stack([1 - np.sqrt(sure), np.sqrt(sure)])
    found = calibration(boast, y, seed=0)
    assert found is not None
    assert not found["calibrated"]
    assert found["overconfidence"] > 0.05


def test_the_noise_floor_is_what_simulation_says_for_a_perfect_model() -> None:
    proba = np.random.default_rng(1).uniform(0.5, 1, 500)
    found = calibration(np.column_stack([1 - proba, proba]), np.ones(500, int), seed=0)
    assert found is not None
    assert found["noise_floor"]["mean"] == pytest.approx(0.043, abs=0.012)


@pytest.mark.parametrize(
    ("agreement", "exact", "near", "mae", "kappa"),
    [
        (0.45, 0.54, 0.96, 0.50, 0.60),
        (0.65, 0.61, 0.98, 0.40, 0.72),
        (0.81, 0.71, 0.997, 0.30, 0.81),
    ],
)
def test_the_ceiling_agrees_with_a_published_simulation(
    agreement: float, exact: float, near: float, mae: float, kappa: float
) -> None:
    best = ceiling(agreement, (0.03, 0.10, 0.42, 0.35, 0.10))
    assert best["accuracy"] == pytest.approx(exact, abs=0.011)
    assert best["off_by_one"] == pytest.approx(near, abs=0.011)
    assert best["mae"] == pytest.approx(mae, abs=0.011)
    assert best["quadratic_kappa"] == pytest.approx(kappa, abs=0.011)


def test_a_result_above_the_ceiling_is_called_a_likely_leak() -> None:
    y = np.random.default_rng(0).integers(0, 4, 200)
    prediction = Prediction.of(np.eye(4)[y] * 0.9 + 0.025, RATING)
    around = Surroundings(rater_agreement=0.52, n_resamples=200)
    result = evaluate(y, prediction, task=RATING, around=around)
    assert result["ceiling"]["exceeded"]
    told = describe(result, "en")
    assert any("look for a leak" in sentence for sentence in told["weak"])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("task", [RATING, HOURS, TOPICS], ids=lambda task: task.kind.value)
def test_words_state_figures_of_the_dict_and_leave_no_gap(language: str, task: object) -> None:
    generator = np.random.default_rng(5)
    if task is RATING:
        judged = rated(6, 120)
        y, prediction = judged.y_true, Prediction.of(judged.proba, RATING)  # type: ignore[arg-type]
    elif task is HOURS:
        y = generator.normal(size=120)
        prediction = Prediction(None, y + generator.normal(size=120))
    else:
        y = (generator.random((120, 3)) < 0.4).astype(np.int64)
        prediction = Prediction(np.clip(y * 0.6 + generator.random((120, 3)) * 0.5, 0, 1))
    around = Surroundings(train_y=y, n_resamples=200, slices={"group": ["a", "b", "b"] * 40})
    result = evaluate(y, prediction, task=task, around=around)  # type: ignore[arg-type]
    told = describe(result, language)  # type: ignore[arg-type]
    sentences = [sentence for part in told.values() for sentence in part]
    assert set(told) == {"headline", "good", "weak", "caution"}
    assert "120" in told["headline"][0]
    assert not any("{" in sentence or "None" in sentence for sentence in sentences)


def test_a_model_is_beaten_where_its_words_say_so_and_only_there() -> None:
    y = np.random.default_rng(3).integers(0, 4, 200)
    right = Prediction.of(np.eye(4)[y] * 0.9 + 0.025, RATING)
    wrong = Prediction.of(np.eye(4)[(y + 1) % 4] * 0.9 + 0.025, RATING)
    for ours, other, beaten in ((wrong, right, True), (right, wrong, False), (right, right, False)):
        around = Surroundings(baselines={"linear": other}, n_resamples=200)
        result = evaluate(y, ours, task=RATING, around=around)
        told = " ".join(sentence for part in describe(result, "en").values() for sentence in part)
        assert is_beaten(result) == beaten == ("should not be used" in told)


def test_no_rows_are_told_as_too_few() -> None:
    result = evaluate(np.zeros(0, int), Prediction.of(np.zeros((0, 4)), RATING), task=RATING)
    assert result["test"]["accuracy"] is None
    assert describe(result, "zh")["caution"] == [
        "测试部分只有 0 条记录，数字只能作参考，不能作结论。"
    ]


def test_a_rule_other_than_the_likeliest_level_is_told_in_both_languages() -> None:
    judged = rated(1, 60)
    result = evaluate(judged.y_true, Prediction.of(judged.proba, RATING), task=RATING)  # type: ignore[arg-type]
    for kind, english, chinese in (
        ("cuts", "not always the level with the largest probability", "不一定是概率最大的那一级"),
        ("cost", "least expected error", "预期误差最小的一级"),
    ):
        ruled = {**result, "decision_rule": {"kind": kind, "numbers": [0.5, 1.5, 2.5]}}
        assert english in " ".join(describe(ruled, "en")["caution"])
        assert chinese in " ".join(describe(ruled, "zh")["caution"])
    plain = {**result, "decision_rule": {"kind": "argmax", "numbers": []}}
    assert describe(plain, "en") == describe(result, "en")
    assert rule_words({"kind": "argmax"}, "en") == rule_words(None, "zh") == ""
