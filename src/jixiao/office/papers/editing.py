"""Editing a report sentence by sentence, with the gate checking what is written.

A sentence of a person is never blocked: what no fact carries is marked as the reviewer's own
statement, and words about people that had better be others come with a suggestion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jixiao.contracts import Claim, Report, Section
from jixiao.contracts.office import Changing, Paper, PaperText, Seed
from jixiao.core import Conflict, Forbidden
from jixiao.gate import FactSet, Flag, Verification, flag_wording, verify_text
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import canonical, text_hash
from jixiao.office.papers.paper_texts import (
    Written,
    body_of,
    new_text,
    sentences_of,
    standing_text,
)
from jixiao.office.papers.seeding import end_seed, seed_of
from jixiao.office.papers.seeing import Standing, seen_paper
from jixiao.office.papers.shown import Shown, machine_sentences
from jixiao.office.safety.stop import is_stopped
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer
from jixiao.reports import written_by_model

MOST_SENTENCE = 1000
EDITABLE = ("draft", "in_review", "approved")
"""States in which a text can be edited; a released one is withdrawn first."""


@dataclass(frozen=True)
class Checked:
    """What the gate says of a sentence.

    Attributes:
        verification: Spans and verdicts.
        flags: Words about people that had better be others.
        facts: Ids of the facts that carry it.
        comments: Ids of the comments that carry it.
    """

    verification: Verification
    flags: tuple[Flag, ...]
    facts: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        """Whether it stands as the reviewer's own statement."""
        return not self.facts and not self.comments


@dataclass(frozen=True)
class Edited:
    """What an edit made of a paper.

    Attributes:
        paper: As it is now.
        caught: The planted fault that the edit found, None where there was none.
    """

    paper: Paper
    caught: Seed | None = None


def check_sentence(office: Office, viewer: Viewer, paper_id: str, text: str) -> Checked:
    """Return what the facts of a paper say about a sentence, and words in it about people.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not edit it.
        Conflict: If the sentence is too long.
    """
    with office.reading() as read:
        paper, standing = seen_paper(read, viewer, paper_id, "report.edit")
        _check_standing(standing)
        text = _sentence(text)
        body = standing_text(read, paper).body
    return _checked(body, text)


def _checked(body: str, text: str) -> Checked:
    report, known = _known(body)
    verification = verify_text(text, known)
    told = [one for one in verification.sentences if one.verdict != "nothing to check"]
    carried = bool(told) and all(one.verdict == "verified" for one in told)
    found = dict.fromkeys(
        one.fact for one in verification.spans if carried and one.fact is not None
    )
    comments = {one.id for one in report.comments}
    return Checked(
        verification,
        flag_wording(text, report.language),
        tuple(name for name in found if name not in comments),
        tuple(name for name in found if name in comments),
    )


@lru_cache(maxsize=16)
def _known(body: str) -> tuple[Report, FactSet]:
    """Return a report and its facts made ready; the same text is checked again and again."""
    report = Report.model_validate_json(body)
    return report, FactSet(report.facts, report.comments)


@dataclass(frozen=True)
class EditableSection:
    """A section as it can be edited.

    Attributes:
        title: Its heading.
        sentences: Place and text of each sentence, at the end the place of a new one.
    """

    title: str
    sentences: tuple[tuple[str, str], ...]


def editable(shown: Shown) -> tuple[EditableSection, ...]:
    """Return the sentences that somebody who is shown a paper may edit.

    Nobody edits the second opinion; what a model has written is not shown while it is stopped.
    """
    body = body_of(shown.text)
    hidden = "stopped" in shown.withheld and written_by_model(body)
    found = []
    for section in body.sections:
        places = [
            (f"{section.id}/{number}", claim.text)
            for number, claim in enumerate(section.claims)
            if not hidden or claim.text in shown.by_person
        ]
        found.append(EditableSection(section.title, (*places, (f"{section.id}/new", ""))))
    return tuple(found)


