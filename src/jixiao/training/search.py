"""Hyperparameter search: learner options judged on validation, under the time budget, resumable.

The first trial is always the tested defaults, so a search never ends below them on validation. The
study is an Optuna journal file in the learner's folder; a killed search goes on where it stood.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.contracts import Examples, FitContext, Learner, Predictor, Task, TaskKind
from jixiao.core import ContractError, ModelError, json_hash
from jixiao.core.atomic import new_folder
from jixiao.evaluation import judge
from jixiao.models import decide, load_predictor, rule_of
from jixiao.training.rules import utility

if TYPE_CHECKING:
    import optuna

OUT_OF_TIME = "JX-E351.time"
"""Code of the error of a learner whose time was too short to fit anything."""

Options = dict[str, Any]
Space = Callable[["optuna.Trial"], Options]


def lstm_space(trial: optuna.Trial) -> Options:
    """Draw options of ``lstm.v1``."""
    return {
        "lr": trial.suggest_float("lr", 3e-4, 1e-2, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [16, 32, 64, 128]),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
        "units": trial.suggest_categorical("units", [50, 100, 200]),
        "layers": trial.suggest_int("layers", 1, 3),
        "weight_decay": trial.suggest_float("weight_decay", 1e-4, 1e-1, log=True),
    }


def transformer_space(trial: optuna.Trial) -> Options:
    """Draw options of ``encoder.v1`` and ``decoder.v1``."""
    return {
        "lr": trial.suggest_float("lr", 2e-5, 1e-3, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [16, 32, 64]),
        "dropout": trial.suggest_float("dropout", 0.0, 0.3),
        "smoothing": trial.suggest_float("smoothing", 0.0, 0.1),
        "head_rate": trial.suggest_float("head_rate", 1.0, 20.0, log=True),
        "layer_decay": trial.suggest_float("layer_decay", 0.7, 1.0),
    }


def boosted_space(trial: optuna.Trial) -> Options:
    """Draw options of ``boosted.v1``."""
    return {
        "parameters": {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 63, log=True),
            "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 3, 60, log=True),
            "feature_fraction": trial.suggest_float("feature_fraction", 0.2, 1.0),
            "lambda_l2": trial.suggest_float("lambda_l2", 0.01, 30.0, log=True),
        }
    }


SPACES: dict[str, Space] = {
    "boosted.v1": boosted_space,
    "lstm.v1": lstm_space,
    "encoder.v1": transformer_space,
    "decoder.v1": transformer_space,
}
"""What is searched, by learner; a learner's file may add its own."""


def fit_best(
    learner: Learner, train: Examples, validation: Examples, *, task: Task, context: FitContext
) -> Predictor:
    """Return the predictor of the best of ``context.options["trials"]`` trials.

    Other options given in the context hold for every trial. Trials share the time that is left
    evenly; when it is used up, the best trial so far is returned.

    Raises:
        ContractError: If the learner has no search space.
        ModelError: If the time was too short for even one trial.
    """
    search, study = _searched(learner, train, validation, task=task, context=context)
    if not _finished(study):
        raise ModelError(
            OUT_OF_TIME,
            "--trials",
            expected="time for one trial at least",
            got=f"none of {search.trials} finished",
            hint="give a longer --budget or fewer --trials",
        )
    return load_predictor(learner.name, search.folder / "best", task)


def best_options(
    learner: Learner, train: Examples, validation: Examples, *, task: Task, context: FitContext
) -> Options:
    """Return the options of the best trial, as ``fit_best`` finds it; empty for the defaults.

    They are the defaults too where the time was too short for even one trial.

    Raises:
        ContractError: If the learner has no search space.
    """
    import optuna

    _, study = _searched(learner, train, validation, task=task, context=context)
    drawn = study.best_trial.params if _finished(study) else {}
    return SPACES[learner.name](optuna.trial.FixedTrial(drawn)) if drawn else {}  # type: ignore[arg-type]


