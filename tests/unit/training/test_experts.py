from __future__ import annotations

import numpy as np
import pytest

from jixiao.models.frozen import dense_logits
from jixiao.models.linear import Head
from jixiao.training.experts import fit_mix


def labelled(seed: int, n_rows: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(n_rows, 4)) * 2
    powers = np.exp(logits)
    y = (powers.cumsum(1) / powers.sum(1, keepdims=True) > draw.random((n_rows, 1))).argmax(1)
    return logits, y


def test_an_overconfident_expert_is_scaled_down_and_noise_left_out() -> None:
    logits, y = labelled(0)
    noise = np.random.default_rng(9).normal(size=logits.shape)
    mix = fit_mix([3 * logits, noise], y, "softmax")
    assert mix.factors[0] == pytest.approx(1 / 3, abs=0.03)
    assert mix.factors[1] == pytest.approx(0, abs=0.06)


def test_two_views_beat_one() -> None:
    logits, y = labelled(1)
    draw = np.random.default_rng(2)
    views = [logits + draw.normal(size=logits.shape) for _ in range(2)]
    both = fit_mix(views, y, "softmax")
    assert both.loss < fit_mix(views[:1], y, "softmax").loss
    assert abs(both.factors[0] - both.factors[1]) < 0.1


@pytest.mark.parametrize("kind", ["softmax", "cumulative", "sigmoid", "identity"])
def test_scaled_heads_add_up_to_the_mix(kind: str) -> None:
    draw = np.random.default_rng(3)
    features = draw.normal(size=(200, 5)).astype(np.float32)
    outputs = 1 if kind == "identity" else 3
    heads = [
        Head(kind, draw.normal(size=(outputs, 5)).astype(np.float32), draw.normal(size=outputs))  # type: ignore[arg-type]
        for _ in range(2)
    ]
    y = {
        "softmax": draw.integers(0, 3, 200),
        "cumulative": draw.integers(0, 4, 200),
        "sigmoid": draw.integers(0, 2, (200, 3)),
        "identity": draw.normal(size=200),
    }[kind]
    logits = [dense_logits(head, features) for head in heads]
    mix = fit_mix(logits, y, kind)
    assert (mix.factors >= 0).all()
    added = sum(dense_logits(head, features) for head in mix.scaled(heads))
    np.testing.assert_allclose(added, mix.apply(logits), atol=1e-5)
