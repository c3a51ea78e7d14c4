from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
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

from jixiao.contracts import Examples, FitContext, Task
from jixiao.core import ModelError
from jixiao.models import load_predictor
from jixiao.models.neural import NeuralPredictor
from jixiao.training import LEARNERS


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("weights")
    return {
        "encoder.v1": str(bert_folder(folder / "bert")),
        "decoder.v1": str(gpt_folder(folder / "gpt")),
    }


def fit(
    name: str, task: Task, place: Path, *, parts: str = "text", **options: Any
) -> tuple[NeuralPredictor, Examples]:
    train = reviews(160, task, seed=1, parts=parts)
    validation = reviews(80, task, seed=2, parts=parts)
    context = FitContext(
        seed=0, workdir=place / "work", cache=place / "cache", options=options, threads=1
    )
    learner = LEARNERS.get(name)()
    assert learner.supports(train, task) == ""
    found = learner.fit(train, validation, task=task, context=context)
    assert isinstance(found, NeuralPredictor)
    return found, validation


def scores(model: Any, examples: Examples) -> np.ndarray:
    found = model.predict(examples)
    return np.asarray(found.value if found.proba is None else found.proba)


def saved_and_loaded(model: NeuralPredictor, task: Task, folder: Path) -> Any:
    folder.mkdir()
    model.save(folder)
    assert not list(folder.rglob("*.p*kl")) + list(folder.rglob("*.pt"))
    return load_predictor(model.name, folder, task)


@pytest.mark.parametrize("task", [ORDINAL, CLASS, CLASSES, NUMBER], ids=lambda t: t.kind.value)
@pytest.mark.parametrize("name", ["lstm.v1", "encoder.v1", "decoder.v1"])
def test_every_kind_of_task_is_learnt_from_text_table_and_series(
    name: str, task: Task, weights: dict[str, str], tmp_path: Path
) -> None:
    options = {"folder": weights[name], "lr": 2e-3} if name in weights else {"epochs": 15}
    model, validation = fit(name, task, tmp_path, parts="text table series", **options)
    best = model.facts["training"]["best"]
    assert best["score"] > (-0.5 if task is NUMBER else 0.7)
    loaded = saved_and_loaded(model, task, tmp_path / "model")
    assert np.abs(scores(model, validation) - scores(loaded, validation)).max() <= 1e-5


@pytest.mark.parametrize("tuning", ["full", "lora", "adapter"])
@pytest.mark.parametrize("name", ["encoder.v1", "decoder.v1"])
@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_reloaded_model_gives_the_same_scores_in_every_tuning(
    name: str, tuning: str, precision: str, weights: dict[str, str], tmp_path: Path
) -> None:
    options = {"folder": weights[name], "tuning": tuning, "precision": precision, "epochs": 3}
    if name == "decoder.v1" and precision == "int8":
        with pytest.raises(
            ModelError, match=r"decoder\.v1 with these weights is saved in fp32 only"
        ):
            fit(name, ORDINAL, tmp_path, lr=5e-3, **options)
        return
    model, validation = fit(name, ORDINAL, tmp_path, lr=5e-3, **options)
    assert model.facts["precision"] == precision
    if precision == "int8":
        assert model.facts["int8_check"]["agreement"] > 0.9
    assert model.facts["parity"] < 1e-4
    before = scores(model, validation)
    loaded = saved_and_loaded(model, ORDINAL, tmp_path / "model")
    assert np.abs(before - scores(loaded, validation)).max() <= 1e-5
    assert np.allclose(before.sum(axis=1), 1.0)
    untrained = np.bincount(validation.y, minlength=4).max() / len(validation)
    assert (before.argmax(axis=1) == validation.y).mean() > untrained


def test_a_score_does_not_depend_on_the_rows_beside_it(tmp_path: Path) -> None:
    model, validation = fit("lstm.v1", ORDINAL, tmp_path, parts="text series", epochs=2)
    whole = scores(model, validation)
    alone = np.concatenate([scores(model, validation.take([i])) for i in range(10)])
    assert np.abs(whole[:10] - alone).max() < 1e-5


