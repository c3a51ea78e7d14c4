"""A hook of ``office_case``, and somebody who receives what it is told."""

from __future__ import annotations

import json
from typing import Any

from tests.office_case import viewer

from jixiao.contracts.office import Hook
from jixiao.office import Office
from jixiao.office.addresses import Target
from jixiao.office.options import set_options
from jixiao.office.work.hooks import add_hook

HOST = "hooks.example.org"
ADDRESS = f"https://{HOST}/in?x=1"
PUBLIC = "93.184.215.14"
"""An address of the open internet, as the name would be resolved to."""


class Receiver:
    """Receives deliveries in place of a host; the status that it answers with can be set."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[Target, dict[str, Any], dict[str, str]]] = []

    def __call__(self, target: Target, body: bytes, headers: dict[str, str]) -> int:
        """Receive one."""
        self.got.append((target, json.loads(body), headers))
        return self.status

    @property
    def events(self) -> list[str]:
        """What was told, in order."""
        return [body["event"] for _, body, _ in self.got]


def with_hook(office: Office, *events: str) -> tuple[Hook, str]:
    """Return a hook with its secret, its host listed."""
    boss = viewer(office, "administrator")
    set_options(office, boss, {"hook_hosts": [HOST]}, {})
    return add_hook(office, boss, ADDRESS, events)
