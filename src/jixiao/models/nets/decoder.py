"""GPT-class decoders from a local folder: the last real token's vector stands for the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor, nn

from jixiao.models.nets.lstm import last_step
from jixiao.models.nets.transformer import load_backbone


class TextDecoder(nn.Module):
    """A causal transformer read at the last token that is not padding.

    Padding stands on the right and is masked; a causal model's last real token sees all of the
    text and none of the padding.

    Args:
        backbone: A module that returns ``last_hidden_state``.
        width: Length of a hidden vector.
    """

    def __init__(self, backbone: nn.Module, width: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.width = width

    @classmethod
    def from_folder(cls, folder: Path) -> TextDecoder:
        """Return the decoder of a local folder.

        Raises:
            ModelError: If the folder cannot be loaded.
        """
        backbone: Any = load_backbone(folder)
        backbone.config.use_cache = False
        return cls(backbone, int(backbone.config.hidden_size))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return vectors (B, H) in fp32 of ids (B, T) and mask (B, T)."""
        out = self.backbone(input_ids=input_ids, attention_mask=attention_mask)
        return last_step(out.last_hidden_state.float(), attention_mask.sum(dim=1))
