"""From a trained network to the torch-free model that is saved, checked against the network.

A BERT-class encoder, with adapters or without, goes through ``models/encoding.py`` (int8 where
validation loses nothing by it); token LSTMs, decoders and other encoders become plain ONNX graphs
in fp32.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Task, TaskKind
from jixiao.core import ModelError
from jixiao.models.decision import ARGMAX, Rule
from jixiao.models.encoding import TextEncoder
from jixiao.models.neural import NeuralPredictor, OnnxText, TextVectors, prediction_of
from jixiao.models.neural_inputs import row_texts
from jixiao.models.weights import ENCODER_KINDS
from jixiao.training.graphs import head_graph, text_graph
from jixiao.training.loop import raw_outputs
from jixiao.training.neural import Material, rows_of
from jixiao.training.outputs import Judge
from jixiao.training.rules import choose_rule

if TYPE_CHECKING:
    from torch import Tensor, nn

    from jixiao.models.nets.fusion import FusionNet
    from jixiao.training.batches import Rows

PARITY = 1e-4
"""Largest difference of probabilities (or of standardised numbers) between network and graph."""
INT8_LOSS = 0.004
"""Largest loss of the validation score at which the faster int8 model is kept."""
CHECKED_ROWS = 400
"""Validation rows by which int8 is judged."""


@dataclass(frozen=True)
class Trained:
    """A trained network and what is known of it.

    Attributes:
        name: Registered name of the model.
        judge: Validation figures of raw outputs.
        facts: What is written down beside the model.
    """

    name: str
    net: FusionNet
    material: Material
    task: Task
    judge: Judge
    facts: dict[str, Any] = field(default_factory=dict)


def export_predictor(
    trained: Trained, *, precision: Literal["auto", "fp32", "int8"] = "auto", threads: int = 2
) -> NeuralPredictor:
    """Return the torch-free predictor of a trained network.

    Raises:
        ModelError: If the fp32 graphs do not give the network's scores.
    """
    from jixiao.models.nets.lora import merge_lora

    merge_lora(trained.net)
    trained.net.eval()
    head = head_graph(trained.net, _head_sample(trained.net, trained.material.train))
    with tempfile.TemporaryDirectory() as name:
        folder = _weights_folder(trained, Path(name))
        exact = _predictor(trained, head, _fp32_text(trained, folder, threads))
        exact.facts["parity"] = check_parity(trained, exact)
        exact.facts["precision"] = "fp32"
        kept = exact
        if folder is not None and precision != "fp32":
            quick = _predictor(trained, head, _int8_text(trained, folder, threads))
            kept = _chosen(trained, exact, quick, forced=precision == "int8")
    kept.rule = _rule(trained, kept)
    return kept


def _rule(trained: Trained, model: NeuralPredictor) -> Rule:
    """Return how answers are chosen from the scores, judged on the validation rows."""
    probe = trained.material.validation_examples
    if trained.task.kind is TaskKind.NUMBER or probe.y is None:
        return ARGMAX
    return choose_rule(model.predict(probe), probe.y, trained.task)


def _predictor(trained: Trained, head: bytes, text: TextVectors | None) -> NeuralPredictor:
    return NeuralPredictor(
        name=trained.name,
        task=trained.task,
        plan=trained.material.plan,
        head=head,
        text=text,
        tokenizer=trained.material.tokenizer,
        facts=dict(trained.facts),
    )


def _weights_folder(trained: Trained, folder: Path) -> Path | None:
    """Write the tuned encoder's weights, or return None when it is not of a known kind."""
    from safetensors.torch import save_file

    text = trained.net.text
    if not has_int8(text) or trained.material.tokenizer is None:
        return None
    backbone: Any = text.backbone  # type: ignore[union-attr]
    config = backbone.config
    weights = {
        name.replace(".base.", "."): value.contiguous()  # an adapter stands beside its layer
        for name, value in backbone.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    (folder / "modules.json").write_text("[]", encoding="utf-8")  # mean pooling, length kept
    (folder / "tokenizer.json").write_text(trained.material.tokenizer.to_str(), encoding="utf-8")
    return folder


def has_int8(text: nn.Module | None) -> bool:
    """Return whether a text module is an encoder whose int8 form is known."""
    from jixiao.models.nets.transformer import TextTransformer

    kind = getattr(getattr(getattr(text, "backbone", None), "config", None), "model_type", "")
    return isinstance(text, TextTransformer) and kind in ENCODER_KINDS


def refuse_int8(name: str, precision: str) -> None:
    """Refuse int8 where only fp32 can be saved, before anything is trained.

    Raises:
        ModelError: If int8 is asked for.
    """
    if precision == "int8":
        raise ModelError(
            "JX-E332",
            "model.precision",
            expected=f"auto or fp32: {name} with these weights is saved in fp32 only",
            got="int8",
            hint=f"leave precision out, or use encoder with {', '.join(ENCODER_KINDS)} weights",
        )


def _fp32_text(trained: Trained, folder: Path | None, threads: int) -> TextVectors | None:
    plan, tokenizer = trained.material.plan.text, trained.material.tokenizer
    if trained.net.text is None or plan is None or tokenizer is None:
        return None
    if folder is None:
        return OnnxText(text_graph(trained.net.text), tokenizer.to_str(), max_len=plan.max_len)
    return TextEncoder.open(folder, precision="fp32", max_len=plan.max_len, threads=threads)


def _int8_text(trained: Trained, folder: Path, threads: int) -> TextVectors:
    """Return the int8 encoder, its ranges measured on training texts."""
    plan, material = trained.material.plan.text, trained.material
    assert plan is not None, "an encoder has a text plan"
    assert material.tokenizer is not None, "and a tokenizer"
    texts = row_texts(plan, material.sample, material.tokenizer)
    return TextEncoder.open(
        folder, precision="int8", max_len=plan.max_len, sample=texts, threads=threads
    )


def _chosen(
    trained: Trained, exact: NeuralPredictor, quick: NeuralPredictor, *, forced: bool
) -> NeuralPredictor:
    """Return the int8 model where it is asked for or judged as good, else the fp32 one."""
    probe = trained.material.validation_examples
    n_rows = min(len(probe), CHECKED_ROWS)
    some = probe.take(np.linspace(0, len(probe) - 1, n_rows).astype(np.int64))
    y = rows_of(some, trained.material.plan, trained.task, trained.material.tokenizer).y
    scores = [trained.judge(model.raw(some), y)["score"] for model in (exact, quick)]
    agreement = _agreement(trained.task, exact.raw(some), quick.raw(some))
    notes = {"fp32": scores[0], "int8": scores[1], "agreement": agreement, "rows": n_rows}
    kept = quick if forced or scores[1] >= scores[0] - INT8_LOSS else exact
    kept.facts |= {
        "parity": exact.facts["parity"],
        "precision": "int8" if kept is quick else "fp32",
        "int8_check": notes,
    }
    return kept


def _agreement(task: Task, a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float | None:
    """Return the share of rows with the same most probable level; None for numbers."""
    if task.kind is TaskKind.NUMBER:
        return None
    first, second = prediction_of(a, task).proba, prediction_of(b, task).proba
    return float((np.argmax(first, axis=1) == np.argmax(second, axis=1)).mean())  # type: ignore[arg-type]


def _head_sample(net: FusionNet, rows: Rows) -> dict[str, Tensor]:
    """Return two rows of what ``FusionNet.fuse`` reads."""
    import torch

    batch = rows.batch(np.arange(2) % len(rows))
    sample: dict[str, Tensor] = {}
    if net.text is not None:
        with torch.no_grad():
            sample["text_vector"] = net.text(batch["input_ids"], batch["attention_mask"])
        sample["has_text"] = batch["has_text"]
    for part in ("table", "series", "series_length"):
        if part in batch:
            sample[part] = batch[part]
    return sample


def check_parity(trained: Trained, predictor: NeuralPredictor) -> float:
    """Return the largest difference of scores between network and predictor on probe rows.

    Raises:
        ModelError: If it is more than ``PARITY``.
    """
    material, task = trained.material, trained.task
    probe = material.validation_examples
    probe = probe.take(np.arange(min(len(probe), 48)))
    rows = rows_of(probe, material.plan, task, material.tokenizer)
    ours = _comparable(predictor.raw(probe), task, material)
    theirs = _comparable(raw_outputs(trained.net, rows), task, material)
    worst = float(np.abs(ours - theirs).max()) if len(probe) else 0.0
    if worst > PARITY:
        raise ModelError(
            "JX-E329",
            predictor.name,
            expected=f"graph and network to agree to {PARITY:g}",
            got=f"a difference of {worst:.2g}",
            hint="the weights' architecture is one the export does not know; use another folder",
        )
    return worst


def _comparable(raw: npt.NDArray[Any], task: Task, material: Material) -> npt.NDArray[Any]:
    scores = prediction_of(raw, task)
    if task.kind is TaskKind.NUMBER:
        spread = float(np.std(material.train.y)) or 1.0
        return np.asarray(scores.value) / spread
    return np.asarray(scores.proba)
