"""Hooks: addresses that are told when something happens; how, ``delivering`` says."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta

from jixiao.contracts.office import Delivery, Hook
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.addresses import check_address
from jixiao.office.office import Office
from jixiao.office.options import hosts
from jixiao.office.secrets import new_id, new_token
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer
from jixiao.office.work.delivering import TIMEOUT_S, TRIAL, Send, heard_until, send_once

EVENTS = (
    "job.end",
    "data.import",
    "report.approve",
    "report.release",
    "contest.open",
    "contest.decide",
    "cycle.open",
    "cycle.close",
    "stop.pull",
)
"""Actions a hook can be told of."""
MOST_SHOWN = 10
"""Last deliveries that are shown of a hook."""


def add_hook(office: Office, viewer: Viewer, url: str, events: Collection[str]) -> tuple[Hook, str]:
    """Add a hook and return it with its secret, which is told this once.

    Args:
        office: The application.
        viewer: An administrator.
        url: ``https://`` address of a host that is listed under Settings.
        events: Some of ``EVENTS``.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Conflict: If the address may not be connected to, or an event is none.
    """
    require(viewer, "hook.manage")
    told = _checked(office, url, events)
    secret = new_token()
    hook = Hook(id=new_id(), url=url, secret=office.seal.close(secret), events=told)
    with office.changing(viewer, "hook.add", "hook", hook.id, events=list(hook.events)) as change:
        change.add(hook)
    return hook, secret


def _checked(office: Office, url: str, events: Collection[str]) -> tuple[str, ...]:
    if not events or not set(events) <= set(EVENTS):
        raise Conflict("JX-E759", "events", expected=f"some of {', '.join(EVENTS)}", got="others")
    with office.reading() as read:
        check_address(url, hosts(read))
    return tuple(sorted(set(events)))


def hooks(office: Office, viewer: Viewer) -> list[tuple[Hook, list[Delivery]]]:
    """Return every hook with its last deliveries, the newest first.

    Raises:
        Forbidden: If the viewer may not manage hooks.
    """
    require(viewer, "hook.manage")
    with office.reading() as read:
        return [
            (hook, read.find(Delivery, hook=hook.id, order="-due", limit=MOST_SHOWN))
            for hook in read.find(Hook, order="url")
        ]


def one_hook(office: Office, viewer: Viewer, hook_id: str) -> tuple[Hook, list[Delivery]]:
    """Return a hook with its last deliveries, the newest first.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
    """
    require(viewer, "hook.manage")
    with office.reading() as read:
        hook = read.get(Hook, hook_id)
        return hook, read.find(Delivery, hook=hook.id, order="-due", limit=MOST_SHOWN)


def change_hook(
    office: Office, viewer: Viewer, hook_id: str, *, url: str, events: Collection[str], version: int
) -> Hook:
    """Give a hook another address or other events; it is told of what happens from now on.

    Args:
        office: The application.
        viewer: An administrator.
        hook_id: Which.
        url: As for ``add_hook``.
        events: Some of ``EVENTS``.
        version: The version that the viewer has seen.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
        Conflict: If the address may not be connected to, or an event is none.
        Stale: If it was changed since.
    """
    require(viewer, "hook.manage")
    told = _checked(office, url, events)
    with office.changing(viewer, "hook.change", "hook", hook_id, events=list(told)) as change:
        hook = same_version(change.get(Hook, hook_id), version)
        return change.replace(hook, url=url, events=told)


def pause_hook(office: Office, viewer: Viewer, hook_id: str, *, paused: bool, version: int) -> Hook:
    """Pause a hook, or let it go on; what happens meanwhile is not told later.

    Args:
        office: The application.
        viewer: An administrator.
        hook_id: Which.
        paused: Whether it is to be off.
        version: The version that the viewer has seen.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
        Stale: If it was changed since.
    """
    require(viewer, "hook.manage")
    with office.changing(viewer, "hook.change", "hook", hook_id, paused=paused) as change:
        hook = same_version(change.get(Hook, hook_id), version)
        return change.replace(hook, disabled=paused)


def remove_hook(office: Office, viewer: Viewer, hook_id: str) -> None:
    """Remove a hook and what was on its way to it.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
    """
    require(viewer, "hook.manage")
    with office.changing(viewer, "hook.remove", "hook", hook_id) as change:
        change.remove(change.get(Hook, hook_id), *change.find(Delivery, hook=hook_id))


def try_hook(office: Office, viewer: Viewer, hook_id: str, *, send: Send | None = None) -> Delivery:
    """Send a hook a delivery that tells of nothing, at once and once, and return what came of it.

    Args:
        office: The application.
        viewer: An administrator.
        hook_id: Which.
        send: Sends it; over HTTPS when None.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
        Conflict: If the hook is paused.
    """
    require(viewer, "hook.manage")
    now = office.clock()
    with office.changing(viewer, TRIAL, "hook", hook_id) as change:
        hook = change.get(Hook, hook_id)
        if hook.disabled:
            raise Conflict("JX-E778", "hook", expected="one that is on", got="a paused one")
        told = {"event": TRIAL, "at": now.isoformat(), "kind": "hook", "object": hook.id}
        trial = Delivery(
            id=f"{heard_until(change, hook.id)}-{hook.id}-{new_id()}",
            hook=hook.id,
            event=TRIAL,
            body=json.dumps(told, sort_keys=True),
            due=now + timedelta(seconds=3 * TIMEOUT_S),  # others leave it alone until then
        )
        change.add(trial)
    send_once(office, trial, send)
    with office.reading() as read:
        return read.get(Delivery, trial.id)
