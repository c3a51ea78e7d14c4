"""The way of a paper: draft, in review, approved, released; and back to draft.

An approval is one person's word for exactly one text, seen whole, by somebody who is neither its
subject nor its author. Every step names the version it was decided on; an older one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts.office import (
    Approval,
    Changing,
    Contest,
    Paper,
    PaperState,
    PaperText,
    Person,
    Reading,
    Seed,
    Viewing,
)
from jixiao.core import Conflict, Forbidden, Stale
from jixiao.office.letters import write_letters
from jixiao.office.office import Office
from jixiao.office.papers.opinion_parts import canonical
from jixiao.office.papers.paper_texts import (
    Written,
    body_of,
    keep_text,
    new_text,
    standing_text,
    void_approvals,
)
from jixiao.office.papers.seeding import end_seed, seed_of, with_sentence
from jixiao.office.papers.seeing import seen_paper
from jixiao.office.secrets import new_id
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

LONGEST_S = 3600.0
"""Longer in view counts as this: the page was left open."""


@dataclass(frozen=True)
class Approved:
    """What came of an approval.

    Attributes:
        paper: As it is now.
        approval: The approval; None where the text had a planted fault.
        missed: The planted fault that was approved; the paper is in review again without it.
    """

    paper: Paper
    approval: Approval | None
    missed: Seed | None = None


def submit(office: Office, viewer: Viewer, paper_id: str, *, version: int) -> Paper:
    """Send a draft to review.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not.
        Stale: If it was changed since.
        Conflict: If it is no draft.
    """
    with office.changing(viewer, "report.submit", "paper", paper_id) as change:
        paper = _stepping(change, viewer, paper_id, version, "report.submit", ("draft",))
        return _moved(change, office, paper, "in_review")


def approve(office: Office, viewer: Viewer, paper_id: str, *, version: int, text: str) -> Approved:
    """Approve exactly the text that was shown.

    Args:
        office: The application.
        viewer: Who approves.
        paper_id: One paper.
        version: The version that the viewer has seen.
        text: Hash of the text that the viewer was shown.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not, as its author.
        Stale: If paper or text was changed since.
        Conflict: If it is not in review, or the viewer was not shown all of it.
    """
    with office.changing(viewer, "report.approve", "paper", paper_id) as change:
        paper = _stepping(change, viewer, paper_id, version, "report.approve", ("in_review",))
        if text != paper.text:
            raise Stale(
                "JX-E710",
                "report",
                expected="the hash of the text that stands now",
                got="another one",
                hint="somebody else has changed it; read it again",
            )
        refuse_author(change, viewer, paper)
        seconds = _seconds_in_view(change, office, viewer, paper)
        seed = seed_of(change, paper)
        if seed is not None:
            return _missed(change, office, viewer, paper, seed)
        approval = Approval(
            id=new_id(),
            paper=paper.id,
            text=text,
            approver=viewer.account.id,
            at=office.clock(),
            seconds=seconds,
        )
        change.add(approval)
        return Approved(_moved(change, office, paper, "approved"), approval)


def refuse_author(read: Reading, viewer: Viewer, paper: Paper) -> None:
    """Refuse whoever wrote the text, or asked for it.

    Raises:
        Forbidden: If that is the viewer.
    """
    written = read.first(PaperText, paper=paper.id, hash=paper.text, by=viewer.account.id)
    if written is not None or paper.author == viewer.account.id:
        raise Forbidden(
            "JX-E765",
            "report.approve",
            expected="somebody who did not write the text",
            got="its author",
            hint="ask another manager of the person to approve it",
        )


def _seconds_in_view(read: Reading, office: Office, viewer: Viewer, paper: Paper) -> float:
    """Return how long the text has been in front of the viewer, who must have seen all of it."""
    seen = read.find(
        Viewing,
        order="-at",
        limit=1,
        paper=paper.id,
        account=viewer.account.id,
        text=paper.text,
    )
    if not seen:
        raise Conflict(
            "JX-E766",
            "report",
            expected="the whole text to be shown to you before",
            got="not shown yet, or only a part of it",
            hint="store your own rating first, then read the report; while the stop switch is on, "
            "edit it to a text without AI output",
        )
    passed = (office.clock() - seen[0].at).total_seconds()
    return round(min(max(passed, 0.0), LONGEST_S), 1)


def _missed(change: Changing, office: Office, viewer: Viewer, paper: Paper, seed: Seed) -> Approved:
    """Take the planted fault out of a draft that was approved with it; nothing is approved."""
    text = standing_text(change, paper)
    body = with_sentence(body_of(text), seed.wrong, seed.right)
    right = Written(canonical(body), text.opinion)
    end_seed(change, office, seed, viewer, "missed")
    keep_text(change, office, paper, right, by=text.by)
    paper = new_text(change, office, paper, right, by=text.by, state="in_review")
    change.entry.action = "seed.missed"
    change.entry.detail = {"text": paper.text, "before": text.hash}
    return Approved(paper, None, seed)


def release(office: Office, viewer: Viewer, paper_id: str, *, version: int) -> Paper:
    """Release an approved paper to its subject.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not.
        Stale: If it was changed since.
        Conflict: If it is not approved.
    """
    with office.changing(viewer, "report.release", "paper", paper_id) as change:
        paper = _stepping(change, viewer, paper_id, version, "report.release", ("approved",))
        write_letters(office, change, {paper.person} if paper.person else ())
        return _moved(change, office, paper, "released")


def withdraw(office: Office, viewer: Viewer, paper_id: str, *, version: int) -> Paper:
    """Make a paper a draft again; its approval is void.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If the viewer may not.
        Stale: If it was changed since.
        Conflict: If it is a draft already, or contested: then the contest is decided first.
    """
    states = ("in_review", "approved", "released", "settled")
    with office.changing(viewer, "report.withdraw", "paper", paper_id) as change:
        paper = _stepping(change, viewer, paper_id, version, "report.submit", states)
        if paper.state in ("released", "settled"):
            seen_paper(change, viewer, paper_id, "report.release")
        return back_to_draft(change, office, paper)


def back_to_draft(change: Changing, office: Office, paper: Paper) -> Paper:
    """Make a paper a draft again within a change."""
    paper = _moved(change, office, paper, "draft")
    void_approvals(change, office, paper)
    return paper


def _stepping(
    change: Changing,
    viewer: Viewer,
    paper_id: str,
    version: int,
    action: str,
    states: tuple[str, ...],
) -> Paper:
    """Return a paper on which the viewer may take a step, in a state that allows it."""
    paper, _ = seen_paper(change, viewer, paper_id, action)
    same_version(paper, version)
    if paper.state not in states:
        raise Conflict(
            "JX-E762", "report", expected=f"one that is {' or '.join(states)}", got=paper.state
        )
    return paper


def _moved(change: Changing, office: Office, paper: Paper, state: PaperState) -> Paper:
    change.entry.detail = {"text": paper.text, "from": paper.state, "to": state}
    return change.replace(paper, state=state, changed=office.clock())


def approval_of(read: Reading, paper: Paper) -> Approval | None:
    """Return the standing approval of a paper's text."""
    return read.first(Approval, paper=paper.id, text=paper.text, void=None)


