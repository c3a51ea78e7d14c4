"""Text, table columns and indicator series in one network, each allowed to be missing."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

Batch = dict[str, Tensor]
"""``input_ids`` and ``attention_mask`` (B, T), ``has_text`` (B,), ``table`` (B, D), ``series``
(B, S, K or 2K) and ``series_length`` (B,); only the modalities a network has."""


@dataclass(frozen=True)
class FusionSizes:
    """Widths of the parts; 0 leaves a part out."""

    text: int = 0
    table: int = 0
    series: int = 0
    table_units: int = 64
    trunk: int = 0


class FusionNet(nn.Module):
    """One vector per modality, side by side, through an optional trunk into the head.

    A missing text or series is replaced by a learned vector. In training, modalities are dropped
    at random (never all of them), so that the vectors are learned and no modality is leaned on
    alone.

    Args:
        sizes: Widths of the parts.
        head: Module from the fused vector to raw outputs; built by the caller for ``width``.
        dropout: Share dropped of the fused vector.
        modality_dropout: Probability that a modality is dropped for one example in training.
    """

    text: nn.Module | None
    series: nn.Module | None

    def __init__(
        self, sizes: FusionSizes, head: nn.Module, *, dropout: float, modality_dropout: float
    ) -> None:
        super().__init__()
        self.sizes = sizes
        self.text = None
        self.series = None
        self.head = head
        self.drop = nn.Dropout(dropout)
        self.modality_dropout = modality_dropout
        self.no_text = nn.Parameter(torch.zeros(sizes.text)) if sizes.text else None
        self.no_series = nn.Parameter(torch.zeros(sizes.series)) if sizes.series else None
        self.no_table = nn.Parameter(torch.zeros(sizes.table_units)) if sizes.table else None
        self.table = _table_part(sizes, dropout) if sizes.table else None
        self.trunk = (
            nn.Sequential(
                nn.Linear(fused_width(sizes), sizes.trunk), nn.GELU(), nn.Dropout(dropout)
            )
            if sizes.trunk
            else None
        )

    def forward(self, batch: Batch) -> Tensor:
        """Return raw outputs (B, n_outputs)."""
        vectors: Batch = {}
        if self.text is not None:
            vectors["text_vector"] = self.text(batch["input_ids"], batch["attention_mask"])
            vectors["has_text"] = batch["has_text"]
        for name in ("table", "series", "series_length"):
            if name in batch:
                vectors[name] = batch[name]
        with torch.autocast("cpu", enabled=False):
            return self.fuse(vectors)

    def fuse(self, batch: Batch) -> Tensor:
        """Return raw outputs of batches whose text is already a vector ``text_vector`` (B, H)."""
        parts: list[Tensor] = []
        known: list[Tensor] = []
        missing: list[Tensor] = []
        if self.no_text is not None:
            parts.append(batch["text_vector"].float())
            known.append(batch["has_text"].bool())
            missing.append(self.no_text)
        if self.table is not None and self.no_table is not None:
            parts.append(self.table(batch["table"]))
            known.append(torch.ones_like(batch["table"][:, 0], dtype=torch.bool))
            missing.append(self.no_table)
        if self.series is not None and self.no_series is not None:
            parts.append(self.series(batch["series"], batch["series_length"]).float())
            known.append(batch["series_length"] > 0)
            missing.append(self.no_series)
        if self.training and self.modality_dropout and len(parts) > 1:
            known = _drop_some(known, self.modality_dropout)
        filled = [
            torch.where(there.unsqueeze(1), part, instead)
            for part, there, instead in zip(parts, known, missing, strict=True)
        ]
        fused = self.drop(torch.cat(filled, dim=1))  # (B, width)
        return self.head(fused if self.trunk is None else self.trunk(fused))  # type: ignore[no-any-return]


class PositionalFusion(nn.Module):
    """``FusionNet.fuse`` with positional inputs, the form a graph is traced from."""

    def __init__(self, net: FusionNet, names: list[str]) -> None:
        super().__init__()
        self.net = net
        self.names = names

    def forward(self, *values: Tensor) -> Tensor:
        """Return raw outputs of inputs given in the order of ``names``."""
        return self.net.fuse(dict(zip(self.names, values, strict=True)))


def fused_width(sizes: FusionSizes) -> int:
    """Return the length of the vectors side by side."""
    return sizes.text + sizes.series + (sizes.table_units if sizes.table else 0)


def head_width(sizes: FusionSizes) -> int:
    """Return the length of the vector the head reads."""
    return sizes.trunk or fused_width(sizes)


def _table_part(sizes: FusionSizes, dropout: float) -> nn.Module:
    return nn.Sequential(
        nn.Linear(sizes.table, sizes.table_units),
        nn.GELU(),
        nn.Dropout(dropout),
        nn.Linear(sizes.table_units, sizes.table_units),
        nn.GELU(),
    )


def _drop_some(known: list[Tensor], share: float) -> list[Tensor]:
    """Hide modalities at random, but leave each example the ones it has when all would go."""
    there = torch.stack(known)  # (M, B)
    kept = there & (torch.rand(there.shape) >= share)
    kept = torch.where(kept.any(dim=0, keepdim=True), kept, there)
    return list(kept)
