from dataclasses import replace

import polars as pl

from jixiao.contracts import Table
from jixiao.data.sources import RawTable
from jixiao.data.stacking import Stack, stack


def table(name: str, rows: int, *, part: str = "all", **more: object) -> tuple[Table, RawTable]:
    columns = {"id": [f"{name}{at}" for at in range(rows)], **more}
    raw = RawTable(name=name, file=f"{name}.csv", frame=pl.DataFrame(columns))
    return Table(name=name, source=f"{name}.csv", part=part), raw


def two() -> Stack:
    return stack([table("a", 3, part="train"), table("b", 2, part="test", extra=["x", "y"])])


def test_rows_stand_one_below_the_other_and_know_their_part_and_file():
    found = two()
    assert found.raw.frame["id"].to_list() == ["a0", "a1", "a2", "b0", "b1"]
    assert found.raw.frame["extra"].to_list() == [None, None, None, "x", "y"]
    assert found.parts.to_list() == ["train", "train", "train", "test", "test"]
    assert [found.raw.file_of(at) for at in (0, 2, 3, 4, None)] == [
        "a.csv",
        "a.csv",
        "b.csv",
        "b.csv",
        "a.csv + b.csv",
    ]
    assert [found.raw.row_number(at) for at in range(5)] == [2, 3, 4, 2, 3]


def test_counts_are_told_of_each_file_and_add_up():
    status = pl.Series(["used", "duplicate", "used", "quarantined", "used"])
    counts = two().counts(status)
    assert counts["a"].to_json() == {"read": 3, "used": 2, "duplicate": 1, "quarantined": 0}
    assert counts["b"].to_json() == {"read": 2, "used": 1, "duplicate": 0, "quarantined": 1}


def test_quarantined_rows_go_back_to_their_own_file_under_their_own_number():
    rows = pl.DataFrame(
        {"_row": [1, 4], "_reason": ["r", "s"], "id": ["a1", "b1"], "extra": [None, "y"]}
    )
    found = two().quarantine(rows)
    assert found["a"].rows() == [(1, "r", "a1")]
    assert found["b"].rows() == [(1, "s", "b1", "y")]
    assert stack([table("a", 3)]).quarantine(rows.head(1))["a"].height == 1


def test_one_table_alone_is_handed_on_as_it_is():
    pair = table("a", 2)
    assert stack([pair]).raw is pair[1]


def test_rows_that_were_left_out_are_counted_through_all_files():
    (a, first), (b, second) = table("a", 3), table("b", 2)
    pairs = [(a, replace(first, left_out=(1,))), (b, replace(second, left_out=(0, 2)))]
    assert stack(pairs).raw.left_out == (1, 4, 6)
