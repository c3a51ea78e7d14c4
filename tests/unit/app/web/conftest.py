"""An invented organisation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.office_case import make_office

from jixiao.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a fresh application on SQLite."""
    made = make_office(tmp_path)
    yield made
    made.store.close()
