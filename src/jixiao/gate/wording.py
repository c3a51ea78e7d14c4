"""Words about people: personality instead of behaviour, gendered, age and origin wording, insults.

Flags are advice to whoever writes; only harm is refused in text that the product generates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, get_args

from jixiao.contracts import Frozen, Language
from jixiao.gate.finder import Finder
from jixiao.gate.lexicon import read_data
from jixiao.gate.parse import sentences_of

FlagKind = Literal[
    "personality", "gendered", "age", "origin", "vague", "harm", "rating against text"
]
KINDS: tuple[FlagKind, ...] = ("harm", "gendered", "age", "origin", "personality", "vague")
REFUSED: tuple[FlagKind, ...] = ("harm",)
"""For these, text that the product generates is refused."""
_DETAIL = frozenset('0123456789“"「')


class Flag(Frozen):
    """Words that had better be others."""

    start: int
    """First code point, 0-based."""
    end: int
    """First code point after it."""
    text: str
    """The words."""
    kind: FlagKind
    """What is wrong with them."""
    suggestion: str
    """What to write instead, in the language of the text."""

    @property
    def is_refused(self) -> bool:
        """Whether generated text with these words is refused."""
        return self.kind in REFUSED


class WordList(Frozen):
    """Words of one kind."""

    suggestion: str
    """What to write instead."""
    words: tuple[str, ...]
    """The words."""


class WordingFile(Frozen):
    """Words about people in one language, as they stand in its file."""

    personality: WordList
    """What the person is like, instead of what was done."""
    gendered: WordList
    """Said of one gender and hardly of another."""
    age: WordList
    """Age and generation."""
    origin: WordList
    """Origin, belief, health and family."""
    vague: WordList
    """Praise or blame without anything to check; passed over beside a figure or a quotation."""
    harm: WordList
    """Insults and threats."""
    praise: tuple[str, ...]
    """Words that go with a high rating."""
    criticism: tuple[str, ...]
    """Words that go with a low rating."""
    high_ratings: tuple[str, ...]
    """Names of high levels."""
    low_ratings: tuple[str, ...]
    """Names of low levels."""
    rating_words: tuple[str, ...]
    """Words that introduce a level."""
    mismatch: str
    """Suggestion where rating and text disagree."""


class _Words:
    """One language's words, ready for searching."""

    def __init__(self, file: WordingFile) -> None:
        self.file = file
        self.finders = {kind: Finder(getattr(file, kind).words) for kind in KINDS}
        self.rating = Finder(file.rating_words)
        self.praise, self.criticism = Finder(file.praise), Finder(file.criticism)
        self.high, self.low = Finder(file.high_ratings), Finder(file.low_ratings)


@lru_cache(maxsize=4)
def _words(language: Language) -> _Words:
    return _Words(WordingFile.model_validate(read_data(f"wording.{language}.yaml")))


def flag_wording(
    text: str, language: Language, *, kinds: Sequence[FlagKind] = get_args(FlagKind)
) -> tuple[Flag, ...]:
    """Return words about people that had better be others, in reading order.

    Args:
        text: A comment, a draft or a sentence.
        language: Its language.
        kinds: What to look for.

    Examples:
        >>> [(flag.text, flag.kind) for flag in flag_wording("She is bossy and stubborn.", "en")]
        [('bossy', 'gendered'), ('stubborn', 'personality')]
    """
    words = _words(language)
    found: list[Flag] = []
    for kind in (kind for kind in KINDS if kind in kinds):
        said: WordList = getattr(words.file, kind)
        for hit in words.finders[kind].hits(text):
            if kind == "vague" and _has_detail(text, hit.start):
                continue
            if all(hit.end <= one.start or one.end <= hit.start for one in found):
                found.append(_flag(text, hit.start, hit.end, kind, said.suggestion))
    if "rating against text" in kinds:
        found += _mismatch(text, words)
    return tuple(sorted(found, key=lambda flag: flag.start))


def _flag(text: str, start: int, end: int, kind: FlagKind, suggestion: str) -> Flag:
    return Flag(start=start, end=end, text=text[start:end], kind=kind, suggestion=suggestion)


def _has_detail(text: str, at: int) -> bool:
    """Return whether the sentence around a place holds a figure or a quotation."""
    for start, sentence in sentences_of(text):
        if start <= at < start + len(sentence):
            return any(char in _DETAIL for char in sentence)
    return False


def _mismatch(text: str, words: _Words) -> Iterator[Flag]:
    """Yield a level whose side none of the other words is on, while some are on the other."""
    for hit in words.rating.hits(text):
        behind = text[hit.end : hit.end + 24]
        for levels, other in ((words.high, words.criticism), (words.low, words.praise)):
            level = levels.first(behind)
            if level is None:
                continue
            start, end = hit.end + level.start, hit.end + level.end
            rest = text[:start] + "\0" * (end - start) + text[end:]
            same = words.praise if other is words.criticism else words.criticism
            if rest in other and rest not in same:
                suggestion = words.file.mismatch
                yield _flag(text, start, end, "rating against text", suggestion)
            return
