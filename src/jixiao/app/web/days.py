"""Days as forms and addresses send them."""

from __future__ import annotations

from datetime import date

from jixiao.core import Conflict


def day_of(text: str, place: str) -> date | None:
    """Return the day that a text names, None for an empty one.

    Args:
        text: As sent.
        place: Name of the field.

    Raises:
        Conflict: If it is no day.

    Examples:
        >>> day_of("2026-01-31", "until"), day_of("", "until")
        (datetime.date(2026, 1, 31), None)
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Conflict(
            "JX-E719", place, expected="a day such as 2026-01-31", got="another text"
        ) from None
