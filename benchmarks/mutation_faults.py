"""Faults planted in true sentences for ``benchmarks.mutations``: one word made false at a time.

Each fault gets a sentence in parts and its table, and returns the false sentence, or None where
it does not apply or the result might still be true as it is read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.mutation_frames import Kind, Said, number_text, period_text
from benchmarks.mutation_tables import FactTable

Fault = Callable[[Said, FactTable, random.Random], Said | None]
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _places(said: Said, *kinds: Kind) -> list[int]:
    return [at for at, part in enumerate(said.parts) if part.kind in kinds]


def _drawn(said: Said, draw: random.Random, *kinds: Kind) -> int | None:
    places = _places(said, *kinds)
    return draw.choice(places) if places else None


def _read(text: str) -> float:
    """Return the first number of a piece, as it stands there, without its unit."""
    found = _NUMBER.search(text)
    assert found is not None
    return float(found[0].replace(",", ""))


def _near(number: float, shown: str) -> bool:
    """Return whether a number could be read as the one shown, give or take its last digit."""
    decimals = len(shown.partition(".")[2].rstrip("%万元个百分点 abcdefghijklmnopqrstuvwxyz"))
    return abs(number - _read(shown)) < 1.5 * 10.0**-decimals


def digit_swap(said: Said, _table: FactTable, draw: random.Random) -> Said | None:
    """One digit of a figure is another one."""
    at = _drawn(said, draw, "value", "signed")
    if at is None:
        return None
    old = said.parts[at].text
    places = [place for place, char in enumerate(old) if char.isdigit()]
    place = draw.choice(places)
    digit = draw.choice([d for d in "123456789" if d != old[place]])
    new = old[:place] + digit + old[place + 1 :]
    others = [said.parts[other].text for other in _places(said, "value", "signed")]
    return None if any(_near(_read(new), shown) for shown in others) else said.with_part(at, new)


def sign(said: Said, _table: FactTable, draw: random.Random) -> Said | None:
    """A change of +3 is one of -3."""
    at = _drawn(said, draw, "signed")
    if at is None:
        return None
    old = said.parts[at].text
    return said.with_part(at, ("-" if old[0] == "+" else "+") + old[1:])


_UNITS = {
    "en": (("percentage points", "percent"), ("%", " percentage points"), ("$", "€")),
    "zh": (
        ("个百分点", "%"),
        ("%", "个百分点"),
        ("万元", "亿元"),
        ("分钟", "小时"),
        ("条", "万条"),
    ),
}


def unit(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """A figure is in another unit."""
    at = _drawn(said, draw, "value")
    if at is None:
        return None
    old = said.parts[at].text
    pairs = _UNITS[table.language] + ((("minutes", "hours"),) if table.language == "en" else ())
    for right, wrong in pairs:
        if right in old:
            return said.with_part(at, old.replace(right, wrong))
    return None


def period(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """A figure is said of another period, in which it was another."""
    at = _drawn(said, draw, "period")
    if at is None:
        return None
    fact = table.facts[said.parts[at].source]
    cited = {table.start(name) for name in said.facts}
    others = [
        other
        for other in table.series[fact.subject, fact.measure]
        if table.start(other) not in cited and not _same(table, other, fact.id)
    ]
    if not others:
        return None
    long = said.parts[at].text.startswith("the ")
    wrong = period_text(table.facts[draw.choice(others)], table.language, long=long)
    return said.with_part(at, wrong)


def _same(table: FactTable, one: str, other: str) -> bool:
    shown = [number_text(table.value(n), table.facts[n].unit, table.language) for n in (one, other)]
    return shown[0] == shown[1]


def subject(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """A figure is said of somebody else, for whom it is another."""
    at = _drawn(said, draw, "subject")
    if at is None or not said.parts[at].source:
        return None
    fact = table.facts[said.parts[at].source]
    others = [
        other.subject
        for other in table.facts.values()
        if other.measure == fact.measure
        and other.period == fact.period
        and other.subject != fact.subject
        and not _same(table, other.id, fact.id)
    ]
    return said.with_part(at, draw.choice(others)) if others else None


_OPPOSITES = {
    **{"rose": "fell", "increased": "decreased", "up": "down", "higher": "lower"},
    **{"above": "below", "上升": "下降", "提高": "降低", "增加了": "减少了", "高于": "低于"},
}
_TURNED = _OPPOSITES | {low: high for high, low in _OPPOSITES.items()}


def direction(said: Said, _table: FactTable, draw: random.Random) -> Said | None:
    """What rose is said to have fallen."""
    at = _drawn(said, draw, "direction")
    return None if at is None else said.with_part(at, _TURNED[said.parts[at].text])


_INVENTED = {
    "en": (
        "I would recommend this to everybody I know",
        "nobody answered my calls for three weeks",
        "the best service I have had in years",
        "they promised a refund and never sent it",
    ),
    "zh": (
        "会推荐给身边所有的朋友",
        "打了三个星期电话都没人接",
        "这是多年来最满意的一次",
        "答应退款却一直没有退",
    ),
}
_ADDED = {"en": ("really", "never", "always", "hardly"), "zh": ("从来", "非常", "并不", "总是")}


def quotation(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """A quotation nobody wrote, or with a word that nobody wrote."""
    at = _drawn(said, draw, "quote")
    if at is None:
        return None
    old = said.parts[at].text
    if draw.random() < 0.5:
        return said.with_part(at, draw.choice(_INVENTED[table.language]))
    word = draw.choice(_ADDED[table.language])
    if table.language == "zh":
        place = draw.randrange(1, len(old))
        return said.with_part(at, old[:place] + word + old[place:])
    words = old.split(" ")
    words.insert(draw.randrange(1, len(words)), word)
    return said.with_part(at, " ".join(words))


def stale(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """The figure is the one of an earlier period."""
    at = _drawn(said, draw, "value")
    if at is None:
        return None
    fact = table.facts[said.parts[at].source]
    facts = table.series.get((fact.subject, fact.measure), [])
    place = facts.index(fact.id) if fact.id in facts else 0
    for old in reversed(facts[:place]):
        shown = number_text(table.value(old), fact.unit, table.language)
        others = [said.parts[other].text for other in _places(said, "value", "signed")]
        if old not in said.facts and not any(_near(_read(shown), o) for o in others):
            return said.with_part(at, shown)
    return None


_CAUSES = {
    "en": (
        " because the manager was replaced",
        " as a result of the new bonus scheme",
        ", which was caused by staff shortages",
        " thanks to better training",
        ", owing to a fall in demand",
        " due to the move to a new system",
    ),
    "zh": (
        "，这是因为更换了负责人",
        "，原因是人手不足",
        "，得益于新的奖金制度",
        "，主要由于需求下滑",
        "，这是培训加强的结果",
        "，归因于系统切换",
    ),
}


def cause(said: Said, table: FactTable, draw: random.Random) -> Said | None:
    """A cause that no fact names."""
    if said.comments:
        return None
    end = said.parts[-1].text
    clause = draw.choice(_CAUSES[table.language])
    return said.with_part(len(said.parts) - 1, end[:-1] + clause + end[-1])


FAULTS: dict[str, Fault] = {
    "digit swap": digit_swap,
    "sign": sign,
    "unit": unit,
    "period": period,
    "subject swap": subject,
    "wrong direction": direction,
    "made-up quotation": quotation,
    "stale value": stale,
    "invented cause": cause,
}
"""Kind of fault to what plants it."""
