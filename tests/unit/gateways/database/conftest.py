"""The invented organisation on either database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.office_case import make_office

from jixiao.office import Office


@pytest.fixture(params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Return a fresh application on each database in turn."""
    url = None
    if request.param == "postgresql":
        fresh: Callable[[], str] = request.getfixturevalue("postgres")
        url = fresh()
    made = make_office(tmp_path, url=url)
    yield made
    made.store.close()
