"""Bottleneck adapters: a small trained network after a frozen layer's output.

No library offers them for the pinned transformers; sources are Houlsby et al. (2019),
arXiv:1902.00751 (after attention and feed-forward), and Pfeiffer et al. (2020), arXiv:2005.00247
(after feed-forward only): ``h + U gelu(D h)``.
"""

from __future__ import annotations

from torch import Tensor, nn

from jixiao.models.nets.lora import linear_shape

PLACES = {
    "bert": {
        "houlsby": ("attention.output.dense", "#.output.dense"),
        "pfeiffer": ("#.output.dense",),
    },
    "gpt2": {"houlsby": ("attn.c_proj", "mlp.c_proj"), "pfeiffer": ("mlp.c_proj",)},
}
"""Linear layers, by model family and style, whose outputs get an adapter."""


class AdapterLinear(nn.Module):
    """A frozen linear map followed by a trained bottleneck with a skip connection.

    The up projection starts at zero, so training begins exactly at the frozen model.

    Args:
        base: The linear map; its own weights are frozen.
        bottleneck: Length of the narrow layer.
    """

    def __init__(self, base: nn.Module, *, bottleneck: int) -> None:
        super().__init__()
        _, fan_out = linear_shape(base)
        self.base = base.requires_grad_(False)
        self.down = nn.Linear(fan_out, bottleneck)
        self.up = nn.Linear(bottleneck, fan_out)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (..., outputs) for (..., inputs)."""
        h = self.base(x)
        return h + self.up(nn.functional.gelu(self.down(h)))  # type: ignore[no-any-return]
