from pathlib import Path

import numpy as np
import pytest

from jixiao.contracts import Examples, Prediction, Task
from jixiao.core import ModelError, atomic
from jixiao.gateways import ModelFolder
from jixiao.models import PREDICTORS

TASK = Task(kind="number", target="y")


class Constant:
    """A model that always says the same."""

    name = "constant.v1"

    def __init__(self, value: float) -> None:
        self.value = value

    def predict(self, examples: Examples) -> Prediction:
        return Prediction(None, np.full(len(examples), self.value))

    def save(self, folder: Path) -> None:
        atomic.write_json(folder / "model.json", {"value": self.value})


@pytest.fixture(autouse=True)
def _constant_model(monkeypatch):
    def load(folder, _task):
        import json

        return Constant(json.loads((folder / "model.json").read_text())["value"])

    monkeypatch.setitem(PREDICTORS._things, "constant.v1", load)


def test_the_last_saved_model_is_the_current_one_and_older_ones_stay(tmp_path):
    store = ModelFolder(tmp_path)
    assert store.current() is None
    first = store.save(Constant(1.0), {"seed": 0})
    second = store.save(Constant(2.0), {"seed": 0})
    assert store.current() == second
    assert list(store.ids()) == [first, second]
    predictor, manifest = store.load(TASK, first)
    assert predictor.predict(Examples(rows=np.arange(2))).value.tolist() == [1.0, 1.0]
    assert manifest["name"] == "constant.v1"
    assert manifest["seed"] == 0


def test_asking_for_a_model_before_training_says_how_to_train(tmp_path):
    with pytest.raises(ModelError, match="jixiao train DIR"):
        ModelFolder(tmp_path).load(TASK)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda model: (model / "model.json").write_text('{"value": 9}'), "content has changed"),
        (lambda model: (model / "model.json").unlink(), "a missing file"),
        (lambda model: (model / "extra.pkl").write_text("x"), "manifest does not list"),
    ],
)
def test_a_changed_missing_or_added_file_is_refused(tmp_path, harm, told):
    store = ModelFolder(tmp_path)
    model_id = store.save(Constant(1.0), {})
    harm(tmp_path / model_id / "model")
    with pytest.raises(ModelError, match=told):
        store.load(TASK)