def edit(
    office: Office,
    viewer: Viewer,
    paper_id: str,
    *,
    version: int,
    sentences: Mapping[str, str],
) -> Edited:
    """Change, remove or add sentences: a new text; an approval of the old one is void.

    Args:
        office: The application.
        viewer: Somebody who may, not the subject.
        paper_id: Which paper.
        version: The version that the viewer has seen.
        sentences: Text by place, ``SECTION/NUMBER`` from 0 or ``SECTION/new``; an empty text
            removes the sentence; places not named stay as they are.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not edit it.
        Stale: If it was changed since.
        Conflict: If it is released, or a place or sentence is wrong.
    """
    with office.changing(viewer, "report.edit", "paper", paper_id) as change:
        paper, standing = seen_paper(change, viewer, paper_id, "report.edit")
        _check_standing(standing)
        same_version(paper, version)
        _check_state(paper)
        text = standing_text(change, paper)
        written = _written(change, paper, text, sentences)
        if written.hash == paper.text:
            change.entry.detail = {"text": paper.text, "same": True}
            return Edited(paper)
        caught = _caught(change, office, viewer, paper, written)
        seeded = None if caught else paper.seeded
        state = "draft" if paper.state == "approved" else paper.state
        paper = new_text(change, office, paper, written, by=viewer.account.id, state=state)
        paper = change.replace(paper, author=viewer.account.id, machine=False, seeded=seeded)
        change.entry.detail = {"text": paper.text, "before": text.hash}
    return Edited(paper, caught)


def _check_standing(standing: Standing) -> None:
    if not standing.comments:
        raise Forbidden(
            "JX-E761",
            "report",
            expected="the right to read all of it, comments too",
            got="a right without comments",
        )


def _check_state(paper: Paper) -> None:
    if paper.state not in EDITABLE:
        raise Conflict(
            "JX-E762",
            "report",
            expected=f"one that is {' or '.join(EDITABLE)}",
            got=paper.state,
            hint="withdraw it first",
        )


def _written(
    change: Changing, paper: Paper, text: PaperText, sentences: Mapping[str, str]
) -> Written:
    """Return the text after an edit; while stopped, what a model has written is left out."""
    report = body_of(text)
    left_out: frozenset[str] = frozenset()
    stopped = is_stopped(change)
    if stopped and written_by_model(report):
        left_out = machine_sentences(change, paper)
    places = {f"{s.id}/{n}" for s in report.sections for n in range(len(s.claims))}
    places |= {f"{s.id}/new" for s in report.sections}
    if unknown := set(sentences) - places:
        raise Conflict(
            "JX-E763", "sentences", expected="places of this report", got=f"{len(unknown)} others"
        )
    sections = tuple(_section(one, sentences, text.body, left_out) for one in report.sections)
    claims = [claim for section in sections for claim in section.claims]
    used = {name for claim in claims for name in claim.comments}
    carried = sum(bool(claim.facts or claim.comments) for claim in claims)
    counts = {"claims": len(claims), "verified": carried, "repaired": 0, "removed": (), "added": 0}
    body = report.model_copy(
        update={
            "sections": tuple(one for one in sections if one.claims or one.charts),
            "comments": tuple(one for one in report.comments if one.id in used),
            "gate": report.gate and report.gate.model_copy(update=counts),
        }
    )
    return Written(canonical(body), "" if stopped else text.opinion)


def _section(
    section: Section, sentences: Mapping[str, str], body: str, left_out: frozenset[str]
) -> Section:
    claims = []
    for number, claim in enumerate(section.claims):
        if claim.text in left_out:
            continue
        said = sentences.get(f"{section.id}/{number}")
        if said is None or said.strip() == claim.text:
            claims.append(claim)
        elif said.strip():
            claims.append(_claim(body, said, claim.kind))
    if sentences.get(f"{section.id}/new", "").strip():
        claims.append(_claim(body, sentences[f"{section.id}/new"], "statement"))
    return section.model_copy(update={"claims": tuple(claims)})


def _claim(body: str, said: str, kind: str) -> Claim:
    said = _sentence(said)
    checked = _checked(body, said)
    return Claim(text=said, facts=checked.facts, comments=checked.comments, kind=kind)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > MOST_SENTENCE:
        raise Conflict(
            "JX-E764",
            "sentence",
            expected=f"at most {MOST_SENTENCE} characters",
            got=f"{len(text)} characters",
            hint="write several sentences",
        )
    return text


def _caught(
    change: Changing, office: Office, viewer: Viewer, paper: Paper, written: Written
) -> Seed | None:
    """Return the planted fault of a paper if the new text is without it."""
    seed = seed_of(change, paper)
    if seed is None:
        return None
    hash_ = text_hash(written.body, written.opinion)
    new = PaperText(id="", paper=paper.id, hash=hash_, body=written.body, by="", at=office.clock())
    if seed.wrong in sentences_of(new):
        return None
    end_seed(change, office, seed, viewer, "caught")
    return seed