def steps_for(read: Reading, viewer: Viewer, paper: Paper) -> frozenset[str]:
    """Return which steps the viewer could take now, by right and state.

    Some of submit, edit, approve, release, withdraw.
    """
    found = set()
    for step, (action, states) in _STEPS.items():
        if paper.state in states and _may(read, viewer, paper, action):
            found.add(step)
    if "approve" in found:
        try:
            refuse_author(read, viewer, paper)
        except Forbidden:
            found.discard("approve")
    if paper.state in ("released", "settled") and "release" not in found:
        may = _may(read, viewer, paper, "report.release")
        found -= set() if may else {"withdraw"}
    return frozenset(found)


_STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "submit": ("report.submit", ("draft",)),
    "edit": ("report.edit", ("draft", "in_review", "approved")),
    "approve": ("report.approve", ("in_review",)),
    "release": ("report.release", ("approved",)),
    "withdraw": ("report.submit", ("in_review", "approved", "released", "settled")),
}


def _may(read: Reading, viewer: Viewer, paper: Paper, action: str) -> bool:
    try:
        seen_paper(read, viewer, paper.id, action)
    except Forbidden:
        return False
    return True


def same_person(read: Reading, viewer: Viewer, accounts: set[str]) -> bool:
    """Return whether the viewer is behind one of these accounts, also by another account."""
    from jixiao.contracts.office import Account

    people = {one.person for one in read.find(Account, id=accounts) if one.person is not None}
    return viewer.account.id in accounts or (viewer.person is not None and viewer.person in people)


def person_of(read: Reading, paper: Paper) -> Person | None:
    """Return the person a paper is about, None for a group."""
    return None if paper.person is None else read.first(Person, id=paper.person)


def contest_of(read: Reading, paper: Paper) -> Contest | None:
    """Return the newest objection to a paper."""
    found = read.find(Contest, paper=paper.id, order="-at", limit=1)
    return found[0] if found else None
