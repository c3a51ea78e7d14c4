"""Facts from confidential sources (survey, upward, peer): only means over enough people."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.contracts import Column, DataType, Fact, Role
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.intervals import wilson
from jixiao.reports.statistics import mean

SHORTEST_SCALE, LONGEST_SCALE = 2, 10
"""Steps between the ends of a scale whose upper quarter is told."""


@BUILDERS.register("confidential.v1")
def confidential_facts(view: View) -> list[Fact]:
    """Return the mean of each confidential number of the period, or a fact that it is hidden.

    Rows are never listed, because they would lead back to who answered.
    """
    if view.level != "employee" and not view.figures.is_shown(view.group, view.period):
        return []
    frame = view.ledger.evidence.frame
    columns = [
        column
        for column in view.ledger.evidence.contract.by_role(Role.CONFIDENTIAL)
        if column.type in (DataType.NUMBER, DataType.INTEGER)
        and column.name in frame.columns
        and frame[column.name].count()
    ]
    facts: list[Fact] = []
    if view.level == "employee":  # a survey holds the subject's own answers
        columns = [column for column in columns if column.source != "survey"]
    given = {column: view.figures.answers(column.name, view.records) for column in columns}
    known = [column for column, answers in given.items() if answers]
    for place, column in enumerate(known, start=1):
        facts += _one(view, f"conf{place}", column, list(given[column].values()))
    return [*facts, *_ends(view, facts)]


def _one(view: View, key: str, column: Column, answers: Sequence[float]) -> list[Fact]:
    name = column.name
    minimum = view.figures.minimum
    if view.level == "employee":
        shown = len(answers) >= minimum
    else:
        shown = view.figures.is_shown(view.group, view.period, f"answers:{name}")
    facts = [view.fact(key, "confidential", measure=name)]
    if not shown:
        formula = "confidential answers need this many respondents, directly and by difference"
        return [*facts, view.fact(f"{key}.hidden", minimum, measure=name, formula=formula)]
    average, formula = mean(answers), "mean(last answer of each respondent)"
    facts += [
        view.fact(f"{key}.mean", average, measure=f"{name}_mean", formula=formula),
        view.fact(f"{key}.n", len(answers), measure=f"{name}_n", formula="count(respondents)"),
    ]
    return facts + _upper(view, key, column, answers)


def _upper(view: View, key: str, column: Column, answers: Sequence[float]) -> list[Fact]:
    """Return the share of answers in the upper quarter of a short scale, with its interval."""
    low, high = column.minimum, column.maximum
    if low is None or high is None or not SHORTEST_SCALE <= high - low <= LONGEST_SCALE:
        return []
    count = sum(answer >= low + 0.75 * (high - low) - 1e-9 for answer in answers)
    ends = wilson(count, len(answers))
    text = "100 × count(answers in the upper quarter of the scale) ÷ count(respondents)"
    given = (("share", count / len(answers)), ("share_low", ends[0]), ("share_high", ends[1]))
    return [
        view.fact(
            f"{key}.{part}",
            100 * value,
            measure=f"{column.name}_{part}",
            unit="%",
            formula=text if part == "share" else "95 % interval of the share (Wilson)",
        )
        for part, value in given
    ]


def _ends(view: View, facts: Sequence[Fact]) -> list[Fact]:
    """Mark the questions with most and with fewest answers at the upper end."""
    shares = [fact for fact in facts if fact.id.endswith(".share")]
    if len(shares) < 2:
        return []
    ranked = sorted(shares, key=lambda fact: (-float(fact.value or 0), fact.id))
    text = "share of the upper end, among all questions"
    marks = (("best", ranked[0], f"largest {text}"), ("worst", ranked[-1], f"smallest {text}"))
    return [
        view.fact(
            fact.id.replace(".share", f".{mark}"),
            "yes",
            measure=fact.measure.removesuffix("_share"),
            formula=said,
        )
        for mark, fact, said in marks
        if ranked[0].value != ranked[-1].value
    ]
