"""The words a language model may use between placeholders: those of reports, and no others.

A list of forbidden words would always lack one. The list of allowed words is made of the words of
the packaged outlines and catalogues and of the ``words`` of the prompt files, which are data. Words
of names and comments are not on it: they come in by placeholders, checked and quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from jixiao.contracts import Language
from jixiao.reports.prompting import prompts_of
from jixiao.reports.words import read_packaged, words_of

_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SLOT = re.compile(r"\{([a-z0-9_.]*)(?::([^{}]*))?\}")
_FIGURES = frozenset({"half", "first", "second", "third", "double", "一半", "首位", "倍", "成"})
"""Figures in words; a model never types one, even where an outline may."""
_LONGEST = 8
"""Most characters of a Chinese word."""


def foreign_words(plain: str, language: Language) -> list[str]:
    """Return the words of a sentence that are not among the words of reports.

    Args:
        plain: A model's own words, without placeholders and tokens.
        language: Language of the report.
    """
    known = vocabulary(language)
    if language == "zh":
        runs = _HAN.findall(plain)
        return [run for run in runs if not _is_covered(run, known)] + _latin(plain, known)
    return _latin(plain, known)


def _latin(plain: str, known: frozenset[str]) -> list[str]:
    return [word for word in _WORD.findall(plain) if not _forms(word.lower()) & known]


def _forms(word: str) -> set[str]:
    """Return a word and what it may be the plural or third person of."""
    forms = {word}
    if len(word) > 3 and word.endswith("s"):
        forms |= {word[:-1], word[:-2]} if word.endswith("es") else {word[:-1]}
    return forms


def _is_covered(run: str, known: frozenset[str]) -> bool:
    """Return whether a run of Chinese characters is made of known words, one after another."""
    reached = [True, *[False] * len(run)]
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - _LONGEST), end)
        reached[end] = any(reached[start] and run[start:end] in known for start in starts)
    return reached[-1]


@lru_cache(maxsize=2)
def vocabulary(language: Language) -> frozenset[str]:
    """Return the words of reports in one language, in lower case."""
    texts = [*_outline_texts(language), *_catalogue_texts(language)]
    words = {word for text in texts for word in _words_of(text, language)}
    words |= {word.lower() for word in prompts_of(language).words.split()}
    return frozenset(words - _FIGURES)


def _words_of(text: str, language: Language) -> Iterator[str]:
    if language == "zh":
        import rjieba

        for run in _HAN.findall(text):
            yield from rjieba.cut(run)
    yield from (word.lower() for word in _WORD.findall(text))


def _outline_texts(language: Language) -> Iterator[str]:
    """Yield the words of all packaged sentences, those inside slots too, but no slot's id."""
    for file in sorted(files("jixiao.reports").joinpath("outlines").iterdir(), key=str):
        if file.name.endswith(f".{language}.yaml"):
            for sentence in _sentences(read_packaged("outlines", file.name)):
                yield _SLOT.sub(lambda slot: f" {_said(slot[2] or '')} ", sentence)


def _said(how: str) -> str:
    """Return the words in a slot's way of writing: ``count rater|raters``, ``if level|levels``."""
    first, _, rest = how.partition(" ")
    return rest.replace("|", " ") if first in ("count", "if") else ""


def _sentences(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, inner in part.items():
            if key in ("variants", "otherwise") and isinstance(inner, list):
                yield from (str(text) for text in inner)
            elif isinstance(inner, dict | list):
                yield from _sentences(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _sentences(inner)


def _catalogue_texts(language: Language) -> Iterator[str]:
    """Yield words for values and units, which stand in sentences as words."""
    words = words_of(language)
    yield from words.values.values()
    yield from words.units.values()
