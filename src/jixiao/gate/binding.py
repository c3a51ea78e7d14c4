"""What a figure or word of a sentence is about: which subject, measure, period and role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from jixiao.contracts import Comment, Span
from jixiao.gate.facts import FactSet, Known
from jixiao.gate.figure_forms import Figure
from jixiao.gate.finder import Finder
from jixiao.gate.lexicon import Lexicon
from jixiao.gate.measures import MeasureMention
from jixiao.gate.names import NameMention
from jixiao.gate.parse import Change, Parsed
from jixiao.gate.periods import Mention
from jixiao.gate.told_periods import told_period

_ANY_DIGIT = dict.fromkeys(map(ord, "123456789"), "0")
"""Makes words around figures alike; patterns of roles tell no digit from another."""
_STOP = re.compile(r"[,，;；。.、:：](?!\d)")


_IS = re.compile(r"\s*(?:was|were|is|are)\s+")
_IN = re.compile(
    r"\s*(?:[a-z]+\s+){0,3}(?:,\s*)?(?:in|into|during|over|after|before|at)\b\s*(?:the\s+)?",
    re.IGNORECASE,
)
_APART = re.compile(r"[,，;；。、:：()（）和与及]|\.(?!\d)")


@lru_cache(maxsize=64)
def _phrases(words: tuple[str, ...]) -> Finder:
    return Finder(words)


@dataclass
class Context:
    """What earlier sentences of a text were about.

    Attributes:
        person: The person named last.
        group: The group named last.
        last: The subject named last, of either kind.
        period: The period named last.
        homes: Groups that the last sentence with names was about, those of its people included.
    """

    person: str = ""
    group: str = ""
    last: str = ""
    period: Mention | None = None
    homes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """What a sentence may lean on.

    Attributes:
        facts: The whole set.
        known: The facts that may carry it: all, or those a claim cites.
        comments: The comments that it may quote.
        context: What came before.
        cited: Whether ``known`` are cited facts.
    """

    facts: FactSet
    known: tuple[Known, ...]
    comments: tuple[Comment, ...] = ()
    context: Context = field(default_factory=Context)
    cited: bool = False

    @cached_property
    def spans(self) -> frozenset[Span]:
        """Every period that a fact or comment here has."""
        own = (one.fact.period for one in self.known)
        said = (one.period for one in self.comments)
        return self.told | {span for span in (*own, *said) if span is not None}

    @cached_property
    def told(self) -> frozenset[Span]:
        """Days and parts of a year that words of facts are, such as when a goal is due."""
        found = (told_period(one.fact) for one in self.known)
        return frozenset(span for span in found if span is not None)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """Subjects of the comments."""
        return frozenset(one.subject for one in self.comments)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Groups that facts are about; none where a claim cites its facts."""
        if self.cited:
            return ()
        return tuple(s for s in self.facts.subject_ids if self.facts.kind_of(s) == "group")

    @property
    def outside(self) -> Finder:
        """Search for phrases on what no fact of the field holds."""
        return _phrases(self.facts.words.outside)

    @property
    def joining(self) -> Finder:
        """Search for phrases that set a person beside those told of before."""
        return _phrases(self.facts.words.joining)

    @property
    def against(self) -> Finder:
        """Search for words that set a subject against another one."""
        return _phrases(self.facts.words.against)

    def elsewhere(self, text: str) -> bool:
        """Return whether a text says that what follows is not in the facts."""
        words = self.facts.words.elsewhere
        return bool(words) and text in _phrases(words)

    def beyond(self, text: str) -> bool:
        """Return whether a text says that what stands before it is not in the facts."""
        words = self.facts.words.beyond
        return bool(words) and text in _phrases(words)


@dataclass(frozen=True)
class About:
    """What a figure or word is about; None leaves a question open.

    Attributes:
        subjects: Whom it may be about.
        cores: Which measures it may be.
        period: Its period.
        base_period: The period it is compared with.
        roles: target, change, previous, rank, mean…
        in_change: Whether its clause speaks of a change or comparison.
        is_directed: Whether words say which way a difference goes, so that its figure has no sign.
        is_given: Whether a fixed way of writing says which measure it is.
        mentioned: Measures that the sentence names, where only these may be confused: a claim that
            cites its facts need not name every measure.
    """

    subjects: frozenset[str] | None = None
    cores: frozenset[str] | None = None
    period: Mention | None = None
    base_period: Mention | None = None
    roles: frozenset[str] = frozenset()
    in_change: bool = False
    is_directed: bool = False
    is_given: bool = False
    mentioned: frozenset[str] | None = None

    def allows(self, core: str) -> bool:
        """Return whether a measure may be meant."""
        if self.cores is None or core in self.cores:
            return True
        return self.mentioned is not None and core not in self.mentioned


