"""What changed between two reports on the same subject and period: facts added, gone, changed.

A fact is the same fact when it says the same thing, whatever place it has in its row: an
indicator that moved from third to second place has not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jixiao.contracts import Claim, Fact, Report, Section
from jixiao.reports.citations import BEFORE, fact_label, named_by
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.words import Words, words_of

SECTION = "changes"
"""Id of the section that tells what changed."""
MAX_TOLD = 20
"""Most changes told in the report itself; the run's JSON holds all."""
_DIGITS = re.compile(r"(?<=[a-z])\d+")

Key = tuple[str, str, str]
Kind = Literal["new", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is new, gone or has another value.

    Attributes:
        kind: What happened to it.
        old: As it was in the last report; None where it is new.
        new: As it is now; None where it is gone.
        label: What it is, in the report's language.
        old_text: Old value as it is read; empty where there was none.
        new_text: New value as it is read; empty where there is none.
    """

    kind: Kind
    old: Fact | None
    new: Fact | None
    label: str
    old_text: str
    new_text: str

    def to_json(self) -> dict[str, Any]:
        """Return kind, fact id, label, and both values with their texts."""
        fact = self.new or self.old
        return {
            "kind": self.kind,
            "fact": fact.id if fact else "",
            "label": self.label,
            "old": self.old.value if self.old else None,
            "new": self.new.value if self.new else None,
            "old_text": self.old_text,
            "new_text": self.new_text,
        }


def changes_between(last: Report, report: Report) -> tuple[Change, ...]:
    """Return what changed, in the order of the facts of the new report, what is gone at the end.

    Args:
        last: The report as it was written last.
        report: The report on the same subject and period as it would be written now.
    """
    words = words_of(report.language)
    old, new = _keyed(last.facts), _keyed(report.facts)
    pairs = [(old.get(key), fact) for key, fact in new.items()]
    gone = [(fact, None) for key, fact in old.items() if key not in new]
    before, now = by_id(last.facts), by_id(report.facts)
    return tuple(
        _change(one, other, before if other is None else now, words)
        for one, other in [*pairs, *gone]
        if one is None or other is None or _said(one) != _said(other)
    )


def with_changes(report: Report, changes: Iterable[Change]) -> Report:
    """Return the report with a last section that tells what changed.

    The values of the last report join its facts, so that the section rests on facts as well.
    """
    told = list(changes)[:MAX_TOLD]
    if not told:
        return report
    words = words_of(report.language)
    claims, added = [], []
    for change in told:
        names = [change.new.id] if change.new else []
        if change.old is not None:
            fact = change.old.model_copy(update={"id": BEFORE + change.old.id, "base": None})
            added.append(fact)
            names.append(fact.id)
        claims.append(Claim(text=_sentence(change, words), facts=tuple(names)))
    section = Section(id=SECTION, title=words.interface["changes"], claims=tuple(claims))
    return report.model_copy(
        update={
            "sections": (*report.sections, section),
            "facts": (*report.facts, *added),
        }
    )


def by_id(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Return facts by their ids."""
    return {fact.id: fact for fact in facts}


def _keyed(facts: Iterable[Fact]) -> dict[Key, Fact]:
    known = [fact for fact in facts if not fact.id.startswith(BEFORE)]
    ids = by_id(known)
    return {_key(fact, ids): fact for fact in known}


def _key(fact: Fact, facts: Mapping[str, Fact]) -> Key:
    """Return what a fact speaks of: a name, what is measured, and the period in a row of them."""
    named = named_by(fact.id)
    name = facts.get(named, fact).measure if named else ""
    in_row = fact.period.end if fact.period and _is_in_row(fact) else ""
    return name, _DIGITS.sub("", fact.id), in_row


def _is_in_row(fact: Fact) -> bool:
    """Return whether a fact is one of a numbered row, such as ``kpi1.history3``."""
    return "." in fact.id and fact.id[-1].isdigit()


def _said(fact: Fact) -> tuple[object, ...]:
    return fact.value, fact.unit, fact.measure


def _change(old: Fact | None, new: Fact | None, facts: Mapping[str, Fact], words: Words) -> Change:
    fact = new or old
    assert fact is not None, "a change has a fact"
    label = fact_label(fact, facts, words)
    if fact.period and _is_in_row(fact):
        label = words.interface["in_period"].replace("{label}", label)
        label = label.replace("{period}", period_text(fact.period, words.language))
    kind: Kind = "new" if old is None else ("gone" if new is None else "changed")
    return Change(
        kind=kind,
        old=old,
        new=new,
        label=label,
        old_text=value_text(old, words) if old else "",
        new_text=value_text(new, words) if new else "",
    )


def _sentence(change: Change, words: Words) -> str:
    pattern = {"new": "change_new", "gone": "change_gone", "changed": "change_value"}[change.kind]
    said = words.interface[pattern]
    said = said.replace("{old}", change.old_text).replace("{new}", change.new_text)
    return f"{change.label}{words.colon}{said}"
