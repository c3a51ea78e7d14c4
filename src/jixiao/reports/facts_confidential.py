"""Facts from confidential sources (survey, upward, peer): only means over enough people."""

from __future__ import annotations

from collections.abc import Mapping

from jixiao.contracts import DataType, Fact, Role
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.statistics import mean


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
    given = {column.name: view.figures.answers(column.name, view.records) for column in columns}
    known = [name for name, answers in given.items() if answers]
    for place, name in enumerate(known, start=1):
        facts += _one(view, f"conf{place}", name, given[name])
    return facts


def _one(view: View, key: str, name: str, answers: Mapping[str, float]) -> list[Fact]:
    minimum = view.figures.minimum
    if view.level == "employee":
        shown = len(answers) >= minimum
    else:
        shown = view.figures.is_shown(view.group, view.period, f"answers:{name}")
    facts = [view.fact(key, "confidential", measure=name)]
    if not shown:
        formula = "confidential answers need this many respondents, directly and by difference"
        return [*facts, view.fact(f"{key}.hidden", minimum, measure=name, formula=formula)]
    average, formula = mean(list(answers.values())), "mean(last answer of each respondent)"
    return [
        *facts,
        view.fact(f"{key}.mean", average, measure=name, formula=formula),
        view.fact(f"{key}.n", len(answers), measure=name, formula="count(respondents)"),
    ]
