"""Slots of a sentence: what they may refer to, and how facts and quotations are written in them.

Values stand in the facts, words in the outline; nothing is computed here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jixiao.contracts import Comment, Fact
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.outline import SLOT, Condition
from jixiao.reports.words import Words

QUOTES = frozenset({"strength", "growth", "action"})
"""Loops that go over quotations instead of facts."""
_NAME_UNIT = re.compile(r"\s*[(（][%％][)）]$")
"""A unit at the end of a name, which stands beside the number already."""
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence: a fact id (or ``quote``) and how it is written."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with the facts and comments in it."""

    text: str
    facts: tuple[str, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What slots and conditions may refer to.

    Attributes:
        facts: Facts by id.
        comments: Quotations by id: ``strength1``, ``growth1``…
        words: Language.
        key: Loop key that stands for ``item``; empty outside loops.
        item: Prefix of the facts of this round, such as ``kpi2``; or the id of a comment.
        items: A list that was joined from several rounds, for ``{items}``.
    """

    facts: Mapping[str, Fact]
    comments: Mapping[str, Comment]
    words: Words
    key: str = ""
    item: str = ""
    items: Filled | None = None

    def fact(self, name: str) -> Fact | None:
        """Return the fact of a name, the loop's key replaced; None when there is no value."""
        found = self.facts.get(self.full(name))
        return None if found is None or found.value is None else found

    def full(self, name: str) -> str:
        """Return the id of the fact or comment that a name means in this round."""
        key = self.key
        if key and name.startswith(key) and (name == key or name[len(key)] == "."):
            return self.item + name[len(key) :]
        return name

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Return whether all conditions are met."""
        return not conditions or all(self._holds(condition) for condition in conditions)

    def _holds(self, condition: Condition) -> bool:
        name = self.full(condition.fact)
        found = self.facts.get(name)
        left = None if found is None else found.value
        if condition.absent or left is None:
            is_there = left is not None or name in self.comments
            return is_there != condition.absent and not condition.operator
        if not condition.operator:
            return True
        right, compare = condition.value, _COMPARE[condition.operator]
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        if isinstance(left, str) or isinstance(right, str):
            return condition.operator == "!="
        return compare(left, right)

    def rounds(self, key: str, most: int) -> Iterator[Scope]:
        """Yield a scope for kpi1, kpi2… as long as there is such a fact or comment."""
        known: Mapping[str, object] = self.comments if key in QUOTES else self.facts
        for place in range(1, most + 1):
            item = f"{key}{place}"
            if item not in known:
                return
            yield Scope(self.facts, self.comments, self.words, key, item)


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[str | Slot, ...]:
    pieces: list[str | Slot] = []
    at = 0
    for found in SLOT.finditer(template):
        if found.start() > at:
            pieces.append(template[at : found.start()])
        pieces.append(Slot(found[1], found[2] or ""))
        at = found.end()
    if at < len(template):
        pieces.append(template[at:])
    return tuple(pieces)


def fill(template: str, scope: Scope) -> Filled | None:
    """Return the sentence with its slots filled, or None where one of them has no value."""
    parts: list[str] = []
    facts: dict[str, None] = {}
    comments: tuple[str, ...] = ()
    for piece in _pieces(template):
        if isinstance(piece, str):
            parts.append(piece)
            continue
        name = scope.item if piece.name == "quote" else scope.full(piece.name)
        if name in scope.comments:
            text = _quoted(scope.comments[name], piece.how, scope.words)
            comments = (*comments, name)
        elif piece.name == "items" and scope.items:
            text = scope.items.text
            facts |= dict.fromkeys(scope.items.facts)
            comments = (*comments, *scope.items.comments)
        else:
            fact = scope.fact(piece.name)
            text = None if fact is None else _written(fact, piece.how, scope.words)
            if fact is not None:
                facts[fact.id] = None
        if text is None:
            return None
        parts.append(text)
    return Filled("".join(parts), tuple(facts), comments)


def _quoted(comment: Comment, how: str, words: Words) -> str | None:
    if how != "period":
        return comment.text
    return period_text(comment.period, words.language) if comment.period else None


def joined(parts: Sequence[Filled], words: Words) -> Filled:
    """Return several pieces as one list: ``A, B and C``."""
    texts = [part.text for part in parts]
    text = words.separator.join(texts[:-1]) + words.last_separator + texts[-1]
    return Filled(
        text if len(texts) > 1 else texts[0],
        tuple(dict.fromkeys(name for part in parts for name in part.facts)),
        tuple(dict.fromkeys(name for part in parts for name in part.comments)),
    )


def _written(fact: Fact, how: str, words: Words) -> str | None:
    if how == "name":
        return _NAME_UNIT.sub("", fact.measure)
    if how == "list":
        return value_text(fact, words).replace(", ", words.separator)
    if how == "named":
        return words.value(fact.measure)
    if how == "period":
        return period_text(fact.period, words.language) if fact.period else None
    if how.startswith("count "):
        one, _, many = how[6:].partition("|")
        number = value_text(fact, words, how="abs")
        return f"{number} {one if _is_one(fact) else many or one}"
    if how.startswith("if "):
        one, _, many = how[3:].partition("|")
        return one if _is_one(fact) else many
    text = value_text(fact, words, how=how)
    return _NAME_UNIT.sub("", text) if isinstance(fact.value, str) else text


def _is_one(fact: Fact) -> bool:
    return fact.value in (1, -1)
