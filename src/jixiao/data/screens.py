"""Answers cheap questions about a whole column once, so that dear searches run only where needed.

A :class:`Look` is what is known of one column; :func:`look` keeps the looks of a table as long as
the table lives, so that every step and rule that meets the same column shares the answers. A table
with a changed column is another table, to which :func:`with_columns` hands on what stayed the same.

Different values are told apart by a 64-bit hash: for a million different ones, the chance that any
two are taken for one is about 1 in 40 million.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

import polars as pl

S = TypeVar("S")
T = TypeVar("T")
_SMALL = 5_000
_SAMPLE = 20_000
_LONG = 100_000
_THREADS = 2
_PLAIN = r"^(?:[A-Za-z]{1,12}[-_]?[0-9]+|[0-9]+(?:\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
_UNUSUAL = (
    r"[\x00-\x1f\x7f-\x{a0}\x{ad}À-ÿ\x{34f}\x{61c}\x{115f}\x{1160}\x{1680}\x{17b4}\x{17b5}"
    r"\x{180b}-\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{206f}\x{3000}\x{3164}"
    r"\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff9}-\x{fffd}\x{e0000}-\x{e01ef}"
    r"０-９Ａ-Ｚａ-ｚÂï锟烫屯锛銆鐨鍛缁浼鑹鍚宸浠瀹璇閮鏄涓鍦浜杩鎴寰鎶锘]"
)


class Look:
    """One column of strings and what was found out about it, each answer sought once.

    Args:
        values: The column; it must not be changed in place.
        few: Its different values where they are known and much fewer than its rows.
    """

    def __init__(self, values: pl.Series, few: pl.Series | None = None) -> None:
        self.values = values
        self._few: list[pl.Series | None] = [] if few is None else [few]
        self._answers: dict[str, bool] = {}

    @property
    def few(self) -> pl.Series | None:
        """The different values of a long column that repeats few of them; None for others."""
        if not self._few:
            self._few.append(_few(self.values))
        return self._few[0]

    @property
    def seen(self) -> pl.Series:
        """What a search for any match must look at: the different values, or all."""
        few = self.few
        return self.values if few is None else few

    @property
    def is_plain(self) -> bool:
        """Whether every filled cell of a long column is a number, a day or a code like R0017.

        Such cells hold at least one digit, no blank, no sign that anything cleans and nothing
        beyond ASCII, so that most steps and rules can pass over the column.
        """
        return self._once("plain", self._is_plain)

    @property
    def is_unusual(self) -> bool:
        """Whether it holds any character that cleaning or the search for damage looks for.

        Those are controls and characters without a shape, blanks other than the common one,
        full-width letters and digits, Western letters with accents and the first signs of a wrong
        encoding. Short columns are not searched: they may.
        """
        return self._once("unusual", self._is_unusual)

    def holds(self, test: Callable[[pl.Expr], pl.Expr]) -> bool:
        """Return whether any value passes a test."""
        return holds(self.seen, test)

    def rows_that(self, test: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Return which rows pass a test of single values; an empty cell never does.

        Args:
            test: Makes a mask of the values it is given; each value is judged by itself.
        """
        few = self.few
        if few is None:
            return test(self.values).fill_null(value=False)
        hits = few.filter(test(few).fill_null(value=False)).drop_nulls()
        if not len(hits):
            return pl.repeat(False, len(self.values), eager=True, dtype=pl.Boolean)
        return self.values.is_in(hits.implode()).fill_null(value=False)

    def exchanged(self, old: pl.Series, new: pl.Series) -> Look:
        """Return the column with some of its values exchanged, each wherever it stands.

        Args:
            old: Different values.
            new: What each becomes.
        """
        at = self.values.is_in(old.implode()).fill_null(value=False).arg_true()
        changed = self.values.clone().scatter(at, self.values.gather(at).replace(old, new))
        few = self.few
        return Look(changed, None if few is None else few.replace(old, new).unique())

    def _once(self, question: str, answer: Callable[[], bool]) -> bool:
        if question not in self._answers:
            self._answers[question] = answer()
        return self._answers[question]

    def _is_plain(self) -> bool:
        values = self.values
        if len(values) < _SMALL or values.null_count() == len(values):
            return False
        if not values.head(_SAMPLE).str.contains(_PLAIN).fill_null(value=True).all():
            return False
        return not self.holds(lambda value: ~value.str.contains(_PLAIN))

    def _is_unusual(self) -> bool:
        if len(self.values) < _SMALL:
            return True
        return not self.is_plain and self.holds(lambda value: value.str.contains(_UNUSUAL))


Kept = tuple["weakref.ref[pl.DataFrame]", dict[str, Look]]
_kept: dict[int, Kept] = {}


def look(frame: pl.DataFrame, name: str) -> Look:
    """Return the look of a column of a table; the same one as long as the table lives."""
    looks = _looks(frame)
    if name not in looks:
        looks[name] = Look(frame[name])
    return looks[name]


def with_columns(frame: pl.DataFrame, looks: Collection[Look]) -> pl.DataFrame:
    """Return the table with some columns changed; what is known of the others stays known."""
    new = frame.with_columns([seen.values for seen in looks])
    _looks(new).update(_looks(frame))
    _looks(new).update({seen.values.name: seen for seen in looks})
    return new


def _looks(frame: pl.DataFrame) -> dict[str, Look]:
    key = id(frame)
    found = _kept.get(key)
    if found is not None and found[0]() is frame:
        return found[1]
    looks: dict[str, Look] = {}
    _kept[key] = (weakref.ref(frame, lambda gone: _forget(key, gone)), looks)
    return looks


def _forget(key: int, gone: weakref.ref[pl.DataFrame]) -> None:
    found = _kept.get(key)
    if found is not None and found[0] is gone:
        del _kept[key]


def holds(values: pl.Series, test: Callable[[pl.Expr], pl.Expr]) -> bool:
    """Return whether any value passes a test; a long column is searched by all threads at once."""
    found = values.to_frame("v").lazy().select(test(pl.col("v")).any())
    engine: Literal["streaming", "in-memory"] = "streaming" if len(values) > _LONG else "in-memory"
    return bool(found.collect(engine=engine).item())


def each(work: Callable[[S], T], parts: Iterable[S], *, rows: int) -> list[T]:
    """Return what ``work`` makes of each part, in order; long tables use two threads.

    Polars works on one column in one thread, so that columns go side by side.

    Args:
        work: Reads its part and changes nothing that another part reads.
        parts: Columns, or whatever stands for them.
        rows: Rows of the table; short ones are not worth a thread.
    """
    if rows < _LONG:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return list(pool.map(work, parts))


def _few(values: pl.Series) -> pl.Series | None:
    """Return the different values, null among them, when they are at most a quarter of the rows.

    A sample that shows more of them than so few could saves the search.
    """
    most = len(values) // 4
    if len(values) < _SMALL or values.dtype != pl.String:
        return None
    sample = values.head(_SAMPLE)
    if sample.n_unique() > most * -math.expm1(-len(sample) / most):
        return None
    first = values.hash(seed=3).arg_unique()
    return values.gather(first) if len(first) <= most else None
