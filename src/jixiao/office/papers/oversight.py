"""Signs that oversight is real: what reviewers do, for groups of at least five of them.

No figure is about fewer than five reviewers, nor can one be told from the difference of others; for
each figure those reviewers count who did what it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

from jixiao.contracts.office import (
    Account,
    Approval,
    Judgement,
    Paper,
    PaperText,
    Post,
    Reading,
    Record,
    Seed,
)
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.papers.comparing import edit_distance
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups

FEWEST = 5
"""Fewest reviewers behind a figure."""
SHORT_S = 20.0
"""Median time in view below which nobody can have read."""
FEW_CAUGHT = 0.8
"""Share of planted faults below which too few are found."""
FEWEST_SEEDS = 5
"""Fewest planted faults that say something."""
_KINDS: tuple[type[Record], ...] = (
    Account,
    Approval,
    Judgement,
    Paper,
    PaperText,
    Post,
    Seed,
)


@dataclass(frozen=True)
class Signs:
    """What a group of reviewers did.

    Attributes:
        unit: Path of the unit; empty for everybody.
        reviewers: How many of them.
        approvals: How many texts they approved; this and all below is None where it may not be
            shown.
        seconds: Median seconds a text was in view before it was approved.
        judged: How many ratings were given where a second opinion was shown.
        overridden: Share of these whose final rating is another than the opinion's.
        moved: Share of these whose final rating is another than the own one given first.
        edited: Mean share of letters that differs between the writer's and the approved text.
        seeds: How many planted faults came before them.
        caught: Share of these that they found.
    """

    unit: str
    reviewers: int
    approvals: int | None = None
    seconds: float | None = None
    judged: int | None = None
    overridden: float | None = None
    moved: float | None = None
    edited: float | None = None
    seeds: int | None = None
    caught: float | None = None

    @property
    def is_hasty(self) -> bool:
        """Whether texts were in view too shortly to be read."""
        return self.seconds is not None and self.seconds < SHORT_S

    @property
    def misses(self) -> bool:
        """Whether too few planted faults were found."""
        enough = self.seeds is not None and self.seeds >= FEWEST_SEEDS
        return enough and self.caught is not None and self.caught < FEW_CAUGHT


@dataclass
class _Done:
    """What one reviewer did; judgements are those beside a second opinion that was shown."""

    approvals: list[tuple[Approval, float]]
    judgements: list[Judgement]
    seeds: list[Seed]


_POLICY = SmallGroups(FEWEST, FEWEST)
_REVIEWS = frozenset({"analyst", "manager"})
"""Roles that leave signs."""


def periods_of(office: Office, viewer: Viewer) -> list[str]:
    """Return the periods with papers, the newest first."""
    require(viewer, "oversight.read")
    with office.reading() as read:
        starts = {one.period: one.start for one in read.find(Paper, order="-start")}
    return sorted(starts, key=lambda period: starts[period], reverse=True)


def signs(office: Office, viewer: Viewer, period: str) -> list[Signs]:
    """Return the signs of a period: of everybody, then of each unit with enough reviewers.

    Args:
        office: The application.
        viewer: Somebody who may see group figures of oversight.
        period: Reviewed period.

    Returns:
        Nothing where fewer than five reviewed.

    Raises:
        Forbidden: If the viewer may not.
    """
    require(viewer, "oversight.read")
    with office.reading() as read:
        own = viewer.account.id if set(viewer.roles) & _REVIEWS else ""
        name = ("signs", period, own)
        return list(read.kept(name, _KINDS, lambda: tuple(_all_signs(read, period, own))))


def _all_signs(read: Reading, period: str, own: str) -> list[Signs]:
    """Return the signs; an account that asks knows what it did itself and is not counted."""
    papers = {one.id: one for one in read.find(Paper, period=period)}
    done = _done(read, papers)
    units = _units(read, papers, set(done))
    rows: dict[str, Signs] = {}
    for unit, who in _shown(done, units, own).items():
        rows[unit] = Signs(unit, reviewers=len(who))
    for kind, told in _FIGURES.items():
        doers = {one: did for one, did in done.items() if getattr(did, kind)}
        for unit, who in _shown(doers, units, own).items():
            if unit in rows:
                rows[unit] = replace(rows[unit], **told([doers[one] for one in who]))
    return list(rows.values())


def _shown(done: Mapping[str, _Done], units: Mapping[str, str], own: str) -> dict[str, list[str]]:
    """Return who stands behind the whole, and behind each unit that may be shown beside it."""
    others = done.keys() - {own}
    if not _POLICY.may_show(len(others)):
        return {}
    groups: dict[str, list[str]] = defaultdict(list)
    for one in done:
        if units.get(one):
            groups[units[one]].append(one)
    sizes = {unit: len(others & set(who)) for unit, who in groups.items()}
    hidden = _POLICY.hidden(sizes, total=len(others))
    return {"": list(done), **{unit: groups[unit] for unit in sorted(groups.keys() - hidden)}}


def _done(read: Reading, papers: dict[str, Paper]) -> dict[str, _Done]:
    """Return what each account did as a reviewer; whoever only rated counts too."""
    done: dict[str, _Done] = defaultdict(lambda: _Done([], [], []))
    for approval in read.find(Approval):
        if approval.paper in papers:
            distance = _distance(read, approval)
            done[approval.approver].approvals.append((approval, distance))
    periods = {one.period for one in papers.values()}
    for judgement in read.find(Judgement, period=periods):
        mine = done[judgement.rater].judgements
        if (judgement.opinion or {}).get("level") is not None:
            mine.append(judgement)
    for seed in read.find(Seed, outcome=("caught", "missed")):
        if seed.paper in papers and seed.reviewer is not None:
            done[seed.reviewer].seeds.append(seed)
    return dict(done)


def _distance(read: Reading, approval: Approval) -> float:
    made = read.find(PaperText, paper=approval.paper, by="", order="at")
    text = read.first(PaperText, paper=approval.paper, hash=approval.text)
    before = [one for one in made if text is not None and one.at <= text.at]
    return edit_distance(before[-1], text) if before and text is not None else 0.0


def _units(read: Reading, papers: dict[str, Paper], accounts: set[str]) -> dict[str, str]:
    """Return the unit below the top in which each account's person stood."""
    if not papers:
        return {}
    start = min(one.start for one in papers.values())
    end = max(one.end for one in papers.values())
    tree = Tree.of(read, start, end)
    found = {}
    for account in read.find(Account, id=accounts):
        steps = tree.unit_of(account.person).split("/") if account.person else []
        found[account.id] = "/".join(steps[:2])
    return found


def _of_approvals(people: Iterable[_Done]) -> dict[str, Any]:
    approvals = [one for person in people for one in person.approvals]
    return {
        "approvals": len(approvals),
        "seconds": median(one.seconds for one, _ in approvals),
        "edited": fmean(distance for _, distance in approvals),
    }


def _of_judgements(people: Iterable[_Done]) -> dict[str, Any]:
    judged = [one for person in people for one in person.judgements]
    finals = [(one.final or one.rating, one) for one in judged]
    return {
        "judged": len(judged),
        "overridden": _share([final != (one.opinion or {})["level"] for final, one in finals]),
        "moved": _share([final != one.rating for final, one in finals]),
    }


def _of_seeds(people: Iterable[_Done]) -> dict[str, Any]:
    seeds = [one for person in people for one in person.seeds]
    return {"seeds": len(seeds), "caught": _share([one.outcome == "caught" for one in seeds])}


_FIGURES: dict[str, Callable[[list[_Done]], dict[str, Any]]] = {
    "approvals": _of_approvals,
    "judgements": _of_judgements,
    "seeds": _of_seeds,
}
"""What is told of those who did something of a kind."""


def _share(marks: list[bool]) -> float:
    return sum(marks) / len(marks)
