"""Which way a sentence turns what it says: denials, extremes, quantities, more and less.

Facts often say nothing about such words ("no clear trend shows", "there are no agreed steps"), and
one of them more or less makes the opposite of a true sentence. Two sentences on the same facts
have the same stance unless one of them is false or unproven.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.contracts import Language
from jixiao.gate.finder import Hit
from jixiao.gate.lexicon import Lexicon, lexicon_of
from jixiao.gate.parse import Change, changes_of

_SIGNS = {"up": 1, "above": 1, "down": -1, "below": -1}
_JUDGED = frozenset({"met", "missed", "level", "equal", *_SIGNS})
"""Kinds of words that facts decide, with any denial before them."""
_EXTREMES = ("highest", "lowest")
_STOP = re.compile(r"[,，;；:：。.!?！？]|$")
_WORD = re.compile(r"[A-Za-z]{4,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Stance:
    """How a sentence turns what it says.

    Attributes:
        denials: Negations that no word of comparison takes up.
        denied: What stands behind a negation: Latin words, pairs of Chinese characters.
        stated: The same of everything else.
        words: How often it says highest or lowest, and each word of quantity or order.
        signs: 1 where it says more, -1 where it says less.
        sames: True where it says that things are alike, False where it denies it.
    """

    denials: int
    denied: frozenset[str]
    stated: frozenset[str]
    words: Counter[str]
    signs: frozenset[int]
    sames: frozenset[bool]

    @property
    def content(self) -> frozenset[str]:
        """Everything that it says, denied or not."""
        return self.denied | self.stated

    def against(self, other: Stance) -> str:
        """Return what this sentence says beyond another one on the same facts, or nothing.

        Leaving out what the other one denies is no contradiction; stating it is one.
        """
        if self.denials > other.denials:
            return "denies more"
        if self.denials < other.denials and self.stated & (other.denied - other.stated):
            return "denies less"
        if beyond := self.words - other.words:
            return min(beyond)
        opposite = {-sign for sign in self.signs - other.signs} & other.signs
        alike = self.sames - other.sames
        unlike = False in alike or (True in alike and False in other.sames)
        return "the other way" if opposite or unlike else ""


def stance_of(text: str, language: Language) -> Stance:
    """Return the stance of a sentence's own words, without names, figures and quotations."""
    lexicon = lexicon_of(language)
    changes = list(changes_of(text, lexicon))
    some = list(_quantities(text, lexicon, changes))
    extremes = [one for one in changes if one.kind in _EXTREMES]
    words = Counter(hit.phrase for hit in some)
    words.update(one.kind for one in extremes if all(one.start != hit.start for hit in some))
    signs = {(-1 if one.negated else 1) * _SIGNS[one.kind] for one in changes if one.kind in _SIGNS}
    denials = list(_denials(text, lexicon, changes))
    spans = [(hit.end, _stop(text, hit.end)) for hit in denials]
    return Stance(
        denials=len(denials),
        denied=frozenset(_content(" ".join(text[start:end] for start, end in spans))),
        stated=frozenset(_content(_without(text, spans))),
        words=words,
        signs=frozenset(signs),
        sames=frozenset(not one.negated for one in changes if one.kind in ("level", "equal")),
    )


def _quantities(text: str, lexicon: Lexicon, changes: list[Change]) -> Iterator[Hit]:
    """Yield words of quantity or order that are no part of a bound or a word of comparison.

    "Most of the targets" is one, though "most" alone is read as the highest.
    """
    taken = [hit for search in lexicon.bounds.values() for hit in search.hits(text)]
    spans = [(one.start, one.end) for one in taken]
    spans += [(one.start, one.end) for one in changes if one.kind not in _EXTREMES]
    for hit in lexicon.quantifiers.hits(text):
        if not any(start <= hit.start < end for start, end in spans):
            yield hit


def _denials(text: str, lexicon: Lexicon, changes: list[Change]) -> Iterator[Hit]:
    """Yield the negations that stand in no word of comparison, nor right before one."""
    near = 2 if lexicon.language == "zh" else 4
    judged = [one for one in changes if one.kind in _JUDGED]
    idle = list(lexicon.no_denials.hits(text))
    for hit in lexicon.denials.hits(text):
        is_idle = any(one.start <= hit.start < one.end for one in idle)
        is_taken = any(one.start - near <= hit.end <= one.end for one in judged)
        if not is_idle and not is_taken:
            yield hit


def _stop(text: str, start: int) -> int:
    """Return where the part of a sentence around a place ends."""
    found = _STOP.search(text, start)
    return found.start() if found else len(text)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _content(text: str) -> Iterator[str]:
    """Yield the Latin words of a text by their first letters, and its pairs of characters."""
    yield from (word.casefold()[:6] for word in _WORD.findall(text))
    for run in _HAN.findall(text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))
