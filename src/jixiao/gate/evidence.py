"""What the facts say about a direction: the sign of a value less what it is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.gate.facts import Known
from jixiao.gate.lexicon import LANGUAGES, lexicon_of
from jixiao.gate.scope import About, Scope
from jixiao.gate.told_periods import told_period

_SIGNS = {
    "up": 1,
    "down": -1,
    "same": 0,
    "steady": 0,
    "flat": 0,
    "rising": 1,
    "falling": -1,
    "上升": 1,
    "下降": -1,
    "持平": 0,
}
_GOOD = {"better": 1, "worse": -1, "same": 0, "met": 1, "missed": -1, "达标": 1, "未达标": -1}
_DONE = {"reached": 1, "done": 1, "open": -1, "完成": 1, "未完成": -1}
CODES = frozenset({*_SIGNS, *_GOOD, *_DONE})
"""Words of facts that say which way something went; any other one only names a level."""
_LESS = frozenset({"less", "lower", "越低越好"})
_MEANS = frozenset({"mean", "median"})
_WHOLE = ("organisation", "organization", "company", "公司", "组织")
_EXTREME = re.compile(
    r"(?P<high>highest|best|max|maximum|top|largest|最高|最大|最好)"
    r"|(?P<low>lowest|worst|min|minimum|bottom|smallest|最低|最小|最差)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A direction that facts show.

    Attributes:
        value: 1 for more, -1 for less, 0 for the same.
        fact: The fact that shows it.
        base: target, team, organisation or previous.
    """

    value: int
    fact: Known
    base: str


def sign_of(number: float) -> int:
    """Return 1, -1 or 0."""
    return (number > 1e-9) - (number < -1e-9)


def base_of(known: Known) -> str:
    """Return what a difference is a difference from."""
    said = f"{known.fact.base or ''} {known.fact.measure} {known.fact.id}".casefold()
    for name, words in (
        ("target", ("target", "goal", "gap", "quota", "目标")),
        ("team", ("team", "团队", "peer", "department", "部门")),
        ("organisation", ("organisation", "organization", "company", "公司", "组织")),
    ):
        if any(word in said for word in words):
            return name
    return "previous"


def about_matches(known: Known, about: About) -> bool:
    """Return whether a fact is about what a word is about, as far as that is known."""
    if about.subjects is not None and known.fact.subject not in about.subjects:
        return False
    return about.allows(known.core)


def signs(about: About, scope: Scope) -> Iterator[Sign]:
    """Yield every direction that the facts show on what a word is about."""
    some = [one for one in scope.known if about_matches(one, about)]
    if about.period is not None:
        inside = [
            one for one in some if one.fact.period is None or about.period.fits(one.fact.period)
        ]
    else:
        inside = some
    for one in inside:
        if "season" in one.parts:
            continue  # above its course in one month: nothing about rising
        if one.is_difference and one.value is not None:
            yield Sign(sign_of(one.value), one, base_of(one))
        elif isinstance(one.fact.value, str) and one.fact.value.casefold() in _SIGNS:
            yield Sign(_SIGNS[one.fact.value.casefold()], one, "previous")
        elif isinstance(one.fact.value, str):  # a list of those who rose: movers_up
            last = one.fact.measure.casefold().rpartition("_")[2]
            if last in _SIGNS:
                yield Sign(_SIGNS[last], one, "previous")
    yield from _in_season(some, about)
    yield from _over_time(some, about)
    yield from _against_target(inside)
    yield from _against_groups(inside, scope)
    yield from _against_means(inside, scope)


def _in_season(some: list[Known], about: About) -> Iterator[Sign]:
    """Yield which way figures go every year in the month or quarter that is named."""
    for one in some:
        told = told_period(one.fact) if "season" in one.parts else None
        if told is not None and about.period is not None and about.period.fits(told):
            yield Sign(extreme_of(one), one, "previous")


def _over_time(some: list[Known], about: About) -> Iterator[Sign]:
    series: dict[tuple[str, str, frozenset[str]], list[Known]] = {}
    for one in some:
        plain = not one.is_difference and "rank" not in one.parts
        if one.value is not None and one.fact.period is not None and plain:
            parts = one.parts - {"previous", "history"}
            series.setdefault((one.fact.subject, one.core, parts), []).append(one)
    for points in series.values():
        points.sort(key=lambda one: one.fact.period.end if one.fact.period else "")
        pair = _pair(points, about)
        if pair is not None:
            yield Sign(
                sign_of((pair[1].value or 0.0) - (pair[0].value or 0.0)), pair[1], "previous"
            )


