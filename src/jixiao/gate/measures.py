"""Which measures a sentence names: by their own names, by parts of these, and by other words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from jixiao.gate.facts import ExtraWords, FactSet, split_measure, synonyms
from jixiao.gate.finder import Finder
from jixiao.gate.lexicon import HAN
from jixiao.gate.numerals import EN_ORDINALS, EN_SMALL

_COMMON = frozenset(
    (
        *("rate", "score", "number", "count", "total", "average", "time", "value", "level"),
        *("percent", "share", "amount", "index", "per", "hours", "the", "and", "for", "with"),
        *("from", "data", "new", "completed", "mean", "month", "quarter", "year", "week"),
        *("day", "days", "points", "work", "team", "group", "department", "company"),
        *("people", "reached", "down"),
    )
)
_TELL_NOTHING = _COMMON | set(EN_SMALL) | set(EN_ORDINALS)
_JOINED = re.compile(r"\s*(?:-\s*)?(?:(?:in|of|during|over|for)\s+)?(?:the\s+)?", re.IGNORECASE)
_ZH_ENDINGS = "率额量数度分值"


@dataclass(frozen=True, slots=True)
class MeasureMention:
    """A measure that a sentence names.

    Attributes:
        start: First code point.
        end: First code point after it.
        cores: Cores of the measures it may mean.
    """

    start: int
    end: int
    cores: frozenset[str]


@lru_cache(maxsize=256)
def measure_search(
    cores: frozenset[str], extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> tuple[Finder, dict[str, frozenset[str]]]:
    """Return a search for the ways in which measures are written, and what each may mean."""
    found: dict[str, set[str]] = {core: {core} for core in cores}
    given = {core: words for core, words in extra if core in cores}
    for ways in (given, {core: synonyms().get(core, ()) for core in cores}):
        for core, words in ways.items():
            for word in words:
                if word.lower() not in cores:
                    found.setdefault(word.lower(), set()).add(core)
    for core in cores - given.keys():  # a field that gives words gives all of them
        for piece in _pieces(core):
            rivals = {other for other in cores if _holds(other, piece)}
            if piece not in found and rivals == {core}:
                found[piece] = {core}
    plurals = {f"{word}s": some for word, some in found.items() if _takes_s(word)}
    singular = {word[:-1]: some for word, some in found.items() if _drops_s(word)}
    every = {**singular, **plurals, **found}
    return Finder(every), {word: frozenset(some) for word, some in every.items()}


def _holds(core: str, piece: str) -> bool:
    return piece in core if HAN.search(piece) else piece in core.split()


def _pieces(core: str) -> Iterable[str]:
    """Yield shorter ways of naming a measure: satisfaction for customer satisfaction."""
    if HAN.search(core):
        if len(core) >= 4:
            yield core[-3:]
            yield core[-2:]
        if core[-1] in _ZH_ENDINGS and len(core) >= 3:
            yield core[:-1]
        return
    words = core.split()
    if len(words) > 1:
        telling = (word for word in words if len(word) > 3 and word not in _TELL_NOTHING)
        yield from (word for word in telling if not split_measure(word)[1])


def _takes_s(word: str) -> bool:
    return word.isascii() and word[-1:].isalpha() and not word.endswith("s")


def _drops_s(word: str) -> bool:
    plural = word.isascii() and word.endswith("s") and not word.endswith("ss")
    return plural and len(word) > 4 and word[:-1] not in EN_SMALL


def measures_of(text: str, facts: FactSet, cores: frozenset[str]) -> list[MeasureMention]:
    """Return the measures that a sentence names, in reading order.

    Args:
        text: The sentence.
        facts: Where words of the field come from.
        cores: Measures to look for.
    """
    search, meanings = measure_search(cores, _extra(facts.words))
    found = [MeasureMention(hit.start, hit.end, meanings[hit.phrase]) for hit in search.hits(text)]
    return _told_in_two(found, text) if facts.words.measures else found


def _told_in_two(found: list[MeasureMention], text: str) -> list[MeasureMention]:
    """Let a measure that goes on behind itself be the longer one: points in the first quarter."""
    for place, (first, second) in enumerate(pairwise(found)):
        longer = {
            core for core in second.cores for own in first.cores if core.startswith(f"{own} ")
        }
        if longer and _JOINED.fullmatch(text, first.end, second.start):
            found[place] = replace(first, cores=frozenset(longer))
    return found


@lru_cache(maxsize=64)
def _cached(
    words: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((split_measure(measure)[0], said) for measure, said in words)


def _extra(words: ExtraWords) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return _cached(tuple(words.measures.items())) if words.measures else ()
