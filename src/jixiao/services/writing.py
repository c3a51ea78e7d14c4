"""Reports in a language model's words as a use case: asked in parallel, kept, replayed, limited."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl

from jixiao.contracts import (
    Chat,
    Message,
    OpenChat,
    Pseudonymiser,
    Question,
    Report,
    Role,
    Settings,
    WorkspaceStore,
    WriterSettings,
    check_writer,
)
from jixiao.core import EndpointError, NoAnswer, plural
from jixiao.reports import Checker, LlmWriter, Naming, Reply, answer_schema, gate_check
from jixiao.services.answers import Answers, answer_key
from jixiao.services.preparation import Prepared
from jixiao.services.spending import Meter, SpendLimit

LeftAlone = Callable[[Report], Report | None]
"""Gives the report that stands where nothing changed; the model is not asked for it."""
MOST_SILENT = 5
"""Questions in a row that may stay unanswered before the run stops."""


class Desk:
    """Puts questions to a model: a stored answer is never asked for again.

    Args:
        chat: The model.
        settings: How it is asked.
        answers: Where answers are kept.
    """

    def __init__(self, chat: Chat, settings: WriterSettings, answers: Answers) -> None:
        self._chat, self._settings, self._answers = chat, settings, answers
        self._lock = threading.Lock()
        self._silent = 0
        self.meter = Meter(settings)
        self.asked = 0
        self.replayed = 0

    def ask(self, messages: tuple[Message, ...], sections: tuple[str, ...]) -> Reply:
        """Return the model's answer, or the stored one.

        Raises:
            NoAnswer: If this question stays unanswered.
            EndpointError: If no question can be answered, or too many stay unanswered.
            SpendLimit: If the question could go over the limit of the run.
        """
        question = Question(
            model=self._chat.model,
            messages=messages,
            temperature=self._settings.temperature,
            answer_tokens=self._settings.answer_tokens,
            answer_format=self._settings.answer_format,
            answer_schema=answer_schema(sections),
        )
        answer = self._answers.find(question)
        if answer is not None:
            with self._lock:
                self.replayed += 1
            return Reply(answer.text, answer_key(question))
        held = self.meter.hold(question)
        try:
            answer = self._chat.ask(question)
        except NoAnswer as error:
            self._count_silence(error)
            raise
        finally:
            self.meter.settle(held, answer)
        self._answers.keep(question, answer)
        with self._lock:
            self.asked, self._silent = self.asked + 1, 0
        return Reply(answer.text, answer_key(question))

    def close(self) -> None:
        """Give the model back; questions under way are given up."""
        self._chat.close()

    def _count_silence(self, error: NoAnswer) -> None:
        with self._lock:
            self._silent += 1
            if self._silent < MOST_SILENT:
                return
        raise EndpointError(
            "JX-E608",
            "writer.base_url",
            expected="answers",
            got=f"{MOST_SILENT} questions in a row without one; the last: {error.got}",
            hint="look at the endpoint; run the same command again to go on, answers are kept",
        ) from error


def opened_writing(
    prepared: Prepared,
    settings: Settings,
    name: str | None,
    *,
    store: WorkspaceStore,
    open_chat: OpenChat,
) -> Writing | None:
    """Return what rewrites the reports of a run; None where the outline writer writes alone.

    Args:
        prepared: The data; its rosters say which names are hidden.
        settings: The workspace's settings.
        name: Writer of this run, outline or llm; the settings say when None.
        store: Keeps the answers.
        open_chat: Opens the model.

    Raises:
        ContractError: If the settings of the writer contradict themselves.
    """
    writer = settings.writer.model_copy(update={"name": name or settings.writer.name})
    if writer.name != "llm":
        return None
    check_writer(writer)
    chat = open_chat(writer)
    desk = Desk(chat, writer, Answers(store))
    naming = naming_of(prepared, settings)
    return Writing(desk, writer, checker=gate_check, naming=naming, model=chat.model)


def naming_of(prepared: Prepared, settings: Settings) -> Naming:
    """Return what makes the pseudonyms of a report: its subject, groups, people, identifiers."""
    from jixiao.data import Pseudonyms, group_names, masker_of

    contract = prepared.contract
    masker = masker_of(prepared.frame, contract, settings.mask, roster=prepared.roster)
    named: dict[str, str] = {}
    for column in contract.by_role(Role.GROUP):
        if column.name in prepared.frame.columns:
            values = prepared.frame[column.name].cast(pl.String).drop_nulls().unique().sort()
            for value in values.to_list():
                named |= group_names(value)
    if settings.report.organisation:
        named[settings.report.organisation] = "O"

    def naming(report: Report) -> Pseudonymiser:
        own = group_names(report.subject) if report.level == "team" else {report.subject: "P"}
        return Pseudonyms(masker, named | ({} if report.level == "organisation" else own))

    return naming


_Waiting = tuple[Report, Future[Report] | Report]
"""The outline writer's report, and the model's to come or the one that stands."""


class Writing:
    """Rewrites a run's reports with a language model.

    Attributes:
        unanswered: Reports that stayed the outline writer's because a question had no answer.
        stopped: Why the run ended before its last report; empty when it did not.

    Args:
        desk: Puts the questions.
        settings: How many are under way at once.
        checker: Makes the gate's check of a report.
        naming: Makes the pseudonyms of a report.
        model: Name of the model.
    """

    def __init__(
        self, desk: Desk, settings: WriterSettings, *, checker: Checker, naming: Naming, model: str
    ) -> None:
        self._desk, self._settings = desk, settings
        self._writer = LlmWriter(desk.ask, checker, naming, model=model)
        self.unanswered = 0
        self.fallen_back = 0
        self.stopped = ""

    def written(
        self, reports: Iterable[Report], left_alone: LeftAlone | None = None
    ) -> Iterator[Report]:
        """Yield the reports in their order, a few under way at once; memory stays flat.

        A limit of spending ends the run after the reports that are finished by then.

        Args:
            reports: The outline writer's.
            left_alone: Says which of them the model need not write; it writes all when None.

        Raises:
            EndpointError: If the model cannot be asked at all; what was finished is kept.
        """
        count = self._settings.concurrency
        pool = ThreadPoolExecutor(count, thread_name_prefix="writer")
        waiting: deque[_Waiting] = deque()
        try:
            for report in reports:
                last = left_alone(report) if left_alone else None
                waiting.append((report, last or pool.submit(self._writer.write, report)))
                if len(waiting) >= 2 * count:
                    yield self._finished(*waiting.popleft())
            while waiting:
                yield self._finished(*waiting.popleft())
        except SpendLimit as limit:
            self.stopped = str(limit)
            yield from self._rest(waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _finished(self, base: Report, awaited: Future[Report] | Report) -> Report:
        if isinstance(awaited, Report):
            return awaited
        try:
            report = awaited.result()
        except SpendLimit:
            raise
        except NoAnswer:
            self.unanswered += 1
            return self._writer.given_up(base)
        if report.gate and report.gate.fell_back:
            self.fallen_back += 1
        return report

    def _rest(self, waiting: deque[_Waiting]) -> Iterator[Report]:
        """Yield what is finished of the reports that were under way when the limit was met."""
        for base, awaited in waiting:
            if isinstance(awaited, Future) and awaited.cancel():
                continue
            try:
                yield self._finished(base, awaited)
            except SpendLimit:
                continue

    def close(self) -> None:
        """Give the model back."""
        self._desk.close()

    def notes(self) -> list[str]:
        """Return what whoever ran it should know."""
        desk, cost = self._desk, self._desk.meter.cost()
        tokens = desk.meter.tokens_read + desk.meter.tokens_written
        money = "" if cost is None else f", cost {cost:.4f}"
        found = [
            f"language model: {desk.asked} answers asked for, {desk.replayed} replayed from the "
            f"workspace, {tokens:,} tokens{money}"
        ]
        if self.fallen_back:
            found.append(
                f"{plural(self.fallen_back, 'report')} failed the check twice: the outline writer "
                "wrote instead"
            )
        if self.unanswered:
            found.append(
                f"{plural(self.unanswered, 'report')} stayed without an answer: the outline "
                "writer wrote instead; run the same command again to ask anew"
            )
        return found
