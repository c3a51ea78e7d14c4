"""Scoring of saved neural models without torch: text vectors, then one small graph for the rest.

A saved model is a folder: ``model.json``, ``head.onnx`` (text vector, table and series to raw
outputs) and what turns a text into its vector: a whole encoder of ``models/encoding.py``, or a
``text.onnx`` of token ids with its ``tokenizer.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError
from jixiao.core.atomic import write_bytes, write_json
from jixiao.models.decision import ARGMAX, Rule
from jixiao.models.neural_inputs import (
    InputPlan,
    has_text,
    plain_rows,
    row_texts,
    series_rows,
    table_rows,
    token_ids,
)
from jixiao.models.ordinal import cumulative_proba, sigmoid, softmax
from jixiao.models.registry import PREDICTORS

TOKENS_PER_BATCH = 4096
"""Padded tokens of one scoring batch: enough to fill the cores, few enough for their caches."""


def level_proba(raw: npt.NDArray[Any]) -> Floats:
    """Return level probabilities (n, K) of cumulative logits (n, K-1)."""
    return cumulative_proba(np.asarray(raw, dtype=np.float64))


def prediction_of(raw: npt.NDArray[Any], task: Task) -> Prediction:
    """Return scores of raw outputs: cumulative logits, class logits or numbers."""
    if task.kind is TaskKind.NUMBER:
        return Prediction(proba=None, value=np.asarray(raw[:, 0], dtype=np.float64))
    if task.kind is TaskKind.ORDINAL:
        return Prediction.of(level_proba(raw), task)
    wide = np.asarray(raw, dtype=np.float64)
    proba = sigmoid(wide) if task.kind is TaskKind.CLASSES else softmax(wide)
    return Prediction(proba=proba)


class TextVectors(Protocol):
    """Turns prepared texts into vectors without torch: ``TextEncoder`` or ``OnnxText``."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return vectors (n, H) in the order of the texts."""

    def save(self, folder: Path) -> None:
        """Write what ``encode`` needs into the folder of a model."""


class OnnxText:
    """Text vectors by ONNX Runtime from a graph of ``input_ids`` and ``attention_mask``.

    Args:
        graph: The ONNX graph.
        tokenizer: A ``tokenizers`` JSON.
        max_len: Most tokens of a text.
    """

    def __init__(self, graph: bytes, tokenizer: str, *, max_len: int) -> None:
        from tokenizers import Tokenizer

        self.graph, self.max_len = graph, max_len
        self.tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer_json = tokenizer
        self._session = _session(graph)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return vectors (n, H), batches going by length."""
        ids = token_ids(texts, self.tokenizer, self.max_len)
        order = np.argsort([len(row) for row in ids], kind="stable")
        out: npt.NDArray[np.float32] | None = None
        for index in _token_batches(order, [len(ids[i]) for i in order]):
            part = self._batch([ids[i] for i in index.tolist()])
            if out is None:
                out = np.empty((len(ids), part.shape[1]), dtype=np.float32)
            out[index] = part
        return np.zeros((0, 0), dtype=np.float32) if out is None else out

    def _batch(self, rows: list[list[int]]) -> npt.NDArray[np.float32]:
        width = max(len(row) for row in rows)
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)], mask[at, : len(row)] = row, 1
        found = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return np.asarray(found, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write ``text.onnx`` and ``tokenizer.json``."""
        write_bytes(folder / "text.onnx", self.graph)
        write_bytes(folder / "tokenizer.json", self._tokenizer_json.encode())

    @classmethod
    def load(cls, folder: Path, max_len: int) -> OnnxText:
        """Return what ``save`` wrote."""
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        return cls((folder / "text.onnx").read_bytes(), tokenizer, max_len=max_len)


