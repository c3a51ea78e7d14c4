"""Turns texts into embeddings without torch: fast tokenising, length-sorted batches, int8.

A text's embedding does not depend on the texts beside it. A blank text has the zero vector.
Where the weights come from is ``jixiao.models.weights``' business, how int8 is made
``jixiao.models.quantise``'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import ProgressFn, silent
from jixiao.core import ModelError, content_hash, json_hash
from jixiao.models.batching import Batch, pad, plan_batches, windows
from jixiao.models.graph import encoder_graph
from jixiao.models.quantise import calibrate, embedded_calibration
from jixiao.models.runtime import Feed, Graph
from jixiao.models.weights import EMBEDDED_SHA256, EncoderFolder, find_encoder

Embeddings = npt.NDArray[np.float32]
Precision = Literal["fp32", "int8"]
_WINDOW = 8192
_CHARS_PER_TOKEN = 40
_FILES = ("encoder.onnx", "tokenizer.json", "encoder.json")


class TextEncoder:
    """A frozen encoder of texts.

    Args:
        graph: Serialised ONNX model from ``input_ids`` and ``attention_mask`` to one embedding.
        tokenizer: Content of ``tokenizer.json``.
        about: What ``encoder.json`` holds: weights, precision, max_len, hidden_size, languages
            and the fingerprint, which is equal exactly when the embeddings are.
        threads: Processor threads.
    """

    def __init__(
        self, graph: bytes, tokenizer: str, *, about: dict[str, object], threads: int = 2
    ) -> None:
        from tokenizers import Tokenizer

        self.about = about
        self.max_len = int(str(about["max_len"]))
        self.hidden_size = int(str(about["hidden_size"]))
        self.fingerprint = str(about["fingerprint"])
        self._graph_bytes = graph
        self._tokenizer_text = tokenizer
        self._graph = Graph(graph, threads=threads, name="text encoder")
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_len)

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        precision: Precision = "int8",
        max_len: int | None = None,
        sample: Sequence[str] = (),
        threads: int = 2,
    ) -> TextEncoder:
        """Return the encoder of a weights folder, or the embedded English one.

        Args:
            folder: Weights folder; None for the embedded MiniLM-L6.
            precision: int8 is some 2.6 times as fast as fp32.
            max_len: Tokens from which on a text is cut; the encoder's own limit when None.
            sample: Texts to measure activations on; needed for int8 of another folder.
            threads: Processor threads.

        Raises:
            ModelError: If the folder is unusable, or int8 is asked for without texts to
                measure on.
        """
        encoder = find_encoder(folder)
        calibration = None
        if precision == "int8":
            if encoder.sha256 == EMBEDDED_SHA256:
                calibration = embedded_calibration()
            else:
                calibration = calibrate(encoder, sample, threads=threads)
        made = json_hash(calibration.to_json()) if calibration else "fp32"
        limit = min(max_len or encoder.max_len, encoder.max_len)
        about = _about(encoder, precision, limit, made)
        graph = encoder_graph(encoder, calibration)
        return cls(graph, encoder.tokenizer.read_text("utf-8"), about=about, threads=threads)

    @classmethod
    def load(cls, folder: Path, *, threads: int = 2) -> TextEncoder:
        """Return the encoder that ``save`` wrote.

        Raises:
            ModelError: If a file is missing or is not the one that was saved.
        """
        for name in _FILES:
            if not (folder / name).is_file():
                raise ModelError(
                    "JX-E348.encoder",
                    f"{folder.name}/{name}",
                    expected="a file of a saved encoder",
                    got="missing",
                    hint="train the model again",
                )
        about = json.loads((folder / "encoder.json").read_text("utf-8"))
        graph = (folder / "encoder.onnx").read_bytes()
        tokenizer = (folder / "tokenizer.json").read_text("utf-8")
        if about["files"] != content_hash([graph, tokenizer.encode()]):
            raise ModelError(
                "JX-E348.encoder",
                folder.name,
                expected="the files that were saved",
                got="changed files",
                hint="restore the folder or train the model again",
            )
        return cls(graph, tokenizer, about=about, threads=threads)

    def save(self, folder: Path) -> None:
        """Write the encoder into a folder as ONNX and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "encoder.onnx").write_bytes(self._graph_bytes)
        (folder / "tokenizer.json").write_text(self._tokenizer_text, "utf-8")
        files = content_hash([self._graph_bytes, self._tokenizer_text.encode()])
        text = json.dumps({**self.about, "files": files}, indent=1, sort_keys=True)
        (folder / "encoder.json").write_text(text, "utf-8")

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, cut at ``max_len``."""
        longest = self.max_len * _CHARS_PER_TOKEN
        cut = [text[:longest] for text in texts]
        return [found.ids for found in self._tokenizer.encode_batch_fast(cut)]

    def encode(self, texts: Sequence[str], *, progress: ProgressFn = silent) -> Embeddings:
        """Return one embedding a text.

        Args:
            texts: n texts; equal ones are computed once, blank ones not at all.
            progress: Told how many different texts are done.

        Returns:
            Shape (n, hidden_size), in the order of the texts; zeros for a blank text.
        """
        places = {"": 0}
        at = np.array([places.setdefault(text.strip(), len(places)) for text in texts], np.int64)
        different = list(places)[1:]
        found = np.zeros((len(places), self.hidden_size), dtype=np.float32)
        for window in windows(len(different), _WINDOW):
            rows = self.tokenise(different[window])
            self._encode_rows(rows, found[1 + window.start : 1 + window.stop])
            progress("encode", window.stop, len(different))
        return found[at]

    def _encode_rows(self, rows: Sequence[Sequence[int]], out: Embeddings) -> None:
        batches = plan_batches([len(row) for row in rows], max_len=self.max_len)

        def keep(position: int, outputs: Sequence[npt.NDArray[np.float32]]) -> None:
            out[batches[position].index] = outputs[0]

        self._graph.each(_feeds(rows, batches), keep)


def _feeds(rows: Sequence[Sequence[int]], batches: Sequence[Batch]) -> Iterator[Feed]:
    for batch in batches:
        ids, mask = pad([rows[i] for i in batch.index.tolist()], batch.seq_len)
        yield {"input_ids": ids, "attention_mask": mask}


def _about(encoder: EncoderFolder, precision: str, max_len: int, made: str) -> dict[str, object]:
    tokenizer = content_hash([encoder.tokenizer.read_bytes()])
    return {
        "weights": encoder.sha256,
        "precision": precision,
        "max_len": max_len,
        "hidden_size": encoder.hidden_size,
        "languages": list(encoder.languages),
        "fingerprint": json_hash([encoder.sha256, tokenizer, precision, max_len, made])[:32],
    }
