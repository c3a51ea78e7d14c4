from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tests.unit.training.tiny_weights import ORDINAL

from jixiao.contracts import FitContext
from jixiao.training.batches import Rows, grouped_order, pad, sorted_order
from jixiao.training.loop import Job, LoopResult, LoopSettings, run_loop
from jixiao.training.outputs import output_for

ROOT = Path(__file__).parents[3]


def rows(n_rows: int, seed: int) -> Rows:
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 4, n_rows)
    table = (y[:, None] + generator.normal(size=(n_rows, 5))).astype(np.float32)
    return Rows(y=y, table=table)


def job(n_rows: int = 120) -> Job:
    import torch

    from jixiao.models.nets.fusion import FusionNet, FusionSizes, head_width

    train = rows(n_rows, 1)
    output = output_for(ORDINAL, train.y)
    sizes = FusionSizes(table=5, table_units=16)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = FusionNet(sizes, output.head(head_width(sizes)), dropout=0.3, modality_dropout=0.0)
    return Job(net, train, rows(60, 2), loss=output.loss, judge=output.judge)


def train(folder: Path, *, deadline: float | None = None, **changed: object) -> LoopResult:
    settings = LoopSettings(**{"epochs": 3, "batch_size": 8, "lr": 1e-2, **changed})  # type: ignore[arg-type]
    context = FitContext(seed=5, workdir=folder, cache=folder, threads=1, deadline=deadline)
    return run_loop(job(), settings, context)


def best(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "loop" / "best.safetensors")


def test_training_raises_the_score_and_keeps_the_best_judgement(tmp_path: Path) -> None:
    result = train(tmp_path, epochs=8, precision="fp32")
    assert result.best["accuracy"] > 0.5
    assert result.best["score"] == max(line["score"] for line in result.history)
    assert result.stopped == "all epochs done"
    assert result.steps == 8 * 15


def test_one_seed_gives_one_result(tmp_path: Path) -> None:
    train(tmp_path / "a", average=0.9)
    train(tmp_path / "b", average=0.9)
    first, second = best(tmp_path / "a"), best(tmp_path / "b")
    assert all(np.array_equal(first[name], second[name]) for name in first)


KILLED = """
import sys
from pathlib import Path
from tests.unit.training.test_loop import train
import jixiao.training.loop as loop
save = loop._Run._save
def slow(run):
    save(run)
    print(run.step, flush=True)
    import time; time.sleep(0.05)
loop._Run._save = slow
train(Path(sys.argv[1]), checkpoint_steps=2, average=0.9)
"""


def test_a_run_killed_in_the_middle_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    straight = train(whole, checkpoint_steps=2, average=0.9)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(killed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as child:
        assert child.stdout is not None
        while int(child.stdout.readline()) < 22:
            pass
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    begun = time.monotonic()
    resumed = train(killed, checkpoint_steps=2, average=0.9)
    assert resumed.steps == straight.steps
    assert resumed.history == straight.history
    assert time.monotonic() - begun < 60
    first, second = best(whole), best(killed)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    lines = [json.loads(line) for line in (killed / "curves.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [15, 30, 45]


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    train(tmp_path)
    stamp = (tmp_path / "loop" / "best.safetensors").stat().st_mtime_ns
    again = train(tmp_path)
    assert again.steps == 45
    assert (tmp_path / "loop" / "best.safetensors").stat().st_mtime_ns == stamp


def test_a_checkpoint_of_other_settings_is_not_taken_up(tmp_path: Path) -> None:
    train(tmp_path)
    other = train(tmp_path, lr=2e-2)
    assert other.history[0]["step"] == 15


def test_a_deadline_ends_training_in_time_with_the_rate_at_zero(tmp_path: Path) -> None:
    begun = time.monotonic()
    result = train(tmp_path, epochs=100_000, deadline=begun + 1.5)
    assert result.stopped == "time used up"
    assert time.monotonic() - begun < 2.5
    assert result.best


def test_patience_stops_a_run_that_gains_no_more(tmp_path: Path) -> None:
    result = train(tmp_path, epochs=500, patience=2, lr=0.05)
    assert result.stopped == "validation gains no more"
    assert result.steps < 500 * 15


def test_sgd_and_a_constant_rate_train_too(tmp_path: Path) -> None:
    result = train(tmp_path, optimiser="sgd", decay="none", warmup=0.0, lr=0.1, epochs=10)
    assert result.best["accuracy"] > 0.4


@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=200), batch_size=st.integers(1, 17)
)
def test_every_row_stands_in_exactly_one_batch(lengths: list[int], batch_size: int) -> None:
    given_lengths = np.array(lengths)
    for order in (
        grouped_order(given_lengths, batch_size, np.random.default_rng(0)),
        sorted_order(given_lengths, batch_size),
    ):
        assert sorted(np.concatenate(order).tolist()) == list(range(len(lengths)))
        assert max(len(batch) for batch in order) <= batch_size


def test_grouped_batches_hold_little_padding() -> None:
    lengths = np.random.default_rng(0).integers(5, 128, 2000)
    order = grouped_order(lengths, 16, np.random.default_rng(1))
    padded = sum(lengths[batch].max() * len(batch) for batch in order)
    assert padded / lengths.sum() < 1.05


def test_padding_is_zero_behind_the_tokens() -> None:
    ids, mask = pad([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_an_unknown_tracker_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    from jixiao.core import ModelError
    from jixiao.training.tracking import Curves

    with pytest.raises(ModelError, match="expected tensorboard or wandb, got 'comet'"):
        Curves(tmp_path, ("comet",))
