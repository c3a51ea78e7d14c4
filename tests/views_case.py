"""What everybody is answered at every address of the planted organisation."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient
from tests.fields_case import path_of
from tests.planted_case import MARK, Planted
from tests.sinks_case import shape

Pages = dict[tuple[str, str], Any]
"""Answers by who asks and what for."""


def seen(planted: Planted, pairs: list[tuple[str, str]] | None = None) -> Pages:
    """Return what everybody is answered at every address, or at those given."""
    if pairs is None:
        pairs = [
            (who, one)
            for who in planted.clients
            for one in planted.addresses()
            if "/file." not in one or who == "analyst"  # a file is made alike for everybody
        ]
    return {(who, one): _get(planted.clients[who], one) for who, one in pairs}


def _get(client: TestClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code < 500, (address, answer.text)
    return answer


def route_of(planted: Planted, address: str) -> str:
    """Return the path of the route of an address."""
    return path_of(planted.clients["analyst"].app, "GET", address)  # type: ignore[arg-type]


def telling(planted: Planted) -> Pages:
    """Return who is answered what: once each way that the answers of a route look."""
    planted.sow(MARK)
    kept: dict[Any, tuple[tuple[str, str], Any]] = {}
    for at, one in seen(planted).items():
        looks = frozenset(shape(one).items()) or at[1].rpartition(".")[2]
        kept.setdefault((route_of(planted, at[1]), one.status_code, looks), (at, one))
    return dict(kept.values())
