"""Counts word and character n-grams of many texts at once, with arrays instead of loops.

A text becomes a run of 64-bit symbols (characters, or words hashed by content); an n-gram is a
hash of n neighbouring symbols. Two different n-grams share a hash with a chance below one in a
million for ten million of them. Weighting is left to ``text_features``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

Kind = Literal["words", "chars", "chars_in_words"]
"""words: segmented words; chars: any characters; chars_in_words: never across a word's edge."""

Keys = npt.NDArray[np.uint64]
Counts = Any
"""A scipy CSR matrix (n_texts, n_grams); scipy ships no types."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SPACE = re.compile(r"\s+")
_CHUNK = 2_000_000
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def has_han(text: str) -> bool:
    """Return whether a text holds a Chinese character."""
    return _HAN.search(text) is not None


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text, Chinese segmented.

    Examples:
        >>> words_of("Good work, isn't it?")
        ['good', 'work', "isn't", 'it']
    """
    if not has_han(text):
        return _WORD.findall(text.lower())
    import rjieba

    return [word for word in rjieba.cut(text.lower()) if _WORD.match(word)]


@dataclass(frozen=True)
class Symbols:
    """Texts as one run of symbols.

    Attributes:
        codes: Shape (n_symbols,), the symbols of all texts one after the other.
        ends: Shape (n_texts,), position after the last symbol of each text.
        blanks: Shape (n_symbols,), whether a symbol is a blank; None where blanks do not matter.
        words: The words behind the codes; None for characters.
    """

    codes: Keys
    ends: npt.NDArray[np.int64]
    blanks: npt.NDArray[np.bool_] | None = None
    words: list[str] | None = None

    def gram(self, start: int, n: int) -> str:
        """Return the n-gram that starts at a position, words joined by one blank."""
        if self.words is not None:
            return " ".join(self.words[start : start + n])
        return "".join(chr(code) for code in self.codes[start : start + n].tolist())


def symbols_of(texts: Sequence[str], kind: Kind) -> Symbols:
    """Return the symbols of texts, lower-case, runs of blanks as one."""
    if kind == "words":
        split = [words_of(text) for text in texts]
        words = [word for found in split for word in found]
        ends = np.cumsum([len(found) for found in split], dtype=np.int64)
        table = {word: _word_code(word) for word in set(words)}
        codes = np.fromiter((table[word] for word in words), dtype=np.uint64, count=len(words))
        return Symbols(codes, ends, words=words)
    edge = " " if kind == "chars_in_words" else ""
    plain = [_SPACE.sub(" ", text.strip().lower()) for text in texts]
    plain = [edge + text + edge if text else "" for text in plain]
    ends = np.cumsum([len(text) for text in plain], dtype=np.int64)
    raw = "".join(plain).encode("utf-32-le", "replace")
    codes = np.frombuffer(raw, dtype=np.uint32).astype(np.uint64)
    return Symbols(codes, ends, blanks=(codes == 32) if edge else None)


