"""The way of a report that a language model writes: nothing it says is taken on trust.

Write, check every sentence, have failing ones repaired once, remove and list what still fails,
add required facts that were left out; a report that fails twice is the outline writer's instead.
Figures, charts, titles and provenance are never the model's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from jixiao.contracts import (
    Claim,
    GateScore,
    Message,
    Pseudonymiser,
    RemovedClaim,
    Report,
    Section,
)
from jixiao.reports.attribution import attribution_faults, stems
from jixiao.reports.drafts import (
    DraftSentence,
    Unreadable,
    printable,
    read_draft,
    shape_faults,
)
from jixiao.reports.placeholders import Sources, fill_text
from jixiao.reports.prompting import (
    again_messages,
    first_messages,
    repair_messages,
    required_claims,
)
from jixiao.reports.usage import misplaced
from jixiao.reports.vocabulary import foreign_words
from jixiao.reports.words import words_of

LEAST_KEPT = 0.5
"""Share of its sentences that must pass; a report with less has failed."""


_BOUND = re.compile(
    r"不[高低多少超大小][于过]|at least|at most|no more than|no less than|not above|not below"
)


@dataclass(frozen=True)
class Reply:
    """What a model answered, and the name under which the answer is kept."""

    text: str
    key: str


Ask = Callable[[tuple[Message, ...], tuple[str, ...]], Reply]
"""Asks a model: the conversation and the ids of the sections it may write."""
Check = Callable[[Claim], tuple[str, ...]]
"""Says what is wrong with a sentence, a type and the words; nothing when it passes."""
Checker = Callable[[Report], Check]
"""Makes the check of one report, from its facts and comments."""
Naming = Callable[[Report], Pseudonymiser]
"""Makes the pseudonyms of one report."""


@dataclass(frozen=True)
class _Judged:
    """A sentence, the claim it makes, and what is wrong with it."""

    sentence: DraftSentence
    claim: Claim
    reasons: tuple[str, ...]


@dataclass
class _Course:
    """What has happened to one report so far."""

    keys: list[str] = field(default_factory=list)
    verified: list[_Judged] = field(default_factory=list)
    repaired: list[_Judged] = field(default_factory=list)
    failed: list[_Judged] = field(default_factory=list)

    @property
    def kept(self) -> list[_Judged]:
        """Sentences that stand."""
        return [*self.verified, *self.repaired]

    @property
    def has_failed(self) -> bool:
        """Whether too little stands for a report."""
        kept = len(self.kept)
        return not kept or kept < LEAST_KEPT * (kept + len(self.failed))


class LlmWriter:
    """Rewrites the outline writer's reports with a language model's sentences.

    Args:
        ask: Asks the model; its errors pass through.
        checker: Makes the gate's check of a report.
        naming: Makes the pseudonyms of a report.
        model: Name of the model, for the provenance.
    """

    def __init__(self, ask: Ask, checker: Checker, naming: Naming, *, model: str) -> None:
        self._ask, self._checker, self._naming = ask, checker, naming
        self._model = model

    def write(self, base: Report) -> Report:
        """Return the report in the model's words, or the given one where those fail twice.

        A report that says there is too little data is returned as it is: there is nothing to put
        into words.

        Args:
            base: The outline writer's report.
        """
        if base.too_little_data or not any(section.claims for section in base.sections):
            return base
        course = _Writing(base, self._ask, self._checker(base), self._naming(base)).run()
        if course.has_failed:
            return _fallen_back(base, course, self._model)
        return _composed(base, course, self._model)

    def given_up(self, base: Report) -> Report:
        """Return the given report, saying that the model gave no answer for it."""
        return _fallen_back(base, _Course(), self._model)


class _Writing:
    """One report on its way."""

    def __init__(self, base: Report, ask: Ask, check: Check, names: Pseudonymiser) -> None:
        self.base, self.ask, self.check, self.names = base, ask, check, names
        self.sections = tuple(section.id for section in base.sections if section.claims)
        claims = [claim for section in base.sections for claim in section.claims]
        self.told = claims
        self.groups = [(set(claim.facts), set(claim.comments)) for claim in claims]
        self.groups += [(set(figure.facts), set()) for figure in base.highlights]
        self.kinds = {section.id: _kind(section) for section in base.sections}
        facts = {fact.id: fact for fact in base.facts}
        comments = {comment.id: comment for comment in base.comments}
        self.sources = Sources(facts, comments, words_of(base.language), names)
        self.course = _Course()
        self.said: set[str] = set()

    def run(self) -> _Course:
        """Write, check and repair once."""
        messages = first_messages(self.base, self.names)
        answer = self._asked(messages)
        try:
            judged = self._judged(read_draft(answer))
        except Unreadable as error:
            return self._once_more(
                again_messages(messages, answer, str(error), language=self.base.language)
            )
        self.course.verified = [one for one in judged if not one.reasons]
        failing = [one for one in judged if one.reasons]
        if failing:
            self._repair(messages, answer, failing)
        return self.course

    def _once_more(self, messages: tuple[Message, ...]) -> _Course:
        try:
            judged = self._judged(read_draft(self._asked(messages)))
        except Unreadable:
            return self.course
        self.course.repaired = [one for one in judged if not one.reasons]
        self.course.failed = [one for one in judged if one.reasons]
        return self.course

    def _repair(
        self, messages: tuple[Message, ...], answer: str, failing: Sequence[_Judged]
    ) -> None:
        asked = repair_messages(
            messages,
            answer,
            [(one.sentence, one.reasons) for one in failing],
            language=self.base.language,
            names=self.names,
        )
        numbers = {one.sentence.n for one in failing}
        try:
            draft = [one for one in read_draft(self._asked(asked)) if one.n in numbers]
        except Unreadable:
            draft = []
        mended = {one.sentence.n: one for one in self._judged(draft) if not one.reasons}
        for one in failing:
            better = mended.pop(one.sentence.n, None)
            if better is None:
                self.course.failed.append(one)
            else:
                self.course.repaired.append(better)

    def _asked(self, messages: tuple[Message, ...]) -> str:
        reply = self.ask(messages, self.sections)
        self.course.keys.append(reply.key)
        return reply.text

    def _judged(self, draft: Iterable[DraftSentence]) -> list[_Judged]:
        return [self._judge(sentence) for sentence in draft]

    def _judge(self, sentence: DraftSentence) -> _Judged:
        filled = fill_text(sentence.text, self.sources)
        text = filled.text.strip()
        if self.base.language == "en":
            text = text[:1].upper() + text[1:]
        claim = Claim(
            text=text,
            facts=_once([*filled.facts, *sentence.facts], self.sources.facts),
            comments=_once([*filled.comments, *sentence.comments], self.sources.comments),
            kind=self.kinds.get(sentence.section, "statement"),
        )
        faults = [
            *shape_faults(sentence.text, filled.plain, self.base.language),
            *(f"WORD {word[:40]}" for word in foreign_words(filled.plain, self.base.language)),
            *filled.faults,
            *self._context_faults(sentence, claim),
            *attribution_faults(sentence.text, claim, self.sources),
            *misplaced(sentence.text, self.base.language),
            *self._bound_faults(filled.plain, claim),
        ]
        reasons = tuple(faults) or self.check(claim)
        if not reasons:
            self.said.add(text)
        return _Judged(sentence, claim, tuple(dict.fromkeys(reasons)))

    def _context_faults(self, sentence: DraftSentence, claim: Claim) -> list[str]:
        faults = []
        if sentence.section not in self.sections:
            faults.append("CONTEXT unknown section")
        unknown = [name for name in sentence.facts if name not in self.sources.facts]
        unknown += [name for name in sentence.comments if name not in self.sources.comments]
        faults += [f"CONTEXT unknown id {name[:40]}" for name in unknown]
        if not claim.facts and not claim.comments:
            faults.append("CONTEXT nothing cited")
        elif not self._belong_together(claim):
            faults.append("CONTEXT facts of different groups")
        if claim.text in self.said:
            faults.append("CONTEXT said before")
        return faults

    def _bound_faults(self, plain: str, claim: Claim) -> list[str]:
        """Return bounds such as "at least" that the outline does not set on the same facts.

        A bound turned round still holds only true figures, and often a true comparison.
        """
        facts = set(claim.facts)
        return [
            f"WORD {bound}"
            for bound in _BOUND.findall(plain.lower())
            if not any(facts & set(own.facts) and bound in own.text.lower() for own in self.told)
        ]

    def _belong_together(self, claim: Claim) -> bool:
        """Return whether some sentence of the outline leans on all that this one leans on.

        A fact or comment may stand alone, and the figures of one indicator may stand together.
        """
        facts, comments = set(claim.facts), set(claim.comments)
        things = list(stems(facts))
        is_one_thing = len(things) == len(facts) and len(set(things)) == 1 and not comments
        if len(facts) + len(comments) == 1 or is_one_thing:
            return True
        return any(facts <= own and comments <= said for own, said in self.groups)


def _once(names: Iterable[str], known: object) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name in known)  # type: ignore[operator]


def _kind(section: Section) -> str:
    """Return what a section's sentences do where all of them do the same."""
    kinds = {claim.kind for claim in section.claims}
    return kinds.pop() if len(kinds) == 1 else "statement"


