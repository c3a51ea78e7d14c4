"""True sentences over fact tables for ``benchmarks.mutations``, each part marked with what it is.

The sentences are written by hand, apart from the product's own writer, in the ways people put
such things. A part knows what kind of word it is, so that a fault can be planted exactly there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from benchmarks.mutation_tables import FactTable, quote_of
from jixiao.contracts import Claim, Fact, Language

Kind = Literal["words", "value", "signed", "period", "subject", "direction", "quote"]


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: its words, its kind, and the fact or comment behind it."""

    text: str
    kind: Kind = "words"
    source: str = ""


@dataclass(frozen=True)
class Said:
    """A sentence in parts, with the facts and comments it cites."""

    parts: tuple[Part, ...]
    facts: tuple[str, ...]
    comments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole sentence."""
        return "".join(part.text for part in self.parts)

    def claim(self) -> Claim:
        """Return it as a claim."""
        return Claim(text=self.text, facts=self.facts, comments=self.comments)

    def with_part(self, at: int, text: str) -> Said:
        """Return the sentence with one part's words replaced."""
        parts = list(self.parts)
        parts[at] = Part(text, parts[at].kind, parts[at].source)
        return Said(tuple(parts), self.facts, self.comments)


def period_text(fact: Fact, language: Language, *, long: bool = False) -> str:
    """Return a fact's period in words."""
    assert fact.period is not None
    first, end = date.fromisoformat(fact.period.start), date.fromisoformat(fact.period.end)
    if (end - first).days > 40:
        quarter = (first.month + 2) // 3
        if language == "zh":
            return f"{first.year}年第{'一二三四'[quarter - 1]}季度"
        ordinal = ("first", "second", "third", "fourth")[quarter - 1]
        return f"the {ordinal} quarter of {first.year}" if long else f"Q{quarter} {first.year}"
    return f"{first.year}年{first.month}月" if language == "zh" else f"{first:%B %Y}"


def number_text(value: float, unit: str | None, language: Language) -> str:
    """Return a number with its unit as people write it; never more than one decimal for shares."""
    if unit == "%":
        return f"{value:.1f}%"
    if unit == "pp":
        return f"{value:.1f} percentage points" if language == "en" else f"{value:.1f}个百分点"
    if unit == "USD":
        return f"${value:,.0f}"
    if unit == "元" and abs(value) >= 1e4:
        return f"{value / 1e4:.2f}万元"
    if language == "zh":
        return f"{value:,.0f}{unit or ''}"
    return f"{value:,.0f} {unit}" if unit else f"{value:,.0f}"


class Speaker:
    """Says true sentences over one table.

    Args:
        table: The facts.
        draw: Source of chance.
    """

    def __init__(self, table: FactTable, draw: random.Random) -> None:
        self.table = table
        self.draw = draw
        self.zh = table.language == "zh"

    def value(self, name: str, *, plain: bool = False) -> Part:
        """Return a fact's value in words; without its sign if ``plain``."""
        fact, value = self.table.facts[name], self.table.value(name)
        shown = number_text(abs(value) if plain else value, fact.unit, self.table.language)
        return Part(shown, "value", name)

    def signed(self, name: str) -> Part:
        """Return a change with its sign."""
        fact, value = self.table.facts[name], self.table.value(name)
        shown = number_text(abs(value), fact.unit, self.table.language)
        return Part(("+" if value > 0 else "-") + shown, "signed", name)

    def period(self, name: str, *, long: bool = False) -> Part:
        """Return a fact's period in words."""
        shown = period_text(self.table.facts[name], self.table.language, long=long)
        return Part(shown, "period", name)

    def subject(self, name: str) -> Part:
        """Return whom a fact is about."""
        return Part(self.table.facts[name].subject, "subject", name)

    def direction(self, up: bool, words: tuple[str, str], name: str) -> Part:
        """Return the word for more or for less."""
        return Part(words[0] if up else words[1], "direction", name)

    def say(self, name: str) -> Iterator[Said]:
        """Yield every sentence that can be said about one fact of a series."""
        frames = _ZH if self.zh else _EN
        for frame in frames:
            said = frame(self, name)
            if said is not None:
                yield said

    def quotes(self, subject: str) -> Iterator[Said]:
        """Yield sentences that quote comments on a subject."""
        for comment in self.table.comments.get(subject, []):
            quote = Part(quote_of(comment), "quote", comment.id)
            who = Part(subject, "subject", "")
            ways = (
                ((Part("一条关于"), who, Part("的评论写道：“"), quote, Part("”。")),)
                if self.zh
                else (
                    (Part("One comment on "), who, Part(" says: “"), quote, Part("”.")),
                    (Part("“"), quote, Part("”, as one passenger of "), who, Part(" put it.")),
                )
            )
            parts = self.draw.choice(ways)
            yield Said(parts, (), (comment.id,))


