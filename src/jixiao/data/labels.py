"""Written ratings and classes onto the declared levels, with a table of what mapped to what.

Nothing is guessed silently: every spelling that is not a level itself stands in the table with
the rule that mapped it, and what no rule covers is listed as unmapped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Scale, StepReport, Task
from jixiao.data.label_words import NEGATIONS, level_of_word, same_meaning

ROUNDING = "numbers between two levels go to the nearer one, halves to the higher"

_BLANKS = re.compile(r"\s+")
_NUMBER = r"([+\-]?\d+(?:\.\d+)?)"
_BARE = re.compile(rf"{_NUMBER}")
_RATIO = re.compile(
    rf"{_NUMBER}\s*(?:/|of|out of|满分|共)\s*{_NUMBER}\s*(?:stars?|points?|星|分|颗星)?"
)
_UNIT = re.compile(rf"{_NUMBER}\s*-?\s*(?:stars?|points?|pts?|marks?|星级|星|颗星|级|分|档|等)")
_UNIT_FIRST = re.compile(
    rf"(?:rating|score|level|grade|评分|得分|等级|level)\s*[:：=]?\s*{_NUMBER}"
)
_PERCENT = re.compile(rf"{_NUMBER}\s*%")
_STARS = re.compile(r"([★⭐🌟]+)([☆✩]*)")
_NUMBER_WORD = re.compile(rf"{_NUMBER}\s*[\-–—:：.、,()（]*\s*([^\W\d_][^\d()（）]*?)\s*[)）]?")
_WORD_NUMBER = re.compile(
    rf"([^\d()（）]+?)\s*[\-–—:：(（]+\s*{_NUMBER}\s*(?:分|星|stars?)?\s*[)）]?"
)
_HAN = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_HAN |= {"八": 8, "九": 9, "十": 10}
_HAN_UNIT = re.compile(
    r"([零一二两三四五六七八九十])(点[一二三四五六七八九])?(半)?(?:颗)?(?:星级|星|分|级|档)(半)?"
)
_WORD_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_WORD_NUMBERS |= {"eight": 8, "nine": 9, "ten": 10}
_WORD_UNIT = re.compile(rf"({'|'.join(_WORD_NUMBERS)})\s*-?\s*(?:stars?|points?)?")


@dataclass(frozen=True)
class LabelMapping:
    """What a column of written answers means.

    Attributes:
        index: Level or class index of each row, Int64; null where missing or unmapped.
        table: Each spelling found with the level it means and its rows, most frequent first.
        unmapped: Each spelling that no rule covers with its rows, most frequent first.
        rules: Spelling to the rule that mapped it; ``level`` where it is the level itself.
    """

    index: pl.Series
    table: tuple[tuple[str, str, int], ...] = ()
    unmapped: tuple[tuple[str, int], ...] = ()
    rules: dict[str, str] = field(default_factory=dict)

    def report(self, column: str) -> StepReport:
        """Return the mapping as a step report; ``changed`` counts rows not written as a level."""
        changed = sum(n for written, _, n in self.table if self.rules[written] != "level")
        missed = sum(n for _, n in self.unmapped)
        note = f"{changed:,} answers mapped onto the levels; {ROUNDING}" if changed else ""
        if missed:
            note = f"{note}; {missed:,} answers fit no level".lstrip("; ")
        details: dict[str, Any] = {
            "mapped": [[w, level, n, self.rules[w]] for w, level, n in self.table],
            "unmapped": [list(pair) for pair in self.unmapped],
        }
        return StepReport("labels.v1", {column: changed} if changed else {}, note, details)


def plain(written: str) -> str:
    """Return a spelling without case, width and stray blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", written)).strip().casefold()


def to_scale(values: pl.Series, scale: Scale) -> LabelMapping:
    """Map written ratings onto a scale.

    Understands the levels themselves, the scale's synonyms, ``4.5/5``, ``4 stars``, ``★★★★``,
    ``3分``, ``80%``, ``5 - Excellent`` and the usual words in both languages. ``x/y`` and
    ``x %`` mean that share of the scale's highest value.

    Args:
        values: Ratings as strings or numbers; null is missing.
        scale: The declared scale.
    """
    reader = _ScaleReader(scale)
    return _mapped(values, scale.levels, reader.read)


