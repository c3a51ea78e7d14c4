"""How numbers, units and periods are written in each language; the only place that does it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from jixiao.contracts import Fact, Language, Span
from jixiao.core import Period
from jixiao.reports.words import Words, words_of

MONEY = frozenset({"CNY", "USD", "EUR", "GBP", "JPY", "HKD", "元"})
"""Units whose round numbers are written in 万 in Chinese from ten thousand on."""


def value_text(fact: Fact, words: Words, *, how: str = "") -> str:
    """Return a fact's value as it is read.

    Args:
        fact: Its value must not be None.
        words: Language.
        how: ``""``, ``abs`` (without sign), ``signed`` (with plus too), ``plain`` (no unit),
            ``bare`` (no unit behind the number, for the lower end of a range) or ``absbare``.
    """
    value = fact.value
    if isinstance(value, str):
        return words.value(value)
    if value is None:
        return words.interface["unknown"]
    bare = how in ("bare", "absbare") and _is_behind(fact.unit, words)
    unit = None if how == "plain" or bare else fact.unit
    shown = abs(value) if how in ("abs", "absbare") else value  # the sentence says the direction
    text = number_text(shown, unit, words.language)
    return f"+{text}" if how == "signed" and shown > 0 else text


def _is_behind(unit: str | None, words: Words) -> bool:
    return not words.units.get(unit or "", "{n}").startswith(("¥", "$", "€", "£"))


@lru_cache(maxsize=65536)
def number_text(value: float, unit: str | None, language: Language) -> str:
    """Return a number with its unit.

    Examples:
        >>> number_text(1234500.0, "CNY", "zh"), number_text(1234567.0, "CNY", "zh")
        ('123.45万元', '1,234,567元')
        >>> number_text(-0.5, None, "en"), number_text(1.0, "days", "en")
        ('−0.5', '1 day')
    """
    words = words_of(language)
    size = abs(value)
    digits = _digits(size, unit, words)
    pattern = words.units.get(unit or "", "{n}" if not unit else f"{{n}} {_literal(unit)}")
    one, _, many = pattern.partition("|")
    written = (one if not many or digits == "1" else many).replace("{n}", digits)
    return f"−{written}" if value < 0 and digits != "0" else written


def _literal(unit: str) -> str:
    return unit.replace("{", "").replace("}", "").replace("|", "/")


def _digits(size: float, unit: str | None, words: Words) -> str:
    if words.language == "zh" and (size >= 1e5 or (size >= 1e4 and unit in MONEY)):
        if size >= 1e8:
            return _grouped(size / 1e8, 2, words) + "亿"
        if round(size) % 100 == 0:  # else digits, so that a reader's own sum comes out
            return _grouped(round(size) / 1e4, 2, words) + "万"
    return _grouped(size, _places(size, unit), words)


def _places(size: float, unit: str | None) -> int:
    if unit == "%":
        return 1
    return 2 if size < 100 else (1 if size < 1000 else 0)


def as_read(value: float, unit: str | None) -> float:
    """Return the number that a reader sees in English: rounded as it is written.

    Examples:
        >>> as_read(3.0625, None), as_read(1234.5, "CNY"), as_read(0.0012, None)
        (3.06, 1234.0, 0.0012)
    """
    return round(value, _places(abs(value), unit)) or float(f"{value:.2g}")


def _grouped(size: float, places: int, words: Words) -> str:
    text = f"{size:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "0" and size > 0:
        text = f"{size:.2g}"
    return text.replace(",", words.thousands)


def period_text(span: Span, language: Language) -> str:
    """Return a period as it is read.

    Examples:
        >>> quarter = Span(start="2025-01-01", end="2025-04-01")
        >>> period_text(quarter, "en"), period_text(quarter, "zh")
        ('Q1 2025', '2025年第一季度')
    """
    return _period_text(span.start, span.end, language)


@lru_cache(maxsize=8192)
def _period_text(first: str, end: str, language: Language) -> str:
    words = words_of(language)
    period = Period(date.fromisoformat(first), date.fromisoformat(end))
    start, last = period.start, period.end - timedelta(days=1)
    slots = {"y": str(start.year), "m": words.months[start.month - 1], "n": str(start.month)}
    kind = _kind(period.label)
    if kind == "quarter":
        slots["q"] = words.interface[f"quarter{(start.month + 2) // 3}"]
    elif kind == "half":
        slots["h"] = words.interface["half1" if start.month == 1 else "half2"]
    elif kind == "days":
        slots |= {"a": _day(start, words), "b": _day(last, words)}
    elif kind == "day":
        slots["d"] = str(start.day)
    return words.periods[kind].format(**slots)


def _kind(label: str) -> str:
    if ".." in label:
        return "days"
    if "Q" in label or "H" in label:
        return "quarter" if "Q" in label else "half"
    return {0: "year", 1: "month"}.get(label.count("-"), "day")


def _day(day: date, words: Words) -> str:
    month = words.months[day.month - 1]
    return words.periods["day"].format(y=day.year, m=month, n=day.month, d=day.day)
