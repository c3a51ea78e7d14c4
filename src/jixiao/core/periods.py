"""Review periods (考核周期): half-open ``[start, end)`` in whole UTC days.

Reads what people write: ``2025Q1``, ``2025-Q1``, ``Q1 2025``, ``2025H2``, ``2025年第一季度``,
``2025年上半年``, ``FY2025``, ``2025-03``, ``2025年3月``, ``2025`` and plain ISO days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = str.maketrans("０１２３４５６７８９一二三四", "01234567891234")
_QUARTER = re.compile(r"(?:(\d{4})年?[\s\-_/]*(?:Q|第)([1-4])(?:季度?)?|Q([1-4])[\s\-_/]*(\d{4}))")
_HALF = re.compile(r"(\d{4})年?[\s\-_/]*(?:H([12])|(上|下)半年)")
_MONTH = re.compile(r"(\d{4})(?:[\-/.]|年)(\d{1,2})月?")
_YEAR = re.compile(r"(?:FY[\s\-]?)?(\d{4})(?:年度?)?")
_DAY = re.compile(r"(\d{4})[\-/.年](\d{1,2})[\-/.月](\d{1,2})日?(?:[T ].*)?")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A span of whole days: ``start`` is in it, ``end`` is not."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts, got {self.start}..{self.end}")

    @property
    def label(self) -> str:
        """Short name: ``2025Q1``, ``2025H1``, ``2025``, ``2025-03`` or the two days.

        Empty for a period without an end, which stands for records that name none.
        """
        if self.end == date.max:
            return ""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        whole = self.start.day == 1 and self.end.day == 1
        first = self.start.month
        if whole and months == 12 and first == 1:
            return str(self.start.year)
        if whole and months == 6 and first in (1, 7):
            return f"{self.start.year}H{1 if first == 1 else 2}"
        if whole and months == 3 and first % 3 == 1:
            return f"{self.start.year}Q{(first + 2) // 3}"
        if whole and months == 1:
            return f"{self.start.year}-{first:02d}"
        if self.end - self.start == timedelta(days=1):
            return self.start.isoformat()
        return f"{self.start.isoformat()}..{(self.end - timedelta(days=1)).isoformat()}"

    def contains(self, day: date) -> bool:
        """Return whether a day lies in the period."""
        return self.start <= day < self.end

    def to_json(self) -> dict[str, str]:
        """Return ``{"start": …, "end": …}`` in ISO days."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def _months(year: int, first: int, count: int) -> Period:
    end = year * 12 + first - 1 + count
    return Period(date(year, first, 1), date(end // 12, end % 12 + 1, 1))


def parse_period(text: str) -> Period | None:
    """Return the period a text names, or None when it names none.

    Examples:
        >>> parse_period("2025年第一季度").label
        '2025Q1'
        >>> parse_period("2025-12").end.isoformat()
        '2026-01-01'
        >>> parse_period("soon") is None
        True
    """
    plain = text.strip().upper().translate(_DIGITS)
    if found := _QUARTER.fullmatch(plain):
        year, quarter = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _months(int(year), int(quarter) * 3 - 2, 3)
    if found := _HALF.fullmatch(plain):
        second = found[2] == "2" or found[3] == "下"
        return _months(int(found[1]), 7 if second else 1, 6)
    if found := _DAY.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if (found := _MONTH.fullmatch(plain)) and 1 <= int(found[2]) <= 12:
        return _months(int(found[1]), int(found[2]), 1)
    if (found := _YEAR.fullmatch(plain)) and 1900 <= int(found[1]) <= 2199:
        return _months(int(found[1]), 1, 12)
    return None


def _day(year: int, month: int, day: int) -> Period | None:
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return Period(start, start + timedelta(days=1))
