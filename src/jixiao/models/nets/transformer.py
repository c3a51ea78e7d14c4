"""BERT-class encoders from a local folder: config and safetensors, never a download."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from jixiao.core import ModelError
from jixiao.models.nets import lean_bert


def load_backbone(folder: Path) -> nn.Module:
    """Return the transformer of a folder in fp32 with its dropout as configured.

    Raises:
        ModelError: If the folder holds no loadable configuration and safetensors weights.
    """
    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        raise ModelError(
            "JX-E320",
            "model.folder",
            expected="a folder with config.json and *.safetensors",
            got="a folder without them" if folder.is_dir() else "no such folder",
            hint="name the folder of a BERT- or GPT-class model saved by transformers",
        )
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        net: nn.Module = AutoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            "JX-E321",
            "model.folder",
            expected="weights that transformers can load offline",
            got=type(error).__name__,
            hint="the folder needs config.json, model.safetensors and tokenizer.json",
        ) from error
    return net


def mean_pool(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the mean over real tokens, (B, H) of (B, T, H) and a 0/1 mask (B, T)."""
    weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)


class TextTransformer(nn.Module):
    """A transformer and its mean pooling: token ids to one vector a text.

    Args:
        backbone: A module that returns ``last_hidden_state``.
        width: Length of a hidden vector.
    """

    def __init__(self, backbone: nn.Module, width: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.width = width
        self.is_lean = lean_bert.is_lean(getattr(backbone, "config", None))

    @classmethod
    def from_folder(cls, folder: Path, *, layers: int | None = None) -> TextTransformer:
        """Return the encoder of a local folder, or its first ``layers`` layers only.

        Raises:
            ModelError: If the folder cannot be loaded.
        """
        backbone: Any = load_backbone(folder)
        if layers is not None:
            backbone.encoder.layer = backbone.encoder.layer[:layers]
            backbone.config.num_hidden_layers = len(backbone.encoder.layer)
        if getattr(backbone, "pooler", None) is not None:
            backbone.pooler = None  # its output is never read, and unused weights never train
        return cls(backbone, int(backbone.config.hidden_size))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return vectors (B, H) in fp32 of ids (B, T) and mask (B, T)."""
        if self.is_lean:
            hidden = lean_bert.encode(self.backbone, input_ids, attention_mask)
        else:
            out = self.backbone(input_ids=input_ids, attention_mask=attention_mask)
            hidden = out.last_hidden_state
        return mean_pool(hidden.float(), attention_mask)


def layer_depth(name: str, n_layers: int) -> int:
    """Return how far a named weight stands from the output: 0 for heads, n_layers + 1 at most.

    Embeddings are the deepest; the last transformer layer has depth 1.
    """
    parts = name.split(".")
    for at, part in enumerate(parts[:-1]):
        if part in ("layer", "h", "layers") and parts[at + 1].isdigit():
            return n_layers - int(parts[at + 1])
    is_embedding = any(part in ("embeddings", "wte", "wpe") for part in parts)
    return n_layers + 1 if is_embedding else 0


def layer_rates(names: list[str], *, n_layers: int, decay: float) -> dict[str, float]:
    """Return the factor of the learning rate of each weight: ``decay ** depth``."""
    return {name: math.pow(decay, layer_depth(name, n_layers)) for name in names}
