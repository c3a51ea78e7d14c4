"""The set of facts a text is checked against, compiled once: by measure, subject and period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jixiao.contracts import Comment, Fact, Frozen
from jixiao.gate.lexicon import HAN, LANGUAGES, Unit, lexicon_of, unit_of

if TYPE_CHECKING:
    from jixiao.gate.names import Names

Kind = Literal["person", "group", "place", "event"]


class Subject(Frozen):
    """Who or what facts are about, beside the facts themselves."""

    names: tuple[str, ...] = ()
    """Every way its name is written."""
    kind: Kind = "person"
    """What it is; pronouns and teams' figures depend on it."""
    of: str = ""
    """Subject id of the group it belongs to."""


class Form(Frozen):
    """A fixed way of writing one or several figures, and which measures they are."""

    pattern: str
    """The words, with ``{n}`` for each figure and ``[one|another]`` for any of several."""
    measures: tuple[str, ...]
    """Measure of each figure in order: empty for what the sentence says, ``*`` for one that
    states nothing by itself."""
    subject: Literal["", "groups", "before", "after"] = ""
    """Whose figures they are: the sentence's subject, a group's each, or the nearest name's."""
    otherwise: str = ""
    """Measure where the sentence names none."""


class Label(Frozen):
    """A word that holds of a subject exactly when a measure has some value."""

    words: tuple[str, ...]
    """Ways of saying it; where some words stand in square brackets, only these are marked."""
    measure: str
    """The measure that decides; nothing supports the words where no fact has it."""
    holds: str
    """``== 2``, ``>= 10``, ``!= 0`` or ``== win``; ``next``: the highest after the person named
    before, among the members of the group; ``above``: more than the subject named behind, in the
    part of the measure that the clause names."""
    subject: Literal["", "object"] = ""
    """Whether it is said of the sentence's subject or of the name behind it."""
    about: str = ""
    """Measure that the words must stand beside; any or none where it is empty."""
    counts_others: bool = False
    """Whether it says how many others there are; passed over where the subject is no such one."""


