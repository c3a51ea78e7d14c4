"""Finds any of many phrases in a text: by its words in Latin script, by characters in Chinese.

A regular expression of a few hundred alternatives is tried at every character; here one look-up
a word or character says that nothing begins there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9\0]")
_LIKE_LATIN = re.compile(r"[\u0130\u0131\u017f\u212a]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found.

    Attributes:
        start: First code point.
        end: First code point after it.
        phrase: The phrase, folded.
    """

    start: int
    end: int
    phrase: str


class Finder:
    """Finds phrases, the longest first, whole words in Latin script; case is not told apart.

    Args:
        words: The phrases; blanks inside match one blank.

    Examples:
        >>> [hit.phrase for hit in Finder(["rose", "高于"]).hits("It Rose; 明显高于目标")]
        ['rose', '高于']
    """

    def __init__(self, words: Iterable[str]) -> None:
        heads: dict[str, list[str]] = {}
        for word in dict.fromkeys(" ".join(word.lower().split()) for word in words):
            if word:
                found = _TOKEN.match(word)
                heads.setdefault(found[0] if found else word[0], []).append(word)
        self._heads = {
            head: tuple(sorted(some, key=len, reverse=True)) for head, some in heads.items()
        }
        self._firsts = frozenset(heads)

    def __bool__(self) -> bool:
        return bool(self._heads)

    def hits(self, text: str) -> Sequence[Hit]:
        """Return what is found, in reading order, never overlapping."""
        heads = self._heads
        plain, words, places = _tokens(text)
        if words.isdisjoint(self._firsts):  # so with most texts and most searches
            return ()
        found: list[Hit] = []
        free = 0
        for start, token in places:
            if token not in heads or start < free:
                continue
            for word in heads[token]:
                end = start + len(word)
                if plain.startswith(word, start) and _ends(plain, word, end):
                    found.append(Hit(start, end, word))
                    free = end
                    break
        return found

    def first(self, text: str) -> Hit | None:
        """Return the first hit, or None."""
        return next(iter(self.hits(text)), None)

    def __contains__(self, text: str) -> bool:
        return bool(self.hits(text))


def _ends(plain: str, word: str, end: int) -> bool:
    last = word[-1]
    if not (last.isascii() and last.isalnum()):
        return True
    after = plain[end : end + 1]
    return not (after.isascii() and after.isalnum())


def holds_none(text: str, words: frozenset[str]) -> bool:
    """Return whether none of some Latin words, in small letters, can stand in a text.

    Letters that a search without regard to case takes for ones of a to z count as any word.

    Examples:
        >>> holds_none("Sales rose", frozenset({"two"})), holds_none("TWO-way", frozenset({"two"}))
        (True, False)
    """
    return _tokens(text)[1].isdisjoint(words) and (text.isascii() or not _LIKE_LATIN.search(text))


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[str, frozenset[str], tuple[tuple[int, str], ...]]:
    plain = text.lower()
    if len(plain) != len(text):  # a letter whose small form is longer
        plain = text
    places = tuple((found.start(), found[0]) for found in _TOKEN.finditer(plain))
    return plain, frozenset(token for _, token in places), places