def to_classes(values: pl.Series, task: Task) -> LabelMapping:
    """Map written classes onto the declared ones; only case, width and blanks may differ."""
    known = {plain(name): at for at, name in reversed(list(enumerate(task.levels)))}
    return _mapped(values, task.levels, lambda written: (known.get(plain(written)), "spelling"))


@dataclass(frozen=True)
class ClassesMapping:
    """What a column with several classes in one cell means.

    Attributes:
        matrix: Shape (n_rows, n_classes), int64, 1 where the row has the class.
        known: Shape (n_rows,), whether the cell was filled and held a known class.
        unmapped: Each token that is no class with its rows, most frequent first.
        table: Each class with its rows.
    """

    matrix: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    unmapped: tuple[tuple[str, int], ...]
    table: tuple[tuple[str, int], ...]


def split_classes(values: pl.Series, task: Task) -> ClassesMapping:
    """Split cells by the task's separator into classes.

    Args:
        values: Strings such as ``"中国 公司"``; null is missing.
        task: Its classes and separator.
    """
    known = {plain(name): at for at, name in reversed(list(enumerate(task.classes)))}
    separator = task.separator if task.separator.strip() else None
    matrix = np.zeros((len(values), len(task.classes)), dtype=np.int64)
    missed: dict[str, int] = {}
    for row, cell in enumerate(values.cast(pl.String).to_list()):
        for token in {part.strip() for part in (cell or "").split(separator)} - {""}:
            at = known.get(plain(token))
            if at is None:
                missed[token] = missed.get(token, 0) + 1
            else:
                matrix[row, at] = 1
    return ClassesMapping(
        matrix=matrix,
        known=np.asarray(matrix.any(axis=1)),
        unmapped=_ranked(missed),
        table=tuple(zip(task.classes, matrix.sum(axis=0).tolist(), strict=True)),
    )


