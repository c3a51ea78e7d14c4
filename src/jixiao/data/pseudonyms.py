"""Reversible masking for texts that leave the machine: tokens such as ``[[P1]]`` and back.

``mask`` takes names out of a table for good; this takes them out of one prompt and keeps what
stood there. Every different spelling has its own token, so that putting the spellings back gives
the text byte for byte. One person keeps one number (``[[P1]]``, ``[[P1-2]]``), and gendered
words become neutral ones (``[[THEY1]]``, ``[[TA1]]``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jixiao.contracts import TOKEN
from jixiao.core import DataError
from jixiao.data.mask import Masker, without_overlaps
from jixiao.data.mask_patterns import Span

_BRACKETS = re.compile(r"\[{2,}|\]{2,}")
_GENDERED = re.compile(
    r"(?P<THEY>\b(?:she|he|s/he)\b)|(?P<THEM>\b(?:him|her)\b)|(?P<THEIR>\b(?:his|hers)\b)"
    r"|(?P<THEMSELF>\b(?:himself|herself)\b)|(?P<TITLE>\b(?-i:Mr|Mrs|Ms|Miss|Sir|Madam)\b\.?)"
    r"|(?P<TA>[他她]们?(?![人山乡日])|(?<=[\u3400-\u9fff])(?:先生|女士|小姐|太太|夫人))",
    re.IGNORECASE,
)
_NO_PRONOUN = frozenset("其吉排利维")
"""Characters before 他 that make it part of another word."""
_MAX_ROUNDS = 5
_KINDS = {"PERSON": "P"}
_SHORTEST = {"latin": 3, "han": 2}
"""Fewest characters of a part of a group path that is hidden wherever it stands."""


class Pseudonyms:
    """The names of one prompt: hides them on the way out and knows them on the way back.

    Args:
        masker: Finds people of the roster and identifiers; None finds none of them.
        named: Exact values that are always hidden, with their kind: P for a subject, T for a
            group, O for the organisation.
    """

    def __init__(self, masker: Masker | None, named: Mapping[str, str] | None = None) -> None:
        self._masker = masker
        self._named = dict(named or {})
        self._literal = _literal(self._named)
        self._tokens: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._spellings: dict[tuple[str, str], int] = {}

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens given out so far."""
        return tuple(self._values)

    def hide(self, text: str) -> str:
        """Return the text with a token for every name, identifier and gendered word.

        Doubled square brackets become tokens too, so that no text can bring a token along.
        """
        text = self._replaced(text, self._first(text), kept=[])
        for _ in range(_MAX_ROUNDS if self._masker else 0):
            before, spans = text, self._masker.find(text) if self._masker else []
            text = self._replaced(text, spans, kept=_token_places(text))
            if text == before:
                break
        return self._replaced(text, _gendered(text), kept=_token_places(text))

    def value(self, token: str) -> str | None:
        """Return what a token stands for; None when it was never given out."""
        return self._values.get(token)

    def restore(self, text: str, *, required: tuple[str, ...] = ()) -> str:
        """Return the text with every token replaced by what it stands for.

        Args:
            text: A hidden text, or one written from it.
            required: Tokens that must stand in it.

        Raises:
            DataError: If a token is unknown, changed or missing; the text is held back.
        """
        faults = self.faults(text, required=required)
        if faults:
            raise DataError(
                "JX-E623",
                "text from a language model",
                expected="the tokens it was given, unchanged",
                got="; ".join(faults[:5]),
                hint="the text is not used; ask again",
            )
        return TOKEN.sub(lambda found: self._values[found[0]], text)

    def faults(self, text: str, *, required: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return what is wrong with the tokens of a text: unknown, changed or missing ones."""
        found = TOKEN.findall(text)
        unknown = [f"unknown token {token}" for token in found if token not in self._values]
        rest = TOKEN.split(text)
        changed = ["a changed token"] if any(map(_BRACKETS.search, rest)) else []
        missing = [f"missing token {token}" for token in required if token not in found]
        return (*dict.fromkeys(unknown), *changed, *missing)

    def _first(self, text: str) -> list[Span]:
        """Return spans that are looked for in the text as it came: brackets and given names."""
        spans = [Span(found.start(), found.end(), "X") for found in _BRACKETS.finditer(text)]
        if self._literal is not None:
            for found in self._literal.finditer(text):
                value = found[0]
                spans.append(Span(found.start(), found.end(), self._named[value], value))
        if self._masker is not None:
            taken = {(span.start, span.end) for span in spans}
            people = self._masker.find(text)
            spans += [span for span in people if (span.start, span.end) not in taken]
        return spans

    def _replaced(self, text: str, spans: list[Span], *, kept: list[tuple[int, int]]) -> str:
        pieces, at = [], 0
        for span in without_overlaps(spans, kept):
            pieces += [text[at : span.start], self._token(text[span.start : span.end], span)]
            at = span.end
        return "".join([*pieces, text[at:]])

    def _token(self, surface: str, span: Span) -> str:
        kind = _KINDS.get(span.kind, span.kind)
        known = self._tokens.get((kind, surface))
        if known is not None:
            return known
        who = (kind, span.person or surface)
        number = self._numbers.get(who)
        if number is None:
            number = 1 + sum(1 for other, _ in self._numbers if other == kind)
            self._numbers[who] = number
        spelling = self._spellings[who] = self._spellings.get(who, 0) + 1
        token = f"[[{kind}{number}]]" if spelling == 1 else f"[[{kind}{number}-{spelling}]]"
        self._tokens[kind, surface] = token
        self._values[token] = surface
        return token


def _token_places(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in TOKEN.finditer(text)]


def _literal(named: Mapping[str, str]) -> re.Pattern[str] | None:
    if not named:
        return None
    longest = sorted(named, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![A-Za-z0-9]){re.escape(n)}(?![A-Za-z0-9])" for n in longest))


def group_names(path: str) -> dict[str, str]:
    """Return a group path and its telling parts, each of the kind T.

    Examples:
        >>> group_names("Sales / EU")
        {'Sales / EU': 'T', 'Sales': 'T'}
    """
    parts = [part.strip() for part in path.split("/")]
    long = [p for p in parts if len(p) >= _SHORTEST["latin" if p.isascii() else "han"]]
    return {path: "T"} | dict.fromkeys(long, "T")


def _gendered(text: str) -> list[Span]:
    spans = []
    for found in _GENDERED.finditer(text):
        is_part = found[0][0] == "他" and text[found.start() - 1 : found.start()] in _NO_PRONOUN
        if not is_part:
            spans.append(Span(found.start(), found.end(), str(found.lastgroup)))
    return spans
