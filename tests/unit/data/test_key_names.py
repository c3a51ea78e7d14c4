"""A key under two names, from the option to the joined rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from jixiao.contracts import Settings, Table
from jixiao.core import ManyErrors
from jixiao.data import Overrides, infer, read_table
from jixiao.gateways import WorkspaceFolder
from jixiao.services.preparation import prepare


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Table, ...]:
    rows = range(40)
    pl.DataFrame(
        {
            "roster_id": [f"E{at:03d}" for at in rows],
            "note": [f"met the plan of week {at} in time" for at in rows],
            "rating": [at % 5 + 1 for at in rows],
        }
    ).write_csv(tmp_path / "reviews.csv")
    pl.DataFrame(
        {
            "emp_no": [f"E{at:03d}" for at in rows],
            "team": ["North" if at % 2 else "South" for at in rows],
        }
    ).write_csv(tmp_path / "roster.csv")
    return tuple(Table(name=name, source=f"{name}.csv") for name in ("reviews", "roster"))


@pytest.mark.parametrize("key", ["roster_id=emp_no", "emp_no=roster_id", "roster_id = emp_no"])
def test_a_key_of_two_names_joins_the_tables_now_and_later(key: str, tables, tmp_path: Path):
    raws = [read_table(table, tmp_path) for table in tables]
    found = infer(raws, tables, Overrides(key=(key,), target="rating"))
    assert found.contract.tables[1].key == ("roster_id",)
    assert found.contract.column("roster_id").aliases == ("emp_no",)
    prepared = prepare(Settings(contract=found.contract), WorkspaceFolder(tmp_path))
    assert prepared.frame["team"].null_count() == 0
    assert prepared.frame.height == 40
    assert not prepared.is_blocked


def test_a_pair_of_which_no_side_is_in_the_first_table_is_refused(tables, tmp_path: Path):
    raws = [read_table(table, tmp_path) for table in tables]
    with pytest.raises(ManyErrors, match="--key id: expected a column of the first table and"):
        infer(raws, tables, Overrides(key=("id=emp_no",), target="rating"))


def test_a_name_that_holds_the_sign_itself_is_no_pair(tables, tmp_path: Path):
    raws = [read_table(table, tmp_path) for table in tables]
    for at, name in enumerate(("roster_id", "emp_no")):
        frame = raws[at].frame.rename({name: "a=b"})
        raws[at] = type(raws[at])(raws[at].name, raws[at].file, frame, first_row=2)
    found = infer(raws, tables, Overrides(key=("a=b",), target="rating"))
    assert found.contract.tables[1].key == ("a=b",)
