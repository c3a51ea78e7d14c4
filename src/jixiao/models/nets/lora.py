"""Low-rank adaptation: a frozen linear map plus a trained product of two thin matrices.

Own code of forty lines: peft takes seconds to import and is only the oracle of the tests.
Source: Hu et al. (2021), LoRA, arXiv:2106.09685: ``h = W x + (alpha / rank) B A x``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from jixiao.core import ModelError


def is_linear(module: nn.Module) -> bool:
    """Return whether a module is a linear map: ``nn.Linear`` or GPT-2's transposed ``Conv1D``."""
    return isinstance(module, nn.Linear) or type(module).__name__ == "Conv1D"


def linear_shape(module: nn.Module) -> tuple[int, int]:
    """Return inputs and outputs of a linear map."""
    weight: Tensor = module.weight  # type: ignore[assignment]
    rows, columns = weight.shape
    return (columns, rows) if isinstance(module, nn.Linear) else (rows, columns)


class LoraLinear(nn.Module):
    """A frozen linear map with a trained low-rank side path that starts at zero.

    Args:
        base: The linear map; its own weights are frozen.
        rank: Length of the bottleneck.
        alpha: Scale; the side path is multiplied by ``alpha / rank``.
        dropout: Share of inputs the side path drops in training.
    """

    def __init__(self, base: nn.Module, *, rank: int, alpha: float, dropout: float) -> None:
        super().__init__()
        fan_in, fan_out = linear_shape(base)
        self.base = base.requires_grad_(False)
        self.lora_a = nn.Parameter(torch.empty(rank, fan_in))
        self.lora_b = nn.Parameter(torch.zeros(fan_out, rank))
        self.drop = nn.Dropout(dropout)
        self.scale = alpha / rank
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Return (..., outputs) for (..., inputs)."""
        side = nn.functional.linear(nn.functional.linear(self.drop(x), self.lora_a), self.lora_b)
        return self.base(x) + side * self.scale  # type: ignore[no-any-return]

    @torch.no_grad()
    def merged(self) -> nn.Module:
        """Return the base map with the side path added into its weights."""
        change = self.lora_b @ self.lora_a * self.scale  # (outputs, inputs)
        weight: Tensor = self.base.weight  # type: ignore[assignment]
        weight.add_(change if isinstance(self.base, nn.Linear) else change.T)
        return self.base


def _ends_with(name: str, target: str) -> bool:
    numbered = ".".join("#" if part.isdigit() else part for part in name.split("."))
    return any(f".{form}".endswith(f".{target}") for form in (name, numbered))


def replace_modules(
    net: nn.Module, target_modules: Sequence[str], wrap: type[nn.Module], **settings: float
) -> int:
    """Put a wrapper around every linear map whose dotted name ends with a target, and count them.

    ``#`` in a target stands for a layer's number: ``#.output.dense`` is no attention's output.

    Raises:
        ModelError: If no linear map bears one of the names.
    """
    found = [
        name
        for name, module in net.named_modules()
        if is_linear(module) and any(_ends_with(name, target) for target in target_modules)
    ]
    if not found:
        kinds = sorted({n.rsplit(".", 1)[-1] for n, m in net.named_modules() if is_linear(m)})
        raise ModelError(
            "JX-E322",
            "target_modules",
            expected=f"names among {', '.join(kinds)}",
            got=", ".join(target_modules),
            hint="name the linear layers of the weights in the folder",
        )
    for name in found:
        owner = net.get_submodule(name.rpartition(".")[0])
        leaf = name.rpartition(".")[2]
        setattr(owner, leaf, wrap(getattr(owner, leaf), **settings))
    return len(found)


def merge_lora(net: nn.Module) -> int:
    """Replace every LoRA layer by its merged linear map, in place, and return how many."""
    found = [name for name, module in net.named_modules() if isinstance(module, LoraLinear)]
    for name in found:
        owner = net.get_submodule(name.rpartition(".")[0])
        leaf = name.rpartition(".")[2]
        setattr(owner, leaf, getattr(owner, leaf).merged())
    return len(found)
