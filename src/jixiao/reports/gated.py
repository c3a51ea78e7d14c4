"""The way of a report that a language model writes: nothing it says is taken on trust.

Write, check every sentence, have failing ones repaired once, remove and list what still fails,
add required facts that were left out; a report that fails twice is the outline writer's instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jixiao.contracts import Message, Pseudonymiser, Report
from jixiao.reports.composing import Course, composed, fallen_back
from jixiao.reports.drafts import Unreadable, read_draft
from jixiao.reports.judging import Check, Judge, Judged
from jixiao.reports.prompting import again_messages, first_messages, repair_messages


@dataclass(frozen=True)
class Reply:
    """What a model answered, and the name under which the answer is kept."""

    text: str
    key: str


Ask = Callable[[tuple[Message, ...], tuple[str, ...]], Reply]
"""Asks a model: the conversation and the ids of the sections it may write."""
Checker = Callable[[Report], Check]
"""Makes the check of one report, from its facts and comments."""
Naming = Callable[[Report], Pseudonymiser]
"""Makes the pseudonyms of one report."""


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
            return fallen_back(base, course, self._model)
        return composed(base, course, self._model)

    def given_up(self, base: Report) -> Report:
        """Return the given report, saying that the model gave no answer for it."""
        return fallen_back(base, Course(), self._model)


class _Writing:
    """One report on its way."""

    def __init__(self, base: Report, ask: Ask, check: Check, names: Pseudonymiser) -> None:
        self.base, self.ask, self.names = base, ask, names
        self.judge = Judge(base, check, names)
        self.course = Course()

    def run(self) -> Course:
        """Write, check and repair once."""
        messages = first_messages(self.base, self.names)
        answer = self._asked(messages)
        try:
            judged = self.judge.judged(read_draft(answer))
        except Unreadable as error:
            return self._once_more(
                again_messages(messages, answer, str(error), language=self.base.language)
            )
        self.course.verified = [one for one in judged if not one.reasons]
        failing = [one for one in judged if one.reasons]
        if failing:
            self._repair(messages, answer, failing)
        return self.course

    def _once_more(self, messages: tuple[Message, ...]) -> Course:
        try:
            judged = self.judge.judged(read_draft(self._asked(messages)))
        except Unreadable:
            return self.course
        self.course.repaired = [one for one in judged if not one.reasons]
        self.course.failed = [one for one in judged if one.reasons]
        return self.course

    def _repair(
        self, messages: tuple[Message, ...], answer: str, failing: Sequence[Judged]
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
        mended = {one.sentence.n: one for one in self.judge.judged(draft) if not one.reasons}
        for one in failing:
            better = mended.pop(one.sentence.n, None)
            if better is None:
                self.course.failed.append(one)
            else:
                self.course.repaired.append(better)

    def _asked(self, messages: tuple[Message, ...]) -> str:
        reply = self.ask(messages, self.judge.sections)
        self.course.keys.append(reply.key)
        return reply.text