def _ranked(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _mapped(values: pl.Series, levels: tuple[str, ...], read: Any) -> LabelMapping:
    written = _as_written(values)
    counts = dict(written.drop_nulls().value_counts().iter_rows())
    index: dict[str, int] = {}
    rules: dict[str, str] = {}
    for spelling in counts:
        at, rule = (levels.index(spelling), "level") if spelling in levels else read(spelling)
        if at is not None:
            index[spelling], rules[spelling] = at, rule
    spellings = list(index)
    result = written.replace_strict(
        spellings, [index[s] for s in spellings], default=None, return_dtype=pl.Int64
    )
    table = tuple((s, levels[index[s]], n) for s, n in _ranked({s: counts[s] for s in index}))
    missed = {s: n for s, n in counts.items() if s not in index and s.strip()}
    return LabelMapping(result, table, _ranked(missed), rules)


def _as_written(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        whole = values == values.round()
        text = values.cast(pl.Int64, strict=False).cast(pl.String)
        return text.zip_with(whole.fill_null(False), values.cast(pl.String))
    return values.cast(pl.String)


class _ScaleReader:
    """Reads one spelling at a time onto one scale."""

    def __init__(self, scale: Scale) -> None:
        self.levels = scale.levels
        self.values = np.asarray(scale.values)
        self.plain = {plain(level): at for at, level in reversed(list(enumerate(scale.levels)))}
        own = {plain(level): level for level in scale.levels}
        self.synonyms = {
            plain(other): scale.levels.index(own[plain(level)])
            for other, level in scale.synonyms.items()
            if plain(level) in own
        }
        self.is_numeric = all(_BARE.fullmatch(plain(level)) for level in scale.levels)

    def read(self, written: str) -> tuple[int | None, str]:
        """Return the level's index and the rule; None where no rule covers the spelling."""
        text = plain(written)
        for rule, found in (
            ("spelling", self.plain.get(text)),
            ("synonym", self.synonyms.get(text)),
            ("number", self._number(text)),
            ("number and word", self._number_and_word(text)),
            ("word", self._word(text)),
        ):
            if found is not None:
                return found, rule
        return None, ""

    def nearest(self, value: float) -> int | None:
        """Return the level nearest to a value, halves upward; None outside the scale."""
        if not self.values[0] <= value <= self.values[-1]:
            return None
        gaps = np.abs(self.values - value)
        return int(len(gaps) - 1 - np.argmin(np.round(gaps[::-1], 9)))

    def _share(self, share: float) -> int | None:
        """Return the level of a share of the highest value; a share below the lowest is lowest."""
        if not 0 <= share <= 1:
            return None
        return self.nearest(max(share * float(self.values[-1]), float(self.values[0])))

    def _number(self, text: str) -> int | None:
        if found := _BARE.fullmatch(text) or _UNIT.fullmatch(text) or _UNIT_FIRST.fullmatch(text):
            return self.nearest(float(found[1]))
        if found := _RATIO.fullmatch(text):
            whole = float(found[2])
            if whole == self.values[-1]:
                return self.nearest(float(found[1]))
            return self._share(float(found[1]) / whole) if whole > 0 else None
        if found := _PERCENT.fullmatch(text):
            return self._share(float(found[1]) / 100)
        if found := _STARS.fullmatch(text.replace("\ufe0f", "").replace(" ", "")):
            shown = len(found[1]) + len(found[2])
            whole = float(self.values[-1])
            share = len(found[1]) / shown if found[2] and shown != whole else None
            return self.nearest(len(found[1])) if share is None else self._share(share)
        if found := _WORD_UNIT.fullmatch(text):
            return self.nearest(_WORD_NUMBERS[found[1]])
        return self._han_number(text)

    def _han_number(self, text: str) -> int | None:
        found = _HAN_UNIT.fullmatch(text)
        if not found:
            return None
        tenth = _HAN[found[2][1]] / 10 if found[2] else 0.0
        half = 0.5 if found[3] or found[4] else 0.0
        return self.nearest(_HAN[found[1]] + tenth + half)

    def _number_and_word(self, text: str) -> int | None:
        """Read "5 - Excellent" and "Excellent (5)"; None when the two disagree."""
        if found := _NUMBER_WORD.fullmatch(text):
            number, word = found[1], found[2]
        elif found := _WORD_NUMBER.fullmatch(text):
            word, number = found[1], found[2]
        else:
            return None
        by_number = self.nearest(float(number))
        by_word = self.plain.get(word.strip(), self._word(word.strip()))
        if self.is_numeric:
            return (
                by_number
                if by_word in (None, by_number) or self._loose(by_word, by_number)
                else None
            )
        return by_word if by_word is not None else None

    def _loose(self, by_word: int | None, by_number: int | None) -> bool:
        """Return whether word and number lie next to each other; the written number then counts."""
        return by_word is not None and by_number is not None and abs(by_word - by_number) <= 1

    def _word(self, text: str) -> int | None:
        if text in self.plain:
            return self.plain[text]
        alike = [at for name, at in self.plain.items() if same_meaning(text, name)]
        if len(alike) == 1:
            return alike[0]
        within = [at for name, at in self.plain.items() if _contains(text, name)]
        if len(within) == 1:
            return within[0]
        if self.is_numeric and not alike and not within:
            return level_of_word(text, len(self.levels))
        return None


def _contains(text: str, name: str) -> bool:
    """Return whether one spelling is the other with words around it, none of them a negation."""
    short, long = sorted((text, name), key=len)
    if len(short) < 2 or _BARE.fullmatch(short):
        return False
    at = long.find(short)
    if at < 0:
        return False
    around = long[:at] + " " + long[at + len(short) :]
    if short.isascii():
        edges = long[at - 1 : at].isalpha() or long[at + len(short) : at + len(short) + 1].isalpha()
        return not edges and not NEGATIONS.search(around)
    return not NEGATIONS.search(around)
