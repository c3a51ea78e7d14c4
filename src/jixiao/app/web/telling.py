"""What errors, reasons and stages of work say to a reader: the one place for their Chinese words.

They are raised and noted in English, with a code or in fixed phrases. On Chinese pages an error's
sentence is found by its code in ``errors.zh.yaml`` and a phrase by its pattern in
``phrases.zh.yaml``; the English words stand beside it, marked as English, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jixiao.contracts import Language
from jixiao.contracts.packaged import packaged_yaml
from jixiao.core import JixiaoError, TooMany

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ROW = re.compile(r"(?:^|; )(JX-E\d{3}(?:\.[a-z0-9-]+)?) ([^:]*):")


@dataclass(frozen=True, slots=True)
class Told:
    """An error as a page shows it.

    Attributes:
        code: Its code.
        place: Where; empty where the sentence says it.
        text: What is wrong.
        hint: What to do; empty where the sentence says it.
        original: The English words; empty on English pages.
        wait_s: Seconds to wait before another try; 0 where that is not why.
        at: The place as it was raised, for templates that know its word.
    """

    code: str
    place: str
    text: str
    hint: str = ""
    original: str = ""
    wait_s: int = 0
    at: str = ""


def told(error: JixiaoError | Mapping[str, Any], language: Language) -> Told:
    """Return an error, or one kept as plain keys, in the reader's language."""
    plain = error.to_json() if isinstance(error, JixiaoError) else error
    code, place, expected, got, hint = (
        str(plain.get(key) or "") for key in ("code", "place", "expected", "got", "hint")
    )
    wait_s = error.wait_s if isinstance(error, TooMany) else 0
    if language == "en":
        return Told(code, place, expected, hint, wait_s=wait_s, at=place)
    original = f"{place}: expected {expected}, got {got}" if place else f"{expected}, {got}"
    if hint:
        original += f"; {hint}"
    text = _sentence(code).format_map(_values(place, expected, hint))
    row = phrase(place, "zh") if re.match(r"rows? \d", place) else ""
    return Told(code, row, text, original=original, wait_s=wait_s, at=place)


def _sentence(code: str) -> str:
    """Return the Chinese sentence of a code, or of the part before its dot.

    Raises:
        KeyError: If a code has none; a test goes through all of them.
    """
    known = _errors()
    found: str = known[code] if code in known else known[code.partition(".")[0]]
    return found


def _values(place: str, expected: str, hint: str) -> dict[str, str]:
    bounds, waits = _NUMBER.findall(expected) or ["0"], _NUMBER.findall(hint) or ["60"]
    name = _errors()["places"].get(place, "这一项")
    return {"place": name, "least": bounds[0], "most": bounds[-1], "wait": waits[0]}


def phrase(text: str, language: Language) -> str:
    """Return a reason or a stage of work in the reader's language, part by part.

    A part that is no phrase of the product, as a comment of one's own, stays as it is.
    """
    if language == "en":
        return text
    whole = _one(text)
    return whole if whole != text else "；".join(_one(part) for part in text.split("; "))


def reasons(text: str, language: Language) -> str:
    """Return why a row is not used, in the reader's language, by the codes in it."""
    found = _ROW.findall(text)
    if language == "en" or not found:
        return text
    said = [(place if place != "row" else "", _sentence(code)) for code, place in found]
    return " ".join(f"{place}：{sentence}" if place else sentence for place, sentence in said)


def _one(part: str) -> str:
    for pattern, said in _phrases():
        match = pattern.fullmatch(part)
        if match:
            return said.format(*(phrase(group or "", "zh") for group in match.groups()))
    return part


@cache
def _errors() -> dict[str, Any]:
    found: dict[str, Any] = packaged_yaml("jixiao.app.web", "errors.zh.yaml")
    return found


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    listed: dict[str, str] = packaged_yaml("jixiao.app.web", "phrases.zh.yaml")
    return [(re.compile(pattern), said) for pattern, said in listed.items()]
