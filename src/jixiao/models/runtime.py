"""Runs ONNX models with OpenVINO: compiled once, several requests in flight, no telemetry.

The reasons for OpenVINO stand in ``docs/design/0002-scoring-runtime.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.core import ModelError

Array = npt.NDArray[Any]
Feed = Mapping[str, Array]
_TELEMETRY = ("openvino_telemetry", "openvino_telemetry.backend")


def openvino() -> ModuleType:
    """Return the ``openvino`` module with its usage reports switched off for this process.

    ``openvino`` falls back to a stub when ``openvino_telemetry`` cannot be imported, so that
    import is barred before. Nothing is written to the user's home.
    """
    silence_telemetry()
    import openvino as module

    return module  # type: ignore[no-any-return]


def silence_telemetry() -> None:
    """Bar ``openvino_telemetry`` from being imported, and mute it where it already was."""
    for name in _TELEMETRY:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    loaded = sys.modules.get("openvino_telemetry")
    if loaded is not None:
        loaded.main.TelemetrySender.send = lambda *_: None


class Graph:
    """A compiled ONNX model.

    Results depend on a feed alone, not on what runs beside it, and come in the order of the
    feeds. Computes in fp32 whatever the processor would prefer, and in int8 where the model's
    own nodes say so.

    Args:
        source: Serialised model, or the path of its file.
        threads: Processor threads; as many requests are in flight, one thread each.
        name: What the model is, for messages.
    """

    def __init__(self, source: bytes | Path, *, threads: int = 2, name: str = "model") -> None:
        module = openvino()
        core = module.Core()
        try:
            model = core.read_model(source if isinstance(source, bytes) else str(source))
        except RuntimeError as error:
            raise ModelError(
                "JX-E347.graph",
                name,
                expected="a readable ONNX model",
                got="a damaged or foreign file",
                hint="train or export the model again",
            ) from error
        settings = {
            "INFERENCE_NUM_THREADS": max(1, threads),
            "NUM_STREAMS": max(1, threads),
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled = core.compile_model(model, "CPU", settings)
        self._queue = module.AsyncInferQueue(self._compiled, max(1, threads))
        self.inputs = tuple(port.get_any_name() for port in self._compiled.inputs)
        self.outputs = tuple(port.get_any_name() for port in self._compiled.outputs)

    def each(self, feeds: Iterable[Feed], receive: Callable[[int, Sequence[Array]], None]) -> None:
        """Run feeds as they come and hand over each result, in whatever order they finish.

        Not to be called from two threads at once.

        Args:
            feeds: Input name to array.
            receive: Called with the position of the feed and its outputs, in the order of
                ``outputs``; the arrays are only valid during the call.
        """
        failures: list[Exception] = []

        def finished(request: Any, position: int) -> None:
            try:
                receive(position, [tensor.data for tensor in request.output_tensors])
            except Exception as error:  # an error must not cross into the runtime's own threads
                failures.append(error)

        self._queue.set_callback(finished)
        try:
            for position, feed in enumerate(feeds):
                self._queue.start_async(dict(feed), position)
        finally:
            self._queue.wait_all()
        if failures:
            raise failures[0]

    def run(self, feeds: Sequence[Feed]) -> list[tuple[Array, ...]]:
        """Return the outputs of every feed, in the order of the feeds."""
        results: list[tuple[Array, ...]] = [()] * len(feeds)

        def keep(position: int, outputs: Sequence[Array]) -> None:
            results[position] = tuple(np.array(output) for output in outputs)

        self.each(feeds, keep)
        return results
