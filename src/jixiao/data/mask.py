"""Masks people's names and identifiers in text before any model or report sees it.

Names come from the roster: every column that holds people's names. Identifiers come from
patterns. A masked text reads ``[PERSON_1] met the goals; call [PHONE]``: people are numbered in
the order in which a text names them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

import polars as pl

from jixiao.contracts import Contract, DataType, MaskSettings, Role, StepReport
from jixiao.core import plural, pseudonym
from jixiao.data.mask_names import NameFinder
from jixiao.data.mask_patterns import Span, find_identifiers
from jixiao.data.mask_roster import (
    PeopleColumn,
    Roster,
    are_names,
    is_code,
    looks_like_name,
    people_columns,
    tidy_name,
)
from jixiao.data.mask_screen import can_hold_something

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD = _FULL_WIDTH | {0x3000: 0x20, 0xA0: 0x20}
_FOLD |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), 0x2D)
_TOKEN = re.compile(r"\[(?:PERSON_\d+|EMAIL|PHONE|ID|CARD|IBAN|IP|URL|HANDLE|PLATE)\]")
_MAX_ROUNDS = 5
_MASKED_ROLES = {Role.TEXT, Role.GOAL}


class Masker:
    """Finds and masks people and identifiers in single texts.

    Args:
        roster: Who may be met.
    """

    def __init__(self, roster: Roster) -> None:
        self.roster = roster

    @cached_property
    def _finder(self) -> NameFinder:
        """What finds names; made for the first text that may hold one, for it is dear to make."""
        return NameFinder(self.roster)

    @classmethod
    def of(cls, names: Iterable[str], codes: Iterable[str] = ()) -> Masker:
        """Return a masker for values that are known to be names, and for codes of people."""
        return cls(Roster.of(names, codes))

    def find(self, text: str, own: frozenset[str] = frozenset()) -> list[Span]:
        """Return what is to be masked, without overlaps, in reading order.

        Args:
            text: Any text.
            own: Tidy names of the people the text's own record names.
        """
        folded = text.translate(_FOLD)
        spans = [*self._finder.find(folded, own), *find_identifiers(folded)]
        return without_overlaps(spans, [found.span() for found in _TOKEN.finditer(text)])

    def mask_column(self, texts: pl.Series, own: Sequence[frozenset[str]]) -> pl.Series:
        """Return a column of texts masked.

        Args:
            texts: Strings, null where there is none.
            own: Tidy names of the people each text's own record names, in the same order.
        """
        return _mask_column(texts, self, own=own, kinds=Counter())[0]

    def mask(self, text: str, own: frozenset[str] = frozenset()) -> tuple[str, list[Span]]:
        """Return the masked text, in which nothing more is found, and what was masked.

        Args:
            text: Any text.
            own: Tidy names of the people the text's own record names.

        Returns:
            The masked text and all spans; those found only once others were masked come last and
            count in the text masked so far.
        """
        found: list[Span] = []
        numbers = _Numbers(text)
        for _ in range(_MAX_ROUNDS):
            spans = self.find(text, own)
            if not spans:
                break
            pieces, at = [], 0
            for span in spans:
                pieces += [text[at : span.start], numbers.token(span)]
                at = span.end
            text = "".join([*pieces, text[at:]])
            found += spans
        return text, found


class _Numbers:
    """Numbers the people of one text, after any number that already stands in it."""

    def __init__(self, text: str) -> None:
        taken = [int(number) for number in re.findall(r"\[PERSON_(\d+)\]", text)]
        self._next = max(taken, default=0) + 1
        self._known: dict[str, int] = {}

    def token(self, span: Span) -> str:
        if span.kind != "PERSON":
            return f"[{span.kind}]"
        if span.person not in self._known:
            self._known[span.person] = self._next
            self._next += 1
        return f"[PERSON_{self._known[span.person]}]"


def without_overlaps(spans: list[Span], kept: list[tuple[int, int]]) -> list[Span]:
    """Join overlapping spans into the longest one's kind; leave masked tokens alone."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind)):
        if any(start < span.end and span.start < end for start, end in kept):
            continue
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
        elif span.end > last.end:
            longer = span if span.end - span.start > last.end - last.start else last
            result[-1] = Span(last.start, span.end, longer.kind, longer.person)
    return result


def name_masker(frame: pl.DataFrame, contract: Contract, settings: MaskSettings) -> Masker | None:
    """Return a masker for the names that stand in a table's own columns; None when switched off.

    Ids are not masked: they are pseudonyms already.

    Args:
        frame: Typed records.
        contract: Says what columns are for.
        settings: Whether to mask, and which columns name people.
    """
    if not settings.on:
        return None
    names, _ = _gathered(people_columns(frame, contract, settings), (), frame)
    return Masker.of(names)


