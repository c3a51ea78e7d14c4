"""Folds, rules, solvers and the learners that need no network of neurons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from tests.unit.training.tiny_weights import CLASS, NUMBER, ORDINAL, reviews

from jixiao.contracts import Examples, FitContext, Prediction, Task
from jixiao.core import ContractError, ModelError
from jixiao.evaluation import compute_all, judge
from jixiao.models import ARGMAX, Rule, decide, rule_of
from jixiao.models.boosted import BoostedModel
from jixiao.models.linear import LinearModel
from jixiao.models.ordinal import sigmoid
from jixiao.models.pool import Pool
from jixiao.models.stack import StackModel
from jixiao.models.trees import ForestModel
from jixiao.training import LEARNERS, choose_rule, fuse
from jixiao.training.folds import concat, forward_folds, is_later, make_folds
from jixiao.training.pools import fit_pool
from jixiao.training.solvers import Candidate, Shape, calibrated, fit_head


def context(folder: Path, **options: Any) -> FitContext:
    return FitContext(seed=0, workdir=folder, cache=folder, threads=1, options=options)


def with_keys(examples: Examples, subjects: list[str]) -> Examples:
    return replace(examples, keys=pl.DataFrame({"subject": subjects}))


@given(st.lists(st.integers(0, 8), min_size=4, max_size=60), st.integers(2, 5))
def test_no_subject_stands_on_two_sides_and_every_row_is_held_out_once(
    people: list[int], n_folds: int
) -> None:
    rows = with_keys(reviews(len(people)), [f"P_{person}" for person in people])
    folds = make_folds(rows, ORDINAL, n_folds=n_folds, seed=1)
    assert folds.rows.tolist() == list(range(len(people)))
    for rest, held in folds.parts:
        assert sorted([*rest.tolist(), *held.tolist()]) == list(range(len(people)))
        if len(set(people)) < len(people):
            ours = {people[i] for i in rest.tolist()}
            assert not ours & {people[i] for i in held.tolist()}


def dated(examples: Examples, days: list[int | None]) -> Examples:
    period = pl.Series(days, dtype=pl.Int32).cast(pl.Date)
    return replace(examples, keys=pl.DataFrame({"period": period}))


@given(st.lists(st.none() | st.integers(0, 9), min_size=2, max_size=60), st.integers(1, 5))
def test_in_time_order_no_future_row_helps_a_past_one(days: list[int | None], n_folds: int) -> None:
    assume(len({day for day in days if day is not None}) >= 2)
    folds = forward_folds(dated(reviews(len(days)), days), n_folds=n_folds)
    assert folds.in_time_order
    assert 1 <= len(folds.parts) <= n_folds
    assert len(set(folds.rows.tolist())) == len(folds.rows), "no row is held out twice"
    for rest, held in folds.parts:
        assert len(rest)
        known = [days[i] for i in rest.tolist()]
        later = [days[i] for i in held.tolist()]
        assert None not in later
        assert max(day for day in [-1, *known] if day is not None) < min(later)  # type: ignore[type-var]


def test_a_part_is_later_when_it_begins_where_the_other_ends() -> None:
    train, later = dated(reviews(3), [1, 2, 3]), dated(reviews(2), [3, 9])
    assert is_later(train, later)
    assert not is_later(later, train)
    assert not is_later(reviews(3), reviews(2))


@pytest.mark.parametrize("name", ["linear.v1", "boosted.v1", "forest.v1", "stack.v1"])
def test_models_of_rows_in_time_order_learn_and_are_judged_on_later_rows(
    name: str, tmp_path: Path
) -> None:
    days: list[int | None] = [at // 20 for at in range(200)]
    rows = dated(reviews(200, parts="text table"), days)
    train, validation = rows.take(range(160)), rows.take(range(160, 200))
    model = LEARNERS.get(name)().fit(train, validation, task=ORDINAL, context=context(tmp_path))
    assert accuracy(model, reviews(120, seed=9, parts="text table")) > 0.6
    if name == "stack.v1":
        assert model.chosen["in_time_order"]  # type: ignore[attr-defined]


def test_held_out_scores_come_back_in_the_order_of_the_rows() -> None:
    rows = dated(reviews(30), [(7 * at) % 10 for at in range(30)])
    for folds in (make_folds(rows, ORDINAL, n_folds=3, seed=0), forward_folds(rows, n_folds=3)):
        scores = Prediction(None, folds.held.astype(float))
        found = folds.in_row_order(scores).value
        assert found is not None
        assert found.tolist() == folds.rows.tolist()


def test_levels_are_spread_evenly_over_folds() -> None:
    rows = reviews(200)
    assert rows.y is not None
    for _, held in make_folds(rows, ORDINAL, n_folds=4, seed=0).parts:
        shares = np.bincount(rows.y[held], minlength=4) / len(held)
        assert shares == pytest.approx(np.bincount(rows.y) / 200, abs=0.03)


def test_joined_examples_keep_order_and_miss_what_one_side_lacks() -> None:
    first, second = reviews(5, parts="text table series"), reviews(4, seed=1, parts="text")
    both = concat(first, second)
    assert len(both) == 9
    assert both.texts["review"] == first.texts["review"] + second.texts["review"]
    assert np.isnan(both.numbers[5:]).all()
    assert both.y is not None
    assert both.take(range(5)).y.tolist() == first.y.tolist()  # type: ignore[union-attr]


def test_a_rule_that_helps_is_chosen_and_one_that_does_not_is_left() -> None:
    generator = np.random.default_rng(0)
    y = generator.choice(4, 600, p=[0.1, 0.2, 0.5, 0.2])
    noisy = np.clip(y + generator.normal(0, 1.2, 600), -1, 4)
    proba = np.exp(-0.3 * (noisy[:, None] - np.arange(4)[None, :]) ** 2) * [0.1, 0.2, 0.5, 0.2]
    prediction = Prediction.of(proba / proba.sum(axis=1, keepdims=True), ORDINAL)
    rule = choose_rule(prediction, y, ORDINAL, objective="quadratic_kappa")
    assert rule != ARGMAX

    def kappa(chosen: Rule) -> float:
        answers = decide(prediction, ORDINAL, chosen)
        found = compute_all(judge(y, prediction, task=ORDINAL, answers=answers))["quadratic_kappa"]
        assert found is not None
        return found

    assert kappa(rule) > kappa(ARGMAX) + 0.02
    assert choose_rule(prediction, y, ORDINAL, objective="accuracy") == ARGMAX
    few = Prediction.of(prediction.proba[:20], ORDINAL)  # type: ignore[index]
    assert choose_rule(few, y[:20], ORDINAL) == ARGMAX


def test_an_unknown_objective_names_the_known_ones() -> None:
    prediction = Prediction.of(np.full((60, 4), 0.25), ORDINAL)
    with pytest.raises(ContractError, match="expected one of balanced, accuracy, macro_f1"):
        choose_rule(prediction, np.arange(60) % 4, ORDINAL, objective="glory")


def test_shared_thresholds_minimise_their_loss() -> None:
    generator = np.random.default_rng(0)
    features = sparse.csr_matrix(generator.normal(size=(80, 3)).astype(np.float32))
    y = np.digitize(np.asarray(features.todense())[:, 0] + generator.normal(size=80), [-1, 0, 1])
    shape = Shape(ORDINAL, 0, 0)
    head = fit_head(features, y, candidate=Candidate("shared", 1.0), shape=shape)
    assert head.weights.shape == (1, 3)
    assert (np.diff(head.bias) < 0).all()

    def loss(weights: np.ndarray, bias: np.ndarray) -> float:
        above = np.where(y[:, None] > np.arange(3), 1, -1)
        margins = above * (np.asarray(features @ weights)[:, None] + bias)
        return float(-np.log(sigmoid(margins)).sum() + 0.5 * weights @ weights)

    best = loss(head.weights[0], head.bias)
    for _ in range(20):
        moved = (
            head.weights[0] + generator.normal(0, 0.05, 3),
            head.bias + generator.normal(0, 0.05, 3),
        )
        assert loss(*moved) >= best - 1e-3


def test_ridge_answers_stay_within_the_train() -> None:
    features = sparse.csr_matrix(np.arange(20, dtype=np.float32)[:, None])
    head = fit_head(
        features, np.arange(20.0), candidate=Candidate("ridge", 100.0), shape=Shape(NUMBER, 0, 0)
    )
    far = sparse.csr_matrix(np.array([[100.0], [-50.0], [7.0]], dtype=np.float32))
    found = head.prediction(head.logits(far), NUMBER).value
    assert found is not None
    assert found.tolist() == pytest.approx([19, 0, 7], abs=0.05)


def test_calibration_mends_overconfident_logits() -> None:
    generator = np.random.default_rng(0)
    true = generator.normal(size=(2000, 3))
    y = np.array([generator.choice(3, p=np.exp(row) / np.exp(row).sum()) for row in true])
    head = fit_head(
        sparse.csr_matrix(true.astype(np.float32)),
        y,
        candidate=Candidate("logistic", 1.0),
        shape=Shape(CLASS, 0, 0),
    )
    plain = type(head)("softmax", np.ones((1, 1), np.float32), np.zeros(3))
    scaled = calibrated(plain, 4 * true, y)
    assert float(scaled.weights[0, 0]) == pytest.approx(0.25, abs=0.03)


def test_a_level_that_train_never_shows_gets_little_probability(tmp_path: Path) -> None:
    rows = reviews(80)
    assert rows.y is not None
    seen = rows.take(np.flatnonzero(rows.y != 3))
    for name in ("linear.v1", "forest.v1", "boosted.v1"):
        model = LEARNERS.get(name)().fit(
            seen, seen.take([]), task=ORDINAL, context=context(tmp_path)
        )
        proba = model.predict(rows).proba
        assert proba is not None
        assert proba.shape == (80, 4)
        assert proba[:, 3].mean() < 0.1


def learnt(name: str, folder: Path, task: Task = ORDINAL, **options: Any) -> Any:
    train, validation = (
        reviews(160, task, seed=1, parts="text table"),
        reviews(60, task, seed=2, parts="text table"),
    )
    return LEARNERS.get(name)().fit(
        train, validation, task=task, context=context(folder, **options)
    )


def accuracy(model: Any, rows: Examples) -> float:
    return float((decide(model.predict(rows), ORDINAL, rule_of(model)) == rows.y).mean())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("linear.v1", LinearModel),
        ("boosted.v1", BoostedModel),
        ("forest.v1", ForestModel),
        ("stack.v1", StackModel),
    ],
)
def test_words_that_carry_the_rating_are_learnt(name: str, kind: type, tmp_path: Path) -> None:
    model = learnt(name, tmp_path)
    assert isinstance(model, kind)
    assert accuracy(model, reviews(100, seed=3, parts="text table")) > 0.9


def test_trees_as_arrays_score_as_scikit_learn_does() -> None:
    from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier

    from jixiao.training.forest import _as_arrays

    generator = np.random.default_rng(0)
    table = generator.normal(size=(200, 4)).astype(np.float32)
    level = np.digitize(table[:, 0] + table[:, 1], [-1, 0, 1])
    forest = RandomForestClassifier(12, random_state=0).fit(table, level)
    ours = _as_arrays(forest, ORDINAL).answers(table, ORDINAL)
    assert np.allclose(ours, forest.predict_proba(table), atol=1e-6)
    number = ExtraTreesRegressor(12, random_state=0).fit(table, table[:, 0])
    found = _as_arrays(number, NUMBER).answers(table, NUMBER)[:, 0]
    expected = np.median([tree.predict(table) for tree in number.estimators_], axis=0)
    assert np.allclose(found, expected, atol=1e-6)


def test_a_pool_prefers_the_model_that_knows() -> None:
    generator = np.random.default_rng(0)
    y = generator.integers(0, 4, 300)
    knows = Prediction.of(np.eye(4)[y] * 0.7 + 0.075, ORDINAL)
    guesses = Prediction.of(generator.dirichlet(np.ones(4), 300), ORDINAL)
    weights = fit_pool([guesses, knows], y, ORDINAL).weights
    assert weights[1] > 5 * weights[0]
    value = y.astype(float)
    numbers = [Prediction(None, value + 3), Prediction(None, value + 0.1)]
    assert fit_pool(numbers, value, NUMBER).weights[1] > 0.9


def test_late_fusion_uses_fitted_models_and_the_validation_part_alone(tmp_path: Path) -> None:
    models = [learnt("linear.v1", tmp_path), learnt("boosted.v1", tmp_path)]
    validation = reviews(80, seed=4, parts="text table")
    fused = fuse(models, validation, ORDINAL)
    assert isinstance(fused, StackModel)
    assert list(fused.bases) == models
    alone = max(accuracy(model, validation) for model in models)
    idle = replace(fused, pool=Pool("convex", (1.0, 0.0)))
    assert list(idle.without_idle().bases) == models[:1]
    before, after = (one.predict(validation).proba for one in (idle, idle.without_idle()))
    assert np.array_equal(before, after)  # type: ignore[arg-type]
    assert accuracy(fused, validation) >= alone - 0.05
    with pytest.raises(ModelError, match="late fusion: expected at least one model"):
        fuse([], validation, ORDINAL)


def test_out_of_fold_scores_do_not_know_their_own_row(tmp_path: Path) -> None:
    rows = reviews(120, seed=1)
    shuffled = np.random.default_rng(0).permutation(rows.y)  # type: ignore[arg-type]
    noise = replace(rows, y=shuffled)
    folds = make_folds(noise, ORDINAL, n_folds=4, seed=0)
    for name in ("linear.v1", "boosted.v1", "forest.v1"):
        learner: Any = LEARNERS.get(name)()
        _, scores = learner.crossfit(noise, folds, task=ORDINAL, context=context(tmp_path))
        assert (scores.proba.argmax(axis=1) == shuffled).mean() < 0.45


def test_an_unknown_option_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected any of candidates, objective, refit, texts"):
        learnt("linear.v1", tmp_path, depth=3)


def test_time_that_has_run_out_still_gives_a_model(tmp_path: Path) -> None:
    import time

    rows = reviews(120, parts="text table")
    for name in ("linear.v1", "boosted.v1", "forest.v1", "stack.v1"):
        hurried = replace(context(tmp_path), deadline=time.monotonic() - 1)
        model = LEARNERS.get(name)().fit(rows, rows.take([]), task=ORDINAL, context=hurried)
        assert np.asarray(model.predict(rows).proba).shape == (120, 4)


def test_refitting_uses_the_validation_rows_too(tmp_path: Path) -> None:
    assert learnt("linear.v1", tmp_path).chosen["n"] == 160
    assert learnt("linear.v1", tmp_path, refit=True).chosen["n"] == 220


def test_text_evidence_of_the_validation_part_comes_from_train_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jixiao.training import boosted

    monkeypatch.setattr(boosted, "_ROWS_FOR_FOLDS", 100)

    train, validation = reviews(120, seed=1), reviews(120, seed=2)
    ids = [f"{text} v{at}" for at, text in enumerate(validation.texts["review"])]
    marked = replace(validation, texts={"review": ids})
    made = LEARNERS.get("boosted.v1")().fit(train, marked, task=ORDINAL, context=context(tmp_path))
    assert isinstance(made, BoostedModel)
    reader = made.features.readers[0]
    assert isinstance(reader, LinearModel)
    assert not any("v7" in name.split("|")[-1] for name in reader.features.names)
