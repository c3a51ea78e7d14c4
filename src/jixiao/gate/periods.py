"""Periods and days of a sentence: quarters, halves, months, years, days and days of the week.

A mention without its year ("in Q3", 第三季度) fits that part of any year. Words that are relative
to now ("last quarter", 本期) say which of the known periods is meant only by their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jixiao.contracts import Span
from jixiao.gate.finder import holds_none

_MONTHS = {
    name: place
    for place, names in enumerate(
        (
            "january|jan",
            "february|feb",
            "march|mar",
            "april|apr",
            "may",
            "june|jun",
            "july|jul",
            "august|aug",
            "september|sept|sep",
            "october|oct",
            "november|nov",
            "december|dec",
        ),
        start=1,
    )
    for name in names.split("|")
}
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_TO = ("to", "through", "and")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20|21)\d\d"
_ZH = {char: str(place) for place, char in enumerate("一二三四五六七八九", start=1)}
_ZH |= {"十": "10", "十一": "11", "十二": "12", "日": "7", "天": "7"}
_NUMBER_ZH = r"(?:十[一二]?|[一二三四五六七八九]|\d{1,2})"
_NAMED = (*_MONTHS, *_WEEKDAYS, "first", "second", "third", "fourth")
_PATTERN = (
    rf"(?P<span>(?P<from>{_YEAR}-\d\d-\d\d)\s?(?:\.\.|to|至|到|–|~)\s?(?P<until>{_YEAR}-\d\d-\d\d))"
    rf"|(?P<iso>{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)"
    rf"|(?P<dayzh>(?:(?P<y1>{_YEAR})年)?(?P<m1>{_NUMBER_ZH})月(?P<d1>\d{{1,2}})[日号])"
    rf"|(?P<quarterzh>(?:(?P<y2>{_YEAR})年(?:度)?的?\s?)?第?(?P<q2>[一二三四1-4])季度?(?!的前))"
    rf"|(?P<halfzh>(?:(?P<y3>{_YEAR})年(?:度)?的?)?(?P<h3>[上下])半年)"
    rf"|(?P<monthszh>(?:(?P<y6>{_YEAR})年)?(?P<m6>{_NUMBER_ZH})月?(?:至|到|-|—|~|～)(?P<m7>{_NUMBER_ZH})月)"
    rf"|(?P<monthzh>(?:(?P<y4>{_YEAR})年)?(?P<m4>{_NUMBER_ZH})月(?:份)?(?![\d均度]))"
    rf"|(?P<yearzh>(?P<y5>{_YEAR})年(?:度|全年)?)"
    rf"|(?P<weekdayzh>(?:周|星期|礼拜)(?P<w1>[一二三四五六日天])(?![至到、]))"
    rf"|\b(?P<quarter>(?:(?P<ya>{_YEAR})\s?[-/]?\s?)?Q(?P<qa>[1-4])"
    rf"(?:[\s,/-]+(?:of\s+)?(?P<yb>{_YEAR}))?)\b"
    rf"|\b(?P<two>(?:the\s+)?(?P<q8>first|second|third)\s+and\s+(?:the\s+)?"
    rf"(?P<q9>second|third|fourth)\s+quarters?(?:\s+of\s+(?P<ym2>{_YEAR}))?)\b"
    rf"|\b(?P<quarterw>(?:the\s+)?(?P<qb>first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter"
    rf"(?:,?\s+(?:of\s+)?(?P<yc>{_YEAR}))?)\b"
    rf"|\b(?P<half>(?:(?P<yd>{_YEAR})\s?)?H(?P<ha>[12])(?:[\s,]+(?P<ye>{_YEAR}))?)\b"
    rf"|\b(?P<halfw>(?:the\s+)?(?P<hb>first|second)\s+half\s+of\s+(?:the\s+year\s+)?(?P<yf>{_YEAR})"
    rf"|(?P<yg>{_YEAR})\s(?P<hc>first|second)\s+half)\b"
    rf"|\b(?P<day>(?P<ma>{_MONTH})\.?\s+(?P<da>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<yh>{_YEAR})"
    rf"|(?P<db>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<mb>{_MONTH})\.?,?(?:\s+(?P<yi>{_YEAR}))?)\b"
    rf"|\b(?P<months>(?P<mc>{_MONTH})(?:\s+(?P<yl>{_YEAR}))?\s?(?:to|-|–|through|and)\s?(?P<md>{_MONTH})"
    rf"(?:,?\s+(?:of\s+)?(?P<yj>{_YEAR}))?)\b"
    rf"|\b(?P<month>(?P<me>{_MONTH})(?:,?\s+(?:of\s+)?(?P<yk>{_YEAR})))\b"
    rf"|\b(?P<monthonly>(?P<mf>(?!may|mar\b|dec\b|jan\b|jun\b)(?:{_MONTH})))\b(?!\s*\d)"
    rf"|(?P<ym>{_YEAR}-(?:0[1-9]|1[0-2]))(?![-\d])"
    rf"|\b(?P<fy>FY\s?-?(?P<yn>{_YEAR}))\b"
    rf"|(?:(?<=in )|(?<=of )|(?<=for )|(?<=during )|(?<=since )|(?<=from )|(?<=than ))"
    rf"(?P<year>{_YEAR})\b(?![.,]\d|[\d%]|\s(?:points|hours|units|people))"
    rf"|\b(?P<weekday>{'|'.join(_WEEKDAYS)})s?\b)"
)
_DIGITS = r"(?:19|20|21)\d\d|\d{1,2}(?:[\s月季至到—~～-]|st|nd|rd|th)"
_CODES = r"(?<![A-Za-z])(?:[QH]\d|FY|the\s+\d)"
_START = rf"[第上下周星礼一二三四五六七八九十]|{_DIGITS}"
_SEARCH = re.compile(rf"(?={_START}|(?<![A-Za-z])[A-Za-z])(?:{_PATTERN}", re.IGNORECASE)
_SEARCH_UNNAMED = re.compile(rf"(?={_START}|{_CODES})(?:{_PATTERN}", re.IGNORECASE)
"""The same for a text without the names of months, days and ordinals."""
_WORDS = frozenset(
    (
        *_NAMED,
        *(f"{day}s" for day in _WEEKDAYS),
        *(f"{one}{to}{other}" for one in _MONTHS for to in _TO for other in _MONTHS),
    )
)
"""What stands in a text that names a period by a word."""
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


@dataclass(frozen=True, slots=True)
class Mention:
    """A period or day that a sentence names.

    Attributes:
        start: First code point.
        end: First code point after it.
        year: Year, where it is said or follows from nothing else.
        months: First and last month, 1 to 12; None for a day of the week.
        day: Day of the month, where one day is meant.
        weekday: Day of the week, Monday is 0.
        exact: A span of days that is none of these.
    """

    start: int
    end: int
    year: int | None = None
    months: tuple[int, int] | None = None
    day: int | None = None
    weekday: int | None = None
    exact: tuple[str, str] | None = None

    def fits(self, span: Span) -> bool:
        """Return whether a fact's period is the one that is named."""
        if self.exact:
            return (span.start, span.end) == self.exact
        first, end = date.fromisoformat(span.start), date.fromisoformat(span.end)
        last = end - timedelta(days=1)
        if self.weekday is not None:
            return first == last and first.weekday() == self.weekday
        if self.year is not None and not first.year == last.year == self.year:
            return False
        if self.day is not None:
            named = (self.months[0] if self.months else 0, self.day)
            return first == last and (first.month, first.day) == named
        whole = first.day == 1 and end.day == 1
        return whole and (first.month, last.month) == self.months


