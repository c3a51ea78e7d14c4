from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.training.tiny_weights import CLASS, CLASSES, NUMBER, ORDINAL, bert_folder, reviews

from jixiao.contracts import FitContext, Task
from jixiao.core import ModelError
from jixiao.models import decide, load_predictor
from jixiao.training import LEARNERS, frozen_search
from jixiao.training.folds import make_folds
from jixiao.training.frozen import FrozenLearner

TASKS = [ORDINAL, CLASS, CLASSES, NUMBER]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(bert_folder(tmp_path_factory.mktemp("weights") / "bert"))


def context(place: Path, **options: Any) -> FitContext:
    return FitContext(
        seed=0, workdir=place / "work", cache=place / "cache", options=options, threads=1
    )


def fit(task: Task, place: Path, **options: Any) -> Any:
    train, validation = reviews(200, task, seed=1), reviews(90, task, seed=2)
    made = context(place, **options)
    return FrozenLearner().fit(train, validation, task=task, context=made)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: str(task.kind))
def test_every_task_is_learnt_and_a_reloaded_model_scores_the_same(
    task: Task, weights: str, tmp_path: Path
) -> None:
    model = fit(task, tmp_path, folder=weights)
    test = reviews(80, task, seed=3)
    found = model.predict(test)
    assert test.y is not None
    if found.proba is None:
        spread = np.abs(test.y - np.median(test.y)).mean()
        assert np.abs(found.value - test.y).mean() < 0.8 * spread
    else:
        plain = max((test.y == level).mean() for level in np.unique(test.y))
        assert (decide(found, task, model.rule) == test.y).mean() > plain + 0.05
    model.save(tmp_path / "saved")
    again = load_predictor("frozen.v1", tmp_path / "saved", task).predict(test)
    for ours, theirs in ((found.proba, again.proba), (found.value, again.value)):
        if ours is not None:
            np.testing.assert_allclose(theirs, ours, atol=1e-7)


def test_a_second_fit_encodes_nothing_and_gives_the_same(weights: str, tmp_path: Path) -> None:
    first = fit(ORDINAL, tmp_path, folder=weights)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    second = fit(ORDINAL, tmp_path, folder=weights)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")} == files
    np.testing.assert_array_equal(first.head.weights, second.head.weights)


def test_encoder_v1_hands_frozen_tuning_over(weights: str, tmp_path: Path) -> None:
    train, validation = reviews(120, CLASS, seed=1), reviews(60, CLASS, seed=2)
    model = LEARNERS.get("encoder.v1")().fit(
        train,
        validation,
        task=CLASS,
        context=context(tmp_path, tuning="frozen", folder=weights),
    )
    assert model.name == "frozen.v1"


def test_missing_texts_are_scored_from_the_rest(weights: str, tmp_path: Path) -> None:
    model = fit(ORDINAL, tmp_path, folder=weights)
    test = reviews(6, ORDINAL, seed=4)
    blank = replace(test, texts={name: [""] * 6 for name in test.texts})
    proba = model.predict(blank).proba
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    gone = replace(test, texts={})
    np.testing.assert_array_equal(model.predict(gone).proba, proba)


def test_what_is_not_english_is_said(tmp_path: Path) -> None:
    learner = FrozenLearner()
    rows = reviews(40, ORDINAL, seed=1)
    assert learner.supports(replace(rows, languages=["en"] * 40), ORDINAL) == ""
    assert learner.supports(replace(rows, languages=["zh"] * 30 + ["en"] * 10), ORDINAL) == (
        "the embedded encoder is English only and 75% of the texts are not; "
        "name a folder with an encoder of their language"
    )
    assert learner.supports(replace(rows, texts={}), ORDINAL) == (
        "there is no text column to encode"
    )


def test_a_wrong_option_and_a_spent_budget_are_clear_errors(weights: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected any of folder, max_len, obj"):
        fit(CLASS, tmp_path, folder=weights, wrods=True)
    late = replace(context(tmp_path, folder=weights), deadline=time.monotonic() - 1)
    rows = reviews(40, CLASS, seed=1)
    with pytest.raises(ModelError, match="expected the texts to be encoded within the time bud"):
        FrozenLearner().fit(rows, reviews(20, CLASS, seed=2), task=CLASS, context=late)


def test_scoring_never_imports_torch(weights: str, tmp_path: Path) -> None:
    fit(CLASS, tmp_path, folder=weights).save(tmp_path / "saved")
    code = (
        "import sys, pathlib, numpy as np\n"
        "from jixiao.contracts import Examples, Task\n"
        "from jixiao.models import load_predictor\n"
        "task = Task(kind='class', target='kind', classes=('a', 'b', 'c'))\n"
        "model = load_predictor('frozen.v1', pathlib.Path(sys.argv[1]), task)\n"
        "rows = Examples(rows=np.arange(2), texts={'text': ['great team', 'rude']})\n"
        "assert model.predict(rows).proba.shape == (2, 3)\n"
        "print([n for n in ('torch', 'transformers', 'sklearn') if n in sys.modules])"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "saved")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_scores_out_of_fold_are_in_row_order_and_do_not_know_their_own_row(
    weights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_search, "ROWS_TO_HOLD_OUT", 30)  # choose by one fold, score in all
    rows = reviews(200, CLASS, seed=1)
    folds = make_folds(rows, CLASS, n_folds=4, seed=0)
    asked = context(tmp_path, folder=weights)
    model, scores = FrozenLearner().crossfit(rows, folds, task=CLASS, context=asked)
    assert scores.proba is not None
    plain = np.bincount(rows.y).max() / len(rows)  # type: ignore[arg-type]
    assert (scores.proba.argmax(axis=1) == rows.y).mean() > plain + 0.05
    shuffled = replace(rows, y=np.random.default_rng(0).permutation(rows.y))  # type: ignore[arg-type]
    _, blind = FrozenLearner().crossfit(shuffled, folds, task=CLASS, context=asked)
    assert blind.proba is not None
    assert (blind.proba.argmax(axis=1) == shuffled.y).mean() < plain + 0.12
    assert model.chosen["n"] == 200
