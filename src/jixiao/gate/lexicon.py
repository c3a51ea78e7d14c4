"""The words that the gate reads, as data: one file a language, one for units of measure.

Nothing is judged here; the files are read once, and the searches over their words are compiled
once a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from jixiao.contracts import Frozen, Language, packaged_yaml
from jixiao.gate.finder import Finder

LANGUAGES: tuple[Language, ...] = ("zh", "en")
HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


class Part(Frozen):
    """A piece of a measure beside its core, such as its target."""

    tokens: tuple[str, ...] = ()
    """How it is called inside the name of a measure: ``sales_target``."""
    words: tuple[str, ...] = ()
    """How it is called in a sentence."""


class Approximate(Frozen):
    """Words that loosen a figure."""

    about: tuple[str, ...]
    """Near it, on either side."""
    under: tuple[str, ...]
    """Close to it from below."""
    over: tuple[str, ...]
    """Beyond it."""
    less: tuple[str, ...]
    """Below it."""


class LexiconFile(Frozen):
    """Words of one language, as they stand in its file."""

    parts: dict[str, Part]
    """Pieces of measures beside their core."""
    same_measure: tuple[tuple[str, ...], ...]
    """Other words for the core of a measure; each list names one thing."""
    less_is_better: tuple[str, ...]
    """Measures of which less is better, where no fact says so."""
    up: tuple[str, ...]
    """More than before."""
    down: tuple[str, ...]
    """Less than before."""
    level: tuple[str, ...]
    """As before."""
    changed: tuple[str, ...]
    """Not as before, without saying which way."""
    better: tuple[str, ...]
    """Changed to the good."""
    worse: tuple[str, ...]
    """Changed to the bad."""
    above: tuple[str, ...]
    """More than a base."""
    below: tuple[str, ...]
    """Less than a base."""
    equal: tuple[str, ...]
    """As a base."""
    met: tuple[str, ...]
    """Target met."""
    missed: tuple[str, ...]
    """Target missed."""
    highest: tuple[str, ...]
    """More than all others."""
    lowest: tuple[str, ...]
    """Less than all others."""
    quality: tuple[str, ...]
    """Those of the last two kinds that say how good, not how much."""
    distance: tuple[str, ...]
    """How far something is from what it should be."""
    at_most: tuple[str, ...]
    """Not more than what follows."""
    at_least: tuple[str, ...]
    """Not less than what follows."""
    quantifiers: tuple[str, ...]
    """How many of all, how nearly, in which order."""
    denials: tuple[str, ...]
    """They say that something is not so or not there."""
    no_denials: tuple[str, ...]
    """Words that hold a denial and deny nothing."""
    bases: dict[str, tuple[str, ...]]
    """What a comparison is made with."""
    more_by: tuple[str, ...]
    """More, beside the figure of a difference."""
    less_by: tuple[str, ...]
    """Less, beside the figure of a difference."""
    weak: tuple[str, ...]
    """Words of direction that often say something else."""
    itself: tuple[str, ...]
    """Words that stand for the subject in a comparison."""
    negations: tuple[str, ...]
    """They turn a word into its opposite."""
    causes: tuple[str, ...]
    """They claim a reason."""
    absence: tuple[str, ...]
    """A reason that missing data gives by itself."""
    history: tuple[str, ...]
    """Claims about what lies outside any set of facts."""
    evaluative: tuple[str, ...]
    """Judgements without a figure."""
    traits: tuple[str, ...]
    """What a person is like, which no figure says."""
    approximate: Approximate
    """Words that loosen a figure."""
    roles: dict[str, str]
    """Patterns around a figure that say what kind of figure it is."""
    base_period: str
    """Pattern before a period that is compared with."""
    base_period_after: str = r"^\b$"
    """Pattern behind such a period."""
    near_period: str
    """What stands between a figure and the period right behind it."""
    pronouns: dict[str, tuple[str, ...]]
    """Words that stand for the person or group named last."""
    adjunct: str
    """Pattern before a group that is not what the sentence is about."""
    member: str
    """Pattern between a person and the group that the person is said to belong to."""
    led_by: str
    """Pattern between a group and a person who is said to belong to it."""
    source: str = "(?!)"
    """Pattern from a figure up to the name behind it that makes it that one's."""
    its_base: str = "(?!)"
    """The same for a figure that another one is compared with."""
    own: str
    """Pattern behind a figure that is the first subject's own."""
    clause: str
    """Pattern that parts clauses."""
    pair_first: tuple[str, ...]
    """Words that hand several figures out in the order of what they belong to."""
    plain: tuple[str, ...]
    """Capitalised words that are no names."""
    idioms: tuple[str, ...]
    """Phrases with a number word that is no figure."""