def about_figure(figure: Figure, parsed: Parsed, scope: Scope) -> About:
    """Return what a figure is about."""
    given = parsed.given.get(figure.start)
    if given and given.core:
        cores: frozenset[str] | None = frozenset({given.core})
    else:
        behind = not (given and given.otherwise)
        end = given.end if given else figure.end
        cores = measure_at(figure.start, end, parsed, behind=behind)
    if given and cores is None and given.otherwise:
        cores = frozenset({given.otherwise})
    if given and given.subject == "groups":
        subjects: frozenset[str] | None = frozenset(scope.groups)
    else:
        side = given.subject if given else ""
        subjects = subjects_at(figure.start, parsed, scope, cores=cores, side=side)
    roles = roles_of(figure, parsed)
    directed = bool(_changes_in_clause(figure.start, parsed))
    after = parsed.lexicon.roles["change_after"]
    period, base = period_at(figure, parsed, scope)
    if period is not None and _joins(period, figure, parsed):
        roles |= {"value"}
    if period is not None and is_base(period, parsed) and _joins(period, figure, parsed):
        roles |= {"previous"}
    if "previous" in roles and period is not None and not _is_beside(period, figure, parsed):
        period = None
    return About(
        subjects,
        cores,
        period,
        base,
        roles,
        in_change="change" in roles or directed,
        is_directed=directed or bool(after.search(parsed.plain[figure.end : figure.end + 28])),
        is_given=bool(given and given.core),
        mentioned=parsed.named if scope.cited else None,
    )


def _changes_in_clause(at: int, parsed: Parsed) -> list[Change]:
    start, end = parsed.clause(at)
    return [change for change in parsed.changes if start <= change.start < end]


def roles_of(figure: Figure, parsed: Parsed) -> frozenset[str]:
    """Return what the words around a figure say it is, such as a target or a rank."""
    left = parsed.plain[max(0, figure.start - 64) : figure.start]
    right = parsed.plain[figure.end : figure.end + 28]
    counted = figure.unit is not None and figure.unit.dimension == "count"
    found = set(_roles_before(left.translate(_ANY_DIGIT), parsed.lexicon))
    found |= _roles_after(right.translate(_ANY_DIGIT), parsed.lexicon, counted)
    start, end = figure.start - 24, figure.end + 16
    for place, part in parsed.parts:
        reached = counted and part == "target" and place >= figure.end
        if start <= place < end and not reached:  # 15 people reached their goals
            found.add(part)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _roles_before(left: str, lexicon: Lexicon) -> frozenset[str]:
    some = ((name, one) for name, one in lexicon.roles.items() if not name.endswith("_after"))
    return frozenset(name for name, one in some if name != "range" and one.search(left))


@lru_cache(maxsize=4096)
def _roles_after(right: str, lexicon: Lexicon, counted: bool) -> frozenset[str]:
    some = ((name, one) for name, one in lexicon.roles.items() if name.endswith("_after"))
    found = (name.removesuffix("_after") for name, one in some if one.search(right))
    return frozenset(name for name in found if not (counted and name == "target"))


def measure_at(
    start: int, end: int, parsed: Parsed, *, behind: bool = True
) -> frozenset[str] | None:
    """Return the cores of the measure that a place speaks of; farther behind it only if asked."""
    mentions = parsed.measures
    if not mentions:
        return None
    beside = [
        one
        for one in mentions
        if start <= one.start < end
        or (0 <= one.start - end <= 3 and not _APART.search(parsed.text[end : one.start]))
        or (one.start > end and _IS.fullmatch(parsed.text, end, one.start))
        or (one.start > end and parsed.given and _reaches(end, one, parsed))
    ]
    first, last = parsed.clause(start)
    if beside:
        return beside[0].cores | _within(beside[0].cores, first, start, parsed)
    before = [one for one in mentions if first <= one.start and one.end <= start]
    after = [one for one in mentions if one.start >= end and one.end <= last]
    if before:
        return before[-1].cores
    if after and behind:
        return after[0].cores
    earlier = [one for one in mentions if one.end <= start]
    if earlier:
        return earlier[-1].cores
    return mentions[0].cores if behind else None


