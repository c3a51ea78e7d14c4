"""Writes reviews: a grammar whose clauses follow what the rater saw, with noise, in two languages.

The phrases are data (``phrases_en.yaml``, ``phrases_zh.yaml``); this file only puts them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

T = TypeVar("T")
TONES = ("low", "mid", "good", "high")
"""Tones of a clause, lowest first."""
_CUTS = (-0.85, 0.0, 0.85)
_SLOT = re.compile(r"\{(\w+)\}")
_TYPO, _CONTACT, _SITUATION, _EVIDENCE, _GROWTH = 0.25, 0.03, 0.35, 0.4, 0.3
_ZH_TYPOS = (("的", "得"), ("在", "再"), ("做", "作"), ("已", "以"), ("及", "急"), ("进", "近"))


@dataclass(frozen=True)
class Topic:
    """What one review is about.

    Attributes:
        seen: What the rater saw, about 0 ± 1.
        name: Name by which the text calls the person.
        colleagues: Names of others in the team.
        months: The quarter's months as positions 0 to 11.
        late: Share of sentences that carry the new wordings of the last quarters, 0 before them.
        contact: Invented e-mail address and phone number.
    """

    seen: float
    name: str
    colleagues: tuple[str, ...]
    months: tuple[int, ...]
    late: float
    contact: tuple[str, str]


@cache
def phrases(language: str) -> dict[str, Any]:
    """Return the phrases of ``zh`` or ``en``."""
    path = Path(__file__).with_name(f"phrases_{language}.yaml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


class ReviewWriter:
    """Writes reviews in one language.

    Args:
        language: ``zh`` or ``en``.
        generator: Source of chance.
        spread: Noise of one clause's tone around what the rater saw.
    """

    def __init__(self, language: str, generator: np.random.Generator, *, spread: float) -> None:
        self._language = language
        self._generator = generator
        self._spread = spread
        self._phrases = phrases(language)
        self._situations: list[str] = []

    def write(self, topic: Topic) -> str:
        """Return one review of about three to seven sentences."""
        behaviours = list(self._phrases["behaviours"])
        count = int(self._generator.integers(3, 7))
        order = self._generator.permutation(len(behaviours))[:count].tolist()
        self._situations = self._shuffled("situations")
        parts = [self._fill(self._overall("openers", topic), topic)] if self._happens(0.7) else []
        previous: int | None = None
        for behaviour in (behaviours[i] for i in order):
            tone = self._tone(topic.seen)
            parts.append(self._sentence(behaviour, tone, previous, topic))
            previous = tone
        if self._happens(_GROWTH):
            behaviour = behaviours[order[-1]]
            parts.append(self._fill(self._text("growth", behaviour), topic))
        if self._happens(0.5):
            parts.append(self._fill(self._overall("closers", topic), topic))
        if self._happens(_CONTACT):
            parts.append(self._fill(self._text("contact"), topic))
        text = ("" if self._language == "zh" else " ").join(parts)
        return self._mistype(text) if self._happens(_TYPO) else text

    def goal(self, topic: Topic) -> str:
        """Return the wording of one goal."""
        return self._fill(self._text("goals"), topic)

    def _tone(self, seen: float) -> int:
        return int(np.searchsorted(_CUTS, seen + self._generator.normal(0, self._spread)))

    def _overall(self, kind: str, topic: Topic) -> str:
        """Return an opening or closing sentence; many managers keep it neutral."""
        tone = "neutral" if self._happens(0.4) else TONES[self._tone(topic.seen)]
        return self._text(kind, tone)

    def _sentence(self, behaviour: str, tone: int, previous: int | None, topic: Topic) -> str:
        clause = self._text("behaviours", behaviour, TONES[tone]) + self._evidence(tone, topic)
        turned = previous is not None and (tone >= 2) != (previous >= 2)
        link = ""
        if previous is not None and self._happens(0.65 if turned else 0.5):
            link = self._text("contrast" if turned else "addition")
        situation = ""
        if self._situations and self._happens(_SITUATION):
            situation = self._situations.pop()
        return self._fill(self._join(link, situation, clause), topic)

    def _evidence(self, tone: int, topic: Topic) -> str:
        if self._happens(topic.late):
            return self._text("evidence", "late")
        if not self._happens(_EVIDENCE):
            return ""
        return self._text("evidence", ("minus", "even", "plus", "plus")[tone])

    def _join(self, link: str, situation: str, clause: str) -> str:
        """Return a whole sentence in the language's own order and punctuation."""
        if self._language == "zh":
            front = link + (situation + "，" if situation else "")
            starts_with_slot = clause.startswith("{")
            subject = "" if starts_with_slot or self._happens(0.55) else "{name}"
            return f"{front}{subject}{clause}。"
        subject = "{name}" if self._happens(0.45) else self._pick(["they", "{name}"])
        front = link + (situation[0].lower() + situation[1:] + " " if link and situation else "")
        if situation and not link:
            front = situation + " "
        front = front[:-1] + ", " if situation else front
        sentence = f"{front}{subject} {clause}."
        return sentence[0].upper() + sentence[1:]

    def _fill(self, template: str, topic: Topic) -> str:
        return _SLOT.sub(lambda slot: self._value(slot[1], topic), template)

    def _value(self, slot: str, topic: Topic) -> str:
        figures = {"n": (7, 60), "small": (2, 6), "pct": (5, 45), "days": (3, 20), "hours": (6, 90)}
        if slot in figures:
            return str(int(self._generator.integers(*figures[slot])))
        if slot == "name":
            return topic.name
        if slot == "colleague":
            return self._pick(topic.colleagues)
        if slot == "month":
            return str(self._phrases["months"][self._pick(topic.months)])
        if slot in ("email", "phone"):
            return topic.contact[slot == "phone"]
        return self._text(f"{slot}s")

    def _text(self, *keys: str) -> str:
        """Return one phrase under the keys."""
        found: Any = self._phrases
        for key in keys:
            found = found[key]
        return str(self._pick(found))

    def _shuffled(self, key: str) -> list[str]:
        listed: list[str] = self._phrases[key]
        return [listed[i] for i in self._generator.permutation(len(listed)).tolist()]

    def _mistype(self, text: str) -> str:
        """Return the text with one slip of the hand: swapped letters or a wrong homophone."""
        if self._language == "zh":
            known = [pair for pair in _ZH_TYPOS if pair[0] in text]
            right, wrong = self._pick(known or _ZH_TYPOS)
            return text.replace(right, wrong, 1)
        words = re.finditer(r"(?<![\w@.])[a-z]{5,}(?![\w@])", text)  # never a name or an address
        spots = [word.start() + 1 for word in words]
        if not spots:
            return text
        at = self._pick(spots)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    def _happens(self, chance: float) -> bool:
        return bool(self._generator.random() < chance)

    def _pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._generator.integers(len(choices)))]
