from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from tests.unit.training.tiny_weights import CLASS, CLASSES, NUMBER, ORDINAL

from jixiao.contracts import Task
from jixiao.models.frozen import dense_logits
from jixiao.training.dense import fit_path


def data(task: Task, n_rows: int = 300) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(1)
    features = draw.normal(size=(n_rows, 6)).astype(np.float32)
    hidden = features @ draw.normal(size=(6, 3)) + 0.5 * draw.normal(size=(n_rows, 3))
    if task is NUMBER:
        return features, hidden[:, 0] * 3 + 7
    if task is CLASSES:
        return features, (hidden > 0).astype(np.int64)
    if task is ORDINAL:
        return features, np.digitize(hidden[:, 0], [-1.5, 0, 1.5]).astype(np.int64)
    return features, hidden.argmax(axis=1).astype(np.int64)


def test_classes_agree_with_scikit_learn() -> None:
    features, y = data(CLASS)
    ((_, head),) = fit_path(features, y, task=CLASS, strengths=(1.0,))
    peer = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(features, y)
    ours = head.prediction(dense_logits(head, features), CLASS).proba
    np.testing.assert_allclose(ours, peer.predict_proba(features), atol=0.01)


def test_several_classes_are_fitted_each_by_itself() -> None:
    features, y = data(CLASSES)
    ((_, head),) = fit_path(features, y, task=CLASSES, strengths=(3.0,))
    ours = head.prediction(dense_logits(head, features), CLASSES).proba
    assert ours is not None
    for at in range(3):
        peer = LogisticRegression(C=3.0, tol=1e-8, max_iter=1000).fit(features, y[:, at])
        np.testing.assert_allclose(ours[:, at], peer.predict_proba(features)[:, 1], atol=0.01)


@pytest.mark.parametrize("shared", [False, True])
def test_ratings_get_rising_thresholds(shared: bool) -> None:
    features, y = data(ORDINAL)
    ((_, head),) = fit_path(features, y, task=ORDINAL, strengths=(3.0,), shared=shared)
    assert head.kind == "cumulative"
    assert head.weights.shape == ((1 if shared else 3), 6)
    assert (np.diff(head.bias) < 0).all()
    proba = head.prediction(dense_logits(head, features), ORDINAL).proba
    assert proba is not None
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert (proba.argmax(axis=1) == y).mean() > 0.7


def test_a_number_agrees_with_ridge_and_stays_in_range() -> None:
    features, y = data(NUMBER)
    ((_, head),) = fit_path(features, y, task=NUMBER, strengths=(0.5,))
    peer = Ridge(alpha=2.0).fit(features, y)
    np.testing.assert_allclose(
        dense_logits(head, features)[:, 0], peer.predict(features), atol=1e-3
    )
    far = head.prediction(dense_logits(head, features * 100), NUMBER).value
    assert far is not None
    assert far.min() >= y.min()
    assert far.max() <= y.max()


def test_the_path_goes_from_weak_to_strong() -> None:
    features, y = data(CLASS)
    heads = list(fit_path(features, y, task=CLASS, strengths=(0.01, 1.0, 100.0)))
    norms = [float(np.abs(head.weights).sum()) for _, head in heads]
    assert [strength for strength, _ in heads] == [0.01, 1.0, 100.0]
    assert norms == sorted(norms)


def test_the_same_data_gives_the_same_head() -> None:
    features, y = data(CLASS)
    first, second = (list(fit_path(features, y, task=CLASS))[-1][1] for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
