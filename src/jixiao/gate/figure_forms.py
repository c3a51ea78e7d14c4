"""The forms in which a figure is written: digits, number words, percentages, 万, 亿, 成, 倍, 翻番.

Each form has a reader that says which true values may stand behind it; what loosens a figure
("about", 近) is left to ``figures``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from jixiao.gate.finder import holds_none
from jixiao.gate.lexicon import Unit, unit_of, units
from jixiao.gate.numerals import (
    EN_NUMERAL,
    EN_ORDINALS,
    EN_SMALL,
    ZH_DIGITS,
    ZH_NUMERAL,
    parse_en,
    parse_zh,
)

Kind = Literal["amount", "ratio", "ordinal", "times", "factor"]
ROUNDING = 0.05
"""Largest relative error that counts as rounding to a whole number."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is read.

    Attributes:
        start: First code point.
        end: First code point after it, its unit included.
        value: The number it says; a ratio as a number of ones.
        low: Smallest true value it may stand for.
        high: Largest true value it may stand for.
        kind: An amount, a ratio (三成, half), an ordinal, a multiple of something (两倍), or a
            factor of change (翻番, doubled).
        unit: Unit behind it, where one is written.
        approximate: about, under, over, less or nothing.
        signed: Whether a sign is written.
        scale: What 万, million and the like multiply it by.
    """

    start: int
    end: int
    value: float
    low: float
    high: float
    kind: Kind = "amount"
    unit: Unit | None = None
    approximate: str = ""
    signed: bool = False
    scale: float = 1.0

    def accepts(self, value: float) -> bool:
        """Return whether a true value may be written like this."""
        slack = 1e-9 * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack

    def is_exactly(self, value: float) -> bool:
        """Return whether the figure equals a value, whatever loosens it."""
        return abs(self.value - value) <= max(1e-9, abs(value) * 1e-9)


_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SCALES = {
    "万亿": 1e12,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "万": 1e4,
    "千": 1e3,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "bn": 1e9,
    "b": 1e9,
}
_SCALE = (
    r"\s?(?:万亿|亿|千万|百万|十万|万|千(?!克))|\s?(?:thousand|million|billion|trillion)\b|"
    r"(?:k|mn|bn|m|b)(?![A-Za-z])"
)
_CURRENCY = r"US\$|HK\$|[¥￥$€£]|(?:CNY|RMB|USD|EUR|GBP|HKD|JPY)\s"
_UNIT_WORDS = sorted((word for word in units() if word not in _SCALES), key=len, reverse=True)
_UNIT = re.compile(
    r"\s?-?\s?(?:"
    + "|".join(
        re.escape(word) + (r"(?![A-Za-z])" if word[-1].isascii() and word[-1].isalpha() else "")
        for word in _UNIT_WORDS
    )
    + ")",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\s*(?:[.,;:!?)]|$|(?:could|can|is|was|has|had|may|should|would|will|might|to|that|who|which"
    r"|with|of|in|on|at|by|for|lies)\b)"
)
_FRACTIONS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "tenth": 1 / 10,
}
_PATTERN = (
    rf"(?P<ofzh>百分之(?P<pct>{_DIGITS}|{ZH_NUMERAL}))"
    rf"|(?P<fraczh>(?P<low>[\d]+|{ZH_NUMERAL})分之(?P<up>[\d]+|{ZH_NUMERAL}))"
    rf"|(?P<cheng>(?P<tenths>{ZH_NUMERAL}|{_DIGITS})成(?P<five>[半一二三四五六七八九])?(?![为了功本员就长立果交熟]))"
    rf"|(?P<fan>翻了?(?P<doublings>[一两二三四]|\d)?番|翻倍|翻了一倍)"
    r"|(?P<halfzh>(?:一半|半数|过半)(?!年))"
    rf"|(?P<bei>(?P<times>{ZH_NUMERAL}|{_DIGITS})倍)"
    rf"|第(?P<ordzh>\d+|{ZH_NUMERAL})(?:名|位)?"
    rf"|\b(?P<inten>(?P<part>\d+|{EN_NUMERAL})\s+(?:in|out\s+of)\s+"
    r"(?P<whole>three|four|five|ten|hundred|3|4|5|10|100))\b(?!\s+(?:days|weeks|months|years|hours))"
    rf"|(?P<sign>(?<![A-Za-z0-9.%])[-−–+＋](?=[¥￥$€£]?\d))?(?P<cur>(?:{_CURRENCY})\s?)?"
    rf"(?<![A-Za-z])(?P<num>{_DIGITS})(?!\d)(?P<scale>{_SCALE})?(?P<suffix>st|nd|rd|th)?"
    rf"(?P<rest>(?<=亿)(?:{_DIGITS})万)?"
    r"|(?P<half>\b(?:(?P<halves>a|one|two|three|four|the)\s+)?"
    r"(?P<frac>half|thirds?|quarters?|fifths?|tenths?)\b(?=\s+(?:of|the|as|its|what|were|are|is|more|less|fewer|higher|lower|above|below)\b"
    r"|\s*(?:[.,;)]|$)))"
    r"|(?P<double>\b(?:doubled|doubling|twofold)\b)|(?P<triple>\b(?:tripled|trebled|threefold)\b)"
    r"|(?P<halved>\bhalved\b)|(?P<twice>\btwice\b(?!\s+(?:a|in|this)))"
    rf"|\b(?P<orden>{'|'.join(EN_ORDINALS)})\b"
    rf"|\b(?P<words>{EN_NUMERAL})\b"
    rf"|(?P<zh>{ZH_NUMERAL}))"
)
_MARKS = rf"[\d¥￥$€£第百翻一半过{''.join(ZH_DIGITS)}十拾佰千仟万亿]|[.+＋−–-](?=[¥￥$€£]?\d)"
_SCANNER = re.compile(rf"(?={_MARKS}|(?<![A-Za-z])[A-Za-z])(?:{_PATTERN}", re.IGNORECASE)
_SCANNER_UNSAID = re.compile(
    rf"(?={_MARKS}|(?<![A-Za-z])(?:US|HK|CNY|RMB|USD|EUR|GBP|HKD|JPY))(?:{_PATTERN}", re.IGNORECASE
)
"""The same for a text without English number words."""
_WORDS = frozenset(
    (
        *(*EN_SMALL, *EN_ORDINALS, *_FRACTIONS, *(f"{name}s" for name in _FRACTIONS)),
        *("hundred", "thousand", "million", "dozen"),
        *("doubled", "doubling", "twofold", "tripled", "trebled", "threefold", "halved", "twice"),
    )
)
_TIMES = re.compile(r"\s?(?:times\b|-?fold\b|[x×](?![A-Za-z]))", re.IGNORECASE)


def written(text: str) -> Iterator[Figure]:
    """Yield the figures of a sentence as they are written, in reading order."""
    scanner = _SCANNER_UNSAID if holds_none(text, _WORDS) else _SCANNER
    for match in scanner.finditer(text):
        start, end = match.span()
        reader = _READERS[match.lastgroup or ""]
        figure = reader(match, start, end, text)
        if figure is not None:
            yield figure


def _number(text: str) -> float | None:
    plain = text.replace(",", "")
    return float(plain) if plain[:1].isdigit() or plain[:1] == "." else parse_zh(plain)


def _half(written: str, value: float) -> float:
    """Return half a unit of the last place; to a whole number only what is little of it."""
    places = len(written.replace("点", ".").partition(".")[2])
    half = 0.5 * 10.0**-places
    return half if places else min(half, ROUNDING * max(abs(value), 1.0))


_Reader = Callable[[re.Match[str], int, int, str], Figure | None]


def _ratio(start: int, end: int, value: float, half: float) -> Figure:
    return Figure(start, end, value, value - half, value + half, kind="ratio")


def _of_hundred(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    value = _number(match["pct"])
    if value is None:
        return None
    half = _half(match["pct"], value)
    return Figure(start, end, value, value - half, value + half, unit=unit_of("%"))


def _zh_fraction(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    low, up = _number(match["low"]), _number(match["up"])
    return None if not low or up is None else _ratio(start, end, up / low, 0.02)


def _tenths(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    value = _number(match["tenths"])
    if value is None or not 0 < value <= 10:
        return None
    fine = match["five"]
    value = value / 10 + (0.05 if fine == "半" else (_number(fine) or 0) / 100 if fine else 0)
    return _ratio(start, end, value, 0.0125 if fine else 0.025)


def _doublings(match: re.Match[str], start: int, end: int, _: str) -> Figure:
    times = _number(match["doublings"] or "一") or 1.0
    value = 2.0**times
    return Figure(start, end, value, value * 0.95, value * 1.05, kind="factor")


def _times_zh(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    value = _number(match["times"])
    if value is None:
        return None
    half = max(_half(match["times"], value), 0.025 * value)
    return Figure(start, end, value, value - half, value + half, kind="times")


def _zh_ordinal(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    value = _number(match["ordzh"])
    return None if value is None else Figure(start, end, value, value, value, kind="ordinal")


def _digits(match: re.Match[str], start: int, end: int, text: str) -> Figure | None:
    value = float(match["num"].replace(",", ""))
    scale = _SCALES[match["scale"].strip().casefold()] if match["scale"] else 1.0
    half = _half(match["num"], value)
    if match["suffix"]:
        return Figure(start, end, value, value, value, kind="ordinal")
    if found := _TIMES.match(text, end):
        spread = max(half, 0.025 * value)
        return Figure(start, found.end(), value, value - spread, value + spread, kind="times")
    sign = -1.0 if match["sign"] in ("-", "−", "–") else 1.0
    unit, end = _unit(text, end, match["cur"])
    rest = float(match["rest"].rstrip("万").replace(",", "")) * 1e4 if match["rest"] else 0.0
    exact, half = value * scale + rest, (0.5e4 if rest else half * scale)
    low, high = sorted((sign * (exact - half), sign * (exact + half)))
    signed = match["sign"] is not None
    return Figure(
        start, end, sign * exact, low, high, unit=unit, signed=signed, scale=1.0 if rest else scale
    )


def _unit(text: str, end: int, currency: str | None) -> tuple[Unit | None, int]:
    found = _UNIT.match(text, end)
    if found is None:
        return unit_of(currency), end
    unit = unit_of(found[0].strip().lstrip("-").strip())
    return (unit_of(currency) if currency else unit), found.end()


def _fraction(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    said = (match["halves"] or "a").casefold()
    count = parse_en(said) if said not in ("a", "the") else 1.0
    name = match["frac"].casefold()
    plain = name.rstrip("s") if name != "half" else name
    if plain != "half" and match["halves"] is None:
        return None
    return _ratio(start, end, (count or 1.0) * _FRACTIONS[plain], 0.02)


def _in_ten(match: re.Match[str], start: int, end: int, _: str) -> Figure | None:
    part, whole = (_en_number(match[name]) for name in ("part", "whole"))
    return _ratio(start, end, part / whole, 0.02) if part is not None and whole else None


def _en_number(text: str) -> float | None:
    return float(text) if text.isdigit() else parse_en(f"a {text}")


def _factor(value: float) -> _Reader:
    def read(_match: re.Match[str], start: int, end: int, _text: str) -> Figure:
        return Figure(start, end, value, value * 0.95, value * 1.05, kind="factor")

    return read


def _twice(_match: re.Match[str], start: int, end: int, _text: str) -> Figure:
    return Figure(start, end, 2.0, 1.95, 2.05, kind="times")


def _en_ordinal(match: re.Match[str], start: int, end: int, _: str) -> Figure:
    value = float(EN_ORDINALS[match["orden"].casefold()])
    return Figure(start, end, value, value, value, kind="ordinal")


def _en_words(match: re.Match[str], start: int, end: int, text: str) -> Figure | None:
    value = parse_en(match["words"])
    if value is None or (match["words"].lower() == "one" and _PRONOUN.match(text, end)):
        return None
    if found := _TIMES.match(text, end):
        return Figure(start, found.end(), value, value * 0.95, value * 1.05, kind="times")
    unit, end = _unit(text, end, None)
    return Figure(start, end, value, value, value, unit=unit)


def _zh_words(match: re.Match[str], start: int, end: int, text: str) -> Figure | None:
    """A numeral of one character counts only before a unit: 三个 is a figure, 统一 is none."""
    value = parse_zh(match["zh"])
    unit, after = _unit(text, end, None)
    if value is None or (unit is None and len(match["zh"]) < 2):
        return None
    if match["zh"][0] in "万亿千百" and unit is None:
        return None
    return Figure(start, after, value, value, value, unit=unit)


def _half_zh(_match: re.Match[str], start: int, end: int, _text: str) -> Figure:
    return _ratio(start, end, 0.5, 0.02)


# by the group that closes last: the outer one of a form, and of digits what ends them
_READERS: dict[str, _Reader] = {
    "ofzh": _of_hundred,
    "fraczh": _zh_fraction,
    "cheng": _tenths,
    "fan": _doublings,
    "halfzh": _half_zh,
    "bei": _times_zh,
    "ordzh": _zh_ordinal,
    "inten": _in_ten,
    **dict.fromkeys(("num", "scale", "suffix", "rest"), _digits),
    "half": _fraction,
    "double": _factor(2.0),
    "triple": _factor(3.0),
    "halved": _factor(0.5),
    "twice": _twice,
    "orden": _en_ordinal,
    "words": _en_words,
    "zh": _zh_words,
}