@dataclass
class NeuralPredictor:
    """A trained network that scores without torch.

    Attributes:
        plan: Which modalities are read and how.
        head: ONNX graph from ``text_vector``, ``has_text``, ``table``, ``series`` and
            ``series_length`` (those the plan has) to raw outputs.
        facts: How it was trained: options, precision, steps, best validation figures.
        tokenizer: Cuts the columns of a row to a fair share of its tokens.
        rule: How an answer is chosen from the probabilities.
    """

    name: str
    task: Task
    plan: InputPlan
    head: bytes
    text: TextVectors | None = None
    tokenizer: Any = None
    rule: Rule = ARGMAX
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = _session(self.head)
        self._inputs = [item.name for item in self._session.get_inputs()]

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""
        return prediction_of(self.raw(examples), self.task)

    def raw(self, examples: Examples) -> npt.NDArray[np.float32]:
        """Return raw outputs (n, n_outputs): cumulative logits, class logits or numbers."""
        feed: dict[str, npt.NDArray[Any]] = {}
        if self.plan.text is not None and self.text is not None:
            texts = row_texts(self.plan.text, examples, self.tokenizer)
            feed["text_vector"] = plain_rows(self.text.encode(texts))
            feed["has_text"] = has_text(self.plan.text, examples)
        if (table := table_rows(self.plan, examples)) is not None:
            feed["table"] = plain_rows(table)
        if (series := series_rows(self.plan, examples)) is not None:
            feed["series"], feed["series_length"] = series
        feed = {name: values for name, values in feed.items() if name in self._inputs}
        if len(examples) == 0:
            return np.zeros((0, max(len(self.task.levels) - 1, 1)), dtype=np.float32)
        return np.asarray(self._session.run(None, feed)[0], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the model into an empty folder; ``model.json`` is written last."""
        write_bytes(folder / "head.onnx", self.head)
        if self.text is not None:
            self.text.save(folder)
        write_json(
            folder / "model.json",
            {
                "name": self.name,
                "plan": self.plan.to_json(),
                "rule": self.rule.to_json(),
                "facts": self.facts,
            },
        )

    @classmethod
    def load(cls, folder: Path, task: Task) -> NeuralPredictor:
        """Return what ``save`` wrote.

        Raises:
            ModelError: If a file is missing or damaged.
        """
        try:
            saved = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            plan = InputPlan.from_json(saved["plan"])
            return cls(
                name=saved["name"],
                task=task,
                plan=plan,
                head=(folder / "head.onnx").read_bytes(),
                text=_load_text(folder, plan),
                tokenizer=_load_tokenizer(folder) if plan.text else None,
                rule=Rule.from_json(saved["rule"]),
                facts=saved["facts"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                "JX-E326",
                folder.name,
                expected="model.json, head.onnx and the text files of a neural model",
                got=type(error).__name__,
                hint="the folder is damaged; train the model again",
            ) from error


def _load_text(folder: Path, plan: InputPlan) -> TextVectors | None:
    if plan.text is None:
        return None
    if (folder / "encoder.json").is_file():
        from jixiao.models.encoding import TextEncoder

        return TextEncoder.load(folder)
    return OnnxText.load(folder, plan.text.max_len)


def _load_tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))


def _session(graph: bytes) -> Any:
    """Return an ONNX Runtime session of a graph, quiet and on the processor.

    Raises:
        ModelError: If the bytes are no graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(
            "JX-E327",
            "ONNX graph",
            expected="a graph that ONNX Runtime can load",
            got=type(error).__name__,
            hint="the file is damaged; train the model again",
        ) from error


def _token_batches(
    order: npt.NDArray[np.int64], lengths: Sequence[int]
) -> list[npt.NDArray[np.int64]]:
    """Cut an order of rising lengths into batches of bounded padded size."""
    batches, start = [], 0
    for at in range(1, len(order) + 1):
        if at == len(order) or (at - start + 1) * lengths[at] > TOKENS_PER_BATCH:
            batches.append(order[start:at])
            start = at
    return batches


for _name in ("lstm.v1", "encoder.v1", "decoder.v1"):
    PREDICTORS.register(_name)(NeuralPredictor.load)
