"""Language of each row by its script, Chinese words, and sentences of both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from jixiao.data.clean.steps import is_ascii

_HAN = r"\p{Han}"
_KANA = r"[\p{Hiragana}\p{Katakana}]"
_LATIN_WORD = r"[A-Za-z\x{c0}-\x{24f}]{2,}"
_TERM = r"(?-u:\b)[A-Z]{2,6}(?-u:\b)"
_MARKED = r"[\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}]"
_OTHER = r"[\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Arabic}\p{Hebrew}\p{Thai}\p{Greek}]"
_CHARACTERS_PER_WORD = 1.6
_MOSTLY = 0.75
_MARKED_SHARE = 0.06


def detect_languages(texts: pl.Series) -> pl.Series:
    """Return the language of each text by its script.

    A Chinese text with a few English terms is Chinese, and abbreviations such as KPI do not
    count in it; about half of each is ``mixed``.

    Args:
        texts: Strings; null or blank is no text.

    Returns:
        ``zh``, ``en``, ``mixed``, ``other`` (another script, or a Latin one with many marked
        letters) or ``""`` where there are no letters.
    """
    if is_ascii(texts):
        return _choose([(texts.str.contains("[A-Za-z]").fill_null(False), "en")], len(texts))
    value = pl.col("t").fill_null("")
    counts = pl.DataFrame({"t": texts}).select(
        han=value.str.count_matches(_HAN).cast(pl.Float64),
        words=value.str.count_matches(_LATIN_WORD).cast(pl.Float64),
        terms=value.str.count_matches(_TERM).cast(pl.Float64),
        letters=value.str.count_matches("[A-Za-z]").cast(pl.Float64),
        marked=value.str.count_matches(_MARKED).cast(pl.Float64),
        other=value.str.count_matches(_OTHER).cast(pl.Float64),
    )
    han, words, other = counts["han"], counts["words"], counts["other"]
    chinese = han / _CHARACTERS_PER_WORD
    share = chinese / (chinese + words - counts["terms"])
    latin = counts["letters"] + counts["marked"]
    foreign = (other > han + latin) | ((other > 0.1 * (other + han)) & (other > latin))
    marked = (counts["marked"] > _MARKED_SHARE * latin) & (counts["marked"] >= 3) & (han == 0)
    none = (han + latin + other) == 0
    return _choose(
        [
            (none, ""),
            (foreign | marked, "other"),
            ((han > 0) & ((words == 0) | (share >= _MOSTLY)), "zh"),
            ((han == 0) | (share <= 1 - _MOSTLY), "en"),
            (han > 0, "mixed"),
        ],
        len(texts),
    )


def _choose(cases: Sequence[tuple[pl.Series, str]], n: int) -> pl.Series:
    """Return the name of the first case that holds in each row, ``""`` where none does."""
    result = pl.repeat("", n, dtype=pl.String, eager=True)
    for holds, name in reversed(cases):
        result = result.set(holds.fill_null(False), name)
    return result.alias("language")


@lru_cache(maxsize=8)
def _segmenter(user_words: tuple[str, ...]) -> Any:
    import rjieba

    jieba = rjieba.Jieba()
    for word in user_words:
        jieba.add_word(word, 100_000, "n")
    return jieba


def segment(texts: Sequence[str], user_words: Sequence[str] = ()) -> list[list[str]]:
    """Return the words of each text, blanks left out; joined they give the text back.

    Args:
        texts: Chinese, English or both.
        user_words: Words that must not be cut, such as product names.
    """
    jieba = _segmenter(tuple(sorted(set(user_words))))
    return [[word for word in jieba.cut(text) if not word.isspace()] for text in texts]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands: ``text == source[start:end]``, outer blanks left out."""

    text: str
    start: int
    end: int


_ABBREVIATION = re.compile(
    r"mrs?|ms|dr|prof|[sj]r|st|vs|etc|e\.?g|i\.?e|no|inc|ltd|co|corp|dept|approx|fig|al|cf|mt"
    r"|u\.[sk]|[ap]\.m|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_END = re.compile(
    r"(?P<zh>[。！？!?；;]*[。！？；][。！？!?…]*[”’」』）》】\"']*)"
    r"|(?P<dots>…{1,}[”’」』）\"']*)"
    r"|(?P<en>[.!?]+[\"'”’)\]]*)(?=\s|$|[\u3400-\u9fff])"
    r"|(?P<line>\s*\n\s*)"
)
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z.]*)$")
_STARTS_SENTENCE = re.compile(r"\s*[\"'“‘(\[]*(?:[A-Z0-9\[\u3400-\u9fff]|$)")


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a Chinese or English text, each an exact piece of it.

    Abbreviations ("e.g.", "Dr.", "J. Smith"), decimals and dots before a small letter do not end
    an English sentence; a line break ends any.

    Examples:
        >>> [s.text for s in split_sentences("Dr. Lee scored 4.5. Well done! 表现很好。继续努力")]
        ['Dr. Lee scored 4.5.', 'Well done!', '表现很好。', '继续努力']
    """
    sentences: list[Sentence] = []
    start = 0
    for found in _END.finditer(text):
        if found["en"] and not _is_end(text, found):
            continue
        _append(sentences, text, start, found.end())
        start = found.end()
    _append(sentences, text, start, len(text))
    return sentences


def _is_end(text: str, found: re.Match[str]) -> bool:
    if found["en"][0] in "!?":
        return True
    if not _STARTS_SENTENCE.match(text, found.end()):
        return False
    before = _WORD_BEFORE.search(text, 0, found.start())
    if not before or not found["en"].startswith(".") or found["en"].startswith(".."):
        return True
    word = before[1].lower()
    if len(before[1]) == 1 and before[1].isupper() and before[1] != "I":
        return False
    return not _ABBREVIATION.fullmatch(word) or not text[found.end() :].strip()


def _append(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    body = piece.strip()
    if body and any(character.isalnum() for character in body):
        sentences.append(Sentence(body, start + left, start + left + len(body)))
    elif body and sentences and not text[sentences[-1].end : start + left].strip():
        last = sentences[-1]
        sentences[-1] = Sentence(
            text[last.start : start + left + len(body)], last.start, start + left + len(body)
        )
