"""Whether a figure and a fact can be the same: value, unit, subject, measure, period and role."""

from __future__ import annotations

import re

from jixiao.gate.facts import Known
from jixiao.gate.figure_forms import Figure
from jixiao.gate.scope import About

_RATE = re.compile(r"rate|ratio|share|percent|pct|proportion|率|比|占", re.IGNORECASE)
_MEASURED = ("time", "days", "weeks", "months", "years", "mass")
_COUNTED = ("count", "points")
_FREE = frozenset({"threshold", "place"})
"""Parts of measures that need not be named."""
FEW = 20
"""Below this, a count never stands for a fraction."""
CITED_ROUNDING = 0.01
"""Largest relative error of a whole number in a claim that cites its facts."""
_TRIMMED = 0.05
"""A figure without decimals may be one of one decimal, the zero of which is not written."""


def is_same_value(figure: Figure, known: Known, about: About) -> bool:
    """Return whether a figure may be read as a fact's value."""
    if known.value is None or _counts_a_fraction(figure, known):
        return False
    if figure.signed and figure.value < 0 and known.is_difference and about.is_directed:
        return False  # the direction is told by a word already
    loose = not (known.parts & {"threshold"} or _is_far(figure, known, about))
    for value in _readings(figure, known):
        unsigned = not figure.signed and (known.is_difference or about.in_change)
        for one in (value, abs(value)) if unsigned else (value,):
            if figure.is_exactly(one) or (loose and figure.accepts(one)):
                return True
    return False


def distance(figure: Figure, known: Known) -> float:
    """Return how far a fact's value lies from a figure, in the figure's own unit, without signs."""
    return min(abs(abs(value) - abs(figure.value)) for value in _readings(figure, known))


def _counts_a_fraction(figure: Figure, known: Known) -> bool:
    """Return whether a figure counts things and a fact is no whole number of them."""
    if figure.unit is None or figure.unit.dimension != "count" or figure.approximate:
        return False
    value = known.value or 0.0
    return abs(value) < FEW and not value.is_integer()


def _is_far(figure: Figure, known: Known, about: About) -> bool:
    """Return whether a claim that cites its facts rounds one to much less than it says."""
    if about.mentioned is None or figure.approximate or figure.kind != "amount":
        return False
    if not float(figure.value).is_integer():
        return False
    least = _TRIMMED if figure.value else 0.0
    return all(
        abs(abs(value) - abs(figure.value)) > max(least, CITED_ROUNDING * abs(value))
        for value in _readings(figure, known)
    )


def _readings(figure: Figure, known: Known) -> list[float]:
    """Return the true value in the figure's own unit; several where no unit is written."""
    value, unit = known.value or 0.0, known.unit
    if figure.kind == "ratio":
        return [value / 100] if unit and unit.dimension == "percent" else [value]
    if figure.unit is None:
        return [value] if unit is None or unit.size == 1 else [value, value / unit.size]
    if figure.unit.dimension == "percent" and (unit is None or unit.dimension != "percent"):
        return [value * 100, value] if abs(value) <= 1 else [value]
    if unit is not None and figure.unit.dimension == unit.dimension:
        return [value / figure.unit.size]
    return [value]


def has_same_unit(figure: Figure, known: Known) -> bool:
    """Return whether a figure's unit goes with a fact's."""
    mine, its = figure.unit, known.unit
    its_dimension = its.dimension if its else None
    if figure.kind in ("ratio", "factor", "times"):
        return figure.kind == "ratio" and (its_dimension == "percent" or _may_be_share(known))
    if figure.kind == "ordinal":
        return its is None or its_dimension == "count"
    if mine is None:
        return its_dimension not in ("percent", "points of percent")
    if mine.dimension == "percent":
        return its_dimension == "percent" or _may_be_share(known)
    if mine.dimension == "points of percent":
        return its_dimension == "points of percent" or (
            its_dimension == "percent" and known.is_difference
        )
    if its is None:
        return mine.dimension not in _MEASURED
    if mine.dimension == its_dimension:
        return True
    if mine.dimension == "points" and its_dimension == "points of percent":
        return True
    return mine.dimension in _COUNTED and (its_dimension in _COUNTED or its.name == its.dimension)


def _may_be_share(known: Known) -> bool:
    """Return whether a fact without a unit is a share of one by its name and size."""
    return (
        known.unit is None
        and known.value is not None
        and abs(known.value) <= 1.5
        and bool(_RATE.search(known.fact.measure))
    )


def may_be(figure: Figure, known: Known, about: About) -> bool:
    """Return whether a fact may be what a figure says, its value left aside."""
    if about.subjects is not None and known.fact.subject not in about.subjects:
        return False
    if not about.allows(known.core) and not known.is_general and known.parts.isdisjoint(_FREE):
        return False
    return (
        has_same_unit(figure, known)
        and _fits_role(figure, known, about)
        and _fits_period(known, about)
    )


def _fits_period(known: Known, about: About) -> bool:
    span = known.fact.period
    if span is None or (known.is_difference and about.mentioned is not None):
        return True  # a cited difference: the period it is taken from is judged by itself
    if about.period is not None and not about.period.fits(span):
        return False
    if about.base_period is not None and "previous" in about.roles and not known.is_difference:
        return about.base_period.fits(span)
    return True


def _fits_role(figure: Figure, known: Known, about: About) -> bool:
    parts, roles = known.parts, about.roles
    if figure.kind == "ordinal":
        return bool(parts & {"rank", "place"}) or about.is_given
    if "rank" in parts:
        return "rank" in roles
    if known.is_difference and "value" in roles:
        return False
    if known.is_difference:
        return "change" in roles or (about.in_change and "target" not in roles) or "slope" in roles
    if "target" in roles:
        return "target" in parts or (known.fact.base is None and "target" in known.core)
    return "target" not in parts
