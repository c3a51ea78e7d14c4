"""How the outlines use each fact: in which words, and between which neighbours.

True figures in the wrong places make false sentences. A model may put a fact only where an outline
puts it: in words that some sentence on this fact uses, next to a word that stands next to it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import product

from jixiao.contracts import TOKEN, Language
from jixiao.reports.outline import SLOT, Outline, Sentence, packaged_outline
from jixiao.reports.placeholders import PLACE

_NUMBERED = re.compile(r"(?<=[a-z])\d+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_EDGE_WORD = {
    "left": re.compile(r"([A-Za-z]+|[\u3400-\u9fff]{1,2})[^\w{}]*$"),
    "right": re.compile(r"^[^\w{}]*([A-Za-z]+|[\u3400-\u9fff]{1,2})"),
}
_ANY = "*"
"""Stands for a value written as a word, which may be any."""
Place = tuple[str, str]
"""A fact without its number, and ``value`` or ``period``."""


def misplaced(template: str, language: Language) -> Iterator[str]:
    """Yield the facts that stand where no outline puts them.

    Args:
        template: A model's sentence with its placeholders.
        language: Language of the report.
    """
    known = neighbours(language)
    for place, left, right in _places(TOKEN.sub(" ", template), PLACE):
        sides = known.get(place)
        if sides is None:
            continue
        lefts, rights = sides
        is_bare = not left and not right and "" in lefts and "" in rights
        fits = (left and _fits(left, lefts)) or (right and _fits(right, rights)) or is_bare
        if not fits:
            yield f"CONTEXT {place[0]} out of place"


def _fits(word: str, seen: frozenset[str]) -> bool:
    return word in seen or _ANY in seen


def _places(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str, str]]:
    """Yield each place of a fact with the words beside it; empty beside another place."""
    found = list(pattern.finditer(text))
    for at, one in enumerate(found):
        kind, name = one[1], one[2]
        if kind in ("name", "quote"):
            continue
        before = text[found[at - 1].end() if at else 0 : one.start()]
        after = text[one.end() : found[at + 1].start() if at + 1 < len(found) else len(text)]
        place = (_NUMBERED.sub("", name), "period" if kind == "period" else "value")
        yield place, _word(before, "left"), _word(after, "right")


def _word(text: str, side: str) -> str:
    found = _EDGE_WORD[side].search(text)
    return found[1].lower() if found else ""


@lru_cache(maxsize=2)
def neighbours(language: Language) -> dict[Place, tuple[frozenset[str], frozenset[str]]]:
    """Return the words that stand left and right of each fact in the packaged outlines."""
    seen: dict[Place, tuple[set[str], set[str]]] = {}
    for outline in _outlines(language):
        for sentence in _sentences(outline):
            for text in _texts(sentence, language):
                for written in _written(text):
                    for place, left, right in _places(written, PLACE):
                        sides = seen.setdefault(place, (set(), set()))
                        sides[0].add(_ANY if left == _ANY_WORD else left)
                        sides[1].add(_ANY if right == _ANY_WORD else right)
    return {place: (frozenset(a), frozenset(b)) for place, (a, b) in seen.items()}


_JOINS = {"en": (", ", " and "), "zh": ("、", "和")}
"""What stands between the things of a list."""
_ANY_WORD = "anyword"


def _texts(sentence: Sentence, language: Language) -> Iterator[str]:
    """Yield every way of saying a sentence, lists with two things for each way to join them."""
    yield from (*sentence.otherwise, *sentence.alone)
    for variant in sentence.variants:
        if sentence.item:
            for join in _JOINS[language]:
                yield variant.replace("{items}", join.join((sentence.item, sentence.item)))
        else:
            yield variant


def _written(text: str) -> Iterator[str]:
    """Yield an outline's sentence with placeholders, once for each way its slots may read."""
    parts: list[list[str]] = []
    at = 0
    for slot in SLOT.finditer(text):
        parts += [[text[at : slot.start()]], _ways(slot[1], slot[2] or "")]
        at = slot.end()
    for pieces in product(*parts, [text[at:]]):
        yield "".join(pieces)


def _ways(name: str, how: str) -> list[str]:
    first, _, rest = how.partition(" ")
    one, _, many = rest.partition("|")
    if first == "count":
        return [f"{{{{fact:{name}}}}} {word}" for word in dict.fromkeys((one, many or one))]
    if first == "if":
        return [one, many]
    if how == "named":
        return [f" {_ANY_WORD} "]
    kind = {"": "fact", "list": "fact", "name": "name", "period": "period"}.get(how, how)
    if name == "quote":
        kind = "period" if how == "period" else "quote"
    return [f"{{{{{kind}:{name}}}}}"]


def _outlines(language: Language) -> Iterator[Outline]:
    for file in sorted(files("jixiao.reports").joinpath("outlines").iterdir(), key=str):
        level, _, rest = file.name.partition(".")
        if rest == f"{language}.yaml":
            yield packaged_outline(level, language)


def _sentences(outline: Outline) -> Iterator[Sentence]:
    for section in outline.sections:
        yield from _inside(section.sentences)


def _inside(sentences: tuple[Sentence, ...]) -> Iterator[Sentence]:
    for sentence in sentences:
        yield sentence
        yield from _inside(sentence.say)
