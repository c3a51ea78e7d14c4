"""Judges a language model's sentences one by one: nothing it says is taken on trust."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jixiao.contracts import Claim, Pseudonymiser, Report, Section
from jixiao.reports.attribution import attribution_faults, stems
from jixiao.reports.drafts import DraftSentence, shape_faults
from jixiao.reports.placeholders import PLACE, Sources, fill_text
from jixiao.reports.turning import Turning
from jixiao.reports.usage import misplaced
from jixiao.reports.vocabulary import foreign_words
from jixiao.reports.words import words_of

Check = Callable[[Claim], tuple[str, ...]]
"""Says what is wrong with a sentence, a type and the words; nothing when it passes."""


@dataclass(frozen=True)
class Judged:
    """A sentence, the claim it makes, and what is wrong with it."""

    sentence: DraftSentence
    claim: Claim
    reasons: tuple[str, ...]


class Judge:
    """Judges the sentences of one report.

    Args:
        base: The outline writer's report.
        check: The gate's check of the report.
        names: Its pseudonyms.
    """

    def __init__(self, base: Report, check: Check, names: Pseudonymiser) -> None:
        self._base, self._check = base, check
        self.sections = tuple(section.id for section in base.sections if section.claims)
        told = [claim for section in base.sections for claim in section.claims]
        self._groups = [(set(claim.facts), set(claim.comments)) for claim in told]
        self._groups += [(set(figure.facts), set()) for figure in base.highlights]
        self._kinds = {section.id: _kind(section) for section in base.sections}
        facts = {fact.id: fact for fact in base.facts}
        comments = {comment.id: comment for comment in base.comments}
        self._sources = Sources(facts, comments, words_of(base.language), names)
        self._turning = Turning(told, self._sources)
        self._said: set[str] = set()

    def judged(self, draft: Iterable[DraftSentence]) -> list[Judged]:
        """Return every sentence with what is wrong with it; one that was said before fails."""
        return [self._judge(sentence) for sentence in draft]

    def _judge(self, sentence: DraftSentence) -> Judged:
        filled = fill_text(sentence.text, self._sources)
        text = filled.text.strip()
        if self._base.language == "en":
            text = text[:1].upper() + text[1:]
        claim = Claim(
            text=text,
            facts=_once([*filled.facts, *sentence.facts], self._sources.facts),
            comments=_once([*filled.comments, *sentence.comments], self._sources.comments),
            kind=self._kinds.get(sentence.section, "statement"),
        )
        faults = [*self._word_faults(sentence, filled.plain), *filled.faults]
        faults += [*self._context_faults(sentence, claim)]
        faults += [*attribution_faults(sentence.text, claim, self._sources)]
        faults += [*self._turning.faults(sentence.text, filled.plain, claim)]
        reasons = tuple(faults) or self._check(claim)
        if not reasons:
            self._said.add(text)
        return Judged(sentence, claim, tuple(dict.fromkeys(reasons)))

    def _word_faults(self, sentence: DraftSentence, plain: str) -> Iterator[str]:
        language = self._base.language
        yield from shape_faults(sentence.text, plain, language)
        yield from (f"WORD {word[:40]}" for word in foreign_words(plain, language))
        yield from misplaced(sentence.text, language)
        named = Counter(name for kind, name in PLACE.findall(sentence.text) if kind == "name")
        yield from (f"CONTEXT {name} is named twice" for name, n in named.items() if n > 1)

    def _context_faults(self, sentence: DraftSentence, claim: Claim) -> Iterator[str]:
        if sentence.section not in self.sections:
            yield "CONTEXT unknown section"
        unknown = [name for name in sentence.facts if name not in self._sources.facts]
        unknown += [name for name in sentence.comments if name not in self._sources.comments]
        yield from (f"CONTEXT unknown id {name[:40]}" for name in unknown)
        if not claim.facts and not claim.comments:
            yield "CONTEXT nothing cited"
        elif not self._belong_together(claim):
            yield "CONTEXT facts of different groups"
        if claim.text in self._said:
            yield "CONTEXT said before"

    def _belong_together(self, claim: Claim) -> bool:
        """Return whether some sentence of the outline leans on all that this one leans on.

        A fact or comment may stand alone, and the figures of one indicator may stand together.
        """
        facts, comments = set(claim.facts), set(claim.comments)
        things = list(stems(facts))
        is_one_thing = len(things) == len(facts) and len(set(things)) == 1 and not comments
        if len(facts) + len(comments) == 1 or is_one_thing:
            return True
        return any(facts <= own and comments <= said for own, said in self._groups)


def _once(names: Iterable[str], known: object) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name in known)  # type: ignore[operator]


def _kind(section: Section) -> str:
    """Return what a section's sentences do where all of them do the same."""
    kinds = {claim.kind for claim in section.claims}
    return kinds.pop() if len(kinds) == 1 else "statement"