def periods_of(text: str) -> list[Mention]:
    """Return the periods and days that a sentence names, in reading order.

    Examples:
        >>> [one.months for one in periods_of("Q3 2025, 2025年第三季度 and July to September 2025")]
        [(7, 9), (7, 9), (7, 9)]
    """
    search = _SEARCH_UNNAMED if holds_none(text, _WORDS) else _SEARCH
    return [one for match in search.finditer(text) for one in _read(match)]


def _read(match: re.Match[str]) -> Iterator[Mention]:
    start, end = match.span()
    for name, reader in _READERS.items():
        if match[name]:
            yield from reader(match, start, end)
            return


_Reader = Callable[[re.Match[str], int, int], Iterator[Mention]]


def _number(text: str) -> int:
    return int(_ZH.get(text, text))


def _year(match: re.Match[str], *names: str) -> int | None:
    return next((int(match[name]) for name in names if match[name]), None)


def _quarter_months(quarter: int) -> tuple[int, int]:
    return 3 * quarter - 2, 3 * quarter


def _iso(text: str) -> date | None:
    year, month, day = (int(piece) for piece in re.split(r"[-/.]", text))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    until = _iso(match["until"])
    if until is not None:
        exact = (match["from"], (until + timedelta(days=1)).isoformat())
        yield Mention(start, end, exact=exact)


