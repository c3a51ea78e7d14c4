"""The legal hold: while it is on nothing is removed by retention, and nobody is erased."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts.office import Option, Reading
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.options import keep_option
from jixiao.office.viewer import Viewer

HOLD = "legal_hold"
"""Id of the option."""
MOST_REASON = 500


@dataclass(frozen=True)
class Hold:
    """Whether everything is held.

    Attributes:
        is_on: Whether it is.
        since: When it was last set or ended, ISO 8601; empty if never.
        reason: Why, as it was said.
    """

    is_on: bool = False
    since: str = ""
    reason: str = ""


def hold_of(read: Reading) -> Hold:
    """Return how the legal hold stands."""
    option = read.first(Option, id=HOLD)
    return Hold(**option.value) if option else Hold()


def refuse_if_held(read: Reading) -> None:
    """Refuse to remove anything under a legal hold.

    Raises:
        Conflict: If there is one.
    """
    if hold_of(read).is_on:
        raise Conflict(
            "JX-E795",
            "legal hold",
            expected="none",
            got="one that is on",
            hint="an administrator ends it under Settings, Retention",
        )


def set_hold(office: Office, viewer: Viewer, *, is_on: bool, reason: str = "") -> Hold:
    """Hold everything that would go, or end that.

    Args:
        office: The application.
        viewer: An administrator.
        is_on: Whether everything is to be held.
        reason: Why, in own words; needed to set it.

    Raises:
        Forbidden: If the viewer may not.
        Conflict: If the reason is missing.
    """
    require(viewer, "option.change")
    reason = reason.strip()[:MOST_REASON]
    if is_on and not reason:
        raise Conflict("JX-E796", "reason", expected="why everything is held", got="none")
    hold = Hold(is_on, office.clock().isoformat(), reason)
    value = {"is_on": hold.is_on, "since": hold.since, "reason": hold.reason}
    with office.changing(viewer, "hold.set" if is_on else "hold.end", "option", HOLD) as change:
        keep_option(change, HOLD, value)
    return hold