def _composed(base: Report, course: _Course, model: str) -> Report:
    """Return the report of the sentences that stand, with required facts added."""
    told = {name for one in course.kept for name in one.claim.facts}
    added: dict[str, list[Claim]] = {}
    for section, claim, needed in required_claims(base):
        if not set(needed) <= told:
            added.setdefault(section, []).append(claim)
    own: dict[str, list[Claim]] = {}
    for one in sorted(course.kept, key=lambda judged: judged.sentence.n):
        own.setdefault(one.sentence.section, []).append(one.claim)
    sections = [
        section.model_copy(
            update={"claims": (*own.get(section.id, ()), *added.get(section.id, ()))}
        )
        for section in base.sections
    ]
    kept = tuple(section for section in sections if section.claims or section.charts)
    used = {name for section in kept for claim in section.claims for name in claim.comments}
    score = GateScore(
        claims=len(course.kept) + len(course.failed),
        verified=len(course.verified),
        repaired=len(course.repaired),
        removed=_removed(course),
        added=sum(map(len, added.values())),
    )
    return base.model_copy(
        update={
            "sections": kept,
            "comments": tuple(comment for comment in base.comments if comment.id in used),
            "gate": score,
            "provenance": _provenance(base, course, model, writer="llm"),
        }
    )


def _fallen_back(base: Report, course: _Course, model: str) -> Report:
    """Return the outline writer's report, saying that the model's failed and what it had said."""
    count = sum(len(section.claims) for section in base.sections)
    own = base.gate or GateScore(claims=count, verified=count)
    removed = (*own.removed, *_removed(course))
    score = own.model_copy(
        update={
            "claims": own.verified + own.repaired + len(removed),
            "removed": removed,
            "fell_back": True,
        }
    )
    provenance = _provenance(base, course, model, writer="outline")
    return base.model_copy(update={"gate": score, "provenance": provenance})


def _removed(course: _Course) -> tuple[RemovedClaim, ...]:
    return tuple(
        RemovedClaim(
            section=printable(one.sentence.section, 40),
            text=printable(one.claim.text, 300),
            reasons=tuple(printable(reason, 120) for reason in one.reasons),
        )
        for one in course.failed
    )


def _provenance(base: Report, course: _Course, model: str, *, writer: str) -> dict[str, str]:
    """Name the model that was asked and its stored answers, also where none of it was used."""
    answers = " ".join(key[:16] for key in course.keys)
    return {**base.provenance, "writer": writer, "writer_model": model, "answers": answers}
