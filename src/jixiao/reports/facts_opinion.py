"""Facts of the model's second opinion: probabilities, interval, agreement with the stored rating.

They come into being only where the reader may see them (``View.shows_opinion``), so that no
rendering can show them by mistake.
"""

from __future__ import annotations

from jixiao.contracts import Fact, TaskKind
from jixiao.reports.facts import BUILDERS, View, target_unit
from jixiao.reports.ledger import Opinion
from jixiao.reports.statistics import mean

MASS = 0.9
"""Least probability that the interval of levels holds."""


def likely_range(shares: list[float], *, mass: float = MASS) -> list[int]:
    """Return the fewest neighbouring levels that hold the mass; the likeliest of equals.

    Examples:
        >>> likely_range([0.35, 0.25, 0.12, 0.22, 0.06])
        [0, 1, 2, 3]
    """
    count = len(shares)
    for size in range(1, count):
        sums = [(sum(shares[at : at + size]), -at) for at in range(count - size + 1)]
        held, at = max(sums)
        if held >= mass - 1e-9:
            return list(range(-at, -at + size))
    return list(range(count))


def likely_set(shares: list[float], *, mass: float = MASS) -> list[int]:
    """Return the fewest levels that hold the mass, in rising order; likelier levels first.

    Examples:
        >>> likely_set([0.02, 0.08, 0.6, 0.3])
        [2, 3]
    """
    ranked = sorted(range(len(shares)), key=lambda level: (-shares[level], level))
    chosen: list[int] = []
    held = 0.0
    for level in ranked:
        chosen.append(level)
        held += shares[level]
        if held >= mass - 1e-9:
            break
    return sorted(chosen)


@BUILDERS.register("opinion.v1")
def opinion_facts(view: View) -> list[Fact]:
    """Return the second opinion on a person in the reviewed period, where it may be seen."""
    if not view.shows_opinion:
        return []
    rows = [record.row for record in view.records if record.row in view.ledger.opinions]
    opinions = [view.ledger.opinions[row] for row in rows]
    scored = [opinion for opinion in opinions if opinion.status == "scored"]
    if opinions and not scored:
        return [view.fact("opinion.status", opinions[0].status, rows=rows)]
    if not scored:
        return []
    rows = [row for row in rows if view.ledger.opinions[row].status == "scored"]
    facts = _levels(view, scored, rows) if scored[0].probabilities else []
    return facts or _number(view, scored, rows)


def _number(view: View, scored: list[Opinion], rows: list[int]) -> list[Fact]:
    numbers = [o.expected for o in scored if o.expected is not None]
    numbers = numbers or [o.predicted for o in scored if isinstance(o.predicted, float)]
    if not numbers:
        return []
    formula = "mean(model output; records of the period)"
    value = mean(numbers)
    facts = [view.fact("opinion.expected", value, unit=target_unit(view), formula=formula)]
    return [fact.model_copy(update={"rows": tuple(rows)}) for fact in facts]


def _levels(view: View, scored: list[Opinion], rows: list[int]) -> list[Fact]:
    levels = view.ledger.levels
    shares = [mean([o.probabilities[i] for o in scored]) for i in range(len(levels))]
    top = max(range(len(levels)), key=lambda level: (shares[level], -level))
    formula = "mean(model probability; records of the period)"
    facts = [
        view.fact(
            f"opinion.p{i + 1}", 100 * share, measure=level, unit="%", formula=formula, rows=rows
        )
        for i, (level, share) in enumerate(zip(levels, shares, strict=True))
        if len(levels) <= 10 or i in likely_set(shares)
    ]
    facts += [
        view.fact("opinion.level", levels[top], formula="likeliest level", rows=rows),
        view.fact("opinion.share", 100 * shares[top], unit="%", formula=formula, rows=rows),
    ]
    is_ordinal = view.ledger.evidence.contract.task.kind is TaskKind.ORDINAL
    held = likely_range(shares) if is_ordinal else likely_set(shares)
    formula = "fewest levels that hold 90 % of the probability"
    if is_ordinal:
        expected = sum(s * v for s, v in zip(shares, view.ledger.values, strict=True))
        text = "Σ probability × number of the level"
        facts.append(view.fact("opinion.expected", expected, formula=text, rows=rows))
        low, high = levels[held[0]], levels[held[-1]]
        facts.append(view.fact("opinion.low", low, formula=formula, rows=rows))
        facts.append(view.fact("opinion.high", high, formula=formula, rows=rows))
    facts.append(view.fact("opinion.levels", len(held), formula=formula, rows=rows))
    mass = 100 * sum(shares[level] for level in held)
    facts.append(view.fact("opinion.mass", mass, unit="%", formula=formula, rows=rows))
    return [*facts, *_agreement(view, top, held, rows)]


def _agreement(view: View, top: int, held: list[int], rows: list[int]) -> list[Fact]:
    rated = view.rated
    if rated is None:
        return []
    if rated.level is None:
        if rated.value is None:
            return []
        inside = view.ledger.values[held[0]] <= rated.value <= view.ledger.values[held[-1]]
        word = "inside" if inside else "outside"
    elif rated.level == top:
        word = "same"
    else:
        word = "inside" if held[0] <= rated.level <= held[-1] else "outside"
    formula = "stored rating beside opinion.level and opinion.low … opinion.high"
    return [view.fact("opinion.agreement", word, formula=formula, rows=rows)]
