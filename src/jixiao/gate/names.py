"""Names of a sentence: those of subjects, and those that no fact knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from jixiao.gate.facts import FactSet
from jixiao.gate.lexicon import HAN, LANGUAGES, lexicon_of

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫"
    "孔向汤欧阳诸葛司马"
)
_ID = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z]{1,6}[-_]?\d+(?![A-Za-z0-9_])")
_CAPITALISED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z][a-z]+(?:[A-Z][a-z]+)*|[A-Z]'[A-Z][a-z]+)"
    r"(?:(?:\s|-|\s-\s)(?:(?:of|the|de|van|von)\s)?[A-Z][a-z']+|\s[A-Z]\.)*(?![A-Za-z0-9])"
)
_PERIOD_CODE = re.compile(r"Q[1-4]|H[12]|(?:Q[1-4]|H[12]|FY)[-_]?\d{2,4}|\d{4}Q\d", re.IGNORECASE)


_SUFFIX = re.compile(r",?\s+(?:Jr|Sr|II|III|IV)\.?$")
"""What stands behind a name and is left out as often as not."""
_INITIALS = re.compile(r"([A-Z])\.\s?([A-Z])\.?(?=\s)|\b([A-Z])([A-Z])(?=\s[A-Z][a-z])")
_MARKS = re.compile(r"[\s.]+")


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name in a sentence.

    Attributes:
        start: First code point.
        end: First code point after it.
        subjects: Subjects it may mean; empty for a name that no fact knows.
    """

    start: int
    end: int
    subjects: tuple[str, ...]


class Names:
    """The names of a set of facts.

    Args:
        facts: Subjects and how they are written.
    """

    def __init__(self, facts: FactSet) -> None:
        self._facts = facts
        self.by_name = _written(facts)
        self._by_key = {_key(name): some for name, some in self.by_name.items()}
        pattern = "|".join(map(_as_written, sorted(self.by_name, key=len, reverse=True)))
        self._search = re.compile(pattern) if pattern else None
        self._plain = frozenset(word.casefold() for word in facts.words.plain)

    @cached_property
    def _values(self) -> frozenset[str]:
        return _capitalised_values(self._facts)

    def known(self, text: str) -> list[NameMention]:
        """Return the mentions of subjects, in reading order."""
        if self._search is None:
            return []
        found = []
        for match in self._search.finditer(text):
            subjects = self.by_name.get(match[0]) or self._by_key.get(_key(match[0]), ())
            if _stands_alone(text, match.start(), match.end()):
                found.append(NameMention(match.start(), match.end(), subjects))
        return found

    def unknown(self, text: str) -> Iterator[NameMention]:
        """Yield what looks like a name and is none of a subject.

        Args:
            text: The sentence; what is known already is blanked by NUL.
        """
        for match in _ID.finditer(text):
            if not _PERIOD_CODE.fullmatch(match[0]):
                yield NameMention(match.start(), match.end(), ())
        yield from self._capitalised(text)
        if HAN.search(text):
            yield from _chinese(text)

    def _capitalised(self, text: str) -> Iterator[NameMention]:
        first = len(text) - len(text.lstrip(" “\"'(（[\0"))
        for match in _CAPITALISED.finditer(text):
            start, words = match.start(), match[0].split()
            while words and self._is_plain(words[0]):
                start += len(words[0])
                start += len(text[start:]) - len(text[start:].lstrip())
                words = words[1:]
            rest = text[start : match.end()]
            if not words or all(self._is_plain(word) for word in words):
                continue
            if rest.casefold() in self._values:
                continue
            if start <= first and len(words) == 1 and not _is_possessive(text, match.end()):
                continue  # any word is capitalised there
            yield NameMention(start, match.end(), ())

    def _is_plain(self, word: str) -> bool:
        plain = word.casefold().strip(".")
        return plain in _plain_words() or plain in self._plain or plain in self._values


def _key(name: str) -> str:
    """Return a name without blanks and points, which are written in many ways."""
    return _MARKS.sub("", name)


def _as_written(name: str) -> str:
    """Return a pattern of a name: J.J. as JJ too, blanks around a hyphen or not.

    Examples:
        >>> bool(re.fullmatch(_as_written("J.J. Smith-Lee"), "JJ Smith - Lee"))
        True
    """
    marked = _INITIALS.sub(lambda found: f"{found[1] or found[3]}\1{found[2] or found[4]}\1", name)
    plain = re.escape(marked).replace(r"\.", r"\s?\.?").replace(r"\ ", r"\s+")
    return plain.replace(r"\-", r"\s?-\s?").replace("\1", r"\s?\.?\s?")


def _is_possessive(text: str, end: int) -> bool:
    return text[end : end + 2] in ("'s", "’s")


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in lexicon_of(language).plain)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether Latin letters or digits end where the name ends."""
    left, right = text[start - 1 : start], text[end : end + 1]
    if text[start].isascii() and left.isascii() and left.isalnum():
        return False
    return not (text[end - 1].isascii() and right.isascii() and right.isalnum())


def _capitalised_values(facts: FactSet) -> frozenset[str]:
    measures = {fact.measure.casefold() for fact in facts.facts}
    pieces = {piece for measure in measures for piece in re.split(r"[\s_./-]+", measure)}
    return frozenset(measures | pieces | set(facts.texts))


def _written(facts: FactSet) -> dict[str, tuple[str, ...]]:
    """Return subjects by every way their names are written."""
    found: dict[str, set[str]] = {}
    for subject in facts.subject_ids:
        entry = facts.subjects.get(subject)
        names = entry.names if entry and entry.names else (subject,)
        for name in (*names, subject):
            found.setdefault(name, set()).add(subject)
            found.setdefault(_SUFFIX.sub("", name), set()).add(subject)
    short = Counter(piece for name in found for piece in set(_short(name)))
    for name, subjects in list(found.items()):
        for piece in _short(name):
            if short[piece] == 1 and piece not in found:
                found[piece] = subjects
    return {name: tuple(sorted(some)) for name, some in found.items()}


def _short(name: str) -> Iterator[str]:
    """Yield what a longer name is cut to: a surname, a first name, the end of a path."""
    pieces = re.split(r"\s*/\s*", name)
    if len(pieces) > 1:
        yield pieces[-1]
        return
    words = name.split()
    if 2 <= len(words) <= 3 and all(word[:1].isupper() and word.isalpha() for word in words):
        yield from (
            word for word in words if len(word) > 2 and word.casefold() not in _plain_words()
        )


def _chinese(text: str) -> Iterator[NameMention]:
    """Yield Chinese personal names, by the tagger's word class and a known surname."""
    if SURNAMES.isdisjoint(text):
        return
    at = 0
    for word, tag in _tagged(text):
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if tag == "nr" and 2 <= len(word) <= 3 and word[0] in SURNAMES:
            yield NameMention(start, at, ())


@lru_cache(maxsize=4096)
def _tagged(text: str) -> tuple[tuple[str, str], ...]:
    import rjieba

    return tuple(rjieba.tag(text))
