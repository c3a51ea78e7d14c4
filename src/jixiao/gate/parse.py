"""A sentence taken apart: quotations, names, periods, figures, measures and words of comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

from jixiao.contracts import Language
from jixiao.gate.facts import FactSet, Form, split_measure
from jixiao.gate.figure_forms import Figure
from jixiao.gate.figures import figures_of
from jixiao.gate.finder import Finder, Hit
from jixiao.gate.lexicon import Lexicon, language_of, lexicon_of, pattern_of
from jixiao.gate.measures import MeasureMention, measures_of
from jixiao.gate.names import NameMention, Names
from jixiao.gate.numerals import EN_ORDINALS, EN_SMALL, ZH_DIGITS
from jixiao.gate.periods import Mention, periods_of

_QUOTE = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|「([^「」]+)」|『([^『』]+)』|‘([^‘’]{4,})’(?!\w)")
_END = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:e\.g|i\.e|vs\.|No\.|Mr\.|Ms\.|Dr\.|St\.|Jr\.|Sr\.))"
    r"([\"”’)\]]*)\s+(?=[\"“(\[A-Z\u3400-\u9fff\d])|(?<=[。！？；])([”」』）]*)\s*|\s*\n+\s*"
)
_TEAM_WORD = re.compile(
    r"\s*(?:team|department|division|group|branch|团队|部门|部|组)", re.IGNORECASE
)


class Placed(Protocol):
    """Anything with a place in a sentence."""

    @property
    def start(self) -> int:
        """First code point."""

    @property
    def end(self) -> int:
        """First code point after it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words between quotation marks; the marks are not in it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A word of direction or comparison."""

    start: int
    end: int
    kind: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What a fixed way of writing says: measure, whose it is, where the writing begins and ends."""

    core: str
    subject: str
    otherwise: str
    together: int
    end: int


@dataclass
class Parsed:
    """A sentence and what stands in it, in reading order; offsets count within the sentence."""

    text: str
    lexicon: Lexicon
    quotes: list[Quote]
    names: list[NameMention]
    periods: list[Mention]
    figures: list[Figure]
    measures: list[MeasureMention]
    changes: list[Change]
    plain: str
    """The sentence with quotations, names and periods blanked."""
    breaks: list[int]
    """Where clauses begin."""
    given: dict[int, Given] = field(default_factory=dict)
    """What fixed ways of writing say about figures, by their start."""

    @cached_property
    def named(self) -> frozenset[str]:
        """Cores of every measure that it names."""
        return frozenset(core for one in self.measures for core in one.cores)

    @cached_property
    def parts(self) -> list[tuple[int, str]]:
        """Words of the parts of a measure told by themselves: where, and of which part."""
        search, parts = self.lexicon.parts
        return [(hit.start, parts[hit.phrase]) for hit in search.hits(self.plain)]

    def clause(self, at: int) -> tuple[int, int]:
        """Return start and end of the clause around a place."""
        if not self.breaks:
            return 0, len(self.text)
        start = max((one for one in self.breaks if one <= at), default=0)
        return start, min((one for one in self.breaks if one > at), default=len(self.text))


def sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence with the place where it begins; none ends within a quotation."""
    quotes = list(_quotes(text))
    ends = (
        one
        for one in _END.finditer(text)
        if not any(q.start <= one.start() < q.end for q in quotes)
    )
    at = 0
    for found in (*ends, None):
        end = len(text) if found is None else max(found.end(1), found.end(2), found.start())
        sentence = text[at:end]
        lead = len(sentence) - len(sentence.lstrip())
        if sentence.strip():
            yield at + lead, sentence.strip()
        at = end if found is None else found.end()


def blank(text: str, places: Iterable[Placed]) -> str:
    """Return the text with some places overwritten, offsets unchanged."""
    for place in places:
        text = text[: place.start] + "\0" * (place.end - place.start) + text[place.end :]
    return text


def parse(
    text: str,
    facts: FactSet,
    names: Names,
    cores: frozenset[str],
    *,
    language: Language | None = None,
    literal: Iterable[str] = (),
) -> Parsed:
    """Take a sentence apart.

    Args:
        text: The sentence.
        facts: What it is checked against.
        names: Names of the facts' subjects.
        cores: Measures that may be named.
        language: Language it is written in; read from its letters, names and quotations left
            out, when None.
        literal: Words of facts that hold figures or marks which say nothing by themselves.
    """
    bare = blank(text, _occurrences(text, literal))
    quotes = [quote for quote in _quotes(bare) if not _is_value(quote.text.strip("\0"))]
    quiet = blank(bare, quotes)
    measures = measures_of(quiet, facts, cores | facts.words.named)
    known, measures = _told_apart(names.known(quiet), measures, quiet)
    quiet = blank(quiet, known)
    lexicon = lexicon_of(language or language_of(quiet))
    said = [one for one in measures if facts.words.measures]
    periods = periods_of(blank(quiet, said))
    plain = blank(quiet, periods)
    literal = blank(plain, _idioms(plain, lexicon))
    if facts.words.measures:  # words of a field may hold number words: three-point range
        literal = blank(literal, [*measures, *_field(facts.words.idioms).hits(plain)])
    figures = figures_of(literal, lexicon)
    if facts.words.countable:
        figures = sorted((*figures, *_articles(plain, facts)), key=lambda one: one.start)
    parsed = Parsed(
        text=text,
        lexicon=lexicon,
        quotes=quotes,
        names=known,
        periods=periods,
        figures=figures,
        measures=measures,
        changes=[
            change
            for change in changes_of(literal, lexicon)
            if not any(_is_inside(change, one) for one in measures)
        ],
        plain=plain,
        breaks=[found.start() for found in lexicon.clause.finditer(plain)],
    )
    for form in facts.words.forms:
        _give(form, parsed)
    silent = {start for start, given in parsed.given.items() if given.core == "*"}
    parsed.figures = [one for one in parsed.figures if one.start not in silent]
    return parsed


def _occurrences(text: str, words: Iterable[str]) -> Iterator[Hit]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield Hit(at, at + len(word), word)
            at = text.find(word, at + len(word))


def _quotes(text: str) -> Iterator[Quote]:
    for found in _QUOTE.finditer(text):
        group = next(place for place in range(1, 6) if found[place] is not None)
        yield Quote(found.start(group), found.end(group), found[group])


def _is_value(text: str) -> bool:
    plain = text.strip().replace(".", "", 1).replace(",", "")
    return not plain or plain.isdigit()


def _told_apart(
    names: list[NameMention], measures: list[MeasureMention], text: str
) -> tuple[list[NameMention], list[MeasureMention]]:
    """Keep one reading where a team is called like a measure."""
    kept_names: list[NameMention] = []
    lost: set[int] = set()
    for name in names:
        same = [one for one in measures if one.start < name.end and name.start < one.end]
        if (
            same
            and not _TEAM_WORD.match(text, name.end)
            and any(one.end - one.start >= name.end - name.start for one in same)
        ):
            continue
        kept_names.append(name)
        lost.update(id(one) for one in same)
    return kept_names, [one for one in measures if id(one) not in lost]


_SPLIT = re.compile(
    r"\b(more|higher|greater|fewer|less|lower)\s+(?:[\w-]+\s+){1,3}?than\b", re.IGNORECASE
)
_NEAR_TARGET = 16
"""Characters behind a bound within which its target is named."""
_NUMERAL_BEFORE = frozenset(ZH_DIGITS) | set("十百千万亿第0123456789.")


@lru_cache(maxsize=16)
def _field(words: tuple[str, ...]) -> Finder:
    return Finder(words)


def _idioms(text: str, lexicon: Lexicon) -> Iterator[Hit]:
    for hit in lexicon.idioms.hits(text):
        if hit.start == 0 or text[hit.start - 1] not in _NUMERAL_BEFORE:
            yield hit


def changes_of(text: str, lexicon: Lexicon) -> Iterator[Change]:
    """Yield the words of direction and comparison in a text."""
    search, kinds = lexicon.changes
    taken = -1
    for split in _SPLIT.finditer(text):
        kind = "above" if split[1].lower() in ("more", "higher", "greater") else "below"
        yield Change(split.start(), split.end(), kind, False)
        taken = split.end()
    bounds = list(_bounds(text, lexicon))
    yield from bounds
    for found in search.hits(text):
        if found.start < taken or any(
            one.start < found.end and found.start < one.end for one in bounds
        ):
            continue
        left = text[max(0, found.start - 14) : found.start]
        near = (hit for hit in lexicon.negation.hits(left) if len(left) - hit.end <= 6)
        negated = not _opens_clause(left) and next(near, None) is not None
        kind = kinds[found.phrase]
        if kind == "changed":
            kind, negated = "level", not negated
        yield Change(found.start, found.end, kind, negated)


def _is_inside(change: Change, measure: MeasureMention) -> bool:
    """Return whether a word is part of a measure's name; a bare "highest" names none."""
    is_all = (change.start, change.end) == (measure.start, measure.end)
    if is_all and change.kind in ("highest", "lowest"):
        return False
    return measure.start <= change.start and change.end <= measure.end