def _reaches(end: int, mention: MeasureMention, parsed: Parsed) -> bool:
    """Return whether a figure goes on into a measure: 59-41 lead at halftime."""
    found = _IN.match(parsed.text, end)
    return found is not None and mention.start <= found.end() < mention.end


def _within(cores: frozenset[str], first: int, at: int, parsed: Parsed) -> frozenset[str]:
    """Return parts of a measure named earlier: in the second half, where they scored 65 points."""
    named = {
        core
        for one in parsed.measures
        if first <= one.start and one.end <= at
        for core in one.cores
    }
    return frozenset(core for core in named for own in cores if core.startswith(f"{own} in "))


def subjects_at(
    at: int,
    parsed: Parsed,
    scope: Scope,
    *,
    cores: frozenset[str] | None = None,
    side: str = "",
) -> frozenset[str] | None:
    """Return the subjects that a place speaks of; None where nobody is meant in particular."""
    chosen = _named(at, parsed, scope, cores, side)
    if chosen is None:
        chosen = _carried(at, parsed, scope)
    if chosen is None:
        return None
    wider = _groups_near(at, parsed, scope, chosen)
    return chosen | wider


def _named(
    at: int, parsed: Parsed, scope: Scope, cores: frozenset[str] | None, side: str
) -> frozenset[str] | None:
    names = [one for one in parsed.names if one.subjects]
    if not names:
        return None
    if parsed.lexicon.own.search(parsed.plain[at : at + 32]):
        return frozenset(names[0].subjects)
    before = [one for one in names if one.end <= at]
    after = [one for one in names if one.start >= at]
    if after and _comes_from(after[0], at, parsed):
        return frozenset(after[0].subjects)
    if side == "after" and after:
        return frozenset(after[0].subjects)
    if side == "before" and before:
        return frozenset(before[-1].subjects)
    start, _ = parsed.clause(at)
    before = [one for one in before if not _is_object(one, at, parsed, scope)] or before
    near = [one for one in before if one.start >= start] or before
    if not near:
        return _first_after(after, at, parsed)
    persons = [one for one in near if _is_person(one, scope)]
    if (
        persons
        and _has_any(persons[-1], cores, scope)
        and not _is_compared(persons[-1], at, parsed)
    ):
        return frozenset(persons[-1].subjects)
    plain = [one for one in near if not _is_adjunct(one, parsed, scope)] or near
    return frozenset(plain[-1].subjects)


def _comes_from(name: NameMention, at: int, parsed: Parsed) -> bool:
    """Return whether a figure is that of a name behind it: 26 points from Li, to 28 for Li."""
    between = parsed.text[at : name.start]
    if parsed.lexicon.source.search(between):
        return True
    left = parsed.plain[max(0, at - 24) : at]
    compared = parsed.lexicon.roles["previous"].search(left)
    return bool(compared and parsed.lexicon.its_base.search(between))


def _is_object(name: NameMention, at: int, parsed: Parsed, scope: Scope) -> bool:
    """Return whether a name is only what something was compared with, in an earlier clause."""
    ends = [change.end for change in parsed.changes]
    if scope.facts.words.against:
        ends += [hit.end for hit in scope.against.hits(parsed.plain)]
    behind = any(0 <= name.start - end <= 5 for end in ends)
    over = _STOP.search(parsed.text[name.end : at]) or parsed.clause(at) != parsed.clause(
        name.start
    )
    return behind and bool(over)


def _is_compared(name: NameMention, at: int, parsed: Parsed) -> bool:
    """Return whether a comparison stands between a name and a place behind it."""
    return any(
        name.end <= change.start < at and change.kind in ("above", "below", "equal")
        for change in parsed.changes
    )


def _first_after(after: list[NameMention], at: int, parsed: Parsed) -> frozenset[str]:
    _, end = parsed.clause(at)
    near = [one for one in after if one.start < end] or after
    return frozenset(near[0].subjects)


