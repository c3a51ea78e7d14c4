"""The stop switch: while it is on, nothing an AI has made is served; work by hand goes on.

Every use case asks the database each time, so a switch pulled at one process holds at once at
every other.
"""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts.office import Option, Reading
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.options import keep_option
from jixiao.office.viewer import Viewer

STOP = "stop"
"""Id of the option."""
MOST_REASON = 500


@dataclass(frozen=True)
class StopState:
    """How the switch stands.

    Attributes:
        stopped: Whether it is on.
        since: When it was last pulled, ISO 8601; empty if never.
        reason: Why, as it was said.
    """

    stopped: bool = False
    since: str = ""
    reason: str = ""


def stop_state(read: Reading) -> StopState:
    """Return how the switch stands."""
    option = read.first(Option, id=STOP)
    return StopState(**option.value) if option else StopState()


def is_stopped(read: Reading) -> bool:
    """Return whether nothing an AI has made may be served."""
    return stop_state(read).stopped


def refuse_if_stopped(read: Reading) -> None:
    """Refuse to serve what an AI makes.

    Raises:
        Conflict: If the switch is on.
    """
    if is_stopped(read):
        raise Conflict(
            "JX-E731",
            "stop switch",
            expected="it to be off",
            got="on",
            hint="work by hand goes on; an administrator or auditor can turn the switch off",
        )


def set_stop(office: Office, viewer: Viewer, *, stopped: bool, reason: str = "") -> StopState:
    """Pull the switch, or turn it off again.

    Args:
        office: The application.
        viewer: Somebody who may.
        stopped: Whether it is to be on.
        reason: Why, in own words.

    Raises:
        Forbidden: If the viewer may not.
    """
    require(viewer, "stop.pull")
    state = StopState(stopped, office.clock().isoformat(), reason.strip()[:MOST_REASON])
    action = "stop.pull" if stopped else "stop.end"
    value = {"stopped": state.stopped, "since": state.since, "reason": state.reason}
    with office.changing(viewer, action, "option", STOP) as change:
        keep_option(change, STOP, value)
    return state
