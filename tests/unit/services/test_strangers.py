import polars as pl
import pytest

from jixiao.contracts import Contract
from jixiao.core import DataError
from jixiao.data import RawTable
from jixiao.services.strangers import refuse_empty, refuse_strangers

CONTRACT = Contract.model_validate(
    {
        "tables": [
            {"name": "reviews", "source": "reviews.csv"},
            {"name": "roster", "source": "roster.csv", "key": ["id"]},
        ],
        "columns": [
            {"name": "id", "role": "subject", "type": "text"},
            {"name": "note", "role": "text", "type": "text"},
            {"name": "rating", "role": "target", "type": "ordinal"},
            {"name": "team", "role": "group", "type": "category"},
        ],
        "task": {"kind": "ordinal", "target": "rating", "scale": {"levels": ["1", "2"]}},
    }
)
ROSTER = {"id": ["E1"], "team": ["A"]}


def raws(records: dict[str, list[str]]) -> list[RawTable]:
    return [
        RawTable("reviews", "new.csv", pl.DataFrame(records), first_row=2),
        RawTable("roster", "roster.csv", pl.DataFrame(ROSTER), first_row=2),
    ]


def test_a_file_with_none_of_the_columns_is_told_what_there_should_be():
    with pytest.raises(DataError) as told:
        refuse_strangers(CONTRACT, raws({"foo": ["1"], "bar": ["2"]}))
    assert str(told.value).startswith(
        "[JX-E211] new.csv (table reviews): expected columns of the reviewed records: id, note, "
        "got 2 columns, none of these\n  Hint: give the file with the reviewed records first"
    )


def test_columns_of_another_table_do_not_make_records():
    with pytest.raises(DataError, match="got 1 column, none of these"):
        refuse_strangers(CONTRACT, raws({"team": ["A"]}))


@pytest.mark.parametrize("column", ["id", "note"])
def test_one_own_column_is_enough(column: str):
    refuse_strangers(CONTRACT, raws({column: ["x"], "foo": ["1"]}))


def test_a_long_list_of_columns_is_cut():
    many = [{"name": f"c{at}", "role": "number", "type": "number"} for at in range(30)]
    wide = Contract.model_validate(
        {**CONTRACT.model_dump(), "columns": many, "tables": CONTRACT.tables[:1]}
    )
    with pytest.raises(DataError, match=r"c0, c1, .*, c11 and 18 more, got"):
        refuse_strangers(wide, raws({"foo": ["1"]})[:1])


def test_a_header_alone_is_refused():
    header = pl.DataFrame(schema={"id": pl.String, "note": pl.String})
    empty = RawTable("reviews", "new.csv", header, first_row=2)
    with pytest.raises(DataError) as told:
        refuse_empty(CONTRACT.tables, [empty, raws({"id": ["1"]})[1]])
    assert str(told.value).startswith(
        "[JX-E210] new.csv: expected rows below the header, got a header of 2 columns and nothing"
    )
    refuse_empty(CONTRACT.tables, raws({"id": ["1"]}))