class ExtraWords(Frozen):
    """Words of a field of work that come with its facts."""

    measures: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Other words for a measure."""
    countable: tuple[str, ...] = ()
    """Measures of which "a" or "an" means one, "a pair of" two."""
    forms: tuple[Form, ...] = ()
    """Fixed ways of writing figures."""
    labels: tuple[Label, ...] = ()
    """Words that a measure decides."""
    outside: tuple[str, ...] = ()
    """Phrases on what no fact of the field can hold."""
    elsewhere: tuple[str, ...] = ()
    """Phrases that make a sentence speak of something that is not in the facts."""
    beyond: tuple[str, ...] = ()
    """Phrases that make the figures before them in their clause speak of what is not in the
    facts."""
    against: tuple[str, ...] = ()
    """Words that set a subject against another one, who stands behind them."""
    joining: tuple[str, ...] = ()
    """Phrases that set a person beside the members of a group that were told of before."""
    idioms: tuple[str, ...] = ()
    """Phrases with a number word that is no figure."""
    plain: tuple[str, ...] = ()
    """Capitalised words that are no names."""

    @property
    def named(self) -> frozenset[str]:
        """Measures that have words here, whether or not a fact has them."""
        return frozenset(split_measure(measure)[0] for measure in self.measures)


_DIFFERENCES = frozenset({"change", "slope", "season"})


@dataclass(frozen=True, slots=True)
class Known:
    """A fact with what the gate reads out of its measure, unit and base.

    Attributes:
        fact: The fact.
        core: The measure without its parts, folded.
        parts: target, change, mean…
        unit: Its unit; None where it has none.
        value: Its number in the unit's own size (万元 as 元); None for a word.
    """

    fact: Fact
    core: str
    parts: frozenset[str]
    unit: Unit | None
    value: float | None

    @property
    def is_general(self) -> bool:
        """Whether its measure names only parts, such as a rank, and not of what."""
        return bool(self.parts) and self.core == self.fact.measure.strip().casefold()

    @property
    def is_difference(self) -> bool:
        """Whether it compares two values instead of being one."""
        return not self.parts.isdisjoint(_DIFFERENCES)


_PLACES = frozenset(
    {"in", "of", "the", "within", "team", "department", "group", "company", "overall", "peers"}
    | {"团队", "部门", "公司", "组内", "全公司", "内", "本组"}
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\s./·-]+")


_OF_A_THING = ("_n", "_mean", "_aim", "_points")
"""Endings of measures that tell how many, how much or which way of a thing that has a name."""


def things_of(measures: Iterable[str]) -> frozenset[str]:
    """Return the measures that are a thing's own name: those of which others tell a part.

    Examples:
        >>> sorted(things_of(["Survey Growth", "Survey Growth_mean", "Sales growth"]))
        ['Survey Growth']
    """
    known = frozenset(measures)
    ended = ((name, end) for name in known for end in _OF_A_THING if name.endswith(end))
    return known & {name.removesuffix(end) for name, end in ended}


@lru_cache(maxsize=8192)
def split_measure(measure: str, thing: str = "") -> tuple[str, frozenset[str]]:
    """Return the core of a measure's name, folded, and the parts that the name tells.

    Args:
        measure: As a fact names it.
        thing: What it begins with, where that is a thing's own name and tells no part.

    Examples:
        >>> split_measure("Sales_target"), split_measure("销售额同比")
        (('sales', frozenset({'target'})), ('销售额', frozenset({'change'})))
    """
    tokens = _tokens(measure.removeprefix(thing))
    parts, core = set[str](), _tokens(thing)
    for place, token in enumerate(tokens):
        part = _part_tokens().get(token.casefold())
        if place == 0 and len(tokens) > 1 and token.casefold() == "steps":
            part = None  # steps that were agreed on, not steps of a scale
        if part is None:
            token, part = _zh_suffix(token) if HAN.search(token) else (token, None)
            if token:
                core.append(token)
        if part:
            parts.add(part)
    if all(token.casefold() in _PLACES for token in core):  # rank in team: of what, it does not say
        core = []
    return (" ".join(core) or measure.strip()).casefold(), frozenset(parts)


def _tokens(measure: str) -> list[str]:
    return [token for token in _CAMEL.split(measure.strip()) if token]


def _zh_suffix(token: str) -> tuple[str, str | None]:
    for word, part in _part_tokens().items():
        if HAN.match(word) and token.endswith(word):
            return token[: -len(word)].rstrip("的"), part
    return token, None


@lru_cache(maxsize=1)
def _part_tokens() -> dict[str, str]:
    found = {
        token.casefold(): name
        for language in LANGUAGES
        for name, part in lexicon_of(language).words.parts.items()
        for token in part.tokens
    }
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return the other words for each core of a measure."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for group in lexicon_of(language).words.same_measure:
            folded = tuple(word.casefold() for word in group)
            found |= dict.fromkeys(folded, folded)
    return found


def known(fact: Fact, bases: Mapping[str, Fact], things: frozenset[str] = frozenset()) -> Known:
    """Return a fact with what its measure, unit and base tell.

    Args:
        fact: The fact.
        bases: Facts by id.
        things: Measures that are a thing's own name.
    """
    core, parts = split_measure(fact.measure, _thing(fact.measure, things))
    base = bases.get(fact.base or "")
    if base is not None and core == fact.measure.strip().casefold() and parts:
        core = split_measure(base.measure)[0]  # the name tells parts only: target completion
    unit = unit_of(fact.unit)
    value = fact.value
    if isinstance(value, str):
        value = as_number(value)
    if fact.base and not parts & {"target", "rank", "change", "share"}:
        parts |= _compared(fact, bases)
    number = None if value is None else float(value) * (unit.size if unit else 1.0)
    return Known(fact, core, parts, unit, number)


def _thing(measure: str, things: frozenset[str]) -> str:
    """Return the shortest of the names that a measure begins with, or nothing."""
    return next((name for name in _beginnings(measure) if name in things), "")


@lru_cache(maxsize=8192)
def _beginnings(measure: str) -> tuple[str, ...]:
    pieces = measure.split("_")
    return tuple("_".join(pieces[:count]) for count in range(1, len(pieces) + 1))


def _compared(fact: Fact, bases: Mapping[str, Fact]) -> frozenset[str]:
    """Return what a base makes of a fact whose measure does not say it.

    A base beside a formula that subtracts or divides means a comparison; beside none it only
    names what the value may be compared with.
    """
    if not re.search(r"[−÷/%-]|差|比|率|change|difference|growth", fact.formula):
        return frozenset()
    base = bases.get(fact.base or "")
    same = base is None or split_measure(base.measure)[0] == split_measure(fact.measure)[0]
    return frozenset({"change"}) if same else frozenset()


@lru_cache(maxsize=4096)
def as_number(text: str) -> float | None:
    """Return the number that a text is, or None."""
    plain = text.strip().replace(",", "").replace("−", "-")
    try:
        return float(plain)
    except ValueError:
        return None


@dataclass(frozen=True)
class FactSet:
    """Facts, comments and names that a text is checked against.

    Attributes:
        facts: All facts.
        comments: Source texts that may be quoted.
        subjects: Names, kinds and groups of subjects, by id.
        words: Words of the field, beside those that come with the gate.
    """

    facts: Sequence[Fact]
    comments: Sequence[Comment] = ()
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    words: ExtraWords = field(default_factory=ExtraWords)

    @cached_property
    def _plain(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def _things(self) -> frozenset[str]:
        return things_of(fact.measure for fact in self.facts)

    @cached_property
    def _read(self) -> dict[str, Known]:
        return {}

    def get(self, name: str) -> Known:
        """Return the fact of an id, read once."""
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = known(self._plain[name], self._plain, self._things)
        return found

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """All facts, in their order."""
        return tuple(self.get(fact.id) for fact in self.facts)

    @cached_property
    def quotable(self) -> dict[str, Comment]:
        """Comments by id."""
        return {comment.id: comment for comment in self.comments}

    @cached_property
    def subject_ids(self) -> tuple[str, ...]:
        """Every subject of a fact or comment, in their order."""
        named = (*(fact.subject for fact in self.facts), *(one.subject for one in self.comments))
        return tuple(dict.fromkeys((*named, *self.subjects)))

    @cached_property
    def cores(self) -> frozenset[str]:
        """Cores of all measures."""
        return frozenset(one.core for one in self.known)

    @cached_property
    def named(self) -> frozenset[str]:
        """Cores of all measures that a text may name; words of labels stand for the others."""
        told = {label.measure.casefold() for label in self.words.labels}
        return self.words.named | {
            one.core for one in self.known if one.fact.measure.casefold() not in told
        }

    @cached_property
    def measures(self) -> frozenset[str]:
        """Names of all measures, folded."""
        return frozenset(fact.measure.casefold() for fact in self.facts)

    @cached_property
    def held(self) -> frozenset[tuple[str, str]]:
        """Which subject has which measure."""
        return frozenset((one.fact.subject, one.core) for one in self.known)

    @cached_property
    def _by_subject(self) -> dict[str, list[Known]]:
        found: dict[str, list[Known]] = {}
        for one in self.known:
            found.setdefault(one.fact.subject, []).append(one)
        return found

    @cached_property
    def names(self) -> Names:
        """Names of the subjects, ready for searching."""
        from jixiao.gate.names import Names

        return Names(self)

    def has(self, name: str) -> bool:
        """Return whether an id is that of a fact or comment."""
        return name in self._plain or name in self.quotable

    def of(self, subject: str) -> list[Known]:
        """Return the facts about a subject."""
        return self._by_subject.get(subject, [])

    @cached_property
    def texts(self) -> dict[str, tuple[Known, ...]]:
        """Facts whose value is a word, by the folded word."""
        found: dict[str, list[Known]] = {}
        for fact in self.facts:
            if isinstance(fact.value, str) and as_number(fact.value) is None:
                found.setdefault(fact.value.casefold(), []).append(self.get(fact.id))
        return {word: tuple(some) for word, some in found.items()}

    def kind_of(self, subject: str) -> Kind:
        """Return what a subject is; one that is called a team or a department is a group."""
        entry = self.subjects.get(subject)
        if entry is not None:
            return entry.kind
        return "group" if _GROUP.search(subject) else "person"

    def name_of(self, subject: str) -> str:
        """Return how a subject is called."""
        entry = self.subjects.get(subject)
        return entry.names[0] if entry and entry.names else subject

    def group_of(self, subject: str) -> str:
        """Return the group that a subject belongs to, or nothing."""
        entry = self.subjects.get(subject)
        return entry.of if entry else ""


_GROUP = re.compile(
    r"team|department|dept|division|group|organi[sz]ation|company|branch|region|office|store|unit"
    r"|/|部$|组$|团队|部门|公司|中心$|分部|门店|区$|全体|组织|科$|处$|班$|小组",
    re.IGNORECASE,
)
