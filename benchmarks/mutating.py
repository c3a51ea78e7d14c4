"""Plants one fault in a true sentence; shares no code and no word list with the gate."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from jixiao.contracts import Claim, Report

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_QUOTE = re.compile(r"“([^”]{5,})”")
_PAIRS = {
    "en": [
        ("rose", "fell"),
        ("up by", "down by"),
        ("above", "below"),
        ("higher", "lower"),
        ("less.", "more."),
        ("more.", "less."),
        ("upward", "downward"),
        ("rising", "falling"),
    ],
    "zh": [
        ("上升", "下降"),
        ("升至", "降至"),
        ("增加", "减少"),
        ("提高", "降低"),
        ("高于", "低于"),
        ("高出", "低了"),
        ("达标", "未达标"),
        ("升高", "下调"),
    ],
}
_CAUSES = {
    "en": [" because the market was weak", " due to poor planning", " thanks to the new manager"],
    "zh": ["，原因是市场疲软", "，这是由于计划不周", "，得益于新任主管"],
}
_UNITS = {"en": [" hours", "%", " days"], "zh": ["小时", "%", "天"]}
_QUARTER = {"en": re.compile(r"Q([1-4]) (\d{4})"), "zh": re.compile(r"第([一二三四])季度")}

Maker = Callable[[Claim, Report, random.Random], str | None]


def digit(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Change one digit of one figure."""
    del report
    places = [m for m in _FIGURE.finditer(claim.text) if not _in_period(claim.text, m)]
    if not places:
        return None
    found = dice.choice(places)
    digits = [i for i, char in enumerate(found[0]) if char.isdigit()]
    at = found.start() + digits[0]
    new = dice.choice([d for d in "123456789" if d != claim.text[at]])
    return claim.text[:at] + new + claim.text[at + 1 :]


def sign(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Put a minus before a figure, or take it away."""
    del report
    if "−" in claim.text:
        return claim.text.replace("−", "", 1)
    places = [m for m in _FIGURE.finditer(claim.text) if not _in_period(claim.text, m)]
    places = [m for m in places if m.start() == 0 or claim.text[m.start() - 1] in " （(为是“由至到"]
    if not places:
        return None
    at = dice.choice(places).start()
    return claim.text[:at] + "−" + claim.text[at:]


def unit(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Give a bare figure a unit that it has not, behind a figure that ends its phrase."""
    places = [
        m
        for m in _FIGURE.finditer(claim.text)
        if not _in_period(claim.text, m)
        and claim.text[m.end() : m.end() + 1] in (",", ".", "，", "。", "")
    ]
    if not places:
        return None
    at = dice.choice(places).end()
    return claim.text[:at] + dice.choice(_UNITS[report.language]) + claim.text[at:]


def period(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Name another quarter."""
    found = _QUARTER[report.language].search(claim.text)
    if found is None:
        return None
    names = "1234" if report.language == "en" else "一二三四"
    new = dice.choice([name for name in names if name != found[1]])
    return claim.text[: found.start(1)] + new + claim.text[found.end(1) :]


def subject(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Put another indicator of the report, or another person, where one is named."""
    names = [
        fact.measure
        for fact in report.facts
        if re.fullmatch(r"kpi\d+", fact.id) and fact.measure in claim.text
    ]
    if not names or not re.search(r"\d", claim.text):
        return None
    other = f"E{dice.randrange(90000, 99999)}"
    return claim.text.replace(
        names[0], f"{names[0]} of {other}" if report.language == "en" else f"{other}的{names[0]}", 1
    )


def direction(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Turn a direction round."""
    del dice
    for one, other in _PAIRS[report.language]:
        for old, new in ((one, other), (other, one)):
            if re.search(rf"(?<![未不a-z]){re.escape(old)}", claim.text):
                return re.sub(rf"(?<![未不a-z]){re.escape(old)}", new, claim.text, count=1)
    return None


def quotation(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Change a quotation: a word left out, or another sentence."""
    found = _QUOTE.search(claim.text)
    if found is None or not claim.comments:
        return None
    said = {"en": "is always late and blames others", "zh": "经常迟到，推卸责任"}[report.language]
    cut = found[1][:-3] + "xyz"
    return claim.text[: found.start(1)] + dice.choice([said, cut]) + claim.text[found.end(1) :]


def stale(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Put an older value of the same indicator in the place of the newest."""
    for fact in report.facts:
        if re.fullmatch(r"kpi\d+", fact.id) and fact.id in claim.facts:
            old = [
                one.value
                for one in report.facts
                if one.id.startswith(f"{fact.id}.history") and one.value != fact.value
            ]
            written = [m for m in _FIGURE.finditer(claim.text) if _is(m[0], fact.value)]
            if old and written:
                text = f"{dice.choice(old):,.1f}".removesuffix(".0")
                return claim.text[: written[0].start()] + text + claim.text[written[0].end() :]
    return None


def cause(claim: Claim, report: Report, dice: random.Random) -> str | None:
    """Add a reason that nothing gives."""
    if not claim.text.endswith((".", "。")) or claim.comments:
        return None
    return claim.text[:-1] + dice.choice(_CAUSES[report.language]) + claim.text[-1]


def _is(text: str, value: object) -> bool:
    number = float(text.replace(",", ""))
    return isinstance(value, float) and abs(number - value) <= 0.0005 * max(1.0, abs(value))


def _in_period(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 3) : match.end() + 1]
    return (
        "Q" in text[max(0, match.start() - 1) : match.start()]
        or "年" in around
        or bool(re.fullmatch(r"(19|20)\d\d", match[0]))
    )


MAKERS: dict[str, Maker] = {
    "digit": digit,
    "sign": sign,
    "unit": unit,
    "period": period,
    "subject": subject,
    "direction": direction,
    "quotation": quotation,
    "stale value": stale,
    "cause": cause,
}
