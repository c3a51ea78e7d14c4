"""Which weights of a text network are trained: all, low-rank paths or bottleneck adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from jixiao.training.neural import NeuralOptions

if TYPE_CHECKING:
    from torch import nn

LORA_TARGETS = {
    "bert": ("query", "key", "value", "dense"),
    "gpt2": ("c_attn", "c_proj", "c_fc"),
}
"""Linear layers with a low-rank path, by model family; other families get every linear layer."""


class TuningOptions(NeuralOptions):
    """Options of low-rank and adapter tuning."""

    rank: int = 8
    """LoRA rank."""
    alpha: float = 16.0
    """LoRA scale."""
    lora_dropout: float = 0.05
    """Share of inputs a low-rank path drops in training."""
    target_modules: tuple[str, ...] = ()
    """Linear layers LoRA changes; the model family's own when empty."""
    bottleneck: int = 64
    """Narrow width of an adapter."""
    style: Literal["houlsby", "pfeiffer"] = "houlsby"
    """Where adapters stand: after attention and feed-forward, or after feed-forward only."""


def prepare_tuning(text: nn.Module, options: Any) -> None:
    """Freeze weights and insert trained parts as the options say.

    Raises:
        ModelError: If the target layers do not exist.
    """
    from jixiao.models.nets.adapter import PLACES, AdapterLinear
    from jixiao.models.nets.lora import LoraLinear, replace_modules

    family = str(getattr(text.backbone.config, "model_type", ""))  # type: ignore[union-attr]
    if options.tuning == "full":
        if not options.train_embeddings:
            freeze_embeddings(text)
        return
    text.requires_grad_(False)
    if options.tuning == "lora":
        targets = options.target_modules or LORA_TARGETS.get(family) or linear_names(text)
        replace_modules(
            text,
            targets,
            LoraLinear,
            rank=options.rank,
            alpha=options.alpha,
            dropout=options.lora_dropout,
        )
        return
    places = PLACES.get(family, {}).get(options.style) or linear_names(text)
    replace_modules(text, places, AdapterLinear, bottleneck=options.bottleneck)


def freeze_embeddings(text: nn.Module) -> None:
    """Freeze word and position vectors: half of a small model's weights, seldom worth a step."""
    for name, parameter in text.named_parameters():
        if any(part in ("embeddings", "wte", "wpe", "embed_tokens") for part in name.split(".")):
            parameter.requires_grad_(False)


def linear_names(text: nn.Module) -> tuple[str, ...]:
    """Return the last names of all linear layers."""
    from jixiao.models.nets.lora import is_linear

    return tuple(sorted({n.rsplit(".", 1)[-1] for n, m in text.named_modules() if is_linear(m)}))
