"""Solvers of linear heads on sparse features; deterministic, one thread.

Each returns a ``Head`` whose logits are raw margins; ``calibrated`` gives them a scale.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jixiao.contracts import Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.linear import Head
from jixiao.models.ngrams import Counts
from jixiao.models.ordinal import sigmoid

Array = npt.NDArray[Any]
Way = Literal["svm", "logistic", "shared", "ridge"]


@dataclass(frozen=True)
class Candidate:
    """One way of fitting a linear head.

    Attributes:
        way: ``svm`` or ``logistic``: one binary problem per output. ``shared``: one weight vector
            for all thresholds of a scale (proportional odds). ``ridge``: squared error.
        strength: C of the solver: larger means weaker regularisation.
        ratios: Whether text features are weighted by their log-count ratio between the two
            sides of each binary problem.
        cumulative: Ratings only: whether the binary problems are "above level k" rather than
            "is level k".

    References:
        Wang and Manning (2012), "Baselines and Bigrams", ACL, for ``ratios``; Rennie and Srebro
        (2005), "Loss Functions for Preference Levels", for ``shared``; Frank and Hall (2001),
        ECML, for ``cumulative``.
    """

    way: Way
    strength: float
    ratios: bool = False
    cumulative: bool = False

    def label(self) -> str:
        """Return the candidate in words."""
        marks = [self.way, f"C={self.strength:g}"]
        marks += ["count ratios"] if self.ratios else []
        marks += ["cumulative"] if self.cumulative else []
        return ", ".join(marks)


def fit_head(features: Counts, y: Array, *, candidate: Candidate, shape: Shape) -> Head:
    """Return the head a candidate finds.

    Args:
        features: CSR (n, n_features), float32.
        y: Targets as in ``Examples.y``, all known.
        candidate: The way to fit.
        shape: Task, number of text features and seed.
    """
    task = shape.task
    if candidate.way == "ridge":
        return _ridge(features, y, candidate.strength)
    if candidate.way == "shared":
        return _shared(features, y, n_levels=len(task.levels), strength=candidate.strength)
    sides = _sides(y, task, cumulative=candidate.cumulative)
    found = [_binary(features, side, candidate=candidate, shape=shape) for side in sides]
    weights: Array = np.stack([pair[0] for pair in found])
    bias = np.array([pair[1] for pair in found])
    if candidate.cumulative:
        return Head("cumulative", weights, bias)
    if task.kind is TaskKind.CLASSES:
        return Head("sigmoid", weights, bias)
    if len(weights) == 1:  # two classes: one problem, mirrored
        weights, bias = np.vstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    return Head("softmax", weights.astype(np.float32), bias)


@dataclass(frozen=True)
class Shape:
    """What a solver must know beside the features: task, text features come first, seed."""

    task: Task
    n_text: int
    seed: int


def _sides(y: Array, task: Task, *, cumulative: bool) -> list[npt.NDArray[np.bool_]]:
    """Return the binary problems of a task."""
    n_levels = len(task.levels)
    if task.kind is TaskKind.CLASSES:
        return [y[:, level] == 1 for level in range(n_levels)]
    if cumulative:
        return [y > level for level in range(n_levels - 1)]
    return [y == 1] if n_levels == 2 else [y == level for level in range(n_levels)]


def _binary(
    features: Counts, side: npt.NDArray[np.bool_], *, candidate: Candidate, shape: Shape
) -> tuple[npt.NDArray[np.float32], float]:
    """Return weights and bias of one binary problem; a constant where one side is empty."""
    if side.all() or not side.any():
        return np.zeros(features.shape[1], dtype=np.float32), 4.0 if side.all() else -4.0
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    ratio = _count_ratios(features, side, shape.n_text) if candidate.ratios else None
    scaled = features if ratio is None else (features @ sparse.diags_array(ratio)).tocsr()
    if candidate.way == "svm":
        solver = LinearSVC(C=candidate.strength, tol=1e-3, random_state=shape.seed, max_iter=2000)
    else:
        # The dual is the quicker one where features outnumber rows; both have one optimum.
        dual = features.shape[1] > features.shape[0]
        solver = LogisticRegression(
            C=candidate.strength,
            solver="liblinear",
            dual=dual,
            tol=1e-2 if dual else 1e-4,
            random_state=shape.seed,
            max_iter=500,
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unfinished fit is judged on validation like any other
        solver.fit(scaled, side)
    weights = solver.coef_[0] if ratio is None else solver.coef_[0] * ratio
    return weights.astype(np.float32), float(solver.intercept_[0])


def _count_ratios(features: Counts, side: npt.NDArray[np.bool_], n_text: int) -> Floats:
    """Return |log ratio| of how common each text feature is on both sides; 1 for the table."""
    held = sparse.csr_matrix(
        (np.ones_like(features.data), features.indices, features.indptr), shape=features.shape
    )
    above = np.asarray(held[side].sum(axis=0), dtype=np.float64).ravel()[:n_text] + 1
    below = np.asarray(held[~side].sum(axis=0), dtype=np.float64).ravel()[:n_text] + 1
    ratio = np.ones(features.shape[1])
    ratio[:n_text] = np.abs(np.log((above / above.sum()) / (below / below.sum())))
    return ratio


def _shared(features: Counts, y: Array, *, n_levels: int, strength: float) -> Head:
    """Return one weight vector and K-1 thresholds: all-threshold ordinal logistic regression."""
    from scipy import optimize

    n_features = features.shape[1]
    above = np.where(y[:, None] > np.arange(n_levels - 1)[None, :], 1.0, -1.0)  # (n, K-1)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights, bias = parameters[:n_features], parameters[n_features:]
        margins = above * ((features @ weights)[:, None] + bias[None, :])
        pull = -above * sigmoid(-margins)
        total = strength * np.logaddexp(0, -margins).sum() + 0.5 * weights @ weights
        slope = strength * (features.T @ pull.sum(axis=1)) + weights
        return float(total), np.concatenate([slope, strength * pull.sum(axis=0)])

    shares = np.clip((above > 0).mean(axis=0), 1e-3, 1 - 1e-3)
    start = np.concatenate([np.zeros(n_features), np.log(shares / (1 - shares))])
    options = {"maxiter": 150, "maxcor": 10}
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return Head("cumulative", found[None, :n_features].astype(np.float32), found[n_features:])


def _ridge(features: Counts, y: Array, strength: float) -> Head:
    """Return least squares with an L2 penalty of 1 / strength; answers stay within train's."""
    from scipy.sparse.linalg import lsqr

    centre = float(y.mean())
    spread = float(y.std()) or 1.0
    means = np.asarray(features.mean(axis=0)).ravel()
    padded = sparse.hstack([features, np.ones((len(y), 1))], format="csr")
    found = lsqr(padded, (y - centre) / spread, damp=strength**-0.5, iter_lim=300)[0]
    weights = (found[:-1] * spread).astype(np.float32)
    bias = np.array([centre + float(y.mean() - centre - means @ weights)])
    return Head("identity", weights[None, :], bias, float(y.min()), float(y.max()))


