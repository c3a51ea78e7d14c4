"""Charts as data: which facts become which series; drawing them is left to the renderers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from jixiao.contracts import Chart, ChartSeries, Fact
from jixiao.reports.formats import period_text
from jixiao.reports.outline import ChartLine, ChartSpec
from jixiao.reports.slots import Scope, fill


def charts_of(specs: Sequence[ChartSpec], scope: Scope) -> tuple[Chart, ...]:
    """Return the charts whose facts are there."""
    return tuple(chart for spec in specs for chart in _rounds(spec, scope))


def _rounds(spec: ChartSpec, scope: Scope) -> Iterator[Chart]:
    scopes = scope.rounds(spec.each, spec.most) if spec.each else iter([scope])
    for inner in scopes:
        chart = _chart(spec, inner)
        if chart is not None:
            yield chart


def _chart(spec: ChartSpec, scope: Scope) -> Chart | None:
    columns = [_facts(line, scope) for line in spec.series]
    first = [fact for fact in columns[0] if fact is not None]
    title = fill(spec.title, scope)
    if len(first) < spec.least or title is None:
        return None
    labels = tuple(_label(fact, spec, scope) for fact in first)
    series = [_series(line, found, first) for line, found in zip(spec.series, columns, strict=True)]
    low, high = _axis(spec, scope)
    return Chart(
        id=spec.id if not spec.each else f"{spec.id}.{scope.item}",
        kind=spec.kind,
        title=title.text,
        labels=labels,
        series=tuple(one for one in series if any(value is not None for value in one.values)),
        unit=first[0].unit,
        minimum=low,
        maximum=high,
    )


def _facts(line: ChartLine, scope: Scope) -> list[Fact | None]:
    if not isinstance(line.facts, str):
        return [scope.fact(name) for name in line.facts]
    name = scope.full(line.facts)
    if "*" not in name:
        return [scope.fact(line.facts)]
    found: list[Fact | None] = []
    for place in count(1):
        fact = scope.facts.get(name.replace("*", str(place)))
        if fact is None:
            return found
        found.append(fact)
    return found


def _series(line: ChartLine, found: list[Fact | None], first: list[Fact]) -> ChartSeries:
    """Align a series to the labels: numbered facts by period, a single one held throughout."""
    aligned: list[Fact | None]
    if found and found[0] is first[0]:
        aligned = list(first)
    elif len(found) > 1:
        by_end = {_end(fact): fact for fact in found if fact is not None}
        aligned = [by_end.get(_end(fact)) for fact in first]
    else:
        aligned = [*found, *[None] * len(first)][: len(first)]
    values = tuple(_number(fact) for fact in aligned)
    ids = tuple(fact.id if fact else "" for fact in aligned)
    return ChartSeries(name=line.name, values=values, facts=ids, role=line.role)


def _end(fact: Fact) -> str:
    return fact.period.end if fact.period else ""


def _number(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, int | float) else None


def _label(fact: Fact, spec: ChartSpec, scope: Scope) -> str:
    if spec.labels == "period":
        return period_text(fact.period, scope.words.language) if fact.period else fact.measure
    if spec.labels == "named":
        return scope.words.value(fact.measure)
    return fact.measure if spec.labels == "measure" else scope.words.label(fact.id)


def _axis(spec: ChartSpec, scope: Scope) -> tuple[float | None, float | None]:
    if spec.axis == "percent":
        return 0.0, 100.0
    if spec.axis == "zero":
        return 0.0, None
    if spec.axis == "scale":
        return _number(scope.fact("scale.bottom")), _number(scope.fact("scale.top"))
    return None, None
