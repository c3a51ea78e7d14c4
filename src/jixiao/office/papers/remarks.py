"""What the subject says to a report: having read it, and comments; who saw it, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from jixiao.contracts.office import Account, Paper, Person, Reading, Remark, Viewing
from jixiao.core import Conflict
from jixiao.office.office import Office
from jixiao.office.papers.seeing import seen_paper
from jixiao.office.papers.shown import Shown
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer

MOST_TEXT = 4000
ORDER = ("administrator", "analyst", "manager", "auditor", "employee")
"""Which role an account is named by, where it has several."""


@dataclass(frozen=True)
class Saw:
    """That somebody saw a paper.

    Attributes:
        role: Role of the account.
        initial: First letter of the name; empty where unknown.
        how: ``page``, ``api`` or the format of an export.
        first: When first.
        last: When last.
        times: How often.
        is_self: Whether it was the viewer.
    """

    role: str
    initial: str
    how: str
    first: datetime
    last: datetime
    times: int
    is_self: bool


def remark(office: Office, viewer: Viewer, paper_id: str, *, text: str = "") -> Remark:
    """Say that one has read a report about oneself, or comment on it.

    Args:
        office: The application.
        viewer: Its subject.
        paper_id: Which paper.
        text: The comment; empty to acknowledge having read it.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
        Forbidden: If it is about somebody else.
        Conflict: If the comment is too long.
    """
    text = text.strip()
    if len(text) > MOST_TEXT:
        raise Conflict(
            "JX-E794",
            "comment",
            expected=f"at most {MOST_TEXT} characters",
            got=f"{len(text)} characters",
        )
    with office.changing(viewer, "remark.write", "remark") as change:
        paper, _ = seen_paper(change, viewer, paper_id, "remark.write")
        made = Remark(
            id=new_id(),
            paper=paper.id,
            by=viewer.account.id,
            kind="comment" if text else "acknowledged",
            text=text,
            at=office.clock(),
        )
        change.add(made)
        change.entry.object = made.id
        change.entry.detail = {"paper": paper.id, "kind": made.kind}
    return made


def remarks_on(read: Reading, viewer: Viewer, shown: Shown) -> list[Remark]:
    """Return what was said to a paper, the oldest first.

    Comments are empty for whoever may not read comments about the person.
    """
    found = read.find(Remark, paper=shown.paper.id, order="at")
    if shown.standing.comments:
        return found
    return [one if one.by == viewer.account.id else replace(one, text="") for one in found]


def who_saw(read: Reading, viewer: Viewer, paper: Paper) -> list[Saw]:
    """Return who saw a paper and how, the newest first; accounts by role and first letter."""
    groups: dict[tuple[str, str], list[Viewing]] = {}
    for one in read.find(Viewing, paper=paper.id, order="at"):
        groups.setdefault((one.account, one.how), []).append(one)
    accounts = {one.id: one for one in read.find(Account, id={who for who, _ in groups})}
    found = []
    for (who, how), seen in groups.items():
        role, initial = named(read, accounts.get(who))
        is_self = who == viewer.account.id
        at = seen[0].at, seen[-1].at
        found.append(Saw(role, initial, how, *at, len(seen), is_self))
    return sorted(found, key=lambda one: one.last, reverse=True)


def named(read: Reading, account: Account | None) -> tuple[str, str]:
    """Return the role an account is named by, and the first letter of its person's name."""
    if account is None:
        return "", ""
    role = next((one for one in ORDER if one in account.roles), "")
    person = None if account.person is None else read.first(Person, id=account.person)
    return role, person.name[:1] if person else ""
