"""Charts of the pages about people: the reports' own drawing, with the values for a table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jixiao.app.web.rendering import say
from jixiao.contracts import Chart, ChartSeries, Language, Span
from jixiao.core import Period
from jixiao.office.cycles.ratings import Rating
from jixiao.office.people.distribution import Distribution
from jixiao.office.work.curves import Curve
from jixiao.reports.charts import draw
from jixiao.reports.formats import number_text, period_text


@dataclass(frozen=True)
class Drawn:
    """A chart and its table.

    Attributes:
        title: What it shows.
        svg: The drawing, every text in it escaped.
        rows: Label and value of each point.
    """

    title: str
    svg: Markup
    rows: tuple[tuple[str, str], ...]


def figure_text(value: float, language: Language) -> str:
    """Return a figure as it is read."""
    return number_text(value, None, language)


def period_name(period: Period, language: Language) -> str:
    """Return a period as it is read."""
    if not period.label:
        return say("base.all_records", language)
    return period_text(Span(**period.to_json()), language)


def rating_line(
    ratings: Sequence[tuple[Period, Rating]], values: Sequence[float], language: Language
) -> Drawn | None:
    """Return a person's ratings over the periods as a line; None without any."""
    if not ratings:
        return None
    chart = Chart(
        id="ratings",
        kind="line",
        title=say("people.ratings", language),
        labels=tuple(period.label or period_name(period, language) for period, _ in ratings),
        series=(
            ChartSeries(
                name=say("people.rating", language), values=tuple(one.value for _, one in ratings)
            ),
        ),
        minimum=values[0] if values else None,
        maximum=values[-1] if values else None,
    )
    rows = tuple(
        (period_name(period, language), one.level or figure_text(one.value, language))
        for period, one in ratings
    )
    return Drawn(chart.title, Markup(draw(chart, language)), rows)


def spread(found: Distribution, language: Language) -> list[Drawn]:
    """Return the distribution of each unit, the whole first."""
    labels = tuple(low if low == high else f"{low}–{high}" for low, high in found.bands)
    drawn: list[Drawn] = []
    for unit, counts in found.rows:
        chart = Chart(
            id=f"spread-{len(drawn)}",
            kind="distribution",
            title=unit or say("teams.whole", language),
            labels=labels,
            series=(
                ChartSeries(name=say("teams.people", language), values=tuple(map(float, counts))),
            ),
            minimum=0.0,
        )
        rows = tuple(zip(labels, map(str, counts), strict=True))
        drawn.append(Drawn(chart.title, Markup(draw(chart, language)), rows))
    return drawn


def training_curves(curves: Sequence[Curve], language: Language) -> list[Drawn]:
    """Return two lines for each part of a training: loss, then score, by passes over the data."""
    drawn: list[Drawn] = []
    for curve in curves:
        labels = tuple(figure_text(epoch, language) for epoch in curve.epochs)
        for key, values in (("loss", curve.losses), ("score", curve.scores)):
            title = say(f"models.curve_{key}", language)
            chart = Chart(
                id=f"curve-{len(drawn)}",
                kind="line",
                title=f"{curve.part}: {title}" if curve.part else title,
                labels=labels,
                series=(ChartSeries(name=title, values=tuple(round(v, 4) for v in values)),),
            )
            rows = tuple((a, figure_text(b, language)) for a, b in zip(labels, values, strict=True))
            drawn.append(Drawn(chart.title, Markup(draw(chart, language)), rows))
    return drawn