@dataclass(frozen=True)
class Unit:
    """A unit of measure.

    Attributes:
        name: Canonical name.
        dimension: What it measures; only figures of one dimension can be equal.
        size: What one of it counts in the dimension's own unit.
    """

    name: str
    dimension: str
    size: float


def pattern_of(words: Iterable[str]) -> str:
    """Return a pattern of some phrases, the longest first, whole words in Latin script."""
    unique = sorted(dict.fromkeys(words), key=len, reverse=True)
    return "|".join(map(_bounded, unique)) if unique else "(?!)"


def _bounded(word: str) -> str:
    plain = r"\s+".join(re.escape(piece) for piece in word.split())
    left = r"(?<![A-Za-z0-9])" if word[:1].isascii() and word[:1].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if word[-1:].isascii() and word[-1:].isalnum() else ""
    return f"{left}{plain}{right}"


DIRECTIONS = ("up", "down", "level", "changed", "better", "worse")
COMPARISONS = ("above", "below", "equal", "met", "missed", "highest", "lowest")


class Lexicon:
    """The words of one language with their searches.

    Args:
        language: Which one.
        words: The file.
    """

    def __init__(self, language: Language, words: LexiconFile) -> None:
        self.language = language
        self.words = words
        self.roles = {name: re.compile(text, re.I) for name, text in words.roles.items()}
        self.base_period = re.compile(words.base_period, re.I)
        self.base_period_after = re.compile(words.base_period_after, re.I)
        self.near_period = re.compile(words.near_period, re.I)
        self.adjunct = re.compile(words.adjunct, re.I)
        self.member = re.compile(words.member, re.I)
        self.led_by = re.compile(words.led_by, re.I)
        self.clause = re.compile(words.clause, re.I)
        self.source = re.compile(words.source, re.I)
        self.its_base = re.compile(words.its_base, re.I)
        self.own = re.compile(words.own, re.I)
        self.plain = frozenset(words.plain)
        self.weak = frozenset(words.weak)

    @cached_property
    def changes(self) -> tuple[Finder, dict[str, str]]:
        """Search for words of direction and comparison, and the kind of each."""
        kinds: dict[str, str] = {}
        for kind in (*COMPARISONS, *DIRECTIONS):
            for word in getattr(self.words, kind):
                kinds.setdefault(" ".join(word.casefold().split()), kind)
        return Finder(kinds), kinds

    @cached_property
    def parts(self) -> tuple[Finder, dict[str, str]]:
        """Search for the words of the parts of a measure that a sentence tells by themselves."""
        said = {word: name for name in ("rank", "slope") for word in self.words.parts[name].words}
        return Finder(said), {word.lower(): name for word, name in said.items()}

    @cached_property
    def bases(self) -> dict[str, Finder]:
        """Search for each base of a comparison."""
        return {name: Finder(words) for name, words in self.words.bases.items()}

    @cached_property
    def negation(self) -> Finder:
        """Search for negations."""
        return Finder(self.words.negations)

    @cached_property
    def bounds(self) -> dict[str, Finder]:
        """Search for bounds, by the kind of comparison that each denies."""
        return {"above": Finder(self.words.at_most), "below": Finder(self.words.at_least)}

    @cached_property
    def distance(self) -> Finder:
        """Search for words on how far something is from what it should be."""
        return Finder(self.words.distance)

    @cached_property
    def quantifiers(self) -> Finder:
        """Search for words on how many of all, how nearly, in which order."""
        return Finder(self.words.quantifiers)

    @cached_property
    def denials(self) -> Finder:
        """Search for words that say that something is not so or not there."""
        return Finder(self.words.denials)

    @cached_property
    def no_denials(self) -> Finder:
        """Search for words that hold a denial and deny nothing."""
        return Finder(self.words.no_denials)

    @cached_property
    def traits(self) -> Finder:
        """Search for words on what a person is like."""
        return Finder(self.words.traits)

    @cached_property
    def beside(self) -> dict[str, re.Pattern[str]]:
        """Search for more and less beside the figure of a difference."""
        more, less = pattern_of(self.words.more_by), pattern_of(self.words.less_by)
        if self.language == "zh":
            ends = {
                "above": rf"(?<![最提升])(?:{more})了?\s*$",
                "below": rf"(?<![最降减])(?:{less})了?\s*$",
            }
        else:
            ends = {
                "above": rf"^\s*(?:[a-z]+\s)?(?:{more})",
                "below": rf"^\s*(?:[a-z]+\s)?(?:{less})",
            }
        return {kind: re.compile(end, re.IGNORECASE) for kind, end in ends.items()}

    @cached_property
    def itself(self) -> Finder:
        """Search for words that stand for the subject in a comparison."""
        return Finder(self.words.itself)

    @cached_property
    def cause(self) -> Finder:
        """Search for words that claim a reason."""
        return Finder(self.words.causes)

    @cached_property
    def absence(self) -> Finder:
        """Search for reasons that missing data gives by itself."""
        return Finder(self.words.absence)

    @cached_property
    def history(self) -> Finder:
        """Search for claims that no set of facts holds."""
        return Finder(self.words.history)

    @cached_property
    def evaluative(self) -> Finder:
        """Search for judgements."""
        return Finder(self.words.evaluative)

    @cached_property
    def idioms(self) -> Finder:
        """Search for phrases with a number word that is no figure."""
        return Finder(self.words.idioms)

    @cached_property
    def in_order(self) -> Finder:
        """Search for words that hand several figures out in order."""
        return Finder(self.words.pair_first)

    @cached_property
    def pronouns(self) -> dict[str, Finder]:
        """Search for the pronouns of persons and of groups."""
        return {kind: Finder(words) for kind, words in self.words.pronouns.items()}


