"""ONNX Runtime and OpenVINO on the same graphs, for ``docs/design/0002-scoring-runtime.md``."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.mixes import mix
from jixiao.models.batching import pad, plan_batches
from jixiao.models.encoding import TextEncoder
from jixiao.models.graph import encoder_graph
from jixiao.models.quantise import embedded_calibration
from jixiao.models.runtime import Graph
from jixiao.models.weights import find_encoder

_SAMPLES = {40: 384, 180: 128}
Runner = Callable[[list[dict[str, Any]]], list[Any]]


def compare(data: Path, *, rounds: int) -> list[dict[str, Any]]:
    """Return a row per runtime, precision and thread count: texts per CPU-second and likeness."""
    encoder = find_encoder()
    exact, narrow = encoder_graph(encoder), encoder_graph(encoder, embedded_calibration())
    feeds = {length: _feeds(data, length, size) for length, size in _SAMPLES.items()}
    rows = []
    for threads in (1, 2):
        runners: dict[str, Runner] = {
            "OpenVINO fp32": _openvino(exact, threads),
            "OpenVINO int8 calibrated": _openvino(narrow, threads),
            "ONNX Runtime fp32": _onnxruntime(exact, threads),
            "ONNX Runtime int8 calibrated": _onnxruntime(narrow, threads),
            "ONNX Runtime int8 dynamic": _onnxruntime(_dynamic(exact), threads),
        }
        rows += _measure(runners, feeds, threads=threads, rounds=rounds)
    return rows


def _measure(
    runners: dict[str, Runner],
    feeds: dict[int, list[dict[str, Any]]],
    *,
    threads: int,
    rounds: int,
) -> list[dict[str, Any]]:
    rates: dict[tuple[str, int], list[float]] = {}
    vectors: dict[tuple[str, int], Any] = {}
    for _ in range(rounds):
        for name, run in runners.items():
            for length, batches in feeds.items():
                started = time.process_time()
                found = run(batches)
                taken = time.process_time() - started
                vectors[name, length] = np.concatenate(found)
                rates.setdefault((name, length), []).append(len(vectors[name, length]) / taken)
    rows = []
    for name in runners:
        row: dict[str, Any] = {"runtime": name, "threads": threads}
        for length in feeds:
            exact = vectors["OpenVINO fp32", length]
            row[f"mix-{length}"] = statistics.median(rates[name, length])
            row[f"cosine {length}"] = float((vectors[name, length] * exact).sum(axis=1).mean())
        rows.append(row)
    return rows


def _feeds(data: Path, length: int, size: int) -> list[dict[str, Any]]:
    tokens = TextEncoder.open(threads=1).tokenise(mix(data, length)[::20][:size])
    feeds = []
    for batch in plan_batches([len(row) for row in tokens], max_len=256):
        ids, mask = pad([tokens[at] for at in batch.index.tolist()], batch.seq_len)
        feeds.append({"input_ids": ids, "attention_mask": mask})
    return feeds


def _openvino(graph: bytes, threads: int) -> Runner:
    compiled = Graph(graph, threads=threads)
    return lambda feeds: [outputs[0] for outputs in compiled.run(feeds)]


def _onnxruntime(graph: bytes, threads: int) -> Runner:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    return lambda feeds: [session.run(None, feed)[0] for feed in feeds]


def _dynamic(graph: bytes) -> bytes:
    """Return the per-channel dynamic int8 form that ONNX Runtime's own tool makes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
        source.write_bytes(graph)
        quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)
        return target.read_bytes()
