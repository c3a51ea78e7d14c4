"""Invented names of people, Chinese and English; any likeness is chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml


@cache
def _parts(language: str) -> tuple[list[str], list[str]]:
    """Return given names and surnames."""
    text = Path(__file__).with_name("names.yaml").read_text(encoding="utf-8")
    parts = yaml.safe_load(text)[language]
    return list(parts["given"]), list(parts["surnames"])


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name: in full, and as colleagues use it."""

    full: str
    short: str


def invent_names(generator: np.random.Generator, count: int, language: str) -> list[Name]:
    """Return different names.

    Args:
        generator: Source of chance.
        count: How many; at most what the lists allow (about 2,000 English, 5,000 Chinese).
        language: ``zh`` or ``en``.
    """
    firsts, lasts = _parts(language)
    picks = generator.permutation(len(firsts) * len(lasts))[:count]
    names = []
    for pick in picks.tolist():
        first, last = firsts[pick % len(firsts)], lasts[pick // len(firsts)]
        if language == "zh":
            full = last + first
            names.append(Name(full, first if len(first) > 1 else full))
        else:
            names.append(Name(f"{first} {last}", first))
    return names