def read_data(name: str) -> Any:
    """Return the content of a packaged YAML file of the room."""
    return packaged_yaml("jixiao.gate", "lexicons", name)


@lru_cache(maxsize=4)
def lexicon_of(language: Language) -> Lexicon:
    """Return the words of a language."""
    return Lexicon(language, LexiconFile.model_validate(read_data(f"{language}.yaml")))


_UNIT_SIGNS = frozenset("万亿千百元人年月日天个件单次吨台")


def language_of(text: str, default: Language = "en") -> Language:
    """Return zh where a text holds Chinese words, en where it holds Latin ones.

    Chinese units alone make no Chinese sentence: sales fell to 12.5万.
    """
    if (said := HAN.findall(text)) and (not _LATIN.search(text) or set(said) - _UNIT_SIGNS):
        return "zh"
    return "en" if _LATIN.search(text) else default


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Return every unit by the ways it is written, folded."""
    found: dict[str, Unit] = {}
    for name, entry in read_data("units.yaml").items():
        unit = Unit(name, entry["dimension"], float(entry["size"]))
        for word in (name, *entry["words"]):
            found.setdefault(word.casefold(), unit)
    return found


@lru_cache(maxsize=4096)
def unit_of(text: str | None) -> Unit | None:
    """Return the unit that a text names; an unknown one is its own dimension."""
    if not text or not text.strip():
        return None
    plain = text.strip().casefold()
    return units().get(plain) or Unit(text.strip(), plain, 1.0)
