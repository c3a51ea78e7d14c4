"""A BERT forward pass without what a processor pays for and training does not need.

Runs on the weights of a transformers ``BertModel``, whose names and modules stay as they are, so
LoRA and adapters may have replaced its linear layers. Saved: three projections become one product,
a batch without padding needs no mask, attention weights are not dropped, and dropout draws eight
elements from one 64-bit number.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def is_lean(config: Any) -> bool:
    """Return whether a configuration is one this forward pass computes."""
    return (
        getattr(config, "model_type", "") == "bert"
        and getattr(config, "hidden_act", "") == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(config, "is_decoder", False)
    )


def bit_dropout(x: Tensor, share: float) -> Tensor:
    """Drop a share of elements, rounded to a 256th, and scale the rest so the mean stays."""
    cut = round(share * 256)
    if cut == 0:
        return x
    drawn = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    kept = drawn.view(torch.uint8)[: x.numel()].view(x.shape) >= cut
    return x * kept.to(x.dtype).mul_(256.0 / (256 - cut))


def encode(bert: Any, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """Return hidden states (B, T, H) of ids (B, T) and a 0/1 mask (B, T)."""
    share = bert.config.hidden_dropout_prob if bert.training else 0.0
    words = bert.embeddings
    x = words.word_embeddings(input_ids) + words.token_type_embeddings.weight[0]
    x = x + words.position_embeddings.weight[: input_ids.shape[1]]
    x = bit_dropout(words.LayerNorm(x), share)  # (B, T, H)
    bias = None
    if torch.onnx.is_in_onnx_export() or not bool(attention_mask.all()):
        blocked = attention_mask[:, None, None, :] == 0
        bias = torch.zeros(blocked.shape).masked_fill(blocked, -1e4)  # (B, 1, 1, T)
    for layer in bert.encoder.layer:
        x = _layer(layer, x, bias, heads=bert.config.num_attention_heads, share=share)
    return x


def _layer(layer: Any, x: Tensor, bias: Tensor | None, *, heads: int, share: float) -> Tensor:
    mixed = _attention(layer.attention.self, x, bias, heads)
    after = layer.attention.output
    x = after.LayerNorm(bit_dropout(after.dense(mixed), share) + x)
    wide = functional.gelu(layer.intermediate.dense(x))
    x = layer.output.LayerNorm(bit_dropout(layer.output.dense(wide), share) + x)
    return x  # noqa: RET504


def _attention(attention: Any, x: Tensor, bias: Tensor | None, heads: int) -> Tensor:
    batch, length, width = x.shape
    parts = (attention.query, attention.key, attention.value)
    if all(type(part) is nn.Linear for part in parts):
        weight = torch.cat([part.weight for part in parts])  # (3H, H)
        joined = functional.linear(x, weight, torch.cat([part.bias for part in parts]))
        split = joined.view(batch, length, 3, heads, width // heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)  # each (B, heads, T, d)
    else:
        query, key, value = (
            part(x).view(batch, length, heads, width // heads).transpose(1, 2) for part in parts
        )
    mixed = _attend(query, key, value, bias)
    return mixed.transpose(1, 2).reshape(batch, length, width)


def _attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """Return attention (B, heads, T, d) as two batched products.

    The fused kernel's backward pass in bf16 took seven to ten times as long on processors.
    """
    batch, heads, length, size = query.shape
    flat = (batch * heads, length, size)
    scaled = (query * size**-0.5).reshape(flat)
    scores = torch.bmm(scaled, key.reshape(flat).transpose(1, 2))  # (B * heads, T, T)
    if bias is not None:
        scores = (scores.view(batch, heads, length, length) + bias).view(-1, length, length)
    weights = scores.softmax(dim=-1).to(value.dtype)
    return torch.bmm(weights, value.reshape(flat)).view(batch, heads, length, size)
