"""Topics of many short texts, found in their own words: no list of topics, no random start.

Words that stand where names of things stand are counted by texts; each common one gathers the
words it stands beside unusually often, and that is a topic, named by its commonest words. Counts
and ties in alphabetical order decide everything, so the same texts give the same topics in
whatever order they come. Chinese words and their kinds come from a dictionary (jieba); English
nouns are told by their place: after *the*, *my* or *of*, and before the end of a phrase.

The gathering is single-pass leader clustering (Hartigan 1975, Clustering Algorithms, chapter 3): a
word joins a commoner one when most of its texts hold that one too, or both go together (phi).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import polars as pl
import yaml

from jixiao.contracts import Frozen
from jixiao.core import language_of

MOST_TEXTS = 20_000
"""Texts that topics are found in; of more, these are taken by their content alone."""
MOST_TOPICS = 40
_MOST_WORDS, _MOST_NAMED = 160, 2
_FEWEST, _SHARE = 5, 0.004
_TOO_COMMON = 0.4
_WITHIN, _LIFT, _SURE, _PHI = 0.6, 1.5, 5.0, 0.4
_NOUN = 0.2
_TOKEN = re.compile(r"\[[A-Z_0-9]+\]|https?://\S+|[@#]\w+|[a-z]+(?:'[a-z]+)?|\d+|[^\w\s]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TAGS = frozenset({"n", "nz", "vn", "an", "nr", "ng", "l"})


class WordLists(Frozen):
    """Words by which names of things are told from others."""

    before: tuple[str, ...]
    """English: stand before a name of a thing."""
    stop: tuple[str, ...]
    """English: say nothing alone."""
    stop_zh: tuple[str, ...]
    """Chinese nouns that say nothing alone, or only how good something is."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that texts speak of.

    Attributes:
        name: Its commonest words, as they stand in the texts (lower case in English).
        language: zh or en.
        words: Everything that counts as a mention, commonest first.
        texts: How many of the texts it was found in mention it.
    """

    name: str
    language: str
    words: tuple[str, ...]
    texts: int


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """Return the packaged word lists."""
    text = files("jixiao.data").joinpath("topic_words.yaml").read_text("utf-8")
    return WordLists.model_validate(yaml.load(text, yaml.BaseLoader))  # "no" is a word here


def find_topics(texts: Sequence[str]) -> list[Topic]:
    """Return what the texts speak of, commonest first; nothing where too few speak of it.

    Args:
        texts: Any number, in any order; equal ones count once.
    """
    distinct = sorted({text for text in texts if text.strip()})
    if len(distinct) > MOST_TEXTS:
        distinct = _by_content(distinct)
    found: list[Topic] = []
    for language in ("zh", "en"):
        own = [text for text in distinct if language_of(text) == language]
        spoken = [_words_zh(t) for t in own] if language == "zh" else _words_en(own)
        found += _gathered(spoken, language)
    return sorted(found, key=lambda topic: (-topic.texts, topic.name))[:MOST_TOPICS]


def _by_content(texts: Sequence[str]) -> list[str]:
    from zlib import crc32

    return sorted(texts, key=lambda text: (crc32(text.encode()), text))[:MOST_TEXTS]


def _words_zh(text: str) -> set[str]:
    import rjieba

    stop = _stop("zh")
    return {
        word
        for word, tag in rjieba.tag(text)
        if tag in _TAGS and 2 <= len(word) <= 6 and word not in stop and _HAN.match(word)
    }


@lru_cache(maxsize=2)
def _stop(language: str) -> frozenset[str]:
    lists = word_lists()
    return frozenset(lists.stop_zh if language == "zh" else lists.stop)


def _words_en(texts: Sequence[str]) -> list[set[str]]:
    """Return the nouns and pairs of words of each text."""
    phrases = [list(_phrases(text)) for text in texts]
    seen: Counter[str] = Counter()
    as_noun: Counter[str] = Counter()
    for own in phrases:
        for phrase, after_article in own:
            for place, word in enumerate(phrase):
                seen[word] += 1
                as_noun[word] += after_article and place == len(phrase) - 1
            for pair in _pairs(phrase):
                seen[pair] += 1
                as_noun[pair] += after_article and phrase[-1] == pair.split()[-1]
    nouns = {word for word, n in seen.items() if as_noun[word] >= _NOUN * n}
    singular = {word: word[:-1] for word in nouns if word.endswith("s") and word[:-1] in nouns}
    return [
        {
            singular.get(word, word)
            for phrase, _ in own
            for word in (*phrase, *_pairs(phrase))
            if word in nouns
        }
        for own in phrases
    ]


def _pairs(phrase: Sequence[str]) -> Iterator[str]:
    for first, second in pairwise(phrase):
        yield f"{first} {second}"


def _phrases(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield runs of content words and whether an article or the like stands before the run."""
    stop, before = _stop("en"), _before()
    run: list[str] = []
    opened = False
    for token in [*_TOKEN.findall(text.lower().replace("’", "'")), "."]:
        if token[0].isalpha() and len(token) > 2 and token not in stop:
            run.append(token)
            continue
        if run:
            yield run, opened
        run, opened = [], token in before


