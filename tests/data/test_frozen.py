from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.mixes import banking77, mix

from jixiao.contracts import FitContext
from jixiao.core.seeds import rng
from jixiao.models import decide
from jixiao.models.encoding import TextEncoder
from jixiao.training.frozen import FrozenLearner

pytestmark = [pytest.mark.data, pytest.mark.slow]


def test_frozen_embeddings_and_ngrams_know_banking77(data_dir: Path, tmp_path: Path) -> None:
    train, test, task = banking77(data_dir)
    order = rng(0, "validation").permutation(len(train))
    context = FitContext(
        seed=0, workdir=tmp_path, cache=tmp_path, options={"objective": "accuracy"}
    )
    model = FrozenLearner().fit(
        train.take(order[1000:]), train.take(order[:1000]), task=task, context=context
    )
    assert test.y is not None
    right = decide(model.predict(test), task, model.rule) == test.y
    assert right.mean() > 0.935


@pytest.mark.parametrize("mean_tokens", [40, 180])
def test_int8_is_close_to_fp32_on_real_reviews(data_dir: Path, mean_tokens: int) -> None:
    texts = mix(data_dir, mean_tokens)[::50][:120]
    exact = TextEncoder.open(precision="fp32").encode(texts)
    cosine = (exact * TextEncoder.open().encode(texts)).sum(axis=1)
    assert cosine.mean() > 0.996
    assert np.quantile(cosine, 0.01) > 0.98
