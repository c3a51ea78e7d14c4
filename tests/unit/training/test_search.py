from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.training.tiny_weights import ORDINAL, reviews

from jixiao.contracts import FitContext
from jixiao.core import ContractError, ModelError
from jixiao.models import load_predictor
from jixiao.training import LEARNERS
from jixiao.training.search import OUT_OF_TIME, SPACES, best_options, fit_best, validation_worth


def context(folder: Path, trials: int, **changed: Any) -> FitContext:
    options = {"trials": trials, "epochs": 2, "layers": 1, **changed}
    return FitContext(seed=0, workdir=folder, cache=folder, options=options, threads=1)


def test_a_search_returns_the_best_trial_and_goes_on_where_it_stood(tmp_path: Path) -> None:
    train, validation = reviews(80, seed=1, parts="series"), reviews(60, seed=2, parts="series")
    learner = LEARNERS.get("lstm.v1")()
    fitted: list[dict[str, Any]] = []

    class Counting:
        name = learner.name

        def supports(self, *args: Any) -> str:
            return ""

        def fit(self, *args: Any, context: FitContext, **named: Any) -> Any:
            fitted.append(context.options)
            return learner.fit(*args, context=context, **named)

    first = fit_best(Counting(), train, validation, task=ORDINAL, context=context(tmp_path, 2))
    assert len(fitted) == 2
    assert fitted[0] == {"epochs": 2, "layers": 1}, "the tested defaults come first"
    best = fit_best(Counting(), train, validation, task=ORDINAL, context=context(tmp_path, 4))
    assert len(fitted) == 4, "two trials were still known"
    assert all(options["layers"] == 1 for options in fitted), "given options hold in every trial"
    worths = [validation_worth(model, validation, ORDINAL) for model in (first, best)]
    assert worths[1] >= worths[0]
    kept = load_predictor("lstm.v1", tmp_path / "search" / "best", ORDINAL)
    assert np.array_equal(
        np.asarray(kept.predict(validation).proba), np.asarray(best.predict(validation).proba)
    )
    assert not list((tmp_path / "search").glob("trial-*"))


def test_a_learner_with_trials_searches_by_itself(tmp_path: Path) -> None:
    train, validation = reviews(60, seed=1, parts="series"), reviews(40, seed=2, parts="series")
    learner = LEARNERS.get("lstm.v1")()
    model = learner.fit(train, validation, task=ORDINAL, context=context(tmp_path, 1))
    assert model.name == "lstm.v1"
    assert (tmp_path / "search" / "journal.log").exists()


def test_a_model_without_a_search_space_is_refused(tmp_path: Path) -> None:
    class Plain:
        name = "plain.v1"

    rows = reviews(5)
    with pytest.raises(ContractError, match=r"auto, or a model with a search space: boosted"):
        fit_best(Plain(), rows, rows, task=ORDINAL, context=context(tmp_path, 1))  # type: ignore[arg-type]


def test_the_options_of_the_best_trial_can_be_had_without_its_model(tmp_path: Path) -> None:
    train, validation = reviews(80, seed=1, parts="table"), reviews(60, seed=2, parts="table")
    learner = LEARNERS.get("boosted.v1")()
    asked = FitContext(seed=0, workdir=tmp_path, cache=tmp_path, options={"trials": 4}, threads=1)
    found = best_options(learner, train, validation, task=ORDINAL, context=asked)
    assert set(found.get("parameters", {})) <= {
        *("learning_rate", "num_leaves", "min_data_in_leaf", "feature_fraction", "lambda_l2")
    }
    best = fit_best(learner, train, validation, task=ORDINAL, context=asked)
    own = FitContext(seed=0, workdir=tmp_path, cache=tmp_path, options=found, threads=1)
    again = learner.fit(train, validation, task=ORDINAL, context=own)
    worths = [validation_worth(model, validation, ORDINAL) for model in (best, again)]
    assert worths[0] == pytest.approx(worths[1], abs=1e-6)
    assert "boosted.v1" in SPACES


class Late:
    """A boosted learner that has no time left from its n-th fit on."""

    name = "boosted.v1"

    def __init__(self, fits: int) -> None:
        self.left = fits

    def fit(self, *args: Any, **named: Any) -> Any:
        if not self.left:
            raise ModelError(OUT_OF_TIME, self.name, expected="time", got="none left")
        self.left -= 1
        return LEARNERS.get(self.name)().fit(*args, **named)


def test_a_search_without_time_for_one_trial_says_so_or_keeps_the_defaults(tmp_path: Path) -> None:
    rows = reviews(40, seed=1, parts="table")
    asked = FitContext(seed=0, workdir=tmp_path, cache=tmp_path, options={"trials": 3}, threads=1)
    assert best_options(Late(0), rows, rows, task=ORDINAL, context=asked) == {}  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="time for one trial at least, got none of 3 finished"):
        fit_best(Late(0), rows, rows, task=ORDINAL, context=asked)  # type: ignore[arg-type]


def test_a_trial_that_runs_out_of_time_ends_the_search_with_the_best_so_far(tmp_path: Path) -> None:
    rows = reviews(40, seed=1, parts="table")
    asked = FitContext(seed=0, workdir=tmp_path, cache=tmp_path, options={"trials": 3}, threads=1)
    model = fit_best(Late(1), rows, rows, task=ORDINAL, context=asked)  # type: ignore[arg-type]
    assert model.name == "boosted.v1"
    assert best_options(Late(0), rows, rows, task=ORDINAL, context=asked) == {}  # type: ignore[arg-type]
