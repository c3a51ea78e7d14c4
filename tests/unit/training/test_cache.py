from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import ProgressFn, silent
from jixiao.training import cache
from jixiao.training.cache import EncodingCache


class Counting:
    hidden_size = 4

    def __init__(self, fingerprint: str = "f1") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, progress: ProgressFn = silent) -> np.ndarray:
        self.asked += texts
        digests = [hashlib.sha256((self.fingerprint + text).encode()).digest() for text in texts]
        return np.array([list(d[:4]) for d in digests], dtype=np.float32).reshape(-1, 4)


def test_a_text_is_encoded_once_and_shared_between_learners(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    a = EncodingCache(tmp_path, first).encode(["x", "y", "x"])
    other = EncodingCache(tmp_path, second)
    b = other.encode(["y", "z", "x", "y"])
    assert first.asked == ["x", "y"]
    assert second.asked == ["z"]
    assert other.computed == 1
    np.testing.assert_array_equal(b[[2, 0]], a[:2])
    np.testing.assert_array_equal(b, Counting().encode(["y", "z", "x", "y"]))


def test_another_encoder_does_not_see_the_vectors(tmp_path: Path) -> None:
    EncodingCache(tmp_path, Counting("f1")).encode(["x"])
    second = Counting("f2")
    EncodingCache(tmp_path, second).encode(["x"])
    assert second.asked == ["x"]


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_file_is_put_away_and_built_again(tmp_path: Path, damage: bytes | None) -> None:
    right = EncodingCache(tmp_path, Counting()).encode(["x", "y"])
    (path,) = tmp_path.rglob("*.safetensors")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content) if damage is None else damage)
    again = Counting()
    np.testing.assert_array_equal(EncodingCache(tmp_path, again).encode(["x", "y"]), right)
    assert again.asked == ["x", "y"]
    third = Counting()
    EncodingCache(tmp_path, third).encode(["x", "y"])
    assert third.asked == []


def test_a_kill_in_the_middle_keeps_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_ROWS_PER_FILE", 2)

    class Dying(Counting):
        def encode(self, texts: Sequence[str], *, progress: ProgressFn = silent) -> np.ndarray:
            if "e" in texts:
                raise KeyboardInterrupt
            return super().encode(texts)

    with pytest.raises(KeyboardInterrupt):
        EncodingCache(tmp_path, Dying()).encode(list("abcdef"))
    rest = Counting()
    EncodingCache(tmp_path, rest).encode(list("abcdef"))
    assert rest.asked == ["e", "f"]


def test_no_text_is_stored(tmp_path: Path) -> None:
    EncodingCache(tmp_path, Counting()).encode(["a very private review"])
    assert all(b"private" not in path.read_bytes() for path in tmp_path.rglob("*.safetensors"))


@given(st.lists(st.text(max_size=5), max_size=30))
def test_the_cache_gives_what_the_encoder_would(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    for _ in range(2):
        found = EncodingCache(folder, Counting()).encode(texts)
        np.testing.assert_array_equal(found, Counting().encode(texts))