def _searched(
    learner: Learner, train: Examples, validation: Examples, *, task: Task, context: FitContext
) -> tuple[_Search, optuna.Study]:
    import optuna

    if learner.name not in SPACES:
        raise ContractError(
            "JX-E112",
            "model.trials",
            expected=f"auto, or a model with a search space: {', '.join(sorted(SPACES))}",
            got=learner.name,
            hint="leave trials at 0, or choose one of them",
        )
    search = _Search(learner, train, validation, task=task, context=context)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = _study(search.folder, search.key, context.seed)
    search.run(study)
    return search, study


class _Search:
    """One search and the folder it lives in."""

    def __init__(
        self,
        learner: Learner,
        train: Examples,
        validation: Examples,
        *,
        task: Task,
        context: FitContext,
    ) -> None:
        self.learner, self.train, self.validation = learner, train, validation
        self.task, self.context = task, context
        self.folder = context.workdir / "search"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.fixed = {k: v for k, v in context.options.items() if k != "trials"}
        self.trials = int(context.options["trials"])
        self.key = json_hash(
            [learner.name, self.fixed, context.seed, train.rows.tolist(), validation.rows.tolist()]
        )[:16]

    def run(self, study: optuna.Study) -> None:
        """Run the trials that are missing while there is time; at least one is begun."""
        from optuna.trial import TrialState

        for unfinished in study.get_trials(states=[TrialState.RUNNING]):
            study.tell(unfinished.number, state=TrialState.FAIL)
        while (done := _finished(study)) < self.trials:
            if done and self._left() <= 0:
                return
            self.context.progress("search", done, self.trials)
            trial = study.ask()
            try:
                study.tell(trial, self._worth(study, trial, done))
            except ModelError as error:
                study.tell(trial, state=TrialState.FAIL)
                if error.code != OUT_OF_TIME:
                    raise
                return

    def _left(self) -> float:
        deadline = self.context.deadline
        return float("inf") if deadline is None else deadline - time.monotonic()

    def _worth(self, study: optuna.Study, trial: optuna.Trial, done: int) -> float:
        """Fit one trial, keep its model when it is the best so far, and return its worth."""
        drawn = SPACES[self.learner.name](trial) if done else {}
        workdir = self.folder / f"trial-{trial.number}"
        deadline = None
        if self.context.deadline is not None:
            deadline = time.monotonic() + max(self._left(), 1.0) / (self.trials - done)
        own = replace(
            self.context,
            workdir=workdir,
            options={**drawn, **self.fixed},
            deadline=deadline,
        )
        workdir.mkdir(parents=True, exist_ok=True)
        model = self.learner.fit(self.train, self.validation, task=self.task, context=own)
        worth = validation_worth(model, self.validation, self.task)
        if worth > _best(study):
            with new_folder(self.folder / "best") as part:
                model.save(part)
        shutil.rmtree(workdir, ignore_errors=True)
        return worth


def validation_worth(model: Predictor, validation: Examples, task: Task) -> float:
    """Return how good a model is on validation; higher is better."""
    prediction = model.predict(validation)
    answers = decide(prediction, task, rule_of(model))
    judged = judge(validation.y, prediction, task=task, answers=answers)  # type: ignore[arg-type]
    return utility(judged, "mae" if task.kind is TaskKind.NUMBER else "balanced")


def _study(folder: Path, key: str, seed: int) -> optuna.Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    path = str(folder / "journal.log")
    storage = JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))
    return optuna.create_study(
        study_name=key,
        storage=storage,
        direction="maximize",
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6),
    )


def _finished(study: optuna.Study) -> int:
    """Return how many trials have a worth."""
    from optuna.trial import TrialState

    return len(study.get_trials(states=[TrialState.COMPLETE]))


def _best(study: optuna.Study) -> float:
    """Return the worth of the best finished trial; minus infinity before the first."""
    from optuna.trial import TrialState

    values = [trial.value for trial in study.get_trials(states=[TrialState.COMPLETE])]
    return max((value for value in values if value is not None), default=float("-inf"))