def _iso_day(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    day = _iso(match["iso"])
    if day is not None:
        yield Mention(start, end, day.year, (day.month, day.month), day.day)


def _day_zh(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    month = _number(match["m1"])
    yield Mention(start, end, _year(match, "y1"), (month, month), int(match["d1"]))


def _quarter_zh(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    yield Mention(start, end, _year(match, "y2"), _quarter_months(_number(match["q2"])))


def _half_zh(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    yield Mention(start, end, _year(match, "y3"), (1, 6) if match["h3"] == "上" else (7, 12))


def _month_zh(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    month = _number(match["m4"])
    if 1 <= month <= 12:
        yield Mention(start, end, _year(match, "y4"), (month, month))


def _months_zh(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    yield Mention(start, end, _year(match, "y6"), (_number(match["m6"]), _number(match["m7"])))


def _whole_year(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    name = next(name for name in ("y5", "yn", "year") if match[name])
    yield Mention(start, end, int(match[name]), (1, 12))


def _weekday(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    if match["w1"]:
        yield Mention(start, end, weekday=_number(match["w1"]) - 1)
    else:
        yield Mention(start, end, weekday=_WEEKDAYS.index(match["weekday"].casefold()))


def _quarter(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    number = int(match["qa"]) if match["qa"] else _ORDER[match["qb"].casefold()]
    yield Mention(start, end, _year(match, "ya", "yb", "yc"), _quarter_months(number))


def _two_quarters(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    year, middle = _year(match, "ym2"), match.end("q8")
    for name, first, last in (("q8", start, middle), ("q9", match.start("q9"), end)):
        yield Mention(first, last, year, _quarter_months(_ORDER[match[name].casefold()]))


def _half(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    said = match["ha"] or ("1" if (match["hb"] or match["hc"]).casefold() == "first" else "2")
    months = (1, 6) if said == "1" else (7, 12)
    yield Mention(start, end, _year(match, "yd", "ye", "yf", "yg"), months)


def _day(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    month = _MONTHS[(match["ma"] or match["mb"]).casefold()]
    day = int(match["da"] or match["db"])
    yield Mention(start, end, _year(match, "yh", "yi"), (month, month), day)


def _several_months(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    months = (_MONTHS[match["mc"].casefold()], _MONTHS[match["md"].casefold()])
    yield Mention(start, end, _year(match, "yj", "yl"), months)


def _month(match: re.Match[str], start: int, end: int) -> Iterator[Mention]:
    if match["ym"]:
        year, month = (int(piece) for piece in match["ym"].split("-"))
        yield Mention(start, end, year, (month, month))
    else:
        month = _MONTHS[(match["me"] or match["mf"]).casefold()]
        yield Mention(start, end, _year(match, "yk"), (month, month))


_READERS: dict[str, _Reader] = {
    "span": _span,
    "iso": _iso_day,
    "dayzh": _day_zh,
    "quarterzh": _quarter_zh,
    "halfzh": _half_zh,
    "monthszh": _months_zh,
    "monthzh": _month_zh,
    "yearzh": _whole_year,
    "weekdayzh": _weekday,
    "quarter": _quarter,
    "two": _two_quarters,
    "quarterw": _quarter,
    "half": _half,
    "halfw": _half,
    "day": _day,
    "months": _several_months,
    "month": _month,
    "monthonly": _month,
    "ym": _month,
    "fy": _whole_year,
    "year": _whole_year,
    "weekday": _weekday,
}
