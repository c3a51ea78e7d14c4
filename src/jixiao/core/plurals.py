"""Counts in English messages: one cell, two cells."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, which takes an s unless there is just one.

    Examples:
        >>> plural(1, "cell"), plural(1200, "cell")
        ('1 cell', '1,200 cells')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
