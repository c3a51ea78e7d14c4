import polars as pl

from jixiao.contracts import SplitSettings
from jixiao.data.held_out import held_out

FRAME = pl.DataFrame({"part": ["train", " Test ", None, "测试"], "x": ["1", "2", "3", "4"]})
ALL = pl.Series(["all"] * 4)


def test_the_rows_of_a_test_file_are_held_out():
    found = held_out(FRAME, pl.Series(["train", "train", "test", "test"]), SplitSettings())
    assert found is not None
    assert found.rows.to_list() == [False, False, True, True]
    assert found.column is None


def test_a_column_names_the_test_part_in_either_language():
    found = held_out(FRAME, ALL, SplitSettings(method="column", column="part"))
    assert found is not None
    assert found.rows.to_list() == [False, True, False, True]
    assert found.column == "part"


def test_nothing_is_held_out_where_no_part_is_declared_or_the_split_is_another():
    parts = pl.Series(["train", "train", "test", "test"])
    assert held_out(FRAME, ALL, SplitSettings()) is None
    assert held_out(FRAME, parts, SplitSettings(method="stratified")) is None
    assert held_out(FRAME, ALL, SplitSettings(method="column", column="gone")) is None
