"""What must stay together in a split: a subject's records, and records that repeat a text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Contract, Role, TaskKind
from jixiao.data.clean.near import components, near_duplicates

Ints = npt.NDArray[np.int64]

_NEAR = 0.9
_NEAR_ROWS = 100_000
_LARGEST = 0.25
_LONG = 60
_NUMBER_BINS = 5


@dataclass(frozen=True)
class Units:
    """Rows that must not be divided.

    Attributes:
        of_row: Unit of each row, shape (n_rows,).
        members: For each unit, the hashes of the subjects or records that it joins.
        order: For each unit, the hash by which units are ordered under the run's seed.
        note: What could not be kept together, in words; empty when everything was.
    """

    of_row: Ints
    members: tuple[tuple[str, ...], ...]
    order: tuple[str, ...]
    note: str = ""

    def __len__(self) -> int:
        return len(self.members)

    def named(self, sides: Ints) -> dict[str, int]:
        """Return the side of every member, given the side of every unit."""
        pairs = zip(self.members, sides.tolist(), strict=True)
        return {name: side for members, side in pairs for name in members}


def make_units(frame: pl.DataFrame, contract: Contract, *, by: str | None, seed: int) -> Units:
    """Return the units of a table.

    Args:
        frame: Typed records.
        contract: Its contract.
        by: Column whose values stay together; None for single records.
        seed: Seed of the run; it only orders the units.
    """
    names = _identities(frame, contract, by)
    known, base = np.unique(np.asarray(names, dtype=np.str_), return_inverse=True)
    base = base.astype(np.int64).reshape(-1)
    labels, note = _joined(base, _text_groups(frame, contract), n_base=len(known), by=by)
    _, unit_of_base = np.unique(labels, return_inverse=True)
    unit_of_base = unit_of_base.reshape(-1)
    members: list[list[str]] = [[] for _ in range(int(unit_of_base.max()) + 1)]
    for name, unit in zip(known.tolist(), unit_of_base.tolist(), strict=True):
        members[unit].append(name)
    return Units(
        of_row=unit_of_base[base].astype(np.int64),
        members=tuple(tuple(group) for group in members),
        order=tuple(_hash(f"{seed}/{group[0]}") for group in members),
        note=note,
    )


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _identities(frame: pl.DataFrame, contract: Contract, by: str | None) -> list[str]:
    """Return a hash for each row: its subject or rater, its id, or else its content."""
    own = record_hashes(frame, contract)
    if by is None:
        return own
    values = frame[by].cast(pl.String).to_list()
    return [
        alone if value is None else _hash(f"unit/{value}")
        for value, alone in zip(values, own, strict=True)
    ]


def record_hashes(frame: pl.DataFrame, contract: Contract) -> list[str]:
    """Return a hash for each row: of its id, or of all it says; equal rows are counted up."""
    for column in contract.by_role(Role.ID):
        if column.name in frame.columns:
            values = frame[column.name]
            if values.null_count() == 0 and values.n_unique() == len(values):
                return [_hash(f"id/{value}") for value in values.cast(pl.String).to_list()]
    names = sorted({column.name for column in contract.columns} & set(frame.columns))
    if not names:
        return [_hash(f"row/{at}") for at in range(frame.height)]
    content = [pl.col(name).cast(pl.String).fill_null("\x00") for name in names]
    joined = frame.select(pl.concat_str(content, separator="\x1f").alias("content"))
    repeat = pl.int_range(pl.len()).over("content")
    rows = joined.with_columns(repeat.alias("repeat")).iter_rows()
    return [_hash(f"content/{value}/{number}") for value, number in rows]


def _text_groups(frame: pl.DataFrame, contract: Contract) -> list[tuple[list[int], int]]:
    """Return groups of rows that repeat a text, each with the length of the text."""
    names = [c.name for c in contract.by_role(Role.TEXT) if c.name in frame.columns]
    if not names:
        return []
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in names]
    texts = frame.select(pl.concat_str(parts, separator="\n")).to_series().to_list()
    threshold = _NEAR if len(texts) <= _NEAR_ROWS else 1.0
    groups = near_duplicates(texts, threshold)
    return [(group, min(_weight(texts[at]) for at in group)) for group in groups]


def _weight(text: str) -> int:
    """Return a length in which a Chinese character counts for three letters."""
    body = text.strip()
    return len(body) + 2 * sum("\u3400" <= character <= "\u9fff" for character in body)


def _joined(
    base: Ints, groups: list[tuple[list[int], int]], *, n_base: int, by: str | None
) -> tuple[Ints, str]:
    """Return the unit of each base unit, joined by repeated texts as far as that makes sense.

    Phrases that everybody uses ("Good job") would tie all subjects into one unit. When the
    largest unit grows beyond a quarter of the rows through them, only long texts join.
    """
    tries: list[tuple[Any, str]] = [(groups, "")]
    long = [pair for pair in groups if pair[1] >= _LONG]
    rare = [pair for pair in long if len(pair[0]) <= 3]
    short = len(groups) - len(long)
    tries.append((long, f"; {short} short texts that many use may stand on several sides"))
    told = f"; {len(groups) - len(rare)} texts that many use may stand on several sides"
    tries.append((rare, told))
    plain = np.bincount(base, minlength=n_base).max(initial=0)
    limit = max(_LARGEST * len(base), plain)
    for chosen, note in tries:
        labels = components(_links(base, chosen), n_base)
        if np.bincount(labels[base]).max(initial=0) <= limit or by is None:
            return labels, note
    everything = f"; {len(groups)} repeated texts may stand on several sides"
    return np.arange(n_base, dtype=np.int64), everything


def _links(base: Ints, groups: list[tuple[list[int], int]]) -> Ints:
    pairs = [(base[group[0]], base[other]) for group, _ in groups for other in group[1:]]
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)


def strata(frame: pl.DataFrame, contract: Contract) -> Ints:
    """Return the stratum of each row: level, class, rarest class or fifth of the numbers.

    Rows without an answer make a stratum of their own. Codes follow the sorted answers, not the
    order of the rows.
    """
    target = contract.task.target
    if target not in frame.columns:
        return np.zeros(frame.height, dtype=np.int64)
    answers = frame[target]
    kind = contract.task.kind
    if kind is TaskKind.NUMBER:
        ranks = answers.cast(pl.Float64, strict=False).rank("average")
        share = (ranks / max(int(answers.is_not_null().sum()), 1) * _NUMBER_BINS).ceil()
        return share.fill_null(0).cast(pl.Int64).to_numpy()
    text = answers.cast(pl.String)
    if kind is TaskKind.CLASSES:
        text = _rarest_class(text, contract.task.separator)
    names = sorted(text.drop_nulls().unique().to_list())
    codes = text.replace_strict(names, list(range(len(names))), default=-1, return_dtype=pl.Int64)
    return codes.fill_null(-1).to_numpy() + 1


def _rarest_class(cells: pl.Series, separator: str) -> pl.Series:
    tokens = [None if c is None else sorted(set(c.split(separator))) for c in cells.to_list()]
    counts: dict[str, int] = {}
    for token in (token for cell in tokens if cell for token in cell):
        counts[token] = counts.get(token, 0) + 1
    rarest = [min(cell, key=lambda t: (counts[t], t)) if cell else None for cell in tokens]
    return pl.Series(cells.name, rarest, dtype=pl.String)
