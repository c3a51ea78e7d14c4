"""Starts a head where a linear model of the untuned text vectors ends.

A head that knows nothing sends large and arbitrary gradients into pretrained layers in its first
steps and so spoils what they know; one that already fits their vectors does not.

References:
    Kumar et al. (2022), "Fine-Tuning can Distort Pretrained Features and Underperform
    Out-of-Distribution", arXiv:2202.10054.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Task, TaskKind
from jixiao.models.linear import Head
from jixiao.training.batches import Rows, sorted_order
from jixiao.training.dense import fit_path
from jixiao.training.experts import fit_mix
from jixiao.training.neural import Material
from jixiao.training.precision import faster_precision

if TYPE_CHECKING:
    from torch import nn

    from jixiao.models.nets.fusion import FusionNet

Vectors = npt.NDArray[np.float32]
_BATCH = 64


def start_head(net: FusionNet, material: Material, task: Task) -> None:
    """Set the head's weights of the text vector to those of the best linear model of it.

    Args:
        net: A network without a trunk whose text part is pretrained.
        material: Rows; how strongly the linear model is held back is chosen on validation.
        task: What is predicted.
    """
    assert net.text is not None, "an encoder or decoder reads text"
    train = text_vectors(net.text, material.train)
    judged = text_vectors(net.text, material.validation)
    mean, spread = train.mean(axis=0), float(train.std()) or 1.0
    head = _best((train - mean) / spread, (judged - mean) / spread, material, task)
    weights = head.weights / np.float32(spread)
    bias = head.bias - (weights @ mean).astype(np.float64)
    _set(net.head, weights, bias, task)


def text_vectors(text: nn.Module, rows: Rows) -> Vectors:
    """Return the vector of each row (n, H), without dropout."""
    import torch

    text.eval()
    found: list[tuple[npt.NDArray[np.int64], Vectors]] = []
    quick = faster_precision() == "bf16"
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=quick):
        for index in sorted_order(rows.lengths, _BATCH):
            batch = rows.batch(index)
            vectors = text(batch["input_ids"], batch["attention_mask"]).float().numpy()
            found.append((index, vectors))
    order = np.argsort(np.concatenate([index for index, _ in found]))
    return np.concatenate([vectors for _, vectors in found])[order]


def _best(train: Vectors, judged: Vectors, material: Material, task: Task) -> Head:
    """Return the linear head of least loss on validation; its strength rises until that rises."""
    best: tuple[float, Head] | None = None
    shared = task.kind is TaskKind.ORDINAL
    for _, head in fit_path(train, material.train.y, task=task, shared=shared):
        logits = judged @ head.weights.T + head.bias[None, :]
        loss = fit_mix([logits.astype(np.float64)], material.validation.y, head.kind).loss
        if best is not None and loss > best[0]:
            break
        best = (loss, head)
    assert best is not None, "a path has at least one strength"
    return best[1]


def _set(head: Any, weights: Vectors, bias: npt.NDArray[np.float64], task: Task) -> None:
    """Give a module the weights (1 or n_outputs, H) and the bias (n_outputs,)."""
    import torch

    width = weights.shape[1]
    with torch.no_grad():
        if task.kind is TaskKind.ORDINAL:
            head.score.weight[:, :width] = torch.from_numpy(weights)
            head.score.bias.zero_()
            head.set_thresholds((-bias).tolist())
        elif task.kind is TaskKind.NUMBER:
            head.score.weight[:, :width] = torch.from_numpy(weights) / head.spread
            head.score.bias.copy_((torch.tensor(bias) - head.mean) / head.spread)
        else:
            head.weight[:, :width] = torch.from_numpy(weights)
            head.bias.copy_(torch.tensor(bias))
