"""Objections: the person says what is wrong, somebody other than the approver decides by a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from jixiao.contracts.office import Approval, Contest, Paper, PaperText, Reading
from jixiao.core import Conflict, Forbidden, Missing
from jixiao.office.access import Reach, reach, require
from jixiao.office.letters import write_letters
from jixiao.office.office import Office
from jixiao.office.options import number
from jixiao.office.papers.reviews import back_to_draft, same_person
from jixiao.office.papers.seeing import Papers, seen_paper
from jixiao.office.secrets import new_id
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

Outcome = Literal["stands", "changed", "withdrawn"]
MOST_TEXT = 4000
FEWEST = 5
"""Fewest people behind a count of objections that an auditor is told of."""


def contest(office: Office, viewer: Viewer, paper_id: str, *, version: int, text: str) -> Contest:
    """Object to a released report about oneself.

    Args:
        office: The application.
        viewer: Its subject.
        paper_id: Which paper.
        version: The version that the viewer has seen.
        text: What is wrong, in own words.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If it is about somebody else.
        Stale: If it was changed since.
        Conflict: If it is not released, or the text empty or too long.
    """
    with office.changing(viewer, "contest.open", "contest") as change:
        paper, _ = seen_paper(change, viewer, paper_id, "contest.open")
        same_version(paper, version)
        if paper.state != "released":
            raise Conflict("JX-E762", "report", expected="one that is released", got=paper.state)
        now = office.clock()
        made = Contest(
            id=new_id(),
            paper=paper.id,
            by=viewer.account.id,
            text=_said(text, "objection"),
            at=now,
            due=now.date() + timedelta(days=number(change, "contest_days")),
        )
        change.add(made)
        change.replace(paper, state="contested", changed=now)
        change.entry.object = made.id
        change.entry.detail = {"paper": paper.id, "text": paper.text}
    return made


def settle(
    office: Office, viewer: Viewer, contest_id: str, *, version: int, outcome: Outcome, reply: str
) -> Contest:
    """Decide an objection.

    Where the report stands it is settled; where it is to be changed or is withdrawn, it is a
    draft again and needs another approval.

    Args:
        office: The application.
        viewer: Somebody who has neither approved nor written it, nor is its subject.
        contest_id: Which.
        version: The version that the viewer has seen.
        outcome: What is decided.
        reply: The reasons, as told to the person.

    Raises:
        Missing: If there is no such contest, or none that may be seen.
        Forbidden: If the viewer may not.
        Stale: If it was changed since.
        Conflict: If it is settled already, or the reply empty or too long.
    """
    with office.changing(viewer, "contest.decide", "contest", contest_id) as change:
        found, paper, _ = _found(change, viewer, contest_id)
        seen_paper(change, viewer, paper.id, "contest.decide")
        same_version(found, version)
        refuse_party(change, viewer, paper)
        if found.state != "open":
            raise Conflict("JX-E768", "contest", expected="one that is open", got=found.state)
        settled = change.replace(
            found,
            state="settled",
            decider=viewer.account.id,
            outcome=outcome,
            reply=_said(reply, "reply"),
            settled=office.clock(),
        )
        if outcome == "stands":
            change.replace(paper, state="settled", changed=office.clock())
        else:
            back_to_draft(change, office, paper)
        write_letters(office, change, {paper.person} if paper.person else ())
        change.entry.detail = {"paper": paper.id, "text": paper.text, "outcome": outcome}
    return settled


def refuse_party(read: Reading, viewer: Viewer, paper: Paper) -> None:
    """Refuse whoever approved or wrote a paper to decide an objection to it.

    Raises:
        Forbidden: If that is the viewer, also by another account.
    """
    parties = {one.approver for one in read.find(Approval, paper=paper.id)}
    parties |= {one.by for one in read.find(PaperText, paper=paper.id) if one.by}
    if same_person(read, viewer, parties):
        raise Forbidden(
            "JX-E769",
            "contest.decide",
            expected="somebody who has neither approved nor written the report",
            got="one who has",
            hint="another manager above the person, or an analyst, decides",
        )


def seen_contest(read: Reading, viewer: Viewer, contest_id: str) -> tuple[Contest, Paper]:
    """Return an objection that may be seen, and its paper.

    Its words and those of the reply are empty for whoever may not read comments about the person.

    Raises:
        Missing: If there is none, or none that may be seen: the two look alike.
    """
    found, paper, is_heard = _found(read, viewer, contest_id)
    return _told(found, is_heard=is_heard), paper


def contests_for(read: Reading, viewer: Viewer) -> list[tuple[Contest, Paper]]:
    """Return the objections that may be seen with their papers, open ones and soon due first.

    Words are empty as in ``seen_contest``.
    """
    if require(viewer, "contest.read") is Reach.GROUPS:
        return []
    found = read.find(Contest, order="due")
    papers = {one.id: one for one in read.find(Paper, id={c.paper for c in found})}
    seen = []
    for one in found:
        paper = papers.get(one.paper)
        is_heard = None if paper is None else _heard(read, viewer, one, paper)
        if paper is not None and is_heard is not None:
            seen.append((_told(one, is_heard=is_heard), paper))
    return sorted(seen, key=lambda pair: (pair[0].state != "open", pair[0].due, pair[0].id))


def _found(read: Reading, viewer: Viewer, contest_id: str) -> tuple[Contest, Paper, bool]:
    """Return an objection that may be seen, its paper, and whether its words may be read."""
    found = read.first(Contest, id=contest_id)
    paper = None if found is None else read.first(Paper, id=found.paper)
    if found is not None and paper is not None:
        is_heard = _heard(read, viewer, found, paper)
        if is_heard is not None:
            return found, paper, is_heard
    raise Missing("JX-E704", "contest", expected="one you may see", got="none")


def _heard(read: Reading, viewer: Viewer, found: Contest, paper: Paper) -> bool | None:
    """Return whether the words of an objection may be read, None where it may not be seen.

    They are comments: whoever wrote them, may read comments, or may decide, reads them.
    """
    if require(viewer, "contest.read") is Reach.GROUPS:
        return None
    is_own = paper.person is not None and paper.person == viewer.person
    action = "report.read" if is_own else "contest.read"
    standing = Papers(read, viewer, action).standing(paper)
    if is_own and found.by == viewer.account.id:
        return True
    if standing is None:
        return None
    may_decide = standing.side in ("line", "all") and bool(reach(viewer, "contest.decide"))
    return standing.comments or may_decide


def _told(found: Contest, *, is_heard: bool) -> Contest:
    return found if is_heard else replace(found, text="", reply="")


def contest_counts(read: Reading, viewer: Viewer) -> dict[str, int | None]:
    """Return how many objections there are by state or outcome; None where few others object.

    Where one count is held back, so is the total it could be told from.
    """
    require(viewer, "contest.read")
    found = read.find(Contest)
    shown: dict[str, int | None] = {}
    for kind in ("open", "stands", "changed", "withdrawn"):
        mine = [one.by for one in found if (one.outcome or one.state) == kind]
        others = set(mine) - {viewer.account.id}
        shown[kind] = len(mine) if not mine or len(others) >= FEWEST else None
    total = None if None in shown.values() else len(found)
    return {"total": total, **shown}


def _said(text: str, place: str) -> str:
    text = text.strip()
    if not text or len(text) > MOST_TEXT:
        raise Conflict(
            "JX-E794",
            place,
            expected=f"1 to {MOST_TEXT} characters",
            got="none" if not text else f"{len(text)} characters",
        )
    return text
