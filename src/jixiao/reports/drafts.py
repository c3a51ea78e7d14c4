"""Reads what a language model answered: a flat JSON object with sentences, or nothing usable."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

MOST_SENTENCES = 80
"""More than any report has."""
LONGEST = 600
"""Most characters of one sentence as the model writes it."""
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"[<>`]|https?:|www\.|\]\(|javascript:", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


class Unreadable(ValueError):
    """The answer holds no sentences; the message says why, without the answer's words."""


class DraftSentence(BaseModel):
    """One sentence as the model wrote it."""

    model_config = ConfigDict(frozen=True, strict=True)

    n: int
    """Number of the sentence, by which a repair names it."""
    section: str
    """Section it belongs to."""
    text: str
    """Words, placeholders and tokens."""
    facts: list[str] = []
    """Ids of the facts it leans on."""
    comments: list[str] = []
    """Ids of the comments it leans on."""


class Draft(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, strict=True)

    sentences: list[DraftSentence]
    """In reading order."""


def answer_schema(sections: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON schema of an answer, flat enough for every constrained decoder."""
    ids = {"type": "array", "items": {"type": "string"}}
    sentence = {
        "n": {"type": "integer"},
        "section": {"type": "string", "enum": list(sections)},
        "text": {"type": "string"},
        "facts": ids,
        "comments": ids,
    }
    item = {
        "type": "object",
        "properties": sentence,
        "required": list(sentence),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": item}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def read_draft(text: str) -> tuple[DraftSentence, ...]:
    """Return the sentences of an answer, which may stand among thoughts and code fences.

    Raises:
        Unreadable: If there is no JSON object of the asked shape.
    """
    text = _THOUGHTS.sub("", text)
    start = text.find("{")
    if start < 0:
        raise Unreadable("no JSON object")
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
        draft = Draft.model_validate(value)
    except json.JSONDecodeError:
        raise Unreadable("JSON that is broken or cut off") from None
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"] if part != "sentences")
        raise Unreadable(f"JSON of another shape at {place[:40] or 'sentences'}") from None
    if not draft.sentences:
        raise Unreadable("no sentence")
    if len(draft.sentences) > MOST_SENTENCES:
        raise Unreadable(f"more than {MOST_SENTENCES} sentences")
    return tuple(draft.sentences)


def shape_faults(text: str, plain: str, language: str) -> tuple[str, ...]:
    """Return what is wrong with a sentence whatever it says: length, markup, language.

    Args:
        text: The sentence as the model wrote it.
        plain: The model's own words in it.
        language: zh or en.
    """
    faults = []
    if not text.strip() or len(text) > LONGEST:
        faults.append(f"FORMAT length {len(text)}")
    if any(map(_is_unprintable, text)):
        faults.append("FORMAT control characters")
    if _MARKUP.search(plain):
        faults.append("FORMAT markup or an address")
    han, latin = len(_HAN.findall(plain)), len(_LATIN.findall(plain))
    if (language == "en" and (han or not latin)) or (language == "zh" and 2 * han <= latin):
        faults.append("FORMAT another language")
    return tuple(faults)


def printable(text: str, most: int) -> str:
    """Return a text cut short, with a mark for every character that no page should hold."""
    return "".join("\ufffd" if _is_unprintable(one) else one for one in text[:most])


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")
