"""What stands behind the sentences, in plain text: one numbered row per cited fact or quotation.

The same words in every format; a page in HTML escapes them, the others print them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jixiao.contracts import Claim, Comment, Fact, Language, Report, Span
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.words import Words, words_of

BEFORE = "was."
"""Start of the id of a fact that holds the value of the last report."""
MAX_ROWS_SHOWN = 12
"""Most source rows written out beside one fact."""


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A fact as a reader sees it.

    Attributes:
        number: Number in the list of evidence, from 1.
        fact: The fact.
        label: What it is, with the name before it where several are alike.
        value: As it is read.
        notes: Period, formula, base and source rows.
    """

    number: int
    fact: Fact
    label: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A comment as a reader sees it, with its number and where it comes from."""

    number: int
    comment: Comment
    notes: tuple[str, ...]


class Citations:
    """The numbered evidence of one report, in the order in which sentences first cite it.

    Args:
        report: The report.
        words: Words of its language.
    """

    def __init__(self, report: Report, words: Words) -> None:
        self.facts_by_id: Mapping[str, Fact] = {fact.id: fact for fact in report.facts}
        comments = {comment.id: comment for comment in report.comments}
        numbers: dict[str, int] = {}
        self.facts: list[CitedFact] = []
        self.quotations: list[Quotation] = []
        for claim in (claim for section in report.sections for claim in section.claims):
            for name in (*claim.comments, *claim.facts):
                if name in numbers:
                    continue
                place = len(numbers) + 1
                if name in comments:
                    notes = comment_notes(comments[name], words)
                    self.quotations.append(Quotation(place, comments[name], notes))
                elif name in self.facts_by_id:
                    self.facts.append(self._cited(place, self.facts_by_id[name], words))
                else:
                    continue
                numbers[name] = place
        self._numbers = numbers

    def numbers(self, claim: Claim) -> tuple[int, ...]:
        """Return the numbers of what carries a sentence, rising."""
        known = self._numbers
        return tuple(sorted({known[n] for n in (*claim.facts, *claim.comments) if n in known}))

    def numbers_text(self, claim: Claim) -> str:
        """Return the numbers of what carries a sentence as they are read: ``3, 7–9``."""
        runs: list[list[int]] = []
        for number in self.numbers(claim):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)

    def _cited(self, number: int, fact: Fact, words: Words) -> CitedFact:
        label = fact_label(fact, self.facts_by_id, words)
        notes = fact_notes(fact, self.facts_by_id, words)
        return CitedFact(number, fact, label, value_text(fact, words), notes)


def fact_label(fact: Fact, facts: Mapping[str, Fact], words: Words) -> str:
    """Return what a fact is; of several alike (indicators, teams, levels) the name goes before.

    A fact of the last report (``was.``) says so.
    """
    if fact.id.startswith(BEFORE):
        plain = fact.model_copy(update={"id": fact.id[len(BEFORE) :]})
        return words.interface["before"].replace("{label}", fact_label(plain, facts, words))
    key = named_by(fact.id)
    label = words.label(fact.id)
    return f"{words.value(facts.get(key, fact).measure)} · {label}" if key else label


@lru_cache(maxsize=16384)
def named_by(fact_id: str) -> str:
    """Return the id of the fact whose measure names this one; empty where the label is enough."""
    key = fact_id.partition(".")[0]
    if key[-1].isdigit():
        return key
    is_one_of_many = fact_id[-1].isdigit() and "history" not in fact_id
    return fact_id if is_one_of_many else ""


def fact_notes(fact: Fact, facts: Mapping[str, Fact], words: Words) -> tuple[str, ...]:
    """Return period, formula, base and source rows of a fact, those it has."""
    period = fact.period
    start, end = (period.start, period.end) if period else ("", "")
    notes = when_and_how(start, end, fact.formula, words.language)
    if fact.base is not None:
        notes = (*notes, base_text(fact.base, facts, words))
    if fact.rows:
        first = fact.rows[: MAX_ROWS_SHOWN + 1]
        notes = (*notes, rows_text(first, len(fact.rows), words.language))
    return notes


@lru_cache(maxsize=8192)
def when_and_how(start: str, end: str, formula: str, language: Language) -> tuple[str, ...]:
    """Return the period and the formula as they are read, those there are."""
    parts = (period_text(Span(start=start, end=end), language),) if start else ()
    return (*parts, words_of(language).formula(formula)) if formula else parts


def base_text(name: str, facts: Mapping[str, Fact], words: Words) -> str:
    """Return what a fact is compared with, and its value where it is a fact itself."""
    base = facts.get(name)
    text = words.label(name) if base else words.bases.get(name, name)
    value = f" {value_text(base, words)}" if base else ""
    return f"{words.interface['base']}{words.colon}{text}{value}"


@lru_cache(maxsize=4096)
def rows_text(first: tuple[int, ...], count: int, language: Language) -> str:
    """Return the source rows, the first of many.

    Args:
        first: At least as many of them as are shown, where there are so many.
        count: How many there are.
        language: Language of the words around them.
    """
    words = words_of(language)
    shown = ", ".join(map(str, first[:MAX_ROWS_SHOWN]))
    more = f" … ({count})" if count > MAX_ROWS_SHOWN else ""
    return f"{words.interface['rows']}{words.colon}{shown}{more}"


def comment_notes(comment: Comment, words: Words) -> tuple[str, ...]:
    """Return period, column and row of a quotation."""
    say, colon = words.interface, words.colon
    when = (period_text(comment.period, words.language),) if comment.period else ()
    return (*when, f"{say['column']}{colon}{comment.column}", f"{say['rows']}{colon}{comment.row}")
