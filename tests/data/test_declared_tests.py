"""Official test parts of real data sets are measured whole."""

from pathlib import Path

import pytest

from jixiao.contracts import Settings
from jixiao.data import PART, Overrides, infer, make_split
from jixiao.gateways import WorkspaceFolder
from jixiao.services.preparation import prepare, read_all
from jixiao.services.sources import make_tables

pytestmark = pytest.mark.data


def test_all_3080_rows_of_the_official_banking77_test_are_measured(data_dir: Path, tmp_path: Path):
    folder = data_dir / "intents_en_banking77"
    test = str(folder / "test.csv")
    tables = make_tables([str(folder / "train.csv")], tmp_path, test=test)
    guess = infer(read_all(tables, WorkspaceFolder(tmp_path)), tables, Overrides(target="category"))
    settings = Settings(contract=guess.contract)
    prepared = prepare(settings, WorkspaceFolder(tmp_path))
    assert prepared.tables["test"].to_json() == {
        "read": 3080,
        "used": 3080,
        "duplicate": 0,
        "quarantined": 0,
    }
    assert prepared.tables["train"].read == 10003 == prepared.counts.read - 3080
    split = make_split(prepared.frame, prepared.contract, settings.split, seed=0)
    assert len(split.test) == 3080
    content = prepared.frame.drop("_row", PART).hash_rows()
    shown = set(content.gather([*split.train, *split.validation]).to_list())
    assert not shown & set(content.gather(split.test).to_list())
