"""A lying model behind the writer: nothing of its lies stands, nothing is asked elsewhere."""

from __future__ import annotations

import pytest
from benchmarks.hostile import run


@pytest.mark.slow
def test_no_lie_of_a_hostile_model_stands_in_a_report(tmp_path):
    found = run(48, tmp_path, seed=3, progress=lambda done: None)
    assert found["reports"] == 48
    assert [text for row in found["rows"] for text in row["texts"]] == []
    assert found["elsewhere"] == 0
    assert found["changed"] == 0
    assert sum(row["removed"] for row in found["rows"]) > 48, "the model lies, and is caught"
