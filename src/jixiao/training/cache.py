"""Encodes each different text once and keeps the vectors on disk, for every learner and run.

Layout: ``<cache>/encodings/<encoder fingerprint>/<hash of the content>.safetensors``, each with
the keys of some texts (half of their SHA-256) and their vectors. A file whose content is not the
one its name promises is put away and its texts are encoded again. Texts are not stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jixiao.contracts import ProgressFn, silent
from jixiao.core.atomic import write_bytes

Vectors = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint8]
_KEY_BYTES = 16
_ROWS_PER_FILE = 8192


class Encodes(Protocol):
    """An encoder whose fingerprint is equal exactly when its vectors are."""

    fingerprint: str
    hidden_size: int

    def encode(self, texts: Sequence[str], *, progress: ProgressFn = ...) -> Vectors:
        """Return shape (n, hidden_size), in the order of the texts."""


class EncodingCache:
    """Vectors of one encoder on disk.

    Args:
        folder: Cache folder shared between learners.
        encoder: What computes the vectors that are not there yet.
    """

    def __init__(self, folder: Path, encoder: Encodes) -> None:
        self.encoder = encoder
        self.folder = folder / "encodings" / encoder.fingerprint
        self.computed = 0
        """Texts that had to be encoded since this object was made."""

    def encode(self, texts: Sequence[str], *, progress: ProgressFn = silent) -> Vectors:
        """Return what the encoder would, shape (n, hidden_size), from disk where it is known."""
        different = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        names = list(different)
        keys = [_key(text) for text in names]
        found = np.zeros((len(names), self.encoder.hidden_size), dtype=np.float32)
        missing = self._read({key: at for at, key in enumerate(keys)}, found)
        for start in range(0, len(missing), _ROWS_PER_FILE):
            part = missing[start : start + _ROWS_PER_FILE]
            found[part] = self.encoder.encode([names[at] for at in part])
            self._write([keys[at] for at in part], found[part])
            progress("encode", len(names) - len(missing) + start + len(part), len(names))
        self.computed += len(missing)
        return found[[different[text] for text in texts]] if texts else found

    def _read(self, wanted: dict[bytes, int], found: Vectors) -> list[int]:
        """Fill in the rows that are on disk and return the positions of the others."""
        missing = set(wanted.values())
        for path in sorted(self.folder.glob("*.safetensors")) if self.folder.is_dir() else []:
            if not missing:
                break
            stored = _open(path)
            if stored is None:
                continue
            keys, vectors = stored
            rows = {key.tobytes(): row for row, key in enumerate(keys)}
            at = [(wanted[key], rows[key]) for key in wanted.keys() & rows.keys()]
            for place, row in at:
                found[place] = vectors[row]
            missing -= {place for place, _ in at}
        return sorted(missing)

    def _write(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        from safetensors.numpy import save

        stored = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        content = save({"keys": stored, "vectors": vectors})
        write_bytes(self.folder / f"{_digest(content)}.safetensors", content)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _open(path: Path) -> tuple[Keys, Vectors] | None:
    """Return what a file holds; None, and the file is removed, when its content is not whole."""
    from safetensors.numpy import load

    content = path.read_bytes()
    if _digest(content) != path.stem:
        path.unlink(missing_ok=True)
        return None
    stored = load(content)
    return stored["keys"], stored["vectors"]
