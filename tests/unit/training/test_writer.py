from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tests.unit.training.tiny_writer import writer_folder

from jixiao.contracts import FitContext, Message
from jixiao.core import ModelError
from jixiao.models.nets.causal import CausalWriter, load_causal, prompt_ids, write_on
from jixiao.training.writer import Example, tune_writer

ANSWERS = ("the goals were met and the team was calm", "the calls were late again")


def examples(count: int, *, start: int = 0) -> list[Example]:
    return [
        Example((Message(role="user", content=f"person {start + n} 评级"),), ANSWERS[n % 2])
        for n in range(count)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return writer_folder(tmp_path / "tiny", ANSWERS, context=128)


def context(tmp_path: Path, **options) -> FitContext:
    given = {"epochs": 6, "lr": 0.01, "batch_size": 4, "training_precision": "fp32"}
    return FitContext(
        seed=1, workdir=tmp_path / "work", cache=tmp_path, threads=1, options=given | options
    )


def test_tuning_lowers_the_held_out_loss_and_merging_keeps_it(tmp_path, folder):
    longer = context(tmp_path, epochs=25, lr=0.03)
    tuned = tune_writer(examples(16), examples(4, start=50), folder, longer)
    assert tuned.loss_after < 0.8 * tuned.loss_before
    assert tuned.loss_after == pytest.approx(tuned.result.best["loss"], abs=1e-4)
    assert (tuned.rows, tuned.too_long) == ((16, 4), 0)


def test_the_saved_model_is_plain_safetensors_and_says_what_the_tuned_one_says(tmp_path, folder):
    tuned = tune_writer(examples(16), examples(4, start=50), folder, context(tmp_path))
    tuned.save(tmp_path / "saved")
    assert not [
        name for name in load_file(tmp_path / "saved" / "model.safetensors") if "lora" in name
    ]
    tokenizer, net = load_causal(tmp_path / "saved")
    ids = prompt_ids(tokenizer, [{"role": "user", "content": "person 3"}])
    own = prompt_ids(tuned.tokenizer, [{"role": "user", "content": "person 3"}])
    assert ids == own
    said = write_on(tokenizer, net, ids, most=12, temperature=0)
    assert said == write_on(tuned.tokenizer, tuned.net, ids, most=12, temperature=0)


def test_only_low_rank_paths_move_until_they_are_merged(tmp_path, folder):
    before = load_file(folder / "model.safetensors")
    tuned = tune_writer(examples(8), examples(4, start=50), folder, context(tmp_path))
    tuned.save(tmp_path / "saved")
    after = load_file(tmp_path / "saved" / "model.safetensors")
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all("c_" in name and name.endswith("weight") for name in moved)


def test_the_loss_is_that_of_the_answer_alone(folder):
    tokenizer, net = load_causal(folder)
    prompt, answer = [5, 6, 7], [8, 9]
    ids = torch.tensor([[*prompt, *answer], [*answer, 0, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]])
    batch = {"input_ids": ids, "attention_mask": mask, "y": torch.tensor([3, 1])}
    with torch.inference_mode():
        raw = CausalWriter(net).eval()(batch)
    labels = torch.tensor([[-100, -100, -100, 8, 9]])
    expected = net(input_ids=ids[:1], labels=labels).loss.detach()
    assert raw[0, 1] == 2
    assert float(raw[0, 0] / 2) == pytest.approx(float(expected), abs=1e-5)
    assert raw[1, 1] == 1, "padding is no part of an answer"
    assert tokenizer.chat_template


def test_examples_that_do_not_fit_are_counted_and_never_cut(tmp_path, folder):
    long = Example((Message(role="user", content="x" * 500),), "y")
    tuned = tune_writer(
        [*examples(4), long], examples(2, start=50), folder, context(tmp_path, epochs=1)
    )
    assert (tuned.rows, tuned.too_long) == ((4, 2), 1)
    with pytest.raises(ModelError, match="this one holds 128 tokens"):
        tune_writer([long], examples(2), folder, context(tmp_path))


def test_a_folder_without_a_model_is_named_as_such(tmp_path):
    with pytest.raises(ModelError, match="no such folder"):
        load_causal(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"config\.json"):
        load_causal(tmp_path / "empty")
