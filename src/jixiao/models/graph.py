"""Writes a BERT-class encoder as an ONNX graph straight from its safetensors; no torch.

``encoder_graph`` gives the graph from token ids to one embedding a text, in fp32 or, with a
``Calibration``, in int8: weights per output channel, activations per tensor after smoothing
their channels (Xiao et al. 2023, arXiv:2211.10438), biases corrected for what rounding the
weights does to the mean output (Nagel et al. 2019, arXiv:1906.04721). int8 weights are stored
as int8, so the file is a quarter of the fp32 one. Bottleneck adapters stay in fp32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from jixiao.models.calibration import Calibration
from jixiao.models.weights import EncoderFolder, position_offset

Array = npt.NDArray[Any]
_OPSET = 17
_MASKED = -1e9


class EncoderGraph:
    """Nodes and constants of one encoder, written layer by layer."""

    def __init__(self, encoder: EncoderFolder, weights: Mapping[str, Array]) -> None:
        self.encoder = encoder
        self.heads = int(encoder.config["num_attention_heads"])
        self.width = encoder.hidden_size
        self.epsilon = float(encoder.config.get("layer_norm_eps", 1e-12))
        self.calibration: Calibration | None = None
        self.points: dict[str, str] = {}
        """Calibration point to the name of the fp32 tensor measured there."""
        self._weights = weights
        self._prefix = _prefix_of(weights)
        self._nodes: list[Any] = []
        self._constants: dict[str, Array] = {}

    def weight(self, name: str) -> Array:
        """Return one weight in fp32."""
        return np.asarray(self._weights[self._prefix + name], dtype=np.float32)

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        """Store a constant and return its name."""
        name = f"c{len(self._constants)}"
        self._constants[name] = np.asarray(value, dtype=dtype)
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        from onnx import helper

        output = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def layer_norm(self, x: str, name: str) -> str:
        """Add a layer normalisation."""
        gamma, beta = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.node(
            "LayerNormalization",
            x,
            self.constant(gamma),
            self.constant(beta),
            axis=-1,
            epsilon=self.epsilon,
        )

    def measured(self, x: str, point: str) -> str:
        """Mark a tensor as a calibration point; quantised to int8 where there is a calibration."""
        self.points[point] = x
        if self.calibration is None:
            return x
        smoothing = self.calibration.smoothing.get(point)
        if smoothing is not None:
            x = self.node("Mul", x, self.constant(1.0 / smoothing))
        scale = self.constant(self.calibration.ranges[point] / 127.0)
        zero = self.constant(0, np.int8)
        return self.node(
            "DequantizeLinear", self.node("QuantizeLinear", x, scale, zero), scale, zero
        )

    def linear(self, x: str, name: str, point: str) -> str:
        """Add ``x @ W.T + b``; ``point`` names the calibration point that ``x`` came from."""
        if self.calibration is None:
            return self.adapted(self._plain(x, name), name)
        smoothing, bias = self.calibration.smoothing[point], self.weight(f"{name}.bias")
        matrix = self.weight(f"{name}.weight").T * smoothing[:, None]  # (in, out)
        scale = np.maximum(np.abs(matrix).max(axis=0) / 127.0, 1e-12)
        stored = np.clip(np.rint(matrix / scale), -127, 127)
        bias = bias + (self.calibration.means[point] / smoothing) @ (matrix - stored * scale)
        zeros = self.constant(np.zeros(matrix.shape[1]), np.int8)
        kept = self.constant(stored, np.int8)
        weight = self.node("DequantizeLinear", kept, self.constant(scale), zeros, axis=1)
        out = self.node("Add", self.node("MatMul", x, weight), self.constant(bias))
        return self.adapted(out, name)

    def adapted(self, x: str, name: str) -> str:
        """Add the bottleneck adapter behind a linear layer, in fp32, where there is one."""
        if f"{self._prefix}{name}.down.weight" not in self._weights:
            return x
        narrow = self.gelu(self._plain(x, f"{name}.down"))
        return self.node("Add", x, self._plain(narrow, f"{name}.up"))

    def _plain(self, x: str, name: str) -> str:
        """Add a linear layer in fp32."""
        product = self.node("MatMul", x, self.constant(self.weight(f"{name}.weight").T))
        return self.node("Add", product, self.constant(self.weight(f"{name}.bias")))

    def gelu(self, x: str) -> str:
        """Add the exact GELU."""
        half = self.node("Mul", x, self.constant(0.5))
        erf = self.node("Erf", self.node("Mul", x, self.constant(0.5**0.5)))
        return self.node("Mul", half, self.node("Add", erf, self.constant(1.0)))

    def split_heads(self, x: str, permutation: Sequence[int]) -> str:
        """Reshape (B, T, H) to heads and transpose."""
        shape = self.constant([0, 0, self.heads, self.width // self.heads], np.int64)
        return self.node("Transpose", self.node("Reshape", x, shape), perm=list(permutation))

    def attention(self, x: str, bias: str, layer: str) -> str:
        """Add self-attention with its residual and normalisation; x is (B, T, H)."""
        entered = self.measured(x, f"{layer}.input")
        base = f"{layer}.attention.self"
        query = self.linear(entered, f"{base}.query", f"{layer}.input")
        key = self.linear(entered, f"{base}.key", f"{layer}.input")
        value = self.linear(entered, f"{base}.value", f"{layer}.input")
        query = self.split_heads(self.measured(query, f"{layer}.query"), (0, 2, 1, 3))
        key = self.split_heads(self.measured(key, f"{layer}.key"), (0, 2, 3, 1))
        scale = self.constant((self.width // self.heads) ** -0.5)
        scores = self.node("Mul", self.node("MatMul", query, key), scale)  # (B, heads, T, T)
        shares = self.node("Softmax", self.node("Add", scores, bias), axis=-1)
        mixed = self.node("MatMul", shares, self.split_heads(value, (0, 2, 1, 3)))
        joined = self.node(
            "Reshape",
            self.node("Transpose", mixed, perm=[0, 2, 1, 3]),
            self.constant([0, 0, self.width], np.int64),
        )
        point = f"{layer}.context"
        out = self.linear(self.measured(joined, point), f"{layer}.attention.output.dense", point)
        return self.layer_norm(self.node("Add", out, x), f"{layer}.attention.output.LayerNorm")

    def feed_forward(self, x: str, layer: str) -> str:
        """Add the two wide layers with their residual and normalisation."""
        point = f"{layer}.middle"
        wide = self.linear(self.measured(x, point), f"{layer}.intermediate.dense", point)
        active = self.gelu(wide)
        point = f"{layer}.wide"
        out = self.linear(self.measured(active, point), f"{layer}.output.dense", point)
        return self.layer_norm(self.node("Add", out, x), f"{layer}.output.LayerNorm")

    def embed(self) -> str:
        """Add word, position and type embeddings; (B, T) ids to (B, T, H)."""
        first = position_offset(self.encoder.config)
        places = self.weight("embeddings.position_embeddings.weight")[first:]
        places = places + self.weight("embeddings.token_type_embeddings.weight")[0]
        length = self.node("Slice", self.node("Shape", "input_ids"), *self._one())
        rows = self.node("Slice", self.constant(places), self._zero(), length, self._zero())
        summed = self.node("Add", self.words(), rows)
        return self.layer_norm(summed, "embeddings.LayerNorm")

    def words(self) -> str:
        """Add the look-up of word embeddings; in int8 each word's row has its own scale."""
        table = self.weight("embeddings.word_embeddings.weight")
        if self.calibration is None:
            return self.node("Gather", self.constant(table), "input_ids")
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127.0, 1e-12)
        stored = self.constant(np.rint(table / scale), np.int8)
        rows = self.node("Cast", self.node("Gather", stored, "input_ids"), to=1)
        return self.node("Mul", rows, self.node("Gather", self.constant(scale), "input_ids"))

    def _zero(self) -> str:
        return self.constant([0], np.int64)

    def _one(self) -> tuple[str, str, str]:
        return self.constant([1], np.int64), self.constant([2], np.int64), self._zero()

    def pool(self, x: str, mask: str) -> str:
        """Add pooling to one vector a text, (B, H), of length 1 where the encoder says so."""
        if self.encoder.pooling == "cls":
            pooled = self.node("Gather", x, self.constant(0, np.int64), axis=1)
        else:
            columns = self.node("Unsqueeze", mask, self.constant([2], np.int64))
            axis = self.constant([1], np.int64)
            total = self.node("ReduceSum", self.node("Mul", x, columns), axis, keepdims=0)
            count = self.node("ReduceSum", columns, axis, keepdims=0)
            pooled = self.node("Div", total, self.node("Max", count, self.constant(1e-9)))
        if not self.encoder.normalise:
            return self.node("Identity", pooled)
        norm = self.node("ReduceL2", pooled, axes=[1], keepdims=1)
        return self.node("Div", pooled, self.node("Max", norm, self.constant(1e-12)))

    def write(self, calibration: Calibration | None, *, outputs: Sequence[str] = ()) -> bytes:
        """Return the serialised ONNX model.

        Args:
            calibration: Ranges for int8; None for fp32.
            outputs: Calibration points to give out besides the embedding.
        """
        self.calibration = calibration
        mask = self.node("Cast", "attention_mask", to=1)
        shut = self.node("Mul", self.node("Sub", self.constant(1.0), mask), self.constant(_MASKED))
        bias = self.node("Unsqueeze", shut, self.constant([1, 2], np.int64))  # (B, 1, 1, T)
        x = self.embed()
        for number in range(int(self.encoder.config["num_hidden_layers"])):
            layer = f"encoder.layer.{number}"
            x = self.feed_forward(self.attention(x, bias, layer), layer)
        pooled = self.pool(x, mask)
        return self._model({"embedding": pooled, **{at: self.points[at] for at in outputs}})

    def _model(self, outputs: Mapping[str, str]) -> bytes:
        from onnx import TensorProto, helper, numpy_helper

        for name, source in outputs.items():
            self._nodes.append(helper.make_node("Identity", [source], [name]))
        ids = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        constants = [numpy_helper.from_array(v, n) for n, v in self._constants.items()]
        graph = helper.make_graph(self._nodes, "encoder", ids, results, constants)
        opset = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opset, producer_name="jixiao", ir_version=8)
        return cast(bytes, model.SerializeToString())


def _prefix_of(weights: Mapping[str, Array]) -> str:
    end = "embeddings.word_embeddings.weight"
    return next(name for name in weights if name.endswith(end)).removesuffix(end)


def encoder_graph(
    encoder: EncoderFolder, calibration: Calibration | None = None, *, outputs: Sequence[str] = ()
) -> bytes:
    """Return an encoder as a serialised ONNX model with inputs ``input_ids``, ``attention_mask``.

    Args:
        encoder: Checked weights.
        calibration: Ranges for int8; None for fp32.
        outputs: Calibration points to give out besides ``embedding``, for measuring ranges.
    """
    from safetensors.numpy import load_file

    return EncoderGraph(encoder, load_file(encoder.weights)).write(calibration, outputs=outputs)
