"""What of a paper somebody is shown: the one place where a second opinion is held back.

Pages, the API and every export show a paper through ``show``; what may not be seen is left out of
the report before anything is rendered. Each showing is written down.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from jixiao.contracts import Claim, Report
from jixiao.contracts.office import Judgement, Paper, PaperText, Reading, Viewing
from jixiao.office.access import reach
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import canonical, joined, opinion_of, text_hash
from jixiao.office.papers.paper_texts import body_of, opinion_part, sentences_of, standing_text
from jixiao.office.papers.seeing import RELEASED, Standing, seen_paper
from jixiao.office.safety.stop import is_stopped
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.reports import written_by_model

Withheld = Literal["judge_first", "stopped", "comments", "opinion_right"]
"""Why something is left out: no own rating yet, the stop switch, no right to it."""
_OWN = {"zh": "（评审人自述）", "en": " (reviewer's own statement)"}


@dataclass(frozen=True)
class Shown:
    """A paper as somebody is shown it.

    Attributes:
        paper: The paper.
        text: The text that stands.
        report: What is shown of it.
        standing: How the viewer stands to it.
        withheld: Why something is left out; empty where the whole text is shown.
        own: Sentences that a person wrote and no fact or comment carries.
        by_person: Sentences that a person wrote.
        opinion: The second opinion as plain keys; None where none may be seen.
        judgement: The viewer's own rating of the person and period.
    """

    paper: Paper
    text: PaperText
    report: Report
    standing: Standing
    withheld: frozenset[Withheld]
    own: frozenset[str]
    by_person: frozenset[str]
    opinion: dict[str, Any] | None
    judgement: Judgement | None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.withheld

    @property
    def hash(self) -> str:
        """What stands for exactly what is shown."""
        return self.text.hash if self.whole else text_hash(canonical(self.report), "partly")


def show(office: Office, viewer: Viewer, paper_id: str, *, how: str) -> Shown:
    """Return a paper as the viewer may see it, and write down that it was shown.

    Args:
        office: The application.
        viewer: Who asks.
        paper_id: Which paper.
        how: ``page``, ``api`` or the format of an export.

    Raises:
        Missing: If there is none, or none that may be seen.
    """
    with office.reading() as read:
        shown = looked_at(read, viewer, paper_id)
    if shown.opinion is not None and shown.judgement and shown.judgement.shown is None:
        shown = _first_shown(office, viewer, shown)
    with office.store.noting() as note:
        note.add(
            Viewing(
                id=new_id(),
                paper=shown.paper.id,
                account=viewer.account.id,
                how=how,
                text=shown.hash,
                at=office.clock(),
            )
        )
    return shown


def looked_at(read: Reading, viewer: Viewer, paper_id: str) -> Shown:
    """Return a paper as the viewer may see it, without writing anything down."""
    paper, standing = seen_paper(read, viewer, paper_id)
    text = standing_text(read, paper)
    body, part = body_of(text), opinion_part(text)
    judgement = own_judgement(read, viewer, paper)
    withheld: set[Withheld] = set()
    written = machine_sentences(read, paper)
    by_person = frozenset(sentences_of(text)) - written
    own = frozenset(
        one.text
        for section in body.sections
        for one in section.claims
        if one.text in by_person and not one.facts and not one.comments
    )
    if is_stopped(read) and written_by_model(body) and set(sentences_of(text)) - by_person:
        withheld.add("stopped")
        body = _only(body, by_person)
    if not standing.comments and body.comments:
        withheld.add("comments")
        body = _without_comments(body)
    opinion = None
    if part is not None:
        reason = why_withheld(read, viewer, paper, standing)
        if reason:
            withheld.add(reason)
        else:
            body, opinion = joined(body, part), opinion_of(part)
    return Shown(
        paper, text, body, standing, frozenset(withheld), own, by_person, opinion, judgement
    )


def why_withheld(
    read: Reading, viewer: Viewer, paper: Paper, standing: Standing
) -> Withheld | None:
    """Return why the viewer may not see the second opinion of a paper, None where it may be seen.

    Who is above the person needs an own rating first, whatever else the account may do; others
    than analysts see it once the report is released.
    """
    if is_stopped(read):
        return "stopped"
    if not reach(viewer, "opinion.read"):
        return "opinion_right"
    if standing.side == "line":
        return None if own_judgement(read, viewer, paper) else "judge_first"
    if standing.side == "all":
        return None
    is_out = paper.state in RELEASED and standing.side in ("subject", "partner")
    return None if is_out else "opinion_right"


def own_judgement(read: Reading, viewer: Viewer, paper: Paper) -> Judgement | None:
    """Return the viewer's own rating of a paper's person and period."""
    if paper.person is None:
        return None
    own = {"subject": paper.person, "rater": viewer.account.id, "period": paper.period}
    return read.first(Judgement, **own)


def machine_sentences(read: Reading, paper: Paper) -> frozenset[str]:
    """Return every sentence that the writer of reports has put into a paper."""
    made = read.find(PaperText, paper=paper.id, by="")
    return frozenset(one for text in made for one in sentences_of(text))


def _only(report: Report, sentences: frozenset[str]) -> Report:
    """Return a report with these sentences alone; facts and charts stay."""
    sections = [
        section.model_copy(
            update={"claims": tuple(one for one in section.claims if one.text in sentences)}
        )
        for section in report.sections
    ]
    return report.model_copy(update={"sections": tuple(sections)})


def _without_comments(report: Report) -> Report:
    sections = [
        section.model_copy(
            update={"claims": tuple(one for one in section.claims if not one.comments)}
        )
        for section in report.sections
    ]
    kept = tuple(section for section in sections if section.claims or section.charts)
    return report.model_copy(update={"sections": kept, "comments": ()})


def _first_shown(office: Office, viewer: Viewer, shown: Shown) -> Shown:
    """Write down, once, which second opinion was shown beside the own rating, and when."""
    with office.changing(viewer, "opinion.show", "judgement") as change:
        judgement = own_judgement(change, viewer, shown.paper)
        assert judgement is not None, "an opinion is shown beside an own rating"
        change.entry.object = judgement.id
        change.entry.detail = {"text": shown.text.hash}
        if judgement.shown is None:
            judgement = change.replace(judgement, shown=office.clock(), opinion=shown.opinion)
    return replace(shown, judgement=judgement)


def for_export(shown: Shown) -> Report:
    """Return what is rendered: a person's own statements say that they are."""
    report = shown.report

    def marked(claim: Claim) -> Claim:
        said = claim.text + _OWN[report.language]
        return claim.model_copy(update={"text": said}) if claim.text in shown.own else claim

    sections = tuple(
        section.model_copy(update={"claims": tuple(map(marked, section.claims))})
        for section in report.sections
    )
    return report.model_copy(update={"sections": sections})


def as_json(shown: Shown) -> dict[str, Any]:
    """Return the report that is shown as plain keys."""
    told: dict[str, Any] = json.loads(canonical(shown.report))
    return told
