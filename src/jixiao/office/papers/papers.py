"""Papers: reports on their way, made from finished ``Report``s, with every text they had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import islice

from jixiao.contracts import Fact, Report, Span
from jixiao.contracts.office import Changing, Paper, PaperText, Person
from jixiao.core import Period
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import OpinionPart, canonical, parted
from jixiao.office.papers.paper_texts import (
    Written,
    keep_text,
    new_text,
    opinion_part,
    standing_text,
)
from jixiao.office.papers.seeding import end_seed, plant, seed_of
from jixiao.office.people.refusals import may_be_scored, refused
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.reports import written_by_model

AT_ONCE = 200
"""Papers of one change, so that others do not wait long for their turn."""


def take_in(office: Office, by: Viewer | str, reports: Iterable[Report]) -> int:
    """Make papers of finished reports, or renew those whose facts changed.

    A renewed paper is a draft again and its approvals are void; one that is contested waits until
    that is settled. A second opinion about somebody who was not told or refuses is left out, and
    so is a language model's text about somebody who refuses.

    Args:
        office: The application.
        by: Who asked for them, or a word for what did.
        reports: Of any level, period and language.

    Returns:
        How many papers are new or have a new text.

    Raises:
        Forbidden: If a viewer may not.
    """
    if isinstance(by, Viewer):
        require(by, "report.make")
    waiting, done = iter(reports), 0
    while some := list(islice(waiting, AT_ONCE)):
        with office.changing(by, "report.make", "paper") as change:
            made = _Intake(office, change, by).take(some)
            change.entry.detail = {"taken": len(some), "papers": made}
            done += len(made)
    return done


class _Intake:
    """Takes reports in within one change."""

    def __init__(self, office: Office, change: Changing, by: Viewer | str) -> None:
        self.office, self.change = office, change
        self.author = by.account.id if isinstance(by, Viewer) else ""
        people = change.find(Person, erased=False)
        self.people = {one.key: one.id for one in people}
        self.scored = may_be_scored(change, [one.id for one in people])
        self.refusing = refused(change, [one.id for one in people])

    def take(self, reports: list[Report]) -> dict[str, str]:
        """Return the hash of each text that was new, by paper."""
        made = [self._take(report) for report in reports]
        return {paper.id: paper.text for paper in made if paper is not None}

    def _take(self, report: Report) -> Paper | None:
        person = self.people.get(report.subject) if report.level == "employee" else None
        if person in self.refusing and written_by_model(report):
            return None
        body, part = parted(report)
        if report.level == "employee" and person not in self.scored:
            part = None
        text = Written(canonical(body), canonical(part) if part else "")
        name = f"{report.id}-{report.language}"
        known = self.change.first(Paper, name=name)
        if known is None:
            return self._new(name, report, person, text)
        return self._renewed(known, text) if self._is_news(known, body, part) else None

    def _new(self, name: str, report: Report, person: str | None, text: Written) -> Paper:
        period = _period_of(report.period, self.office.clock().date())
        paper = Paper(
            id=new_id(),
            name=name,
            report=report.id,
            level=report.level,
            subject=report.subject,
            person=person,
            language=report.language,
            period=period.label,
            start=period.start,
            end=period.end,
            text=text.hash,
            author=self.author,
            changed=self.office.clock(),
        )
        text, seeded = plant(self.change, self.office, paper, text)
        paper = replace(paper, text=text.hash, seeded=seeded)
        keep_text(self.change, self.office, paper, text)
        self.change.add(paper)
        return paper

    def _renewed(self, paper: Paper, text: Written) -> Paper:
        seed = seed_of(self.change, paper)
        if seed is not None:
            end_seed(self.change, self.office, seed, None, "dropped")
        paper = new_text(self.change, self.office, paper, text, by="")
        return self.change.replace(paper, author=self.author, machine=True)

    def _is_news(self, paper: Paper, body: Report, part: OpinionPart | None) -> bool:
        """Return whether a report says something else than its paper."""
        if paper.state == "contested":
            return False
        standing = standing_text(self.change, paper)
        old = Report.model_validate_json(standing.body)
        had = {one.model_dump_json() for one in (*old.facts, *_facts(standing))}
        has = {one.model_dump_json() for one in (*body.facts, *(part.facts if part else ()))}
        if had != has:
            return True
        is_draft = paper.state == "draft" and paper.machine and paper.seeded is None
        return is_draft and old.sections != body.sections


def _facts(text: PaperText) -> Iterable[Fact]:
    part = opinion_part(text)
    return part.facts if part else ()


def _period_of(span: Span | None, today: date) -> Period:
    """Return a report's period; from today on where it names none.

    So a report on records without periods goes to who leads its subject now, and to nobody about
    those who have left.
    """
    if span is None:
        return Period(today, date.max)
    return Period(date.fromisoformat(span.start), date.fromisoformat(span.end))
