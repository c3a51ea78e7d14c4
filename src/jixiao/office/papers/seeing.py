"""Which papers somebody may see or act on, and how he or she stands to each.

By the organisation as it was in the paper's period. A subject sees a paper once it is released,
and never decides about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from jixiao.contracts.office import Paper, Post, Reading
from jixiao.core import Forbidden, Missing
from jixiao.office.access import Sight, reach, sight
from jixiao.office.viewer import Viewer

RELEASED: tuple[str, ...] = ("released", "contested", "settled")
"""States in which the subject sees a paper."""
Side = Literal["subject", "line", "all", "partner", "group"]
"""Being the subject; above the subject; seeing everybody; HR partner; seeing the group."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a paper.

    Attributes:
        side: From where it is seen; being above the subject goes before seeing everybody.
        comments: Whether its comments may be read.
    """

    side: Side
    comments: bool


@dataclass
class Papers:
    """What somebody may see of the papers; sights are looked up once a period.

    Attributes:
        read: Records.
        viewer: Who asks.
        action: What is asked for.
    """

    read: Reading
    viewer: Viewer
    action: str = "report.read"
    _sights: dict[tuple[date, date], tuple[Sight, frozenset[str]]] = field(default_factory=dict)

    def standing(self, paper: Paper) -> Standing | None:
        """Return how the viewer stands to a paper, None where it may not be seen."""
        seen, line = self._sight(paper)
        heard = bool(reach(self.viewer, "comment.read"))
        if paper.person is not None and paper.person == self.viewer.person:
            may = paper.state in RELEASED and (seen.everybody or paper.person in seen.people)
            return Standing("subject", heard) if may else None
        if paper.person is not None and paper.person in line:
            return Standing("line", heard)
        if seen.everybody:
            return Standing("all", heard)
        if paper.person is not None:
            may = paper.person in seen.people
            return Standing("partner", heard and paper.person in seen.comments) if may else None
        return Standing("group", heard) if self._sees_group(paper, seen) else None

    def seen(self, papers: list[Paper]) -> list[Paper]:
        """Return those that may be seen, in their order."""
        return [paper for paper in papers if self.standing(paper) is not None]

    def _sight(self, paper: Paper) -> tuple[Sight, frozenset[str]]:
        """Return the sight of a paper's period, and who reported to the viewer in it."""
        key = (paper.start, paper.end)
        if key not in self._sights:
            seen = sight(self.read, self.viewer, self.action, start=paper.start, end=paper.end)
            line = seen.line
            if seen.everybody and "manager" in self.viewer.roles:
                below = _as_manager(self.viewer)
                line = sight(self.read, below, "judgement.give", start=key[0], end=key[1]).line
            self._sights[key] = seen, line
        return self._sights[key]

    def _sees_group(self, paper: Paper, seen: Sight) -> bool:
        if paper.level == "team":
            return seen.sees_unit(paper.subject)
        tops = {post.unit.partition("/")[0] for post in self._posts(paper)}
        return bool(tops) and all(top in seen.units for top in tops)

    def _posts(self, paper: Paper) -> list[Post]:
        posts = self.read.find(Post, start__lt=paper.end)
        return [post for post in posts if post.end is None or post.end > paper.start]


def _as_manager(viewer: Viewer) -> Viewer:
    """Return the viewer without the scopes of a key, to ask who reports to him or her."""
    return Viewer(viewer.account, viewer.pseudonym)


def seen_paper(
    read: Reading, viewer: Viewer, paper_id: str, action: str = "report.read"
) -> tuple[Paper, Standing]:
    """Return a paper on which somebody may do something, and how he or she stands to it.

    Args:
        read: Records.
        viewer: Who asks.
        paper_id: Which.
        action: What is to be done; anything but reading, remarks and contests is refused to the
            paper's subject.

    Raises:
        Missing: If there is none, or none that may be seen: the two look alike.
        Forbidden: If it may be seen, but this not be done.
    """
    paper = read.first(Paper, id=paper_id)
    standing = None if paper is None else Papers(read, viewer).standing(paper)
    if paper is None or standing is None:
        raise Missing("JX-E704", "report", expected="a report you may see", got="none")
    if action == "report.read":
        return paper, standing
    is_own = standing.side == "subject"
    may = Papers(read, viewer, action).standing(paper)
    if may is None or is_own is not (action in ("remark.write", "contest.open")):
        raise Forbidden(
            "JX-E733",
            action,
            expected="its subject" if not is_own else "somebody other than its subject",
            got="another account" if not is_own else "its subject",
        )
    return paper, standing
