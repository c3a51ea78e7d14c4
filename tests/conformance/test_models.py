"""One suite over every registered learner: what any model must do, whatever it is made of."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.unit.training.tiny_weights import (
    CLASS,
    CLASSES,
    NUMBER,
    ORDINAL,
    bert_folder,
    gpt_folder,
    reviews,
)

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task, TaskKind
from jixiao.models import PREDICTORS, decide, load_predictor, rule_of
from jixiao.training import LEARNERS

TASKS = {task.kind.value: task for task in (ORDINAL, CLASS, CLASSES, NUMBER)}
ALL = "text table series"
CASES = [*((kind, ALL) for kind in TASKS), *(("ordinal", part) for part in ALL.split())]
NEEDS_TEXT = {"encoder.v1", "decoder.v1", "frozen.v1"}
FORBIDDEN = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".npy"}


@cache
def weights(kind: str) -> str:
    folder = Path(mkdtemp()) / kind
    return str(bert_folder(folder) if kind == "bert" else gpt_folder(folder))


def options(name: str) -> dict[str, Any]:
    """Return what makes a learner small enough for a test; weights are tiny and random."""
    made: dict[str, Any] = {
        "lstm.v1": {"epochs": 2},
        "forest.v1": {"trees": 10},
        "stack.v1": {"folds": 3, "of_base": {"forest.v1": {"trees": 10}}},
    }
    if name in ("encoder.v1", "decoder.v1"):
        kind = "bert" if name == "encoder.v1" else "gpt"
        return {"folder": weights(kind), "epochs": 1}
    return {"folder": weights("bert")} if name == "frozen.v1" else made.get(name, {})


def examples(task: Task, parts: str, *, seed: int, n_rows: int) -> Examples:
    """Return invented rows; the table also has a category with missing values."""
    made = reviews(n_rows, task, seed=seed, parts=parts)
    generator = np.random.default_rng(seed)
    sites = [None if v == 0 else f"site {v}" for v in generator.integers(0, 4, n_rows)]
    keys = {
        "subject": [f"P_{i // 2}" for i in range(n_rows)],
        "protected:sex": ["x", "y"] * (n_rows // 2),
    }
    return replace(
        made,
        rows=generator.permutation(n_rows),
        categories={"site": sites} if "table" in parts else {},
        keys=pl.DataFrame(keys),
    )


def context(name: str, folder: Path) -> FitContext:
    return FitContext(
        seed=3,
        workdir=folder / "work",
        cache=folder / "cache",
        threads=1,
        options=options(name),
        deadline=time.monotonic() + 120,
    )


@cache
def fitted(name: str, kind: str, parts: str) -> Predictor:
    task = TASKS[kind]
    train = examples(task, parts, seed=1, n_rows=90)
    learner = LEARNERS.get(name)()
    assert not learner.supports(train, task)
    validation = examples(task, parts, seed=2, n_rows=40)
    return learner.fit(train, validation, task=task, context=context(name, Path(mkdtemp())))


def numbers(prediction: Prediction) -> np.ndarray:
    return np.asarray(prediction.value if prediction.proba is None else prediction.proba)


NAMES = sorted(set(LEARNERS) - {"auto.v1"})
WITHOUT_TEXT = [parts for _, parts in CASES if "text" not in parts]
PAIRS = [
    pytest.param(name, kind, parts, id=f"{name}-{kind}-{parts.replace(' ', '+')}")
    for name in NAMES
    for kind, parts in CASES
    if name not in NEEDS_TEXT or parts not in WITHOUT_TEXT
]
on_every_case = pytest.mark.parametrize(("name", "kind", "parts"), PAIRS)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@on_every_case
def test_scores_are_probabilities_or_numbers_in_the_shape_of_the_task(
    name: str, kind: str, parts: str
) -> None:
    task, rows = TASKS[kind], examples(TASKS[kind], parts, seed=5, n_rows=30)
    prediction = fitted(name, kind, parts).predict(rows)
    if task.kind is TaskKind.NUMBER:
        assert prediction.proba is None
        assert np.isfinite(numbers(prediction)).all()
        return
    assert prediction.proba is not None
    assert prediction.proba.shape == (30, len(task.levels))
    assert ((prediction.proba >= 0) & (prediction.proba <= 1)).all()
    if task.kind is not TaskKind.CLASSES:
        assert np.allclose(prediction.proba.sum(axis=1), 1, atol=1e-6)
    if task.values:
        assert prediction.value is not None
        assert np.allclose(prediction.value, prediction.proba @ np.asarray(task.values), atol=1e-5)


@on_every_case
def test_a_reloaded_model_scores_and_answers_the_same(
    name: str, kind: str, parts: str, tmp_path: Path
) -> None:
    model, task = fitted(name, kind, parts), TASKS[kind]
    rows = examples(task, parts, seed=6, n_rows=30)
    model.save(tmp_path)
    assert not {path.suffix for path in tmp_path.rglob("*")} & FORBIDDEN
    loaded = load_predictor(model.name, tmp_path, task)
    before, after = model.predict(rows), loaded.predict(rows)
    assert np.abs(numbers(before) - numbers(after)).max() <= 1e-5
    assert rule_of(loaded) == rule_of(model)
    answers = [decide(one, task, rule_of(model)) for one in (before, after)]
    assert np.allclose(answers[0], answers[1], atol=1e-5)


@on_every_case
def test_rows_without_any_column_are_scored_all_the_same(name: str, kind: str, parts: str) -> None:
    prediction = fitted(name, kind, parts).predict(Examples(rows=np.arange(3)))
    assert len(numbers(prediction)) == 3
    assert np.isfinite(numbers(prediction)).all()


@pytest.mark.parametrize("parts", WITHOUT_TEXT)
@pytest.mark.parametrize("name", sorted(NEEDS_TEXT))
def test_a_model_of_texts_refuses_data_without_any_in_words(name: str, parts: str) -> None:
    rows = examples(ORDINAL, parts, seed=1, n_rows=30)
    assert "text" in LEARNERS.get(name)().supports(rows, ORDINAL)


def test_no_rows_give_no_scores(name: str) -> None:
    found = fitted(name, "ordinal", "text").predict(
        examples(ORDINAL, "text", seed=5, n_rows=30).take([])
    )
    assert numbers(found).shape == (0, 4)


def test_order_row_numbers_and_keys_do_not_matter(name: str) -> None:
    model = fitted(name, "ordinal", ALL)
    rows = examples(ORDINAL, ALL, seed=7, n_rows=24)
    turned = replace(rows.take(np.arange(24)[::-1]), rows=np.zeros(24, dtype=np.int64))
    bare = replace(turned, keys=pl.DataFrame(), y=None, previous=None)
    assert np.allclose(numbers(model.predict(rows))[::-1], numbers(model.predict(bare)), atol=1e-5)


def test_training_twice_gives_the_same_scores(name: str, tmp_path: Path) -> None:
    rows = examples(ORDINAL, "text table", seed=8, n_rows=20)
    train = examples(ORDINAL, "text table", seed=1, n_rows=60)
    validation = examples(ORDINAL, "text table", seed=2, n_rows=30)
    found = []
    for run in ("a", "b"):
        learner = LEARNERS.get(name)()
        model = learner.fit(train, validation, task=ORDINAL, context=context(name, tmp_path / run))
        found.append(numbers(model.predict(rows)))
    assert np.abs(found[0] - found[1]).max() <= 1e-6


def test_the_model_bears_a_name_that_can_be_loaded(name: str) -> None:
    assert fitted(name, "ordinal", "text").name in PREDICTORS


def test_data_without_any_input_is_refused_in_words(name: str) -> None:
    empty = Examples(rows=np.arange(50), y=np.arange(50) % 4)
    assert LEARNERS.get(name)().supports(empty, ORDINAL)