def calibrated(head: Head, logits: Floats, y: Array) -> Head:
    """Return the head with logits scaled and shifted to the likelihood of held-out rows.

    Args:
        head: Any head but ``identity``, which is returned as it is.
        logits: Shape (n, n_outputs) of rows the head was not fitted to.
        y: Their targets.
    """
    from scipy import optimize

    if head.kind == "identity" or not len(y):
        return head
    n_outputs = logits.shape[1]
    shifts = n_outputs if n_outputs <= 10 and len(y) >= 100 else 0

    def loss(parameters: Floats) -> float:
        scale, shift = np.exp(parameters[0]), np.zeros(n_outputs)
        shift[:shifts] = parameters[1:]
        penalty = 0.5 * float((parameters**2).sum()) / len(y)
        return _log_loss(head.kind, scale * logits + shift, y) + penalty

    found = optimize.minimize(loss, np.zeros(1 + shifts), method="L-BFGS-B").x
    scale, shift = float(np.exp(found[0])), np.zeros(n_outputs)
    shift[:shifts] = found[1:]
    weights = (head.weights * np.float32(scale)).astype(np.float32)
    return replace(head, weights=weights, bias=head.bias * scale + shift)


def _log_loss(kind: str, logits: Floats, y: Array) -> float:
    if kind == "softmax":
        top = logits.max(axis=1, keepdims=True)
        norm = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        return float((norm - logits[np.arange(len(y)), y]).mean())
    true = y if kind == "sigmoid" else y[:, None] > np.arange(logits.shape[1])[None, :]
    losses: Floats = np.logaddexp(0, np.where(true, -logits, logits))
    return float(losses.mean())
