"""The reference LSTM: 3 layers of 100 units, batch first, last time step onward.

Sequences are padded on the right and the last *observed* step is read, so padding never reaches
the result: the same as packing, and it exports to ONNX as one plain graph.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def last_step(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Return the vector at each sequence's last observed step, (B, H) of (B, T, H) and (B,).

    A length of 0 reads step 0; the caller puts its learned vector for "missing" there.
    """
    at = (lengths - 1).clamp(min=0).view(-1, 1, 1).expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, at).squeeze(1)


class SeriesLstm(nn.Module):
    """LSTM over indicator series with their missing flags.

    Args:
        inputs: Values per step, flags included.
        units: Hidden units of a layer.
        layers: Stacked layers.
        dropout: Share of units dropped between layers.
    """

    def __init__(
        self, inputs: int, *, units: int = 100, layers: int = 3, dropout: float = 0.0
    ) -> None:
        super().__init__()
        between = dropout if layers > 1 else 0.0
        self.lstm = nn.LSTM(inputs, units, layers, batch_first=True, dropout=between)
        self.width = units

    def forward(self, steps: Tensor, lengths: Tensor) -> Tensor:
        """Return vectors (B, units) of series (B, T, inputs) with (B,) observed lengths."""
        outputs, _ = self.lstm(steps)  # (B, T, H)
        return last_step(outputs, lengths)


class TokenLstm(nn.Module):
    """LSTM over tokens of an own vocabulary; token 0 is padding.

    Args:
        vocabulary: Number of tokens.
        embedding: Length of a token's vector.
        units: Hidden units of a layer.
        layers: Stacked layers.
        dropout: Share dropped of embeddings and between layers.
    """

    def __init__(
        self,
        vocabulary: int,
        *,
        embedding: int = 100,
        units: int = 100,
        layers: int = 3,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=0.1)
        with torch.no_grad():
            self.embedding.weight[0].zero_()
        between = dropout if layers > 1 else 0.0
        self.drop = nn.Dropout(dropout)
        self.lstm = nn.LSTM(embedding, units, layers, batch_first=True, dropout=between)
        self.width = units

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return vectors (B, units) of token ids (B, T) whose mask (B, T) is 1 up to the end."""
        outputs, _ = self.lstm(self.drop(self.embedding(input_ids)))  # (B, T, H)
        return last_step(outputs, attention_mask.sum(dim=1))


def lstm_parameters(inputs: int, *, units: int = 100, layers: int = 3, outputs: int = 1) -> int:
    """Return the parameter count of an LSTM and its linear layer by the closed formula.

    Each of four gates of a layer has weights on its input and on its hidden state and, in
    PyTorch, two bias vectors; rows of data have no part in it.

    Examples:
        >>> lstm_parameters(5, outputs=1)
        204501
    """
    total = 0
    for layer in range(layers):
        fan_in = inputs if layer == 0 else units
        total += 4 * units * (fan_in + units + 2)
    return total + outputs * (units + 1)
