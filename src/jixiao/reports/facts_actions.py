"""Facts about next steps: whether what was agreed is done, and what became of what it was about.

Steps, owners and due days come from a table that people keep; nothing is invented. What the
figures suggest beyond them is a candidate without an owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.contracts import Comment, Fact
from jixiao.core import Period, language_of
from jixiao.reports.facts import BUILDERS, View, difference, target_unit
from jixiao.reports.facts_goals import on_day
from jixiao.reports.facts_indicators import verdict
from jixiao.reports.figures import rated_of
from jixiao.reports.indicators import meaning
from jixiao.reports.ledger import Action
from jixiao.reports.spans import span
from jixiao.reports.statistics import mean

MAX_ACTIONS, MAX_CANDIDATES = 6, 3
RATING_WORDS = frozenset({"rating", "评级", "绩效等级", "绩效"})
"""What an action may call the rating it is about."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an action is about, in one period."""

    value: float
    target: float | None


def actions_of(view: View) -> tuple[list[Action], list[Action]]:
    """Return the actions to be checked in the reviewed period, and those agreed in it.

    To be checked is what was agreed in the last period with actions before, and what is open
    from earlier ones.
    """
    if view.period is None:
        return [], []
    own = view.ledger.actions.get(view.subject, [])
    earlier = [action for action in own if action.period.end <= view.period.start]
    last = max((action.period.end for action in earlier), default=None)
    checked = [a for a in earlier if not a.is_done or a.period.end == last]
    agreed = [
        a for a in own if a.period.end > view.period.start and a.period.end <= view.period.end
    ]
    return checked[-MAX_ACTIONS:], agreed[:MAX_ACTIONS]


@BUILDERS.register("actions.v1")
def action_facts(view: View) -> list[Fact]:
    """Return what became of agreed steps, which are agreed now, and which could be."""
    checked, agreed = actions_of(view)
    facts: list[Fact] = []
    for place, action in enumerate(checked, start=1):
        facts += [*_one(view, f"step{place}", action), *_effect(view, f"step{place}", action)]
    for place, action in enumerate(agreed, start=1):
        facts += _one(view, f"plan{place}", action)
    if checked:
        done = sum(action.is_done for action in checked)
        rows = tuple(action.row for action in checked)
        facts.append(view.fact("steps.count", len(checked), formula="count(steps)", rows=rows))
        facts.append(view.fact("steps.done", done, formula="count(done steps)", rows=rows))
    open_now = [action.about for action in [*checked, *agreed] if not action.is_done]
    return [*facts, *_candidates(view, open_now)]


def action_comments(view: View) -> list[Comment]:
    """Return the wordings of a subject's actions, as people wrote them."""
    checked, agreed = actions_of(view)
    named = [(f"step{place}", action) for place, action in enumerate(checked, start=1)]
    named += [(f"plan{place}", action) for place, action in enumerate(agreed, start=1)]
    return [
        Comment(
            id=f"{key}.text",
            subject=view.subject,
            text=action.text,
            row=action.row,
            column="action",
            language=language_of(action.text),
            period=span(action.period),
        )
        for key, action in named
    ]


def _one(view: View, key: str, action: Action) -> list[Fact]:
    assert view.period is not None
    rows, about = (action.row,), action.about or "action"
    state = "done" if action.is_done else "open"
    if not action.is_done and action.due and action.due < view.period.end:
        state = "overdue"
    text = "as kept; overdue where the due day has passed by the end of the period"
    facts = [view.fact(key, state, measure=about, period=action.period, formula=text, rows=rows)]
    if action.owner:
        facts.append(view.fact(f"{key}.owner", action.owner, measure=about, rows=rows))
    if action.due:
        due, day = action.due.isoformat(), on_day(action.due)
        facts.append(view.fact(f"{key}.due", due, measure=about, period=day, rows=rows))
    return facts


def _effect(view: View, key: str, action: Action) -> list[Fact]:
    """Tell how the indicator or rating that a step is about has moved since."""
    before = _measured(view, action.about, action.period)
    now = _measured(view, action.about, view.period)
    if before is None or now is None:
        return []
    unit, better = _meaning(view, action.about)
    change = difference(now.value, before.value, unit)
    moved = change * (1 if better else -1)
    word = "same" if change == 0 else ("better" if moved > 0 else "worse")
    text = "step.now − step.before"
    apart = "pp" if unit == "%" else unit
    given: list[tuple[str, float, str | None, Period | None, str]] = [
        ("before", before.value, unit, action.period, "value when the step was agreed"),
        ("now", now.value, unit, view.period, "value of the reviewed period"),
        ("change", change, apart, view.period, text),
    ]
    facts = [
        view.fact(f"{key}.{part}", value, measure=action.about, unit=own, period=when, formula=said)
        for part, value, own, when, said in given
    ]
    if better is not None:
        said = "sign of step.change and direction"
        facts.append(view.fact(f"{key}.move", word, measure=action.about, formula=said))
    return facts


def _meaning(view: View, about: str) -> tuple[str | None, bool | None]:
    return (target_unit(view), True) if _is_rating(view, about) else meaning(view, about)


def _is_rating(view: View, about: str) -> bool:
    return about in RATING_WORDS or about == view.ledger.evidence.contract.task.target


def _measured(view: View, about: str, period: Period | None) -> Measured | None:
    """Return the indicator or rating in a period: own, or the mean where it may be shown."""
    figures = view.figures
    if _is_rating(view, about):
        return _rating(view, period)
    if view.level == "employee":
        point = figures.last_points(view.subject, period).get(about)
        return Measured(point.value, point.target) if point else None
    if not figures.is_shown(view.group, period, f"points:{about}"):
        return None
    points = list(figures.points(view.group, period, about).values())
    return Measured(mean([point.value for point in points]), None)


def _rating(view: View, period: Period | None) -> Measured | None:
    if view.level == "employee":
        own = view.ledger.by_subject.get(view.subject, [])
        rated = rated_of([record for record in own if record.period == period])
        return Measured(rated.value, None) if rated and rated.value is not None else None
    if not view.figures.is_shown(view.group, period):
        return None
    numbers = view.figures.numbers(view.group, period)
    return Measured(mean(numbers), None) if numbers else None


def _candidates(view: View, taken: Sequence[str]) -> list[Fact]:
    """Name the missed targets, worst first, that no open step is about; nobody owns them yet."""
    if view.level != "employee" or view.rated is None:
        return []
    missed: Mapping[str, tuple[float, float, float]] = {
        name: (
            abs(point.value - point.target) / (abs(point.target) or 1.0),
            point.value,
            point.target,
        )
        for name, point in view.figures.last_points(view.subject, view.period).items()
        if point.target is not None
        and (better := meaning(view, name)[1]) is not None
        and verdict(point.value, point.target, 1 if better else -1) == "missed"
        and name not in taken
    }
    ranked = sorted(missed, key=lambda name: (-missed[name][0], name))
    formula = "missed target that no open step is about, farthest first"
    return [
        view.fact(f"candidate{place}", "open", measure=name, formula=formula)
        for place, name in enumerate(ranked[:MAX_CANDIDATES], start=1)
    ]
