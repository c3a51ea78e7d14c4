"""Trained torch modules as ONNX graphs for scoring."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn

    from jixiao.models.nets.fusion import FusionNet

OPSET = 18


def text_graph(text: nn.Module) -> bytes:
    """Return the graph of a text module: ``input_ids``, ``attention_mask`` → ``vector``."""
    import torch

    ids = torch.ones(2, 7, dtype=torch.int64)
    mask = torch.ones(2, 7, dtype=torch.int64)
    mask[1, 4:] = 0
    axes = {"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}}
    return to_onnx(text, {"input_ids": ids, "attention_mask": mask}, axes, output="vector")


def head_graph(net: FusionNet, sample: Mapping[str, Tensor]) -> bytes:
    """Return the graph of everything behind the text vector.

    Args:
        net: The trained network.
        sample: One batch of the inputs ``FusionNet.fuse`` reads, at least 2 rows.
    """
    from jixiao.models.nets.fusion import PositionalFusion

    axes = {name: {0: "n"} for name in sample}
    if "series" in axes:
        axes["series"][1] = "s"
    return to_onnx(PositionalFusion(net, list(sample)), sample, axes, output="raw")


def to_onnx(
    module: nn.Module, sample: Mapping[str, Tensor], axes: dict[str, dict[int, str]], *, output: str
) -> bytes:
    """Return a module as an ONNX graph with named inputs whose marked axes may vary."""
    import torch

    module.eval()
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns of branches on shapes; tests compare graph and module at others.
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            module,
            tuple(sample.values()),
            buffer,  # type: ignore[arg-type]
            input_names=list(sample),
            output_names=[output],
            dynamic_axes={**axes, output: {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()