def _pair(points: list[Known], about: About) -> tuple[Known, Known] | None:
    """Return the older and the newer value that a sentence compares."""
    new = points[-1]
    if about.period is not None:
        new = next((p for p in points if p.fact.period and about.period.fits(p.fact.period)), new)
    older = [
        p
        for p in points
        if p.fact.period and new.fact.period and p.fact.period.end < new.fact.period.end
    ]
    if about.base_period is not None:
        older = [p for p in older if p.fact.period and about.base_period.fits(p.fact.period)]
    return (older[-1], new) if older else None


def _against_target(some: list[Known]) -> Iterator[Sign]:
    targets = [one for one in some if "target" in one.parts and one.value is not None]
    for target in targets:
        for one in some:
            if (
                one.core == target.core
                and one.value is not None
                and not one.parts
                and one.fact.subject == target.fact.subject
                and one.fact.period == target.fact.period
            ):
                yield Sign(sign_of(one.value - (target.value or 0.0)), one, "target")


def _against_means(some: list[Known], scope: Scope) -> Iterator[Sign]:
    """Yield how values compare with a mean of the same measure and period."""
    means = [one for one in scope.known if one.parts & _MEANS and one.value is not None]
    for one in some:
        if one.value is None or one.is_difference or one.parts & (_MEANS | {"rank", "target"}):
            continue
        for mean in means:
            same = mean.core == one.core and mean.fact.period == one.fact.period
            if same and not mean.is_difference:
                yield Sign(sign_of(one.value - (mean.value or 0.0)), one, "team")


def _against_groups(some: list[Known], scope: Scope) -> Iterator[Sign]:
    """Yield how values compare with those of groups that have the same measure and period."""
    for one in some:
        if (
            one.value is None
            or one.is_difference
            or "rank" in one.parts
            or scope.facts.kind_of(one.fact.subject) == "group"
        ):
            continue
        for group in scope.groups:
            for other in scope.facts.of(group):
                same = other.core == one.core and other.fact.period == one.fact.period
                if same and other.value is not None and not other.is_difference:
                    said = f"{group} {other.fact.measure}".casefold()
                    base = "organisation" if any(w in said for w in _WHOLE) else "team"
                    yield Sign(sign_of(one.value - other.value), one, base)


def is_less_better(about: About, scope: Scope, cores: Iterable[str]) -> bool | None:
    """Return whether less is better, by a fact or by what the measure is; None when unknown."""
    for one in scope.known:
        if about_matches(one, about) and isinstance(one.fact.value, str):
            word = one.fact.value.casefold()
            if one.fact.measure.casefold().endswith(("aim", "direction", "方向")):
                return word in _LESS
    words = [word for name in LANGUAGES for word in lexicon_of(name).words.less_is_better]
    named = list(cores)
    if not named:
        return None
    return any(word in core for core in named for word in words)


def judged(about: About, scope: Scope) -> Iterator[Sign]:
    """Yield what the facts say was good or bad: better, worse, met, missed."""
    for one in scope.known:
        if isinstance(one.fact.value, str) and about_matches(one, about):
            word = one.fact.value.casefold()
            if word in _GOOD:
                base = "target" if word in ("met", "missed", "达标", "未达标") else "previous"
                yield Sign(_GOOD[word], one, base)
            elif word in _DONE and one.fact.measure.casefold().endswith(("state", "状态")):
                yield Sign(_DONE[word], one, "target")


def extreme_of(known: Known) -> int:
    """Return 1 for a fact on the highest, -1 on the lowest, 0 on neither."""
    found = _EXTREME.search(f"{known.fact.measure} {known.fact.formula}")
    return 0 if found is None else (1 if found["high"] else -1)


def is_extreme(
    subject: str, about: About, scope: Scope, sign: int
) -> tuple[bool | None, Known | None]:
    """Return whether a subject's value is the highest (1) or lowest (-1) of all known ones.

    Only subjects of its own kind with the same measure and period are compared; None where fewer
    than two are known.
    """
    mine = [
        one
        for one in scope.known
        if one.fact.subject == subject
        and one.value is not None
        and not one.is_difference
        and about.allows(one.core)
        and not one.parts
        and (about.period is None or one.fact.period is None or about.period.fits(one.fact.period))
    ]
    for one in reversed(mine):
        kind = scope.facts.kind_of(subject)
        rivals = [
            other
            for other in scope.facts.known
            if other.core == one.core
            and other.parts == one.parts
            and other.value is not None
            and other.fact.period == one.fact.period
            and other.fact.subject != subject
            and scope.facts.kind_of(other.fact.subject) == kind
        ]
        if rivals:
            mine_value = one.value or 0.0
            best = all(sign * (mine_value - (other.value or 0.0)) >= 0 for other in rivals)
            return best, one
    return None, None
