"""Measures an encoder's activations and chooses how int8 holds them."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
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
    """Return ranges measured on some of the texts, evenly spread over them.

    Raises:
        ModelError: If no text has content.
    """
    given = [text for text in texts if text.strip()]
    if not given:
        raise ModelError(
            "JX-E322.calibration",
            "int8",
            expected="texts to measure activations on",
            got="none",
            hint="give a sample of the texts, or use fp32",
        )
    picked = [
        given[i] for i in np.linspace(0, len(given) - 1, min(_SAMPLE, len(given))).astype(int)
    ]
    return choose_ranges(encoder, largest_values(encoder, picked, threads=threads))


def largest_values(
    encoder: EncoderFolder, texts: Sequence[str], *, threads: int = 2
) -> dict[str, Array]:
    """Return each calibration point's largest absolute value per channel, shape (width,)."""
    from tokenizers import Tokenizer

    points = calibration_points(encoder)
    graph = Graph(encoder_graph(encoder, outputs=points), threads=threads, name="text encoder")
    tokenizer = Tokenizer.from_file(str(encoder.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(_TOKENS, encoder.max_len))
    found: dict[str, Array] = {}

    def widen(_: int, outputs: Sequence[Array]) -> None:
        for point, values in zip(graph.outputs[1:], outputs[1:], strict=True):
            seen = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[point] = np.maximum(found[point], seen) if point in found else seen

    rows = [np.array([row.ids], np.int64) for row in tokenizer.encode_batch_fast(list(texts))]
    feeds = [{"input_ids": ids, "attention_mask": np.ones_like(ids)} for ids in rows]
    for feed in feeds:
        graph.each([feed], widen)
    return found


def calibration_points(encoder: EncoderFolder) -> list[str]:
    """Return the names of all calibration points, layer by layer."""
    layers = int(encoder.config["num_hidden_layers"])
    kinds = ("input", "query", "key", "context", "middle", "wide")
    return [f"encoder.layer.{layer}.{kind}" for layer in range(layers) for kind in kinds]


def choose_ranges(encoder: EncoderFolder, largest: Mapping[str, Array]) -> Calibration:
    """Return the calibration that smooths channels and then just holds the largest value."""
    from safetensors.numpy import load_file

    weights = load_file(encoder.weights)
    prefix = next(n for n in weights if n.endswith("layer.0.output.dense.weight"))
    prefix = prefix.removesuffix("encoder.layer.0.output.dense.weight")
    ranges: dict[str, float] = {}
    smoothing: dict[str, Array] = {}
    for point, values in largest.items():
        layer, kind = point.rsplit(".", 1)
        spread = np.maximum(values, 1e-5)
        if kind in _FOLLOWERS:
            names = [f"{prefix}{layer}.{name}.weight" for name in _FOLLOWERS[kind]]
            heaviest = np.max([np.abs(weights[name]).max(axis=0) for name in names], axis=0)
            divisor = spread**SMOOTHING / np.maximum(heaviest, 1e-5) ** (1 - SMOOTHING)
            smoothing[point] = _rounded(divisor / np.exp(np.log(divisor).mean()))
            spread = spread / smoothing[point]
        ranges[point] = float(_rounded(spread.max()))
    return Calibration(ranges=ranges, smoothing=smoothing)


def _rounded(values: npt.ArrayLike) -> Array:
    """Return values with four significant digits, so that they are short as JSON."""
    given = np.asarray(values, dtype=np.float64)
    factor = 10.0 ** (3 - np.floor(np.log10(np.abs(given))))
    return (np.rint(given * factor) / factor).astype(np.float32)
