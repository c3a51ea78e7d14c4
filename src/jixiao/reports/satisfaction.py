"""Who is satisfied: which levels or classes of an answer count, and how many of a group gave them.

On a scale the upper quarter of its range counts as satisfied and the lower quarter as
dissatisfied (top-two box on five levels); of classes, those whose name says so. The settings can
name the satisfied ones. Eleven levels from 0 to 10 are read as a net promoter question as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jixiao.contracts import Contract, TaskKind
from jixiao.core import ReportError
from jixiao.reports.evidence import Evidence
from jixiao.reports.figures import Rated

_GOOD = re.compile(
    r"1|positive|pos|satisfied|good|happy|like|yes|true|recommended|promoter"
    r"|好评|正面|积极|满意|好|是|推荐|喜欢",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"0|negative|neg|dissatisfied|unsatisfied|bad|unhappy|dislike|no|false|not recommended"
    r"|detractor|差评|负面|消极|不满意|不满|差|否|不推荐|不喜欢",
    re.IGNORECASE,
)
PROMOTERS, DETRACTORS, TEN = 9, 6, tuple(float(step) for step in range(11))


@dataclass(frozen=True)
class Ends:
    """Which outputs of the task count.

    Attributes:
        satisfied: Their places in the task's levels.
        dissatisfied: Likewise; empty where nothing tells.
        names: Names of the satisfied ones, as they are told.
    """

    satisfied: frozenset[int]
    dissatisfied: frozenset[int]
    names: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those asked are satisfied."""

    satisfied: int
    total: int

    @property
    def percent(self) -> float:
        """Share of the satisfied, 0 to 100."""
        return 100 * self.satisfied / self.total

    @property
    def pair(self) -> tuple[int, int]:
        """Count and total."""
        return self.satisfied, self.total


def ends_of(evidence: Evidence) -> Ends | None:
    """Return which levels or classes count as satisfied; None where nothing tells.

    Raises:
        ReportError: If the settings name a level that is not there.
    """
    task, named = evidence.contract.task, evidence.report.satisfied
    unknown = [name for name in named if name not in task.levels]
    if unknown:
        raise ReportError(
            "JX-E506",
            "report.satisfied",
            expected=f"levels of the task: {', '.join(task.levels) or 'none, it is a number'}",
            got=repr(unknown[0]),
        )
    if task.kind is TaskKind.NUMBER or task.kind is TaskKind.CLASSES:
        return None
    up, down = _on_scale(evidence.contract)
    up = frozenset(task.levels.index(name) for name in named) or up
    return Ends(up, down - up, _told(evidence.contract, up)) if up else None


def _on_scale(contract: Contract) -> tuple[frozenset[int], frozenset[int]]:
    levels, values = contract.task.levels, contract.task.values
    if not values:
        up = frozenset(i for i, name in enumerate(levels) if _GOOD.fullmatch(name.strip()))
        down = frozenset(i for i, name in enumerate(levels) if _BAD.fullmatch(name.strip()))
        return up, down
    low, reach = values[0], values[-1] - values[0]
    up = frozenset(i for i, value in enumerate(values) if value >= low + 0.75 * reach - 1e-9)
    down = frozenset(i for i, value in enumerate(values) if value <= low + 0.25 * reach + 1e-9)
    return up, down


def _told(contract: Contract, places: Iterable[int]) -> str:
    names = [contract.task.levels[place] for place in sorted(places)]
    if contract.task.values and len(names) > 1:
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)


def is_net_promoter(contract: Contract) -> bool:
    """Return whether the target runs from 0 to 10 in whole steps."""
    return contract.task.values == TEN


def level_of(rated: Rated, values: tuple[float, ...]) -> int | None:
    """Return the level of an answer, or the one nearest to the mean of several."""
    if rated.level is not None or rated.value is None or not values:
        return rated.level
    own = rated.value
    return min(range(len(values)), key=lambda at: (abs(values[at] - own), at))


def share_of(rated: Mapping[str, Rated], ends: Ends, values: tuple[float, ...]) -> Share | None:
    """Return how many of the answers are satisfied; None where there is no answer."""
    levels = [level for one in rated.values() if (level := level_of(one, values)) is not None]
    if not levels:
        return None
    return Share(sum(level in ends.satisfied for level in levels), len(levels))