def _word_code(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _hashed(codes: Keys, n: int) -> Keys:
    """Return the hash of every n-gram; shape (n_symbols - n + 1,)."""
    size = max(len(codes) - n + 1, 0)
    keys = np.full(size, n, dtype=np.uint64)
    for offset in range(n):
        keys += codes[offset : offset + size]
        keys *= _STEP
        keys ^= keys >> np.uint64(30)
        keys *= _MIX[0]
        keys ^= keys >> np.uint64(27)
        keys *= _MIX[1]
    return keys


def keys_of_names(names: Sequence[str], kind: Kind) -> Keys:
    """Return the hash of n-grams given as text, as ``Symbols.gram`` writes them."""
    keys = np.zeros(len(names), dtype=np.uint64)
    for at, name in enumerate(names):
        if kind == "words":
            codes = np.array([_word_code(word) for word in name.split(" ")], dtype=np.uint64)
        else:
            codes = np.array([ord(letter) for letter in name], dtype=np.uint64)
        keys[at] = _hashed(codes, len(codes))[0]
    return keys


def _chunks(symbols: Symbols) -> Iterator[tuple[int, int, int, int]]:
    """Yield (first text, last text, first symbol, last symbol) of pieces that fit in memory."""
    starts = np.concatenate([[0], symbols.ends[:-1]]).astype(np.int64)
    text, n_texts = 0, len(symbols.ends)
    while text < n_texts:
        stop = int(np.searchsorted(symbols.ends, starts[text] + _CHUNK, side="right"))
        stop = min(max(stop, text + 1), n_texts)
        yield text, stop, int(starts[text]), int(symbols.ends[stop - 1])
        text = stop


@dataclass(frozen=True)
class Grams:
    """The n-grams of a piece of the symbols: hash, text and first symbol of each."""

    keys: Keys
    texts: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


def grams_of(symbols: Symbols, n: int) -> Iterator[Grams]:
    """Yield every n-gram that lies within one text, in pieces, in the order of the texts."""
    for first, last, begin, end in _chunks(symbols):
        keys = _hashed(symbols.codes[begin:end], n)
        sizes = np.diff(symbols.ends[first:last], prepend=begin)
        text_of = np.repeat(np.arange(first, last), sizes)
        size = len(keys)
        valid = text_of[:size] == text_of[n - 1 : n - 1 + size]
        if symbols.blanks is not None and n > 2:
            seen = np.concatenate([[0], np.cumsum(symbols.blanks[begin:end])])
            valid &= seen[n - 1 : n - 1 + size] == seen[1 : 1 + size]
        at = np.flatnonzero(valid)
        yield Grams(keys[at], text_of[at], at + begin)


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams kept, sorted by hash.

    Attributes:
        kind: What an n-gram is made of.
        sizes: Values of n.
        names: The n-grams as text.
        keys: Their hashes, rising.
        frequency: Shape (n_grams,), share of the fitted texts that hold each.
    """

    kind: Kind
    sizes: tuple[int, ...]
    names: tuple[str, ...]
    keys: Keys
    frequency: npt.NDArray[np.float64]

    @classmethod
    def fit(
        cls, texts: Sequence[str], kind: Kind, *, sizes: tuple[int, ...], limits: Limits
    ) -> Vocabulary:
        """Return the n-grams of texts that occur often enough."""
        symbols = symbols_of(texts, kind)
        found = [_frequent(symbols, n, limits) for n in sizes]
        keys = np.concatenate([part[0] for part in found])
        counts = np.concatenate([part[1] for part in found])
        names = [name for part in found for name in part[2]]
        kept = np.lexsort((keys, -counts))[: limits.largest]
        kept = kept[np.argsort(keys[kept])]
        share = counts[kept] / max(len(texts), 1)
        return cls(kind, sizes, tuple(names[i] for i in kept.tolist()), keys[kept], share)

    def count(self, texts: Sequence[str]) -> Counts:
        """Return how often each n-gram occurs in each text: CSR (n_texts, n_grams), float32."""
        symbols = symbols_of(texts, self.kind)
        rows, columns = [], []
        for n in self.sizes if len(self.keys) else ():
            for grams in grams_of(symbols, n):
                at = np.searchsorted(self.keys, grams.keys)
                at[at == len(self.keys)] = 0
                known = self.keys[at] == grams.keys
                rows.append(grams.texts[known])
                columns.append(at[known])
        shape = (len(texts), len(self.keys))
        if not rows:
            return sparse.csr_matrix(shape, dtype=np.float32)
        where = (np.concatenate(rows), np.concatenate(columns))
        ones = np.ones(len(where[0]), dtype=np.float32)
        counted = sparse.csr_matrix((ones, where), shape=shape)
        counted.sort_indices()
        return counted


@dataclass(frozen=True)
class Limits:
    """Which n-grams are kept.

    Attributes:
        fewest_texts: An n-gram must stand in so many texts.
        largest_share: …and in no more than this share of them.
        largest: Most n-grams kept; the more frequent ones win.
    """

    fewest_texts: int = 2
    largest_share: float = 1.0
    largest: int = 400_000


def _frequent(
    symbols: Symbols, n: int, limits: Limits
) -> tuple[Keys, npt.NDArray[np.int64], list[str]]:
    """Return hash, text count and text of the n-grams of one size that the limits allow."""
    parts = [_document_counts(grams) for grams in grams_of(symbols, n)]
    if not parts:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64), []
    keys, first, inverse = np.unique(
        np.concatenate([part[0] for part in parts]), return_index=True, return_inverse=True
    )
    counts = np.bincount(inverse, np.concatenate([part[1] for part in parts]), len(keys))
    starts = np.concatenate([part[2] for part in parts])[first]
    most = limits.largest_share * len(symbols.ends)
    kept = np.flatnonzero((counts >= limits.fewest_texts) & (counts <= most))
    if len(kept) > limits.largest:
        kept = np.sort(kept[np.lexsort((keys[kept], -counts[kept]))[: limits.largest]])
    names = [symbols.gram(start, n) for start in starts[kept].tolist()]
    return keys[kept], counts[kept].astype(np.int64), names


def _document_counts(grams: Grams) -> tuple[Keys, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the different hashes of a piece, in how many texts each stands, and one place."""
    order = np.argsort(grams.keys, kind="stable")
    keys, texts = grams.keys[order], grams.texts[order]
    new_key = np.ones(len(keys), dtype=bool)
    new_key[1:] = keys[1:] != keys[:-1]
    new_text = new_key.copy()
    new_text[1:] |= texts[1:] != texts[:-1]
    at = np.flatnonzero(new_key)
    counts = np.add.reduceat(new_text.astype(np.int64), at) if len(at) else np.zeros(0, np.int64)
    return keys[at], counts, grams.starts[order][at]
