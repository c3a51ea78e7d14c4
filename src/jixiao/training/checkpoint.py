"""Checkpoints of the loop: one safetensors file whose header carries the counters as JSON.

Weights, optimiser state and counters stand in one file that is renamed into place, so a kill
leaves the old whole or the new whole. Random numbers need no state: every draw follows from the
seed and the step (see ``loop.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.core.atomic import write_bytes

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


def trained(net: nn.Module) -> dict[str, Tensor]:
    """Return the weights that training changes, by name, without copying."""
    return {name: p.data for name, p in net.named_parameters() if p.requires_grad}


def write_tensors(path: Path, tensors: Mapping[str, Tensor], counters: Mapping[str, Any]) -> None:
    """Write tensors and counters into one file, whole or not at all."""
    from safetensors.torch import save

    whole = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    write_bytes(path, save(whole, metadata={"jixiao": json.dumps(counters)}))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Return tensors and counters, or None when there is no such file."""
    from safetensors import safe_open

    if not path.is_file():
        return None
    with safe_open(str(path), framework="pt") as file:
        counters = json.loads((file.metadata() or {}).get("jixiao", "{}"))
        return {name: file.get_tensor(name) for name in file.keys()}, counters  # noqa: SIM118


def optimiser_tensors(net: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the optimiser's state by ``optimiser:WEIGHT:KEY``."""
    import torch

    out: dict[str, Tensor] = {}
    for name, parameter in net.named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            if isinstance(value, torch.Tensor):
                out[f"optimiser:{name}:{key}"] = value
    return out


def restore_optimiser(
    net: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Put saved state back beside the weights it belongs to."""
    by_name = dict(net.named_parameters())
    for full, value in tensors.items():
        if full.startswith("optimiser:"):
            _, name, key = full.split(":")
            optimiser.state[by_name[name]][key] = value.clone()


def restore_weights(net: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copy weights by name into the network; names it does not train are left alone."""
    import torch

    with torch.no_grad():
        for name, weight in trained(net).items():
            weight.copy_(tensors[name])


def named(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return copies of the tensors whose names begin with a prefix, without it."""
    return {
        name[len(prefix) :]: value.clone()
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
