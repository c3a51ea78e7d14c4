"""Questions of the forms, as data: ``forms/KIND.yaml`` in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from jixiao.contracts import Language
from jixiao.contracts.schema import Frozen
from jixiao.core import Conflict

Kind = Literal["self", "manager", "peer", "upward"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CONFIDENTIAL: frozenset[str] = frozenset({"peer", "upward"})
"""Kinds of which nobody but the respondent reads a single one."""
STEPS = 5
"""Steps of a scale, 1 for not at all."""
LONGEST = 4000
"""Most characters of a text."""
_FOLDER = Path(__file__).with_name("forms")


class Question(Frozen):
    """One question of a form."""

    key: str
    """What the answer is kept under."""
    kind: Literal["scale", "text"]
    """``scale``: 1 to 5 by agreement; ``text``: own words."""
    required: bool
    """Whether a form cannot be sent without it."""
    en: str
    """The question in English."""
    zh: str
    """The question in Chinese."""

    def text(self, language: Language) -> str:
        """Return the question in a language."""
        return self.zh if language == "zh" else self.en


@cache
def questions(kind: str) -> tuple[Question, ...]:
    """Return the questions of a kind of form."""
    told = yaml.safe_load((_FOLDER / f"{kind}.yaml").read_text("utf-8"))
    return tuple(Question(**one) for one in told)


def checked(kind: str, given: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return the answers to a form as they are kept; empty ones are left out.

    Args:
        kind: Kind of form.
        given: Answers by question, as they were sent.
        whole: Whether required answers must be there.

    Raises:
        Conflict: If a question is unknown, an answer is none, or a required one is missing.
    """
    known = {question.key: question for question in questions(kind)}
    unknown = sorted(set(given) - set(known))
    answers = {key: _answer(question, given.get(key)) for key, question in known.items()}
    answers = {key: answer for key, answer in answers.items() if answer is not None}
    missing = [key for key, one in known.items() if one.required and key not in answers]
    if unknown or (whole and missing):
        raise Conflict(
            "JX-E783",
            "answers",
            expected="an answer to every required question, and to no other ones",
            got=f"{len(missing)} missing, {len(unknown)} unknown",
        )
    return answers


def _answer(question: Question, given: Any) -> int | str | None:
    text = "" if given is None else str(given).strip()
    if not text:
        return None
    if question.kind == "text" and len(text) <= LONGEST:
        return text
    if question.kind == "scale" and text in map(str, range(1, STEPS + 1)):
        return int(text)
    expected = f"at most {LONGEST} characters" if question.kind == "text" else f"1 to {STEPS}"
    raise Conflict("JX-E784", question.key, expected=expected, got="another answer")