Frame = Callable[[Speaker, str], Said | None]


def _moved(speaker: Speaker, name: str) -> tuple[str, str] | None:
    """Return the change of a fact and the fact before, if it visibly changed."""
    change = speaker.table.changes.get(name)
    if change is None:
        return None
    base = speaker.table.facts[change].base or ""
    unit = speaker.table.facts[name].unit
    shown = [number_text(speaker.table.value(n), unit, "en") for n in (name, base)]
    least = number_text(abs(speaker.table.value(change)), unit, "en")
    return (
        None
        if shown[0] == shown[1] or not any(c in "123456789" for c in least)
        else (
            change,
            base,
        )
    )


def _said(*parts: Part, also: tuple[str, ...] = ()) -> Said:
    cited = [part.source for part in parts if part.source]
    return Said(parts, tuple(dict.fromkeys((*cited, *also))))


def _measure(speaker: Speaker, name: str) -> str:
    return speaker.table.facts[name].measure


def _en_level(s: Speaker, name: str) -> Said | None:
    if s.table.facts[name].period is None:
        parts = (s.value(name), Part(" was the " + _measure(s, name) + " of "), s.subject(name))
        return _said(Part("A figure of "), *parts, Part("."))
    words = s.draw.choice((" recorded ", " came to "))
    if words == " recorded ":
        return _said(
            Part("In "), s.period(name, long=True), Part(", "), s.subject(name),
            Part(f" recorded {_measure(s, name)} of "), s.value(name), Part("."),
        )  # fmt: skip
    return _said(
        s.subject(name), Part(f"'s {_measure(s, name)} for "), s.period(name),
        Part(" came to "), s.value(name), Part("."),
    )  # fmt: skip


