"""Facts about goals: how far each one got, when it was due, and how the period before went."""

from __future__ import annotations

from datetime import date, timedelta

from jixiao.contracts import Comment, Fact
from jixiao.core import Period, language_of
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.ledger import Goal
from jixiao.reports.spans import span
from jixiao.reports.statistics import mean

MAX_GOALS = 5
"""Most goals of one report."""
REACHED = 100.0
"""Progress in percent from which a goal is reached."""


def goals_of_view(view: View) -> list[Goal]:
    """Return a person's goals of the reviewed period."""
    goals = view.ledger.goals
    return [goal for record in view.records for goal in goals.get(record.row, ())][:MAX_GOALS]


def on_day(day: date) -> Period:
    """Return a day as a period."""
    return Period(day, day + timedelta(days=1))


@BUILDERS.register("goals.v1")
def goal_facts(view: View) -> list[Fact]:
    """Return the progress of a person's goals, and of the period before."""
    facts: list[Fact] = []
    for place, goal in enumerate(goals_of_view(view), start=1):
        key, rows = f"goal{place}", (goal.row,)
        facts.append(view.fact(key, "goal", measure="goal", rows=rows))
        if goal.progress is not None:
            state = "reached" if goal.progress >= REACHED else "open"
            progress = f"{key}.progress"
            facts.append(
                view.fact(progress, goal.progress, unit="%", formula="as stored", rows=rows)
            )
            text = f"{progress} ≥ 100"
            facts.append(view.fact(f"{key}.state", state, formula=text, rows=rows))
        if goal.due is not None:
            due = goal.due.isoformat()
            facts.append(view.fact(f"{key}.due", due, period=on_day(goal.due), rows=rows))
    return [*facts, *_before(view)]


def goal_comments(view: View) -> list[Comment]:
    """Return the wordings of a person's goals."""
    return [
        Comment(
            id=f"goal{place}.text",
            subject=view.subject,
            text=goal.text,
            row=goal.row,
            column=goal.column,
            language=language_of(goal.text),
            period=span(view.period),
        )
        for place, goal in enumerate(goals_of_view(view), start=1)
    ]


def _before(view: View) -> list[Fact]:
    """Compare the mean progress with that of the last period that had goals."""
    now = [g.progress for g in goals_of_view(view) if g.progress is not None]
    past: dict[Period, list[Goal]] = {}
    for record in view.history:
        if record.period and view.period and record.period.end <= view.period.start:
            past.setdefault(record.period, []).extend(view.ledger.goals.get(record.row, ()))
    known = {
        period: own for period, own in past.items() if any(g.progress is not None for g in own)
    }
    if not now or not known:
        return []
    last = max(known, key=lambda period: (period.end, period.start))
    before = mean([g.progress for g in known[last] if g.progress is not None])
    rows = tuple(goal.row for goal in known[last])
    formula = "mean(goal.progress)"
    change = difference(mean(now), before, "%")
    text = "goals.progress − goals.previous"
    return [
        view.fact("goals.progress", mean(now), unit="%", formula=formula),
        view.fact("goals.previous", before, unit="%", period=last, formula=formula, rows=rows),
        view.fact("goals.change", change, unit="pp", base="goals.previous", formula=text),
    ]


@BUILDERS.register("group_goals.v1")
def group_goal_facts(view: View) -> list[Fact]:
    """Return the mean progress of a group's goals and the share of people who reached theirs."""
    figures, group, period = view.figures, view.group, view.period
    if not figures.is_shown(group, period) or not figures.is_shown(group, period, "goals"):
        return []
    progress = list(figures.goals(group, period).values())
    reached = sum(value >= REACHED for value in progress)
    formula = "100 × count(people with a progress of 100 or more) ÷ goals.n"
    return [
        view.fact("goals.n", len(progress), formula="count(people with a goal)"),
        view.fact("goals.mean", mean(progress), unit="%", formula="mean(people)"),
        view.fact("goals.reached", 100 * reached / len(progress), unit="%", formula=formula),
    ]
