"""Facts from confidential sources (survey, upward, peer): only means over enough people."""

from __future__ import annotations

from jixiao.contracts import DataType, Fact, Role
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.trends import mean


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
        if column.type in (DataType.NUMBER, DataType.INTEGER) and column.name in frame.columns
    ]
    facts: list[Fact] = []
    for column in columns:
        by_row = view.figures.column(column.name)
        answers: dict[object, float] = {}
        for record in view.records:
            value = by_row.get(record.row)
            if value is not None:
                answers[record.rater or record.row] = value
        if answers:
            key = f"conf{sum(1 for fact in facts if '.n' in fact.id or '.hidden' in fact.id) + 1}"
            facts += _one(view, key, column.name, answers)
    return facts


def _one(view: View, key: str, name: str, answers: dict[object, float]) -> list[Fact]:
    minimum = view.figures.minimum
    if len(answers) < minimum:
        formula = "confidential answers need this many respondents"
        return [
            view.fact(key, "confidential", measure=name),
            view.fact(f"{key}.hidden", minimum, measure=name, formula=formula),
        ]
    average = mean(list(answers.values()))
    formula = "mean(answers; respondents)"
    return [
        view.fact(key, "confidential", measure=name),
        view.fact(f"{key}.mean", average, measure=name, formula=formula),
        view.fact(f"{key}.n", len(answers), measure=name, formula="count(respondents)"),
    ]
