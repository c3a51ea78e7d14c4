"""For whom a model is worse: its figures by protected attribute, for auditors alone.

They are figures of groups: none of fewer people than the threshold is shown, nor one that the
difference from the whole would give away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.evaluation import main_metric, standing
from jixiao.office.access import Reach, reach
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups

MARK = "protected:"
"""Begin of the names of slices by protected attribute."""


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """A model's figure for one group.

    Attributes:
        value: Value of the attribute.
        people: People of the group among the test rows.
        figure: The figure the model is told by; None where there are too few rows to say.
        low: Lower end of its 95 % interval.
        high: Upper end.
        standing: ``worse`` or ``better`` where the whole interval lies on one side of everybody's
            figure, ``same`` where it does not; empty where it cannot be said.
    """

    value: str
    people: int
    figure: float | None
    low: float | None
    high: float | None
    standing: str


@dataclass(frozen=True)
class ByAttribute:
    """A model's figures by the values of one protected attribute.

    Attributes:
        attribute: Name of the column.
        metric: Name of the figure.
        overall: The figure of everybody.
        groups: Groups that may be shown, the largest first.
        hidden: Whether groups are left out.
    """

    attribute: str
    metric: str
    overall: float
    groups: tuple[GroupFigure, ...]
    hidden: bool


def group_figures(
    viewer: Viewer, figures: Mapping[str, Any], policy: SmallGroups
) -> tuple[ByAttribute, ...]:
    """Return a model's figures by protected attribute; nothing for who may not see them.

    Args:
        viewer: Who asks.
        figures: What ``evaluate`` returned.
        policy: What may be shown of groups.
    """
    if not reach(viewer, "protected.read") or not policy.may_show(figures.get("n_subjects") or 0):
        return ()
    metric = main_metric(figures)
    found = []
    for name, parts in figures["slices"].items():
        if not name.startswith(MARK):
            continue
        shown = _showable(parts, figures, policy)
        groups = tuple(_figure(figures, part, metric) for part in shown)
        overall = float(figures["test"][metric])
        hidden = len(shown) < len(parts)
        found.append(ByAttribute(name.removeprefix(MARK), metric, overall, groups, hidden))
    return tuple(found)


def for_viewer(
    viewer: Viewer, figures: Mapping[str, Any], policy: SmallGroups
) -> Mapping[str, Any]:
    """Return figures without what the viewer may not be told of groups or of single rows.

    Whoever may not read the data is told nothing by level, by rater or by single row: those count
    rows, and a few of them may be one person. Other slices count people, like protected ones.

    Args:
        viewer: Who asks.
        figures: What ``evaluate`` returned.
        policy: What may be shown of groups.
    """
    protected = bool(reach(viewer, "protected.read"))
    slices = {
        name: parts
        for name, parts in figures.get("slices", {}).items()
        if protected or not name.startswith(MARK)
    }
    if reach(viewer, "data.read") is Reach.ALL:
        kept = {name: _of_enough(name, parts, figures, policy) for name, parts in slices.items()}
        return {**figures, "slices": kept}
    if not policy.may_show(figures.get("n_subjects") or 0):
        return {}
    kept = {
        name: _showable(parts, figures, policy) for name, parts in slices.items() if name != "rater"
    }
    return {**figures, "slices": kept, "per_class": None, "confusion": None, "worst": []}


def _of_enough(
    name: str, parts: Sequence[Mapping[str, Any]], figures: Mapping[str, Any], policy: SmallGroups
) -> Sequence[Mapping[str, Any]]:
    """Return the protected groups that may be shown, or all of another column."""
    return _showable(parts, figures, policy) if name.startswith(MARK) else parts


def _showable(
    parts: Sequence[Mapping[str, Any]], figures: Mapping[str, Any], policy: SmallGroups
) -> list[Mapping[str, Any]]:
    """Return the groups that may be shown; none where it is not known how many people they are."""
    sizes = {str(part["value"]): part.get("people") or 0 for part in parts}
    hidden = policy.hidden(sizes, total=figures.get("n_subjects") or 0)
    return [part for part in parts if str(part["value"]) not in hidden]


def _figure(figures: Mapping[str, Any], part: Mapping[str, Any], metric: str) -> GroupFigure:
    low, high = (part["intervals"] or {}).get(metric) or (None, None)
    value = (part["test"] or {}).get(metric)
    return GroupFigure(
        str(part["value"]), int(part["people"]), value, low, high, standing(figures, part)
    )
