"""Which period a figure of a sentence is about."""

from __future__ import annotations

from jixiao.gate.figure_forms import Figure
from jixiao.gate.parse import Parsed
from jixiao.gate.periods import Mention
from jixiao.gate.scope import Scope


def period_at(
    figure: Figure, parsed: Parsed, scope: Scope
) -> tuple[Mention | None, Mention | None]:
    """Return the period of a figure, and the one it is compared with.

    A claim that cites its facts has chosen their periods already; there a period holds for the
    figure beside it only.
    """
    if not parsed.periods:
        return None, None
    plain: list[Mention] = []
    base: list[Mention] = []
    for mention in parsed.periods:
        if mention.weekday is None:
            (base if is_base(mention, parsed) else plain).append(mention)
    behind = base_behind(figure, parsed)
    if behind is not None:
        return behind, None
    joined = next((one for one in base if joins_base(one, figure, parsed)), None)
    if joined is not None:
        return joined, None
    others = {base_behind(one, parsed) for one in parsed.figures if one is not figure}
    plain = [one for one in plain if one not in others]
    before = [one for one in plain if one.end <= figure.start]
    own = before[-1] if before else (plain[0] if plain and not scope.cited else None)
    if own is not None and scope.cited and not is_beside(own, figure, parsed):
        own = None
    compared = [one for one in base if one.end <= figure.start] or base
    return own, compared[-1] if compared else None


def base_behind(figure: Figure, parsed: Parsed) -> Mention | None:
    """Return the period right behind a figure: 3.2 in Q3 2025."""
    search = parsed.lexicon.near_period
    for one in parsed.periods:
        if one.weekday is None and 0 <= one.start - figure.end <= 12:
            return one if search.search(parsed.text[figure.end : one.start]) else None
    return None


def joins_base(mention: Mention, figure: Figure, parsed: Parsed) -> bool:
    """Return whether a compared period owns the figure behind it: 与第三季度的6.7相比."""
    between = parsed.text[mention.end : figure.start]
    return between in ("的", "的“", "（", " (")


def is_beside(mention: Mention, figure: Figure, parsed: Parsed) -> bool:
    """Return whether no other figure stands between a period and a figure of one clause."""
    between = [one for one in parsed.figures if mention.end <= one.start < figure.start]
    start, _ = parsed.clause(figure.start)
    return not between and mention.start >= start


def is_base(mention: Mention, parsed: Parsed) -> bool:
    """Return whether a period is what another one is compared with."""
    left, right = parsed.text[: mention.start], parsed.text[mention.end :]
    return bool(
        parsed.lexicon.base_period.search(left) or parsed.lexicon.base_period_after.search(right)
    )