def _is_person(name: NameMention, scope: Scope) -> bool:
    return any(scope.facts.kind_of(subject) == "person" for subject in name.subjects)


def _has_any(name: NameMention, cores: frozenset[str] | None, scope: Scope) -> bool:
    if cores is None:
        return True
    return any((subject, core) in scope.facts.held for subject in name.subjects for core in cores)


def _is_adjunct(name: NameMention, parsed: Parsed, scope: Scope) -> bool:
    left = parsed.text[: name.start]
    return not _is_person(name, scope) and bool(parsed.lexicon.adjunct.search(left))


def _carried(at: int, parsed: Parsed, scope: Scope) -> frozenset[str] | None:
    """Return whom a pronoun stands for, or who was spoken of last."""
    context = scope.context
    if not context.last:
        return None
    start, _ = parsed.clause(at)
    left = parsed.plain[start:at] or parsed.plain[:at]
    for kind, search in parsed.lexicon.pronouns.items():
        subject = context.person if kind == "person" else context.group
        if subject and left in search:
            return frozenset({subject})
    return frozenset({context.last})


def _groups_near(at: int, parsed: Parsed, scope: Scope, chosen: frozenset[str]) -> frozenset[str]:
    """Return the groups whose figures may stand here beside the subject's own."""
    near = parsed.plain[max(0, at - 40) : at + 24]
    bases = parsed.lexicon.bases
    if not any(near in bases[name] for name in ("team", "organisation", "average")):
        return frozenset()
    groups = {s for s in scope.facts.subject_ids if scope.facts.kind_of(s) == "group"}
    return frozenset(groups - chosen)


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
    behind = _behind(figure, parsed)
    if behind is not None:
        return behind, None
    joined = next((one for one in base if _joins(one, figure, parsed)), None)
    if joined is not None:
        return joined, None
    others = {_behind(one, parsed) for one in parsed.figures if one is not figure}
    plain = [one for one in plain if one not in others]
    before = [one for one in plain if one.end <= figure.start]
    own = before[-1] if before else (plain[0] if plain and not scope.cited else None)
    if own is not None and scope.cited and not _is_beside(own, figure, parsed):
        own = None
    compared = [one for one in base if one.end <= figure.start] or base
    return own, compared[-1] if compared else None


def _behind(figure: Figure, parsed: Parsed) -> Mention | None:
    """Return the period right behind a figure: 3.2 in Q3 2025."""
    search = parsed.lexicon.near_period
    for one in parsed.periods:
        if one.weekday is None and 0 <= one.start - figure.end <= 12:
            return one if search.search(parsed.text[figure.end : one.start]) else None
    return None


def _joins(mention: Mention, figure: Figure, parsed: Parsed) -> bool:
    """Return whether a compared period owns the figure behind it: 与第三季度的6.7相比."""
    between = parsed.text[mention.end : figure.start]
    return between in ("的", "的“", "（", " (")


def _is_beside(mention: Mention, figure: Figure, parsed: Parsed) -> bool:
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


def homes_of(names: Iterable[NameMention], facts: FactSet) -> frozenset[str]:
    """Return the groups that names are or belong to."""
    named = {subject for one in names for subject in one.subjects}
    groups = {subject for subject in named if facts.kind_of(subject) == "group"}
    return frozenset(groups | {facts.group_of(s) for s in named - groups} - {""})


def carry(
    context: Context, parsed: Parsed, facts: FactSet, *, wrong: frozenset[int] = frozenset()
) -> None:
    """Note what a sentence was about, for the ones behind it; ``wrong`` are its wrong names."""
    for name in parsed.names:
        if not name.subjects:
            continue
        subject = name.subjects[0]
        if facts.kind_of(subject) == "person":
            context.person = subject
        elif facts.kind_of(subject) == "group":
            context.group = subject
        else:
            continue
    leading = next((one for one in parsed.names if one.subjects), None)
    if leading is not None:
        context.last = leading.subjects[0]
    if homes := homes_of((one for one in parsed.names if one.start not in wrong), facts):
        context.homes = homes
    past = {
        _behind(figure, parsed)
        for figure in parsed.figures
        if "previous" in roles_of(figure, parsed)
    }
    for one in parsed.periods:
        if one.weekday is None and one not in past and not is_base(one, parsed):
            context.period = one
            break
