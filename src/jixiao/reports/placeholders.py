"""Placeholders of sentences that a language model writes: code fills them, and finds them again.

``{{fact:ID}}`` is a fact's value with its unit, ``{{abs:ID}}`` the same without sign,
``{{period:ID}}`` its period, ``{{name:ID}}`` the name of what was measured, ``{{quote:ID}}`` the
exact words of a comment and ``{{period:ID}}`` its period; a token such as ``[[P1]]`` is a name. A
figure is never typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jixiao.contracts import TOKEN, Comment, Fact, Pseudonymiser
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.words import Words

_HOWS = {"fact": "", "abs": "abs", "signed": "signed", "plain": "plain", "bare": "bare"}
KINDS = (*_HOWS, "period", "name", "quote")
"""Kinds of placeholders."""
PLACE = re.compile(rf"\{{\{{\s*({'|'.join(KINDS)})\s*:\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}}\}}")
_PIECE = re.compile(f"{PLACE.pattern}|{TOKEN.pattern}")
_BROKEN = re.compile(r"[{}\[\]｛｝［］【】〔〕《》]")
_TYPED = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class Sources:
    """What placeholders and tokens may stand for.

    Attributes:
        facts: Facts by id.
        comments: Comments by id.
        words: Language in which values are written.
        names: Knows what tokens stand for.
    """

    facts: Mapping[str, Fact]
    comments: Mapping[str, Comment]
    words: Words
    names: Pseudonymiser


@dataclass(frozen=True)
class FilledText:
    """A sentence as it is read, what stands in it, and what is wrong with it.

    Attributes:
        text: The sentence; what could not be filled stands as it was written.
        plain: The model's own words, without placeholders and tokens.
        facts: Ids of the facts in it, in reading order.
        comments: Ids of the comments in it.
        faults: Unknown or broken placeholders and tokens, and figures typed by hand.
    """

    text: str
    plain: str
    facts: tuple[str, ...]
    comments: tuple[str, ...]
    faults: tuple[str, ...]


def fill_text(text: str, sources: Sources) -> FilledText:
    """Return a model's sentence with its placeholders and tokens filled, in one pass.

    Nothing that is filled in is read again: a name that looks like a placeholder stays a name.
    """
    parts: list[str] = []
    own: list[str] = []
    facts: dict[str, None] = {}
    comments: dict[str, None] = {}
    faults: list[str] = []
    at = 0
    for found in [*_PIECE.finditer(text), None]:
        words = text[at : found.start() if found else len(text)]
        parts.append(words)
        own.append(words)
        faults += _typed_faults(words)
        if found is None:
            break
        if at and not words:
            faults.append("PLACEHOLDER without a word before it")
        at = found.end()
        kind, name = found[1], found[2]
        value = sources.names.value(found[0]) if kind is None else _value(kind, name, sources)
        if value is None:
            faults.append(f"PLACEHOLDER {found[0]}")
        elif kind is not None:
            (comments if kind == "quote" else facts)[name] = None
        parts.append(found[0] if value is None else value)
    return FilledText("".join(parts), " ".join(own), tuple(facts), tuple(comments), tuple(faults))


def _typed_faults(words: str) -> Iterator[str]:
    """Yield what the model must not type itself: figures, and pieces of placeholders."""
    if _BROKEN.search(words):
        yield "PLACEHOLDER broken"
    for found in _TYPED.finditer(words):
        yield f"NUMBER {found[0]} typed"


def _value(kind: str, name: str, sources: Sources) -> str | None:
    comment = sources.comments.get(name)
    if comment is not None and kind in ("quote", "period"):
        return _of_comment(comment, kind, sources.words)
    fact = sources.facts.get(name)
    return None if fact is None else value_of(fact, kind, sources.words)


def _of_comment(comment: Comment, kind: str, words: Words) -> str | None:
    if kind == "quote":
        return comment.text
    return period_text(comment.period, words.language) if comment.period else None


def value_of(fact: Fact, kind: str, words: Words) -> str | None:
    """Return a fact as a placeholder of a kind writes it; None where it has no such thing."""
    if kind == "period":
        return period_text(fact.period, words.language) if fact.period else None
    if kind == "name":
        return words.value(fact.measure) if has_name(fact) else None
    if kind not in _HOWS or fact.value is None:
        return None
    text = value_text(fact, words, how=_HOWS[kind])
    return text.replace(", ", words.separator) if isinstance(fact.value, str) else text


def has_name(fact: Fact) -> bool:
    """Return whether a fact's measure is a name of its own, such as an indicator's.

    Others are named by their id: ``rating.change`` measures ``rating_change``, and ``kpi1.change``
    is no name but the change of one.
    """
    stem, _, part = fact.id.rpartition(".")
    is_part = bool(stem) and fact.measure.endswith(f"_{part}")
    return not is_part and fact.measure != fact.id.replace(".", "_")


def with_placeholders(text: str, facts: list[Fact], comments: list[Comment], words: Words) -> str:
    """Return a finished sentence with placeholders for what facts and comments say in it.

    The inverse of :func:`fill_text`; longer texts are replaced first. Facts that are written
    alike take turns in the order in which they are given, which is their reading order.
    """
    pieces: list[tuple[str, bool]] = [(text, False)]
    for surface, places in _surfaces(facts, comments, words):
        turns = iter([*places, *places[-1:] * len(text)])
        pieces = [one for piece in pieces for one in _split(piece, _exactly(surface), turns)]
    return "".join(piece for piece, _ in pieces)


def _exactly(surface: str) -> re.Pattern[str]:
    """Return a pattern for a text that is no part of a longer number or Latin word."""
    return re.compile(
        rf"(?<![A-Za-z0-9_])(?<!\d[.,]){re.escape(surface)}(?![.,]?\d)(?![A-Za-z_])"
        if surface.isascii()
        else rf"(?<!\d)(?<!\d[.,]){re.escape(surface)}(?![.,]?\d)"
    )


def _split(
    piece: tuple[str, bool], pattern: re.Pattern[str], turns: Iterator[str]
) -> Iterator[tuple[str, bool]]:
    text, is_done = piece
    if is_done:
        yield piece
        return
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()], False
        yield next(turns), True
        at = found.end()
    yield text[at:], False


def _surfaces(
    facts: list[Fact], comments: list[Comment], words: Words
) -> list[tuple[str, list[str]]]:
    """Return what may stand in a sentence and its placeholders, longest first."""
    found: dict[str, dict[str, str]] = {}
    for comment in comments:
        for kind in ("quote", "period"):
            surface = _of_comment(comment, kind, words)
            if surface:
                found.setdefault(surface, {})[comment.id] = f"{{{{{kind}:{comment.id}}}}}"
    for kind in (*_HOWS, "period", "name"):
        for fact in facts:
            surface = value_of(fact, kind, words)
            if surface and not _is_common(surface, fact, kind, words):
                found.setdefault(surface, {}).setdefault(fact.id, f"{{{{{kind}:{fact.id}}}}}")
    listed = [(surface, list(places.values())) for surface, places in found.items()]
    return sorted(listed, key=lambda pair: -len(pair[0]))


def _is_common(surface: str, fact: Fact, kind: str, words: Words) -> bool:
    """Return whether a surface is a plain word of the language that may stand for itself."""
    if any(character.isdigit() for character in surface):
        return False
    return str(fact.value if kind in _HOWS else fact.measure) in words.values or len(surface) < 2