def _en_from_to(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    change, base = moved
    up = s.table.value(change) > 0
    return _said(
        s.subject(name), Part("'s " + _measure(s, name) + " "),
        s.direction(up, s.draw.choice((("rose", "fell"), ("increased", "decreased"))), change),
        Part(" from "), s.value(base), Part(" in "), s.period(base), Part(" to "),
        s.value(name), Part(" in "), s.period(name), Part("."),
    )  # fmt: skip


def _en_by(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    change, base = moved
    up = s.table.value(change) > 0
    return _said(
        Part("Compared with "), s.period(base), Part(", the " + _measure(s, name) + " of "),
        s.subject(name), Part(" was "), s.direction(up, ("up", "down"), change), Part(" by "),
        s.value(change, plain=True), Part(" in "), s.period(name), Part("."),
        also=(name, base),
    )  # fmt: skip


def _en_signed(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    return _said(
        Part("The change in " + _measure(s, name) + " of "), s.subject(name), Part(" in "),
        s.period(name), Part(" was "), s.signed(moved[0]), Part("."), also=(name, moved[1]),
    )  # fmt: skip


def _en_mean(s: Speaker, name: str) -> Said | None:
    mean = s.table.means[_measure(s, name), s.table.start(name)]
    if s.value(name).text == s.value(mean).text:
        return None
    above = s.table.value(name) > s.table.value(mean)
    when = (
        (Part("In "), s.period(name), Part(", the "))
        if s.table.facts[name].period
        else (Part("The "),)
    )
    return _said(
        *when, Part(_measure(s, name) + " of "), s.subject(name), Part(", "), s.value(name),
        Part(", was "), s.direction(above, ("higher", "lower"), name),
        Part(f" than the mean of all {s.table.kind}, "), s.value(mean), Part("."),
    )  # fmt: skip


def _en_target(s: Speaker, name: str) -> Said | None:
    target = s.table.targets.get(name)
    if target is None or s.value(name).text == s.value(target).text:
        return None
    above = s.table.value(name) > s.table.value(target)
    return _said(
        Part("At "), s.value(name), Part(", " + _measure(s, name) + " of "), s.subject(name),
        Part(" in "), s.period(name), Part(" was "),
        s.direction(above, ("above", "below"), name), Part(" its target of "),
        s.value(target), Part("."),
    )  # fmt: skip


def _zh_level(s: Speaker, name: str) -> Said | None:
    if s.table.facts[name].period is None:
        return _said(s.subject(name), Part(f"的{_measure(s, name)}为"), s.value(name), Part("。"))
    if s.draw.random() < 0.5:
        return _said(
            s.period(name), Part("，"), s.subject(name), Part(f"的{_measure(s, name)}为"),
            s.value(name), Part("。"),
        )  # fmt: skip
    return _said(
        s.subject(name), Part("在"), s.period(name), Part(f"的{_measure(s, name)}达到"),
        s.value(name), Part("。"),
    )  # fmt: skip


def _zh_from_to(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    change, base = moved
    up = s.table.value(change) > 0
    words = s.draw.choice((("上升", "下降"), ("提高", "降低")))
    return _said(
        s.subject(name), Part(f"的{_measure(s, name)}从"), s.period(base), Part("的"),
        s.value(base), s.direction(up, words, change), Part("到"), s.period(name), Part("的"),
        s.value(name), Part("。"),
    )  # fmt: skip


def _zh_by(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    change, base = moved
    up = s.table.value(change) > 0
    return _said(
        Part("与"), s.period(base), Part("相比，"), s.subject(name),
        Part("在"), s.period(name), Part(f"的{_measure(s, name)}"),
        s.direction(up, ("增加了", "减少了"), change), s.value(change, plain=True),
        Part("。"), also=(name, base),
    )  # fmt: skip


def _zh_signed(s: Speaker, name: str) -> Said | None:
    moved = _moved(s, name)
    if moved is None:
        return None
    return _said(
        s.subject(name), Part("在"), s.period(name), Part(f"的{_measure(s, name)}变动为"),
        s.signed(moved[0]), Part("。"), also=(name, moved[1]),
    )  # fmt: skip


def _zh_mean(s: Speaker, name: str) -> Said | None:
    mean = s.table.means[_measure(s, name), s.table.start(name)]
    if s.value(name).text == s.value(mean).text:
        return None
    above = s.table.value(name) > s.table.value(mean)
    when = (s.period(name), Part("，")) if s.table.facts[name].period else ()
    return _said(
        *when, s.subject(name), Part(f"的{_measure(s, name)}为"), s.value(name), Part("，"),
        s.direction(above, ("高于", "低于"), name), Part(f"全部{s.table.kind}的均值"),
        s.value(mean), Part("。"),
    )  # fmt: skip


def _zh_target(s: Speaker, name: str) -> Said | None:
    target = s.table.targets.get(name)
    if target is None or s.value(name).text == s.value(target).text:
        return None
    above = s.table.value(name) > s.table.value(target)
    return _said(
        s.period(name), Part("，"), s.subject(name), Part(f"的{_measure(s, name)}为"),
        s.value(name), Part("，"), s.direction(above, ("高于", "低于"), name), Part("目标"),
        s.value(target), Part("。"),
    )  # fmt: skip


_EN: tuple[Frame, ...] = (_en_level, _en_from_to, _en_by, _en_signed, _en_mean, _en_target)
_ZH: tuple[Frame, ...] = (_zh_level, _zh_from_to, _zh_by, _zh_signed, _zh_mean, _zh_target)


def sentences(table: FactTable, draw: random.Random) -> list[Said]:
    """Return every sentence that can be said over a table, in random order."""
    speaker = Speaker(table, draw)
    said = [s for facts in table.series.values() for name in facts for s in speaker.say(name)]
    said += [s for subject in table.subjects for s in speaker.quotes(subject)]
    draw.shuffle(said)
    return said
