"""Measures an encoder's activations and chooses how int8 holds them."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from jixiao.core import ModelError
from jixiao.models.calibration import Calibration
from jixiao.models.graph import encoder_graph
from jixiao.models.runtime import Graph
from jixiao.models.weights import EncoderFolder

Array = npt.NDArray[np.float32]
SMOOTHING = 0.95
"""Share of the channels' spread that is moved from activations into weights."""
_SAMPLE = 240
_TOKENS = 256
_FOLLOWERS = {
    "input": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "context": ("attention.output.dense",),
    "middle": ("intermediate.dense",),
    "wide": ("output.dense",),
}


@functools.lru_cache(maxsize=1)
def embedded_calibration() -> Calibration:
    """Return the ranges of the embedded encoder, measured once on English texts."""
    file = resources.files("jixiao.models").joinpath("embedded_int8.json")
    return Calibration.from_json(json.loads(file.read_text("utf-8")))


def calibrate(encoder: EncoderFolder, texts: Sequence[str], *, threads: int = 2) -> Calibration:
    """Return ranges measured on some of the texts and on their first words.

    Short texts need their own share: few tokens, among which the outliers weigh more.

    Raises:
        ModelError: If no text has content.
    """
    given = [text for text in texts if text.strip()]
    if not given:
        raise ModelError(
            "JX-E349.calibration",
            "int8",
            expected="texts to measure activations on",
            got="none",
            hint="give a sample of the texts, or use fp32",
        )
    at = np.linspace(0, len(given) - 1, min(_SAMPLE, len(given))).astype(int)
    picked = [given[i] for i in at]
    starts = [" ".join(text.split()[: 1 + i % 5]) for i, text in enumerate(picked)]
    return choose_ranges(encoder, observe(encoder, [*picked, *starts], threads=threads))


@dataclass(frozen=True)
class Seen:
    """What a calibration point held per channel: largest absolute value and mean, (width,)."""

    largest: Array
    mean: Array


def observe(encoder: EncoderFolder, texts: Sequence[str], *, threads: int = 2) -> dict[str, Seen]:
    """Return what each calibration point held over all tokens of the texts."""
    from tokenizers import Tokenizer

    points = calibration_points(encoder)
    graph = Graph(encoder_graph(encoder, outputs=points), threads=threads, name="text encoder")
    tokenizer = Tokenizer.from_file(str(encoder.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(_TOKENS, encoder.max_len))
    rows = [np.array([row.ids], np.int64) for row in tokenizer.encode_batch_fast(list(texts))]
    largest: dict[str, Array] = {}
    sums: dict[str, npt.NDArray[np.float64]] = {}

    def take(_: int, outputs: Sequence[Array]) -> None:
        for point, values in zip(graph.outputs[1:], outputs[1:], strict=True):
            flat = values.reshape(-1, values.shape[-1])
            most, total = np.abs(flat).max(axis=0), flat.sum(axis=0, dtype=np.float64)
            largest[point] = np.maximum(largest[point], most) if point in largest else most
            sums[point] = sums[point] + total if point in sums else total

    for ids in rows:  # one at a time, so that the order of the sums is always the same
        graph.each([{"input_ids": ids, "attention_mask": np.ones_like(ids)}], take)
    count = sum(ids.shape[1] for ids in rows)
    return {p: Seen(largest[p], (sums[p] / count).astype(np.float32)) for p in points}


def calibration_points(encoder: EncoderFolder) -> list[str]:
    """Return the names of all calibration points, layer by layer."""
    layers = int(encoder.config["num_hidden_layers"])
    kinds = ("input", "query", "key", "context", "middle", "wide")
    return [f"encoder.layer.{layer}.{kind}" for layer in range(layers) for kind in kinds]


def choose_ranges(encoder: EncoderFolder, seen: Mapping[str, Seen]) -> Calibration:
    """Return the calibration that smooths channels and then just holds the largest value."""
    from safetensors.numpy import load_file

    weights = load_file(encoder.weights)
    end = "encoder.layer.0.output.dense.weight"
    prefix = next(name for name in weights if name.endswith(end)).removesuffix(end)
    ranges: dict[str, float] = {}
    smoothing: dict[str, Array] = {}
    for point, found in seen.items():
        layer, kind = point.rsplit(".", 1)
        spread = np.maximum(found.largest, 1e-5)
        if kind in _FOLLOWERS:
            names = [f"{prefix}{layer}.{name}.weight" for name in _FOLLOWERS[kind]]
            heaviest = np.max([np.abs(weights[name]).max(axis=0) for name in names], axis=0)
            divisor = spread**SMOOTHING / np.maximum(heaviest, 1e-5) ** (1 - SMOOTHING)
            smoothing[point] = _rounded(divisor / np.exp(np.log(divisor).mean()))
            spread = spread / smoothing[point]
        ranges[point] = float(_rounded(spread.max()))
    means = {point: _rounded(seen[point].mean) for point in smoothing}
    return Calibration(ranges=ranges, smoothing=smoothing, means=means)


def _rounded(values: npt.ArrayLike) -> Array:
    """Return values with four significant digits, so that they are short as JSON."""
    given = np.asarray(values, dtype=np.float64)
    factor = 10.0 ** (3 - np.floor(np.log10(np.maximum(np.abs(given), 1e-12))))
    return (np.rint(given * factor) / factor).astype(np.float32)
