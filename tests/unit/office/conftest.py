"""An invented organisation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hook_case import PUBLIC, Receiver
from tests.office_case import make_office

from jixiao.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a fresh application on SQLite."""
    made = make_office(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """Return who receives deliveries; names are resolved to an address of the open internet."""
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (PUBLIC, 443))])
    return Receiver()