@lru_cache(maxsize=1)
def _before() -> frozenset[str]:
    return frozenset(word_lists().before)


def _gathered(spoken: Sequence[set[str]], language: str) -> list[Topic]:
    """Let each common word gather the words that stand in the same texts."""
    least = max(_FEWEST, math.ceil(_SHARE * len(spoken)))
    counts = Counter(word for own in spoken for word in own)
    common = [w for w, n in counts.items() if least <= n <= _TOO_COMMON * len(spoken)]
    common = sorted(common, key=lambda word: (-counts[word], word))[:_MOST_WORDS]
    inside: dict[str, set[int]] = {word: set() for word in common}
    for place, own in enumerate(spoken):
        for word in own & inside.keys():
            inside[word].add(place)
    leaders: dict[str, list[str]] = {}
    for word in common:
        scored = [
            (_likeness(inside[word], inside[leader], len(spoken)), leader)
            for leader in leaders
            if word not in leader and not _is_part(leader, word, inside)
        ]
        best = min(scored, key=lambda one: (-one[0], one[1]), default=(0.0, ""))
        leaders.setdefault(best[1] if best[0] > 0 else word, []).append(word)
    return [_topic(words, inside, language) for words in leaders.values()]


def _is_part(leader: str, word: str, inside: Mapping[str, set[int]]) -> bool:
    """Return whether a pair holds the leader but is only a small part of what it stands for."""
    return leader in word.split() and len(inside[word]) * 2 < len(inside[leader])


def _likeness(word: set[int], leader: set[int], total: int) -> float:
    """Return how well a word goes with a commoner one; 0 where it should stand alone."""
    both, a, b = len(word & leader), len(word), len(leader)
    spread = math.sqrt(a * b * (total - a) * (total - b))
    phi = (both * total - a * b) / spread if spread else 0.0
    chance = a * b / total
    is_within = both >= _WITHIN * a and both >= _LIFT * chance
    is_within = is_within and both - chance >= _SURE * math.sqrt(chance)
    return phi if phi > 0 and (is_within or phi >= _PHI) else 0.0


def _topic(words: list[str], inside: dict[str, set[int]], language: str) -> Topic:
    together = set().union(*(inside[word] for word in words))
    named: list[str] = []
    for word in words:
        is_common = len(inside[word]) * 3 >= len(inside[words[0]])
        is_new = not any(word in other or other in word for other in named)
        if len(named) < _MOST_NAMED and is_common and is_new:
            named.append(word)
    pair = next((word for word in words if " " in word and words[0] in word.split()), None)
    if pair and len(inside[pair]) * 2 >= len(inside[words[0]]):
        named[0] = pair
    joint = "、" if language == "zh" else ", "
    return Topic(joint.join(named), language, tuple(words), len(together))


def mentions(texts: pl.DataFrame, topics: Sequence[Topic]) -> pl.DataFrame:
    """Return which text mentions which topic, and in which words.

    Args:
        texts: ``_row``, ``column`` and ``text``.
        topics: As ``find_topics`` gives them.

    Returns:
        ``_row``, ``column``, ``topic`` (name) and ``mention``: the first words of the text that
        count, exactly as they stand there; one line for each text and topic.
    """
    names = {form: topic for topic in topics for form in _forms(topic)}
    schema = {"_row": pl.Int64, "column": pl.String, "topic": pl.String, "mention": pl.String}
    if not names:
        return pl.DataFrame(schema=schema)
    found = texts.with_columns(
        pl.col("text")
        .str.extract_many(list(names), ascii_case_insensitive=True, overlapping=True)
        .alias("mention")
    )
    rows = []
    for row, column, text, spoken in found.select("_row", "column", "text", "mention").iter_rows():
        told: dict[str, str] = {}
        for word in spoken or ():
            topic = names[word.lower()]
            if topic.name not in told and _stands_alone(word, text, topic.language):
                told[topic.name] = word
        rows += [(row, column, name, word) for name, word in told.items()]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _forms(topic: Topic) -> Iterator[str]:
    for word in topic.words:
        yield word
        if topic.language == "en":
            yield word + "s"


def _stands_alone(word: str, text: str, language: str) -> bool:
    return language == "zh" or re.search(rf"\b{re.escape(word)}\b", text) is not None
