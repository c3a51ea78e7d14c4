"""Answers cheap questions about a whole column once, so that dear searches run only where needed.

Answers are kept by the column's content, so that every step and rule that meets the same column
shares them, and a changed column is asked again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Literal, TypeVar

import polars as pl

S = TypeVar("S")
T = TypeVar("T")
_KEPT = 256
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
_lock = Lock()
_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def few_values(values: pl.Series) -> pl.Series | None:
    """Return the different values of a long column that repeats few of them; None for others."""
    if len(values) < _SMALL or values.head(_SAMPLE).n_unique() > _SAMPLE // 2:
        return None
    return _once("few", values, _few)


def to_search(values: pl.Series) -> pl.Series:
    """Return what a search for any match must look at: the different values, or all."""
    few = few_values(values)
    return values if few is None else few


def is_plain(values: pl.Series) -> bool:
    """Return whether every filled cell of a long column is a number, a day or a code like R0017.

    Such cells hold at least one digit, no blank, no sign that anything cleans and nothing beyond
    ASCII, so that most steps and rules can pass over the column.
    """
    if len(values) < _SMALL or values.null_count() == len(values):
        return False
    if not values.head(_SAMPLE).str.contains(_PLAIN).fill_null(value=True).all():
        return False
    return _once("plain", values, _all_plain)


def is_unusual(values: pl.Series) -> bool:
    """Return whether a column holds any character that cleaning or the search for damage looks for.

    Those are controls and characters without a shape, blanks other than the common one, full-width
    letters and digits, Western letters with accents and the first signs of a wrong encoding.
    """
    return True if len(values) < _SMALL else _once("unusual", values, _is_unusual)


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
    distinct = values.unique()
    return distinct if len(distinct) <= len(values) // 4 else None


def _all_plain(values: pl.Series) -> bool:
    return not holds(to_search(values), lambda value: ~value.str.contains(_PLAIN))


def _is_unusual(values: pl.Series) -> bool:
    return holds(to_search(values), lambda value: value.str.contains(_UNUSUAL))


def _once(question: str, values: pl.Series, answer: Callable[[pl.Series], T]) -> T:
    key = (question, len(values), values.null_count(), int(values.hash(seed=3).sum() or 0))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            kept: T = _answers[key]
            return kept
    found = answer(values)
    with _lock:
        _answers[key] = found
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    return found