def test_a_row_without_text_or_series_is_scored_all_the_same(tmp_path: Path) -> None:
    model, validation = fit("lstm.v1", ORDINAL, tmp_path, parts="text table series", epochs=10)
    assert validation.series is not None
    empty = Examples(
        rows=validation.rows[:5],
        texts={"review": [""] * 5},
        numbers=validation.numbers[:5],
        number_names=validation.number_names,
        series=np.full_like(validation.series[:5], np.nan),
        series_names=validation.series_names,
    )
    found = scores(model, empty)
    assert np.isfinite(found).all()
    assert np.allclose(found.sum(axis=1), 1.0)
    assert len({row.tobytes() for row in found}) > 1, "the table still tells rows apart"


def test_scoring_an_empty_table_gives_no_rows(tmp_path: Path) -> None:
    model, validation = fit("lstm.v1", ORDINAL, tmp_path, epochs=1)
    assert scores(model, validation.take([])).shape == (0, 4)


def test_chinese_is_learnt_by_characters_and_by_words(tmp_path: Path) -> None:
    words = ["很好", "一般", "很差", "优秀"]
    texts = [f"这个员工的表现{words[i % 4]}，工作认真" for i in range(120)]
    examples = Examples(
        rows=np.arange(120), texts={"评语": texts}, y=np.arange(120, dtype=np.int64) % 4
    )
    for segments in (False, True):
        options = {"segments": segments, "epochs": 30}
        folder = tmp_path / str(segments)
        context = FitContext(seed=0, workdir=folder, cache=folder, options=options, threads=1)
        learner = LEARNERS.get("lstm.v1")()
        model = learner.fit(examples, examples, task=ORDINAL, context=context)
        assert (scores(model, examples).argmax(axis=1) == examples.y).mean() > 0.9


def test_an_unknown_option_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model option unitz: expected one of average, .*units"):
        fit("lstm.v1", ORDINAL, tmp_path, unitz=3)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"JX-E330.*tokenizer.json"):
        fit("encoder.v1", ORDINAL, tmp_path, folder=str(tmp_path))


def test_a_decoder_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected a folder with GPT-class weights, got none"):
        fit("decoder.v1", ORDINAL, tmp_path)


def test_a_target_nobody_knows_is_refused(tmp_path: Path) -> None:
    unknown = Examples(rows=np.arange(3), texts={"t": ["a", "b", "c"]}, y=np.full(3, -1))
    context = FitContext(seed=0, workdir=tmp_path, cache=tmp_path)
    with pytest.raises(ModelError, match="at least one row with a known target, got none"):
        LEARNERS.get("lstm.v1")().fit(unknown, unknown, task=ORDINAL, context=context)


def test_a_damaged_model_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="JX-E326"):
        load_predictor("lstm.v1", tmp_path, ORDINAL)


SCORING = """
import sys
from pathlib import Path
from jixiao.models import load_predictor
from tests.unit.training.tiny_weights import ORDINAL, reviews
model = load_predictor(sys.argv[1], Path(sys.argv[2]), ORDINAL)
model.predict(reviews(5, ORDINAL, parts="text"))
bad = [name for name in ("torch", "transformers", "sklearn") if name in sys.modules]
sys.exit(f"scoring imported {bad}" if bad else 0)
"""


@pytest.mark.parametrize("name", ["lstm.v1", "encoder.v1", "decoder.v1"])
def test_scoring_never_imports_torch(name: str, weights: dict[str, str], tmp_path: Path) -> None:
    import subprocess

    options = {"folder": weights[name]} if name in weights else {}
    model, _ = fit(name, ORDINAL, tmp_path, epochs=1, **options)
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    done = subprocess.run(
        [sys.executable, "-c", SCORING, name, str(tmp_path / "model")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_head_starts_as_good_as_a_linear_model_of_the_untuned_vectors(
    weights: dict[str, str], tmp_path: Path
) -> None:
    kept = {"folder": weights["decoder.v1"], "tuning": "frozen", "lr": 1e-9, "epochs": 1}
    for task in (ORDINAL, CLASS, NUMBER):
        place = tmp_path / task.kind.value
        started, _ = fit("decoder.v1", task, place / "a", head_start=True, **kept)
        naive, _ = fit("decoder.v1", task, place / "b", head_start=False, **kept)
        best = [model.facts["training"]["best"]["score"] for model in (started, naive)]
        assert best[0] > best[1] + 0.05


def test_int8_is_refused_before_training_where_only_fp32_can_be_saved(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"expected auto or fp32: lstm\.v1"):
        fit("lstm.v1", ORDINAL, tmp_path, precision="int8")
