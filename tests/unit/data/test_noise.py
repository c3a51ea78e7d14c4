import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import DataError
from jixiao.data.noise import class_thresholds, conflicting_duplicates, label_suspects


def noisy(seed: int, n: int = 600, k: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True labels, labels with a tenth wrong, and believable probabilities."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, k, n)
    given_labels = true.copy()
    wrong = rng.choice(n, n // 10, replace=False)
    given_labels[wrong] = (true[wrong] + rng.integers(1, k, len(wrong))) % k
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), true] += 4.5
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return true, given_labels, proba


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_suspects_are_those_of_cleanlab(seed):
    from cleanlab.filter import find_label_issues

    _, y, proba = noisy(seed)
    ours = {suspect.position for suspect in label_suspects(y, proba)}
    theirs = find_label_issues(y, proba, filter_by="confident_learning", n_jobs=1)
    assert ours == set(np.flatnonzero(theirs).tolist())


def test_most_planted_errors_are_found_and_named():
    true, y, proba = noisy(5)
    suspects = label_suspects(y, proba)
    planted = set(np.flatnonzero(true != y).tolist())
    found = {suspect.position for suspect in suspects}
    assert len(found & planted) >= 0.8 * len(planted)
    right = [s for s in suspects if s.position in planted and s.likely == true[s.position]]
    assert len(right) >= 0.8 * len(found & planted)
    margins = [suspect.margin for suspect in suspects]
    assert margins == sorted(margins, reverse=True)


def test_unknown_labels_and_missing_probabilities_are_no_suspects():
    y = np.array([-1, 0, 0, 1, 1])
    proba = np.array([[0.0, 1.0], [np.nan, np.nan], [0.9, 0.1], [0.1, 0.9], [0.95, 0.05]])
    assert [suspect.position for suspect in label_suspects(y, proba)] == [4]


def test_thresholds_are_the_mean_confidence_of_each_class():
    y = np.array([0, 0, 1])
    proba = np.array([[0.9, 0.1, 0], [0.7, 0.3, 0], [0.2, 0.8, 0]])
    assert class_thresholds(y, proba).tolist() == pytest.approx([0.8, 0.8, np.inf])


def test_equal_texts_with_other_labels_are_evidence():
    texts = ["Good work", "good  work ", "fine", "", "", "Good work"]
    y = np.array([1, 0, 1, 0, 1, -1])
    assert conflicting_duplicates(texts, y) == {0: (1,), 1: (0,)}
    proba = np.array([[0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.9, 0.1], [0.1, 0.9], [0.5, 0.5]])
    suspects = label_suspects(y, proba, texts)
    assert [(s.position, s.conflicts) for s in suspects] == [(1, (0,))]


def test_shapes_that_differ_are_refused():
    with pytest.raises(DataError) as caught:
        label_suspects(np.zeros(3, dtype=np.int64), np.zeros((2, 2)))
    assert (
        "expected one row of probabilities for each of 3 labels, got an array of shape (2, 2)"
        in str(caught.value)
    )


@given(st.integers(0, 50))
def test_the_order_of_the_rows_changes_only_positions(seed):
    _, y, proba = noisy(seed, n=60, k=3)
    order = np.random.default_rng(seed).permutation(60)
    shuffled = {int(order[s.position]) for s in label_suspects(y[order], proba[order])}
    assert shuffled == {s.position for s in label_suspects(y, proba)}


def test_a_neighbouring_level_is_an_opinion_and_a_far_one_a_suspect():
    proba = np.array([[0.02, 0.03, 0.05, 0.1, 0.8]] * 3 + [[np.nan] * 5])
    suspects = label_suspects(np.array([3, 0, 2, 0]), proba, ordered=True)
    assert [(s.position, s.given, s.likely) for s in suspects] == [(1, 0, 4), (2, 2, 4)]
    assert suspects[0].margin == pytest.approx((0.03 + 0.1 + 0.3 + 3.2) / 4)


def test_far_mistakes_of_a_rating_lead_the_suspects():
    rng = np.random.default_rng(8)
    seen = rng.normal(size=2000)
    cuts = (-1.5, -0.6, 0.6, 1.5)
    y = np.searchsorted(cuts, seen + rng.normal(0, 0.4, 2000))
    wrong = rng.choice(2000, 50, replace=False)
    y[wrong] = np.where(y[wrong] >= 2, y[wrong] - 2, y[wrong] + 2)
    steps = 1 / (1 + np.exp((np.array(cuts) - seen[:, None]) * 4))
    proba = -np.diff(np.c_[np.ones(2000), steps, np.zeros(2000)])
    top = [s.position for s in label_suspects(y, proba, ordered=True)[:50]]
    plain = [s.position for s in label_suspects(y, proba)[:50]]
    assert np.isin(top, wrong).mean() >= 0.8 > np.isin(plain, wrong).mean()
