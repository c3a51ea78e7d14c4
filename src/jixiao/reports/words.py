"""The words of the interface in one language: headings, labels, units and names of values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jixiao.contracts import Frozen, Language, packaged_yaml
from jixiao.core import ReportError

_KPI = re.compile(r"\bkpi\d+")
_NUMBERED = re.compile(r"(?<=[a-z])\d+")


class Words(Frozen):
    """Everything that is said beside the sentences."""

    language: Language
    """Language of all of it."""
    html_lang: str
    """Language code of a page."""
    interface: dict[str, str]
    """Headings, buttons and notes."""
    measures: dict[str, str]
    """Label of each fact id, numbers left out: ``kpi.change``."""
    values: dict[str, str]
    """Words for values that are words: ``met``, ``up``…"""
    units: dict[str, str]
    """How a number with a unit is written; one and many parted by ``|`` where they differ."""
    months: tuple[str, ...]
    """January to December."""
    periods: dict[str, str]
    """How quarter, half year, month, year, day and a span of days are written."""
    bases: dict[str, str]
    """What a fact is compared with."""
    formulas: dict[str, str]
    """Phrases of the facts' formulas, where they are read in another language."""
    thousands: str
    """What groups digits by three."""
    colon: str
    """What stands between a label and its value."""
    separator: str
    """What stands between two things of a list."""
    last_separator: str
    """What stands before the last thing of a list."""

    def label(self, fact_id: str) -> str:
        """Return the label of a fact id."""
        plain = _plain(fact_id)
        return self.measures.get(plain, plain)

    def formula(self, text: str) -> str:
        """Return a formula in this language; fact ids and symbols stay as they are."""
        return _formula(text, self.language) if self.formulas else text

    def value(self, word: str) -> str:
        """Return the word for a value that is a word; names stay as they are."""
        return self.values.get(word, word)


@lru_cache(maxsize=8192)
def _plain(fact_id: str) -> str:
    return _NUMBERED.sub("", fact_id)


def read_packaged(folder: str, name: str) -> Any:
    """Return the content of a packaged YAML file of the room."""
    return packaged_yaml("jixiao.reports", folder, name)


@lru_cache(maxsize=8192)
def _formula(text: str, language: Language) -> str:
    """Replace the longest known phrases first; kpi3 is looked up as kpi and written back."""
    keys = _KPI.findall(text)
    plain = _KPI.sub("kpi", text)
    for phrase, said in _phrases(language):
        plain = plain.replace(phrase, said)
    return plain.replace("kpi", keys[0]) if keys else plain


@lru_cache(maxsize=4)
def _phrases(language: Language) -> list[tuple[str, str]]:
    known = words_of(language).formulas
    return sorted(known.items(), key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=4)
def words_of(language: Language) -> Words:
    """Return the words of a language.

    Raises:
        ReportError: If there is no catalogue of that language.
    """
    if language not in ("zh", "en"):
        raise ReportError("JX-E501", "language", expected="zh or en", got=repr(language))
    return Words.model_validate(read_packaged("words", f"{language}.yaml"))
