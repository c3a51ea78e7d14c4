"""Finds the real data sets for tests marked ``data``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the real data sets: JIXIAO_DATA, or ../shared/data beside the repository."""
    folder = Path(os.environ.get("JIXIAO_DATA") or ROOT / "../shared/data").resolve()
    if not folder.is_dir():
        reason = "the real data sets are not here: set JIXIAO_DATA to their folder"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
