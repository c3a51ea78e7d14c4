"""Fits ``boosted.v1``: LightGBM in several views of the task, blended by out-of-fold loss."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.boosted import BoostedModel, View, ViewKind, view_scores
from jixiao.models.evidence import TreeFeatures, score_columns
from jixiao.models.features import TableEncoder
from jixiao.models.ordinal import sigmoid
from jixiao.training.folds import Folds, Positions, concat, folds_of, is_later, known, make_folds
from jixiao.training.linear import refuse_unknown, why_not
from jixiao.training.one_thread import one_thread
from jixiao.training.pools import fit_pool
from jixiao.training.readers import Reading, read_texts
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule

Array = npt.NDArray[Any]
Table = npt.NDArray[np.float32]
_OPTIONS = {"objective", "refit", "evidence", "views", "parameters"}
_N_FOLDS = 4
_ROWS_FOR_FOLDS = 50_000
_ROWS_FOR_THREADS = 10_000
"""Below it, threads wait for each other longer than they work."""
_MOST_ROUNDS = 1500
_PATIENCE = 40
_VIEWS: dict[TaskKind, tuple[ViewKind, ...]] = {
    TaskKind.ORDINAL: ("classes", "mean", "above"),
    TaskKind.CLASS: ("classes",),
    TaskKind.CLASSES: ("each",),
    TaskKind.NUMBER: ("number",),
}


class BoostedLearner:
    """Gradient-boosted trees over the table and text evidence.

    Options: ``objective`` and ``refit`` (see ``linear``); ``evidence`` (see ``readers``);
    ``views`` (kinds of ``View``); ``parameters`` (of LightGBM). Rounds, blend and rule are chosen
    on folds, or for more than 50,000 rows on the validation part.
    """

    name = "boosted.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return why it cannot be fitted to such data, or ``""``."""
        return why_not(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on train; rounds, blend and rule are chosen on rows held out."""
        refuse_unknown(context, _OPTIONS, self.name)
        train, validation = known(train, task), known(validation, task)
        both = concat(train, validation)
        if len(both) > _ROWS_FOR_FOLDS and len(validation):
            held = Folds(((np.arange(len(train)), np.arange(len(train), len(both))),))
            rows = np.arange(len(both) if context.options.get("refit") else len(train))
            return self._fit(both, held, rows, task=task, context=context)[0]
        fitted = both if context.options.get("refit") else train
        ordered = is_later(train, validation)
        folds = folds_of(fitted, task, n_folds=_N_FOLDS, seed=context.seed, in_time_order=ordered)
        return self.crossfit(fitted, folds, task=task, context=context)[0]

    def crossfit(
        self, examples: Examples, folds: Folds, *, task: Task, context: FitContext
    ) -> tuple[BoostedModel, Prediction]:
        """Return the model of all rows, and scores of the held-out rows by trees without them."""
        rows = np.arange(len(examples))
        return self._fit(examples, folds, rows, task=task, context=context)

    def _fit(
        self,
        examples: Examples,
        folds: Folds,
        rows: Positions,
        *,
        task: Task,
        context: FitContext,
    ) -> tuple[BoostedModel, Prediction]:
        """Judge views on the folds and fit them on ``rows``."""
        assert examples.y is not None
        table = TableEncoder().fit(examples.take(rows))
        reading = _reading(examples, folds, len(rows), task=task, context=context)
        features = TreeFeatures(table, reading.readers)
        columns = features.beside(examples, reading.scores)
        grower = _Grower(columns, examples.y, task, context)
        views, held_scores = grower.views(folds, rows)
        held_y = examples.y[folds.held]
        pool = fit_pool(held_scores, held_y, task, seed=context.seed)
        pooled = pool.apply(held_scores, task)
        objective = str(context.options.get("objective", "balanced"))
        rule = choose_rule(pooled, held_y, task, objective=objective, seed=context.seed)
        chosen = {"views": dict(zip((v.kind for v in views), pool.weights, strict=True))}
        model = BoostedModel(task, features, views, pool, rule, {**chosen, "n": len(rows)})
        return model, folds.in_row_order(pooled)


def _reading(
    examples: Examples,
    folds: Folds,
    n_fitted: int,
    *,
    task: Task,
    context: FitContext,
) -> Reading:
    """Return text evidence of all rows from readers fitted to the first ``n_fitted`` alone."""
    if folds.in_time_order or len(folds.held) == len(examples):
        return read_texts(examples, folds, task=task, context=context)
    fitted = examples.take(np.arange(n_fitted))
    inner = make_folds(fitted, task, n_folds=_N_FOLDS, seed=context.seed)
    reading = read_texts(fitted, inner, task=task, context=context)
    rest = examples.take(np.arange(n_fitted, len(examples)))
    if not len(rest) or "evidence" in context.options:
        return reading
    pairs = zip(reading.scores, reading.readers, strict=True)
    scores = [np.vstack([own, score_columns(reader.predict(rest))]) for own, reader in pairs]
    return Reading(reading.readers, tuple(scores))


@dataclass(frozen=True)
class _Grower:
    """Grows boosters for one table."""

    columns: Table
    y: Array
    task: Task
    context: FitContext

    def views(self, folds: Folds, rows: Positions) -> tuple[list[View], list[Prediction]]:
        """Return the fitted views and their scores of the held-out rows, folds in order."""
        kinds = self.context.options.get("views") or _VIEWS[self.task.kind]
        views, scores = [], []
        for at, kind in enumerate(kinds):
            began = time.monotonic()
            view, held = self._view(kind, folds, rows)
            views.append(view)
            scores.append(held)
            self.context.progress("boosted", at + 1, len(kinds))
            ends = time.monotonic() + 1.2 * (time.monotonic() - began)
            if self.context.deadline and ends > self.context.deadline:
                break
        return views, scores

    def _view(self, kind: ViewKind, folds: Folds, rows: Positions) -> tuple[View, Prediction]:
        raws, rounds = [], []
        for rest, held in folds.parts:
            grown = [self._stopped(kind, side, rest, held) for side in self._sides(kind)]
            rounds.append([booster.best_iteration for booster in grown])
            raws.append(View(kind, tuple(grown)).raw(self.columns[held]))
        needed = np.maximum(np.mean(rounds, axis=0), 1) * (1.1 if len(folds.parts) > 1 else 1.0)
        boosters = [
            self._grown(kind, side, rows, int(n_rounds))
            for side, n_rounds in zip(self._sides(kind), needed, strict=True)
        ]
        raw = np.concatenate(raws)
        view = View(kind, tuple(boosters))
        if kind == "mean":
            view = _with_cuts(view, raw[:, 0], self.y[folds.held], self.task)
        return view, view_scores(view, raw, self.task)

    def _sides(self, kind: ViewKind) -> list[Array]:
        """Return the label of each question of a view."""
        if kind == "above":
            return [(self.y > level).astype(float) for level in range(len(self.task.levels) - 1)]
        if kind == "each":
            return [self.y[:, at].astype(float) for at in range(self.y.shape[1])]
        return [self.y.astype(float)]

    def _parameters(self, kind: ViewKind, n_rows: int) -> dict[str, Any]:
        n_levels = len(self.task.levels)
        objective = {"number": "regression_l1", "mean": "regression"}.get(kind, "binary")
        if kind == "classes" and n_levels > 2:
            objective = "multiclass"
        chosen = {
            "objective": objective,
            "learning_rate": 0.05,
            "num_leaves": 8 if n_rows < 2000 else 15 if n_rows < 20_000 else 31,
            "min_data_in_leaf": 5 if n_rows < 1000 else 10 if n_rows < 5000 else 20,
            "feature_fraction": 0.5,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 1.0,
            "max_bin": 127,
            "num_threads": self.context.threads if n_rows >= _ROWS_FOR_THREADS else 1,
            "seed": self.context.seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
        }
        chosen |= {"num_class": n_levels} if objective == "multiclass" else {}
        return chosen | dict(self.context.options.get("parameters", {}))

    def _stopped(self, kind: ViewKind, side: Array, rest: Positions, held: Positions) -> Any:
        """Return a booster of some rows that stopped when held-out loss no longer fell."""
        import lightgbm

        data = lightgbm.Dataset(self.columns[rest], side[rest], free_raw_data=True)
        judge = lightgbm.Dataset(self.columns[held], side[held], reference=data)
        return lightgbm.train(
            self._parameters(kind, len(rest)),
            data,
            num_boost_round=_MOST_ROUNDS,
            valid_sets=[judge],
            callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False), self._until_deadline()],
        )

    def _grown(self, kind: ViewKind, side: Array, rows: Positions, n_rounds: int) -> Any:
        import lightgbm

        data = lightgbm.Dataset(self.columns[rows], side[rows])
        parameters = self._parameters(kind, len(rows))
        return lightgbm.train(parameters, data, num_boost_round=max(n_rounds, 1))

    def _until_deadline(self) -> Any:
        """Return a callback that stops one booster when its share of the time is used up."""
        import lightgbm

        began, deadline = time.monotonic(), self.context.deadline
        share = None if deadline is None else max((deadline - began) / 6, 0.2)

        def check(env: Any) -> None:
            if share is not None and time.monotonic() - began > share:
                raise lightgbm.callback.EarlyStopException(
                    env.iteration, env.evaluation_result_list
                )

        check.order = 40  # type: ignore[attr-defined]
        return check


@one_thread
def _with_cuts(view: View, mean: Floats, y: Array, task: Task) -> View:
    """Return the view with the slope and cuts that make held-out levels most likely."""
    from scipy import optimize

    n_levels = len(task.levels)
    above = np.where(y[:, None] > np.arange(n_levels - 1)[None, :], 1.0, -1.0)
    shares = np.clip(np.cumsum(np.bincount(y, minlength=n_levels))[:-1] / len(y), 0.001, 0.999)
    start = np.concatenate([[np.log(3.0)], np.quantile(mean, shares)])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slope, gaps = np.exp(parameters[0]), mean[:, None] - parameters[None, 1:]
        margins = above * slope * gaps
        pull = -above * sigmoid(-margins) / len(y)
        total = np.logaddexp(0, -margins).sum() / len(y)
        d_slope = (pull * slope * gaps).sum()
        return float(total), np.concatenate([[d_slope], -slope * pull.sum(axis=0)])

    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B").x
    cuts = tuple(float(cut) for cut in np.maximum.accumulate(found[1:]))
    return replace(view, slope=float(np.exp(found[0])), cuts=cuts)


LEARNERS.register("boosted.v1")(BoostedLearner)
