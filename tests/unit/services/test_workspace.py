from pathlib import Path

import pytest

from jixiao import open_workspace
from jixiao.core import WorkspaceError

VERBS = {
    "check": lambda w: w.check(),
    "train": lambda w: w.train(),
    "evaluate": lambda w: w.evaluate(),
    "report": lambda w: w.report(),
    "score": lambda w: w.score(["x.csv"], Path("y.csv")),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_mistyped_folder_is_named_and_not_made(verb, tmp_path):
    with pytest.raises(WorkspaceError, match="JX-E401"):
        VERBS[verb](open_workspace(tmp_path / "mistyped"))
    assert not (tmp_path / "mistyped").exists()
