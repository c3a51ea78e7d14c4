"""Hooks for programs; the same use cases as the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Delivery, Hook
from jixiao.office.work.hooks import (
    EVENTS,
    add_hook,
    change_hook,
    hooks,
    one_hook,
    pause_hook,
    remove_hook,
    try_hook,
)

routes = Routes("/api/v1", pages=False)
Version = Annotated[int, Field(ge=1, le=2**31)]


class HookIn(Body):
    """An address on a host that is listed, and the events that are told."""

    url: Annotated[str, Field(max_length=500)]
    events: Annotated[list[str], Field(min_length=1, max_length=len(EVENTS))]


class HookChange(HookIn):
    """A hook as it is to be, and the version that was seen."""

    version: Version


class Pause(Body):
    """Whether it is to be off, and the version that was seen."""

    paused: bool
    version: Version


class DeliveryOut(BaseModel):
    """A message; ``status`` is what was answered last, 0 where there was no answer."""

    id: str
    event: str
    due: datetime
    tries: int
    state: str
    status: int


class HookOut(BaseModel):
    """A hook with its last messages."""

    id: str
    version: int
    url: str
    events: list[str]
    paused: bool
    deliveries: list[DeliveryOut]


class HookMade(HookOut):
    """A new hook; its secret is told this once."""

    secret: str


def _delivery(one: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=one.id,
        event=one.event,
        due=one.due,
        tries=one.tries,
        state=one.state,
        status=one.status,
    )


def _out(hook: Hook, deliveries: list[Delivery]) -> HookOut:
    return HookOut(
        id=hook.id,
        version=hook.version,
        url=hook.url,
        events=list(hook.events),
        paused=hook.disabled,
        deliveries=[_delivery(one) for one in deliveries],
    )


@routes.get("/hooks", "hook.manage")
def all_hooks(office: Within, viewer: Asking) -> list[HookOut]:
    """Return every hook."""
    return [_out(*one) for one in hooks(office, viewer)]


@routes.post("/hooks", "hook.manage", status_code=201)
def add(office: Within, viewer: Asking, sent: HookIn) -> HookMade:
    """Add a hook."""
    hook, secret = add_hook(office, viewer, sent.url, sent.events)
    return HookMade(**_out(hook, []).model_dump(), secret=secret)


@routes.get("/hooks/{hook_id}", "hook.manage")
def one(office: Within, viewer: Asking, hook_id: str) -> HookOut:
    """Return a hook."""
    return _out(*one_hook(office, viewer, hook_id))


@routes.put("/hooks/{hook_id}", "hook.manage")
def change(office: Within, viewer: Asking, hook_id: str, sent: HookChange) -> HookOut:
    """Give a hook another address or other events."""
    change_hook(office, viewer, hook_id, url=sent.url, events=sent.events, version=sent.version)
    return _out(*one_hook(office, viewer, hook_id))


@routes.post("/hooks/{hook_id}/pause", "hook.manage")
def pause(office: Within, viewer: Asking, hook_id: str, sent: Pause) -> HookOut:
    """Pause a hook, or let it go on."""
    pause_hook(office, viewer, hook_id, paused=sent.paused, version=sent.version)
    return _out(*one_hook(office, viewer, hook_id))


@routes.post("/hooks/{hook_id}/try", "hook.manage")
def send_trial(office: Within, viewer: Asking, hook_id: str) -> DeliveryOut:
    """Send a message that tells of nothing, once and at once."""
    return _delivery(try_hook(office, viewer, hook_id))


@routes.delete("/hooks/{hook_id}", "hook.manage", status_code=204)
def remove(office: Within, viewer: Asking, hook_id: str) -> None:
    """Remove a hook."""
    remove_hook(office, viewer, hook_id)
