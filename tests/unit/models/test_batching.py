from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jixiao.models.batching import pad, padded_length, plan_batches, windows


@given(st.lists(st.integers(1, 256), max_size=300), st.sampled_from([64, 512, 4096]))
def test_batches_hold_every_sequence_once_within_the_budget(
    lengths: list[int], budget: int
) -> None:
    batches = plan_batches(lengths, max_len=256, budget=budget)
    held = [at for batch in batches for at in batch.index.tolist()]
    assert sorted(held) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[at] for at in batch.index.tolist())
        assert longest <= batch.seq_len <= 256
        assert len(batch.index) == 1 or len(batch.index) * batch.seq_len <= budget


@given(st.integers(1, 256), st.lists(st.integers(1, 256), max_size=20))
def test_the_padding_of_a_text_does_not_depend_on_its_neighbours(
    length: int, others: list[int]
) -> None:
    alone = plan_batches([length], max_len=256)[0].seq_len
    beside = plan_batches([length, *others], max_len=256)
    assert next(batch.seq_len for batch in beside if 0 in batch.index) == alone


@given(st.integers(1, 300))
def test_padding_wastes_little(length: int) -> None:
    padded = padded_length(length, 10_000)
    assert length <= padded < length + (8 if length <= 64 else 16)


def test_the_longest_batch_comes_first_so_that_the_end_is_short() -> None:
    lengths = [batch.seq_len for batch in plan_batches([5, 200, 60], max_len=256)]
    assert lengths == [208, 64, 8]


def test_pad_gives_ids_and_mask() -> None:
    ids, mask = pad([[7, 8], [9]], 3)
    assert ids.tolist() == [[7, 8, 0], [9, 0, 0]]
    assert mask.tolist() == [[1, 1, 0], [1, 0, 0]]


def test_windows_cover_a_range() -> None:
    assert [list(range(7))[part] for part in windows(7, 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert np.sum([1 for _ in windows(0, 3)]) == 0
