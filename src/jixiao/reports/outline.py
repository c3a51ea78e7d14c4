"""The outline of a report as data: which sections, which facts, in which order, in which words.

An outline is a YAML file per level and language, read strictly. Its sentences hold slots such as
``{rating.change:abs}``; digits in the words themselves are refused, because every number of a
report comes from a fact.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Literal, Self

from pydantic import ValidationError, model_validator

from jixiao.contracts import Frozen, Language, Level
from jixiao.core import ReportError, raise_all
from jixiao.reports.words import read_packaged

SLOT = re.compile(r"\{([a-z][a-z0-9_.]*)(?::([^{}]*))?\}")
"""One slot: a fact id or ``quote``, and how it is written."""
_CONDITION = re.compile(r"(not )?([a-z][a-z0-9_.]*)(?: (==|!=|<=|>=|<|>) (.+))?")


class Condition(Frozen):
    """One test on a fact: that it is there, is not there, or compares with a value."""

    fact: str
    """Fact id; the loop's key stands for its current prefix."""
    absent: bool = False
    """Whether the fact must not be there."""
    operator: Literal["", "==", "!=", "<=", ">=", "<", ">"] = ""
    """How it is compared; nothing where being there is enough."""
    value: float | str = ""
    """What it is compared with."""

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise ValueError(f"a condition reads 'fact', 'not fact' or 'fact > 1', got {text!r}")
        value: float | str = found[4] or ""
        with suppress(ValueError):
            value = float(value)
        return {
            "fact": found[2],
            "absent": bool(found[1]),
            "operator": found[3] or "",
            "value": value,
        }


class Sentence(Frozen):
    """One thing to say, in several ways."""

    id: str = ""
    """Name within the outline."""
    each: str = ""
    """Key of a loop: ``kpi`` says it for kpi1, kpi2… and ``strength`` for every such quote."""
    most: int = 12
    """Most rounds of the loop."""
    when: tuple[Condition, ...] = ()
    """All must hold."""
    cites: tuple[str, ...] = ()
    """Facts that carry the sentence beside those in its slots."""
    kind: Literal["statement", "strength", "growth", "opinion", "missing"] = "statement"
    """What the sentence does."""
    variants: tuple[str, ...] = ()
    """Ways of saying it."""
    otherwise: tuple[str, ...] = ()
    """Said instead when no variant can be filled."""
    say: tuple[Sentence, ...] = ()
    """Sentences of one round of a loop, instead of variants."""
    item: str = ""
    """One thing of a list: rounds that hold are joined in one sentence, as ``{items}``."""
    alone: tuple[str, ...] = ()
    """Ways of saying it when the list has one thing; written like the sentence of a loop."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.variants) == bool(self.say):
            raise ValueError(f"sentence {self.id!r} needs either variants or say")
        if bool(self.item) != any("{items}" in variant for variant in self.variants):
            raise ValueError(f"sentence {self.id!r} needs both an item and {{items}}, or neither")
        if (self.item or self.alone) and not (self.item and self.each):
            raise ValueError(f"sentence {self.id!r} joins a list: it needs each and item")
        for variant in (*self.variants, *self.otherwise, *self.alone, self.item):
            words = SLOT.sub("", variant)
            if re.search(r"[\d{}]", words):
                raise ValueError(f"digits and single braces belong into slots: {variant!r}")
        return self


class ChartLine(Frozen):
    """One series of a chart."""

    name: str
    """Legend."""
    facts: str | tuple[str, ...]
    """Fact ids, or one id with ``*`` for a numbered row of them."""
    role: Literal["value", "target", "peer"] = "value"
    """What the values are."""


class ChartSpec(Frozen):
    """A chart and the facts it draws."""

    id: str
    """Name within the outline."""
    kind: Literal["line", "bar", "distribution", "probability"]
    """How it is drawn."""
    title: str
    """May hold slots."""
    each: str = ""
    """Key of a loop, as in a sentence."""
    most: int = 6
    """Most charts of the loop."""
    labels: Literal["period", "measure", "named", "label"] = "period"
    """What stands under each value: the fact's period, measure (``named``: as a word) or label."""
    series: tuple[ChartLine, ...]
    """What is drawn; the labels come from the first."""
    axis: Literal["data", "zero", "scale", "percent"] = "data"
    """Which values the axis spans."""
    least: int = 2
    """Fewest values worth a chart."""


class HighlightSpec(Frozen):
    """One key figure at the head."""

    label: str
    """What it is."""
    value: str
    """Slots."""
    note: tuple[str, ...] = ()
    """Notes; the first whose slots can be filled is taken."""
    good: tuple[Condition, ...] = ()
    """When the note is good news; never without a known direction."""
    bad: tuple[Condition, ...] = ()
    """When the note is bad news."""


class SectionSpec(Frozen):
    """A heading with sentences and charts."""

    id: str
    """Section id."""
    title: str
    """Heading."""
    when: tuple[Condition, ...] = ()
    """All must hold."""
    sentences: tuple[Sentence, ...] = ()
    """In reading order."""
    charts: tuple[ChartSpec, ...] = ()
    """After the sentences."""


class Outline(Frozen):
    """What a report of one level says in one language."""

    version: Literal[1]
    """Version of the format."""
    level: Level
    """Who it is about."""
    language: Language
    """Language of every word in it."""
    title: str
    """Title; ``{subject}`` and ``{period}`` may stand in it."""
    builders: tuple[str, ...]
    """Registered fact builders it needs."""
    highlights: tuple[HighlightSpec, ...] = ()
    """Key figures."""
    sections: tuple[SectionSpec, ...]
    """In reading order."""


def parse_outline(content: object, place: str) -> Outline:
    """Return a checked outline.

    Args:
        content: What the YAML file holds.
        place: Name of the file, for errors.

    Raises:
        ReportError: If it is not a valid outline; every fault is named.
    """
    try:
        return Outline.model_validate(content)
    except ValidationError as error:
        raise_all(
            [
                ReportError(
                    "JX-E510",
                    f"{place}: {'.'.join(str(part) for part in fault['loc']) or 'outline'}",
                    expected="a valid outline",
                    got=fault["msg"],
                )
                for fault in error.errors()
            ]
        )
        raise


@lru_cache(maxsize=16)
def packaged_outline(level: Level, language: Language) -> Outline:
    """Return the outline that comes with the product."""
    name = f"{level}.{language}.yaml"
    return parse_outline(read_packaged("outlines", name), name)
