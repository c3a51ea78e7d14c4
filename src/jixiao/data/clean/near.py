"""Near duplicates: texts that share most of their five-character shingles.

Exact: a pair counts when the Jaccard overlap of its two sets of shingles reaches the threshold.
Candidates come from prefix filtering (two such texts must share one of their rarest shingles),
so that 60,000 short texts take seconds and nothing is left to chance.

References:
    Bayardo, Ma, Srikant (2007), Scaling Up All Pairs Similarity Search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import CleanSettings, Contract, StepReport
from jixiao.contracts.schema import Role
from jixiao.core.errors import ContractError

Ints = npt.NDArray[np.int64]

_WIDTH = 5
_BLANKS = re.compile(r"\s+")
_NEIGHBOURS = 64
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 200_000


def near_duplicates(texts: Sequence[str | None], threshold: float = 0.9) -> list[list[int]]:
    """Return the groups of texts that are equal or nearly so.

    Case and blanks do not count. Texts below five characters only pair with equal ones, and
    missing or blank texts with none. A group holds everything linked by a chain of pairs.

    Args:
        texts: One text per row; None or blank where missing.
        threshold: Share of common shingles, in (0, 1], from which two texts are a pair; at 1
            only equal texts are.

    Returns:
        Groups of at least two positions, each rising, sorted by their first position.

    Raises:
        ContractError: If the threshold is not in (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ContractError(
            "JX-E120.share",
            "near_duplicate",
            expected="a share above 0 and up to 1",
            got=f"{threshold:g}",
            hint="0.9 finds texts in which one word in ten differs",
        )
    firsts, followers = _exact(texts)
    unique = [text for text, _ in firsts]
    nearly = threshold < 1 and len(unique) > 1
    pairs = _near_pairs(unique, threshold) if nearly else np.zeros((0, 2), np.int64)
    at = np.asarray([position for _, position in firsts], dtype=np.int64)
    links = np.concatenate([at[pairs].reshape(-1, 2), followers])
    return groups_of(links, len(texts))


def groups_of(links: Ints, n: int) -> list[list[int]]:
    """Return the connected groups of at least two positions, sorted by their first.

    Args:
        links: Shape (n_links, 2), positions below ``n``.
        n: Number of positions.
    """
    labels = components(links, n)
    counts = np.bincount(labels, minlength=1)
    inside = np.flatnonzero(counts[labels] > 1) if n else np.zeros(0, np.int64)
    groups: dict[int, list[int]] = {}
    for position in inside.tolist():
        groups.setdefault(int(labels[position]), []).append(position)
    return sorted(groups.values())


def components(links: Ints, n: int) -> Ints:
    """Return the number of each position's connected group, shape (n,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _exact(texts: Sequence[str | None]) -> tuple[list[tuple[str, int]], Ints]:
    """Return the different texts with their first positions, and links of repeats to firsts."""
    seen: dict[str, int] = {}
    links = []
    for position, text in enumerate(texts):
        plain = _BLANKS.sub(" ", text).strip().lower() if text else ""
        if not plain:
            continue
        first = seen.setdefault(plain, position)
        if first != position:
            links.append((first, position))
    return list(seen.items()), np.asarray(links, dtype=np.int64).reshape(-1, 2)


def _shingles(texts: list[str]) -> tuple[Ints, Ints]:
    """Return (text number, shingle rank by rarity) of all sets of shingles, rarest first in each.

    Texts that are shorter than a shingle have none.
    """
    lengths = np.asarray([len(text) for text in texts], dtype=np.int64)
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    n = len(codes) - _WIDTH + 1
    if n <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    value = np.zeros(n, dtype=np.uint64)
    for step in range(_WIDTH):
        value = (value ^ codes[step : step + n]) * _PRIME
        value ^= value >> np.uint64(29)
    whole = owner[:n] == owner[_WIDTH - 1 :]
    table = (
        pl.DataFrame({"doc": owner[:n][whole], "shingle": value[whole]})
        .unique()
        .with_columns(pl.len().over("shingle").alias("n"))
    )
    table = table.sort(["doc", "n", "shingle"])
    _, numbers = np.unique(table["shingle"].to_numpy(), return_inverse=True)
    return table["doc"].to_numpy().astype(np.int64), numbers.astype(np.int64)


def _near_pairs(texts: list[str], threshold: float) -> Ints:
    docs, shingles = _shingles(texts)
    if not len(docs):
        return np.zeros((0, 2), np.int64)
    sizes = np.bincount(docs, minlength=len(texts))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.arange(len(docs)) - starts[docs]
    prefix = sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1
    head = place < prefix[docs]
    candidates = _candidates(docs[head], shingles[head], sizes, threshold)
    return _verified(candidates, (docs, shingles, sizes), threshold)


def _candidates(docs: Ints, shingles: Ints, sizes: Ints, threshold: float) -> Ints:
    """Return pairs that share a prefix shingle and whose sizes allow the threshold.

    In a shingle that very many texts share, each is compared with its next neighbours by size
    only; chains then still join the group.
    """
    order = np.lexsort((docs, sizes[docs], shingles))
    d, s = docs[order], shingles[order]
    found = []
    for step in range(1, _NEIGHBOURS + 1):
        if step >= len(d):
            break
        same = np.flatnonzero(s[step:] == s[:-step])
        if not len(same):
            break
        small, large = d[same], d[same + step]
        fits = sizes[small] >= threshold * sizes[large] - 1e-9
        pairs = np.stack([small[fits], large[fits]], axis=1)
        found.append(np.unique(np.sort(pairs, axis=1), axis=0) if len(pairs) else pairs)
    if not found:
        return np.zeros((0, 2), np.int64)
    n = len(sizes)
    keys = np.unique(np.concatenate([p[:, 0] * n + p[:, 1] for p in found]))
    return np.stack([keys // n, keys % n], axis=1)


def _verified(candidates: Ints, sets: tuple[Ints, Ints, Ints], threshold: float) -> Ints:
    from scipy.sparse import csr_array

    docs, shingles, sizes = sets
    shape = (len(sizes), int(shingles.max()) + 1)
    matrix = csr_array((np.ones(len(docs), np.int32), (docs, shingles)), shape=shape)
    kept = []
    for start in range(0, len(candidates), _CHUNK):
        pair = candidates[start : start + _CHUNK]
        left, right = matrix[pair[:, 0]], matrix[pair[:, 1]]
        shared = np.asarray(left.multiply(right).sum(axis=1)).ravel()
        union = sizes[pair[:, 0]] + sizes[pair[:, 1]] - shared
        kept.append(pair[shared >= threshold * union - 1e-9])
    return np.concatenate(kept) if kept else np.zeros((0, 2), np.int64)


def near_duplicate_report(
    frame: pl.DataFrame, contract: Contract, settings: CleanSettings
) -> tuple[list[list[int]], StepReport]:
    """Find near duplicates among the records' joined texts.

    Nothing is dropped here; ``settings.drop_near_duplicates`` tells the caller to keep only the
    first row of each group.

    Returns:
        Groups of row positions, and the report that lists them.
    """
    names = [c.name for c in contract.by_role(Role.TEXT) if c.name in frame.columns]
    if not names:
        return [], StepReport("near_duplicates.v1", note="no text column to compare")
    joined = frame.select(
        pl.concat_str([pl.col(name).fill_null("") for name in names], separator="\n")
    ).to_series()
    groups = near_duplicates(joined.to_list(), settings.near_duplicate)
    extra = sum(len(group) - 1 for group in groups)
    fate = "left out" if settings.drop_near_duplicates else "listed only"
    note = f"{extra:,} texts repeat or nearly repeat another; {fate}" if groups else ""
    details: dict[str, Any] = {"threshold": settings.near_duplicate, "groups": groups}
    return groups, StepReport("near_duplicates.v1", {}, note, details)