def mask_texts(
    frame: pl.DataFrame,
    contract: Contract,
    settings: MaskSettings,
    *,
    salt: str,
    roster: Sequence[str] = (),
) -> tuple[pl.DataFrame, StepReport]:
    """Mask all prose of a table.

    Text and goal columns and worded confidential answers are masked; ids, names and numbers in
    their own columns stay, because nothing shows or learns from them.

    Args:
        frame: Typed records.
        contract: Says what columns are for.
        settings: Whether to mask, and which columns name people.
        salt: The workspace's secret, for the fingerprint of the roster in the report.
        roster: Further values of name columns, for instance of other tables.

    Returns:
        The masked table, same rows, same order, and what was masked, by kind; no names.

    Raises:
        ContractError: If a roster column named by hand does not exist.
    """
    if not settings.on:
        return frame, StepReport("mask.v1", note="masking is switched off")
    people = people_columns(frame, contract, settings)
    names, codes = _gathered(people, roster, frame)
    masker = Masker.of(names, codes)
    own = own_names(frame, [column.name for column in people if column.is_names])
    kinds: Counter[str] = Counter()
    changed: dict[str, int] = {}
    masked = []
    for name in prose_columns(frame, contract):
        new, n_changed = _mask_column(frame[name], masker, own=own, kinds=kinds)
        if n_changed:
            masked.append(new)
            changed[name] = n_changed
    details = {
        "kinds": dict(sorted(kinds.items())),
        "roster_columns": [column.name for column in people if column.is_names],
        "names": len(names),
        "roster": pseudonym("\n".join(sorted(names)), salt=salt, prefix="ROSTER"),
    }
    return (
        frame.with_columns(masked) if masked else frame,
        StepReport("mask.v1", changed, _note(kinds, len(names)), details),
    )


def masker_of(
    frame: pl.DataFrame, contract: Contract, settings: MaskSettings, *, roster: Sequence[str] = ()
) -> Masker:
    """Return a masker for everybody whom the columns of a table and a roster name.

    Args:
        frame: Typed records.
        contract: Says what columns are for.
        settings: Which columns name people.
        roster: Further values of name columns, for instance of other tables.

    Raises:
        ContractError: If a roster column named by hand does not exist.
    """
    return Masker.of(*_gathered(people_columns(frame, contract, settings), roster, frame))


def _note(kinds: Counter[str], n_names: int) -> str:
    told = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
    return f"masked with a roster of {plural(n_names, 'name')}: {told or 'nothing found'}"


def prose_columns(frame: pl.DataFrame, contract: Contract) -> list[str]:
    """Return the columns whose texts are masked."""
    return [
        column.name
        for column in contract.columns
        if column.name in frame.columns
        and frame[column.name].dtype == pl.String
        and (
            column.role in _MASKED_ROLES
            or (column.role is Role.CONFIDENTIAL and column.type is DataType.TEXT)
        )
    ]


def _gathered(
    people: list[PeopleColumn], roster: Sequence[str], frame: pl.DataFrame
) -> tuple[list[str], list[str]]:
    """Return names and codes of the people columns and of further values that look like them."""
    names = {value for column in people if column.is_names for value in column.values}
    codes = {value for column in people if not column.is_names for value in column.values}
    known = pl.Series(roster, dtype=pl.String)
    left = known
    for series in frame.iter_columns():
        if series.dtype == pl.String and series.head(1_000).is_in(known.implode()).any():
            left = left.filter(~left.is_in(series.unique().implode()))
    further = [value for value in left.to_list() if value not in names]
    if are_names(further):
        names |= {value for value in further if looks_like_name(value)}
    codes |= {value for value in further if is_code(value) and not value.isdigit()}
    return sorted(names), sorted(codes)


def name_columns(frame: pl.DataFrame, contract: Contract, settings: MaskSettings) -> list[str]:
    """Return the columns of a table that hold people's names.

    Raises:
        ContractError: If a roster column named by hand does not exist.
    """
    return [one.name for one in people_columns(frame, contract, settings) if one.is_names]


def own_names(frame: pl.DataFrame, columns: Sequence[str]) -> list[frozenset[str]]:
    """Return, for each row, the tidy names that stand in its own name columns."""
    if not columns:
        return [frozenset()] * frame.height
    tidy = {
        value: tidy_name(value)
        for name in columns
        for value in frame[name].cast(pl.String).drop_nulls().unique().to_list()
    }
    rows = zip(*(frame[name].cast(pl.String).to_list() for name in columns), strict=True)
    return [frozenset(tidy[value] for value in row if value) for row in rows]


def _mask_column(
    texts: pl.Series, masker: Masker, *, own: Sequence[frozenset[str]], kinds: Counter[str]
) -> tuple[pl.Series, int]:
    """Return a masked column and how many of its texts changed; adds to ``kinds``."""
    at = can_hold_something(texts, masker.roster).arg_true()
    changed_at, masked = [], []
    for row, text in zip(at.to_list(), texts.gather(at).to_list(), strict=True):
        new, spans = masker.mask(text, own[row])
        if spans:
            changed_at.append(row)
            masked.append(new)
            kinds.update(span.kind for span in spans)
    if not changed_at:
        return texts, 0
    return texts.clone().scatter(changed_at, pl.Series(masked, dtype=pl.String)), len(changed_at)
