from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from jixiao.core import ModelError
from jixiao.training.tracking import Curves, read_curves


def test_curves_are_written_line_by_line(tmp_path: Path) -> None:
    curves = Curves(tmp_path)
    curves.log(1, {"train_loss": 0.5})
    curves.log(2, {"train_loss": 0.4})
    assert [line["train_loss"] for line in read_curves(tmp_path / "curves.jsonl")] == [0.5, 0.4]
    curves.close()


def test_a_resumed_run_drops_what_came_after_its_checkpoint(tmp_path: Path) -> None:
    text = "".join(json.dumps({"step": step}) + "\n" for step in (1, 2, 3)) + '{"step": 4, "tr'
    (tmp_path / "curves.jsonl").write_text(text)
    Curves(tmp_path, from_step=2).close()
    assert [line["step"] for line in read_curves(tmp_path / "curves.jsonl")] == [1, 2]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_gets_the_same_values(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    curves = Curves(tmp_path, ("tensorboard",))
    curves.log(3, {"score": 0.75})
    curves.close()
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("score")] == [(3, 0.75)]


@pytest.mark.slow
def test_wandb_runs_offline_and_leaves_the_environment_as_it_was(tmp_path: Path) -> None:
    pytest.importorskip("wandb")
    before = dict(os.environ)
    curves = Curves(tmp_path, ("wandb",))
    curves.log(1, {"score": 0.5})
    curves.close()
    assert list((tmp_path / "wandb").rglob("offline-run-*/*.wandb"))
    assert {k: v for k, v in os.environ.items() if k != "WANDB_SERVICE"} == {
        k: v for k, v in before.items() if k != "WANDB_SERVICE"
    }


def test_wandb_that_is_not_installed_is_named_with_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(
        ModelError, match=r"the package wandb, got not installed\n.*jixiao\[track\]"
    ):
        Curves(tmp_path, ("wandb",))
