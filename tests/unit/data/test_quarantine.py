import polars as pl
import pytest
from tests.unit.data.checking import checked, edited, inferred, raw_table, staff

from jixiao.core import DataError
from jixiao.data.quarantine import read_back

CONTRACT = inferred(staff()).contract
BROKEN = edited(edited(staff(), "salary", {3: "lots", 8: "#REF!"}), "rating", {20: None})


def mended() -> pl.DataFrame:
    table = checked(BROKEN, CONTRACT).quarantine
    assert table["_row"].to_list() == [3, 8, 20]
    return edited(edited(table, "salary", {0: "41000", 1: "52000"}), "rating", {2: "4"})


def test_mended_rows_return_to_their_place_and_the_counts_add_up():
    back = read_back(raw_table(BROKEN), mended())
    result = checked(back.frame, CONTRACT)
    assert (result.counts.read, result.counts.used) == (200, 200)
    assert result.frame["salary"][3] == 41000
    assert back.frame.filter(pl.int_range(200).is_in([3, 8, 20]).not_()).equals(
        BROKEN.filter(pl.int_range(200).is_in([3, 8, 20]).not_())
    )


def test_a_row_deleted_from_the_mended_file_stays_quarantined():
    result = checked(read_back(raw_table(BROKEN), mended()[:2]).frame, CONTRACT)
    assert (result.counts.read, result.counts.quarantined) == (200, 1)


def test_reading_back_what_was_not_mended_changes_nothing():
    back = read_back(raw_table(BROKEN), checked(BROKEN, CONTRACT).quarantine)
    assert back.frame.equals(BROKEN)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.drop("_row"), "expected a quarantine file with its column _row"),
        (lambda t: t.with_columns(_row=pl.Series([3, 8, 999])), "row numbers from 0 to 199, got 1"),
        (lambda t: t.with_columns(_row=pl.Series([3, 8, 8])), "each row once, got 1 row twice"),
        (lambda t: t.rename({"salary": "pay"}), "the columns of reviews, got also pay"),
    ],
)
def test_a_mended_file_that_lost_its_shape_is_refused(change, told):
    with pytest.raises(DataError) as caught:
        read_back(raw_table(BROKEN), change(mended()))
    assert told in str(caught.value)
