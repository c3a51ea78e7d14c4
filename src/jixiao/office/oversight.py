"""Signs that oversight is real: what reviewers do, for groups of at least five of them.

No figure is about fewer than five reviewers, nor can one be told from the difference of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

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
from jixiao.office.comparing import edit_distance
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer

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
        approvals: How many texts they approved.
        seconds: Median seconds a text was in view before it was approved; None without any.
        judged: How many ratings were given where a second opinion was shown.
        overridden: Share of these whose final rating is another than the opinion's.
        moved: Share of these whose final rating is another than the own one given first.
        edited: Mean share of letters that differs between the writer's and the approved text.
        seeds: How many planted faults came before them.
        caught: Share of these that they found; None without any.
    """

    unit: str
    reviewers: int
    approvals: int
    seconds: float | None
    judged: int
    overridden: float | None
    moved: float | None
    edited: float | None
    seeds: int
    caught: float | None

    @property
    def is_hasty(self) -> bool:
        """Whether texts were in view too shortly to be read."""
        return self.seconds is not None and self.seconds < SHORT_S

    @property
    def misses(self) -> bool:
        """Whether too few planted faults were found."""
        return self.caught is not None and self.seeds >= FEWEST_SEEDS and self.caught < FEW_CAUGHT


@dataclass
class _Done:
    """What one reviewer did."""

    approvals: list[tuple[Approval, float]]
    judgements: list[Judgement]
    seeds: list[Seed]


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
        return list(read.kept(("signs", period), _KINDS, lambda: tuple(_all_signs(read, period))))


def _all_signs(read: Reading, period: str) -> list[Signs]:
    papers = {one.id: one for one in read.find(Paper, period=period)}
    done = _done(read, papers)
    units = _units(read, papers, set(done))
    if len(done) < FEWEST:
        return []
    groups = [(unit, {one for one in done if units.get(one) == unit}) for unit in units.values()]
    shown = _showable({unit: people for unit, people in groups if unit}, len(done))
    rows = [_signs("", done.values())]
    return rows + [_signs(unit, (done[one] for one in who)) for unit, who in shown.items()]


def _showable(groups: dict[str, set[str]], total: int) -> dict[str, set[str]]:
    """Return groups that may be shown beside the total: what is left over is nobody or enough."""
    shown = {unit: who for unit, who in sorted(groups.items()) if len(who) >= FEWEST}
    while shown:
        left = total - sum(map(len, shown.values()))
        if left == 0 or left >= FEWEST:
            break
        del shown[min(shown, key=lambda unit: (len(shown[unit]), unit))]
    return shown


def _done(read: Reading, papers: dict[str, Paper]) -> dict[str, _Done]:
    """Return what each account did as a reviewer; whoever only rated counts too."""
    done: dict[str, _Done] = defaultdict(lambda: _Done([], [], []))
    for approval in read.find(Approval):
        if approval.paper in papers:
            distance = _distance(read, approval)
            done[approval.approver].approvals.append((approval, distance))
    periods = {one.period for one in papers.values()}
    for judgement in read.find(Judgement, period=periods):
        done[judgement.rater].judgements.append(judgement)
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


def _signs(unit: str, done: Iterable[_Done]) -> Signs:
    people = list(done)
    approvals = [one for person in people for one in person.approvals]
    judged = [one for person in people for one in person.judgements if one.opinion is not None]
    seeds = [one for person in people for one in person.seeds]
    levels = [(one.final or one.rating, one) for one in judged]
    told = [(final, one) for final, one in levels if (one.opinion or {}).get("level") is not None]
    return Signs(
        unit=unit,
        reviewers=len(people),
        approvals=len(approvals),
        seconds=median(one.seconds for one, _ in approvals) if approvals else None,
        judged=len(told),
        overridden=_share([final != (one.opinion or {})["level"] for final, one in told]),
        moved=_share([final != one.rating for final, one in told]),
        edited=_mean([distance for _, distance in approvals]),
        seeds=len(seeds),
        caught=_share([one.outcome == "caught" for one in seeds]),
    )


def _share(marks: list[bool]) -> float | None:
    return sum(marks) / len(marks) if marks else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
