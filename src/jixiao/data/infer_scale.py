"""The scale of a rating from its values: numbers, marked numbers such as ``4/5``, or words."""

from __future__ import annotations

import re
from itertools import pairwise

from jixiao.contracts import Scale
from jixiao.data.profile import Profile
from jixiao.data.scales import known_order, level_name, plain_level

MOST_CLASSES = 1000
_ENOUGH, _RARE = 100, 0.01
_PENDING = frozenset(
    {
        *("tbd", "tbc", "pending", "not rated", "unrated", "not reviewed", "na", "n/a", "none"),
        *("待定", "待评", "待评定", "未评", "未评定", "未考核", "暂无", "暂缺", "无", "缺", "待补"),
    }
)
"""Words that say that there is no rating yet; never levels of a scale."""
_MARKED = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:(?:/|out of|分之)\s*(\d+)|[- ]?stars?|星级?|颗星|分|points?|级)",
    re.IGNORECASE,
)


def numeric_scale(column: Profile, is_named: bool) -> Scale | None:
    """Return the scale of numeric ratings: 3 to 10 even steps (11 for a named 0 to 10)."""
    levels = [float(value) for value in column.common_numbers]
    if not 2 <= len(levels) <= 11 or (len(levels) == 2 and not is_named):
        return None
    gaps = {round(b - a, 6) for a, b in pairwise(levels)}
    step = min(gaps)
    even = all(abs(gap / step - round(gap / step)) < 1e-6 for gap in gaps)
    count = round((levels[-1] - levels[0]) / step) + 1
    if not even or count > (11 if is_named else 10) or column.integer_share < 0.5:
        return None
    if len(levels) == 2:
        return None
    if step not in (1.0, 0.5) and len(gaps) > 1:
        return None
    return Scale(levels=tuple(level_name(levels[0] + at * step) for at in range(count)))


def marked_scale(column: Profile) -> Scale | None:
    """Return the scale of cells such as ``4 stars``, ``4.5/5`` or ``4星``."""
    found = [_MARKED.fullmatch(value.strip()) for value in column.levels["value"].head(60)]
    if not found or not all(found):
        return None
    numbers = [float(one[1]) for one in found if one]
    tops = {int(one[2]) for one in found if one and one[2]}
    top = max(tops) if tops else max(5, round(max(numbers)))
    if len(tops) > 1 or top > 10 or max(numbers) > top:
        return None
    low = 0 if min(numbers) < 1 else 1
    step = 1.0 if all(number.is_integer() for number in numbers) else 0.5
    count = round((top - low) / step) + 1
    return Scale(levels=tuple(level_name(low + at * step) for at in range(count)))


def worded_scale(column: Profile) -> Scale | None:
    """Return the scale of worded levels whose order is known; case twins become synonyms.

    Words in a few cells that are no level (``TBD``, ``待定``) are left out and later told.
    """
    kept = _common(column)
    ordered = known_order(kept)
    if ordered is None or len(ordered) < 3:
        return None
    by_plain = {plain_level(level): level for level in kept}
    others = [value for value in column.levels["value"] if value not in kept]
    alike = [value for value in others if plain_level(value) in by_plain]
    synonyms = {value: by_plain[plain_level(value)] for value in alike}
    try:
        return Scale(levels=ordered, synonyms=synonyms)
    except ValueError:
        ranks = tuple(float(rank) for rank in range(1, len(ordered) + 1))
        return Scale(levels=ordered, values=ranks, synonyms=synonyms)


def spellings(column: Profile) -> list[str]:
    """Return one spelling, the commonest, of each value."""
    kept: dict[str, str] = {}
    for value in column.levels["value"].head(3 * MOST_CLASSES):
        kept.setdefault(plain_level(value), value)
    return list(kept.values())


def _common(column: Profile) -> list[str]:
    """Return the spellings without rare ones, where only those without have a known order."""
    kept = [value for value in spellings(column) if plain_level(value) not in _PENDING]
    if column.filled < _ENOUGH or known_order(kept) is not None:
        return kept
    counts: dict[str, int] = {}
    for value, n in column.levels.head(3 * MOST_CLASSES).iter_rows():
        counts[plain_level(value)] = counts.get(plain_level(value), 0) + n
    often = [value for value in kept if counts[plain_level(value)] >= _RARE * column.filled]
    rest = sum(counts[plain_level(value)] for value in kept if value not in often)
    ranked = [value for value in kept if value in often or _fits(often, value)]
    return ranked if rest <= 2 * _RARE * column.filled and known_order(ranked) else kept


def _fits(often: list[str], value: str) -> bool:
    return known_order([*often, value]) is not None