def _bounds(text: str, lexicon: Lexicon) -> Iterator[Change]:
    """Yield bounds on a target, as in "at most the target": not above it."""
    for kind, search in lexicon.bounds.items():
        for hit in search.hits(text):
            if text[hit.end : hit.end + _NEAR_TARGET] in lexicon.bases["target"]:
                yield Change(hit.start, hit.end, kind, True)


def _opens_clause(left: str) -> bool:
    return left.rstrip(" \0")[-1:] in ",，;；.。"


def _articles(text: str, facts: FactSet) -> Iterator[Figure]:
    """Yield "a" before a countable measure as one, and "a pair of" as two."""
    search = _article_search(_countable(facts))
    for found in search.finditer(text):
        value = 2.0 if found["pair"] else 1.0
        end = found.end("pair") + 3 if found["pair"] else found.end("one")
        yield Figure(found.start(), end, value, value, value)


def _countable(facts: FactSet) -> tuple[str, ...]:
    words = facts.words
    return tuple(word for core in words.countable for word in (core, *words.measures.get(core, ())))


@lru_cache(maxsize=16)
def _article_search(nouns: tuple[str, ...]) -> re.Pattern[str]:
    some = pattern_of(nouns)
    return re.compile(
        rf"\b(?:a\s+(?P<pair>pair)\s+of|(?P<one>an?))\s+(?:[a-z]+\s+)?(?:{some})", re.IGNORECASE
    )


_SAID = "|".join(sorted((*EN_SMALL, *EN_ORDINALS), key=len, reverse=True))
_FORM_FIGURE = rf"(\d[\d,.]*(?:st|nd|rd|th)?|(?:{_SAID})(?:-(?:{_SAID}))?)"


@lru_cache(maxsize=512)
def _form_search(pattern: str) -> re.Pattern[str]:
    found = re.split(r"(\{n\}|\[[^]]*\]|\s+)", pattern)
    pieces = [_form_piece(piece) for piece in found if piece and not piece.isspace()]
    joined = pieces[0]
    for left, right in pairwise(pieces):
        tight = left[-1:].isalnum() and right[:1].isalnum()
        joined += (r"\s+" if tight else r"\s*") + right
    left = r"(?<!\w)" if pattern[0].isalnum() or pattern[0] in "{[" else ""
    right = r"(?!\w)" if pattern[-1].isalnum() or pattern[-1] in "}]" else ""
    return re.compile(left + joined + right, re.IGNORECASE)


def _form_piece(piece: str) -> str:
    """Return the pattern of a figure, of alternatives or of a word."""
    if piece == "{n}":
        return _FORM_FIGURE
    if piece.startswith("["):
        ways = sorted(piece[1:-1].split("|"), key=len, reverse=True)
        return (
            f"(?:{'|'.join(re.escape(way).replace(chr(92) + ' ', chr(92) + 's+') for way in ways)})"
        )
    return re.escape(piece)


def _core(measure: str) -> str:
    return measure if measure in ("", "*") else split_measure(measure)[0]


def _give(form: Form, parsed: Parsed) -> None:
    """Note which measures the figures of a fixed way of writing are; the first form wins."""
    for found in _form_search(form.pattern).finditer(parsed.plain):
        for place, measure in enumerate(form.measures, start=1):
            start, end = found.span(place)
            for figure in parsed.figures:
                if start <= figure.start < end:
                    cores = _core(measure), _core(form.otherwise)
                    given = Given(cores[0], form.subject, cores[1], *found.span())
                    parsed.given.setdefault(figure.start, given)
