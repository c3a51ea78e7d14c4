import pytest

from jixiao.contracts import Contract, Table, Task
from jixiao.core import DataError, ManyErrors
from jixiao.services.sources import make_tables, stored_source, with_records, with_sources


def contract(*names: str) -> Contract:
    return Contract(
        tables=tuple(Table(name=name, source=f"{name}.csv") for name in names),
        columns=(),
        task=Task(kind="number", target="y"),
    )


def test_a_file_takes_the_place_of_the_table_whose_name_it_bears():
    found = with_sources(contract("reviews", "roster"), ["roster_2026Q1.xlsx", "reviews-2026.csv"])
    assert [table.source for table in found.tables] == ["reviews-2026.csv", "roster_2026Q1.xlsx"]


def test_files_of_other_names_fill_the_tables_in_order_and_the_rest_stays():
    found = with_sources(contract("reviews", "roster", "kpi"), ["a.csv", "kpi.csv"])
    assert [table.source for table in found.tables] == ["a.csv", "roster.csv", "kpi.csv"]


def test_more_files_than_tables_are_refused():
    with pytest.raises(DataError, match="at most 1 file,"):
        with_sources(contract("reviews"), ["a.csv", "b.csv"])


def test_tables_are_named_after_their_files_and_names_are_unique(tmp_path):
    tables = make_tables(["a/reviews.csv.gz", "b/reviews.csv"], tmp_path, test="test.csv")
    assert [table.name for table in tables] == ["reviews", "reviews_2", "test"]
    assert [table.part for table in tables] == ["train", "all", "test"]


def test_a_sql_url_keeps_its_query_and_a_sheet_goes_to_files_only(tmp_path):
    database = f"sqlite:///{tmp_path}/x.db"
    table, book = make_tables([database, "a.xlsx"], tmp_path, query="select 1", sheet="A")
    assert (table.query, table.sheet, table.source) == ("select 1", None, "sqlite:///x.db")
    assert (book.query, book.sheet) == (None, "A")


def test_a_source_inside_the_workspace_is_kept_relative(tmp_path):
    assert stored_source(str(tmp_path / "data" / "a.csv"), tmp_path) == "data/a.csv"
    assert stored_source("/elsewhere/a.csv", tmp_path) == "/elsewhere/a.csv"


def test_only_the_given_records_are_scored_but_joined_tables_stay():
    tables = (
        Table(name="train", source="train.csv", part="train"),
        Table(name="test", source="test.csv", part="test"),
        Table(name="roster", source="roster.csv", key=("id",)),
    )
    whole = contract("x").model_copy(update={"tables": tables})
    found = with_records(whole, ["new.csv"])
    assert [(table.name, table.source) for table in found.tables] == [
        ("train", "new.csv"),
        ("roster", "roster.csv"),
    ]
    found = with_records(whole, ["test.csv", "roster_2026Q2.csv"])
    assert [table.source for table in found.tables] == ["test.csv", "roster_2026Q2.csv"]


def test_a_sqlite_file_counts_from_where_the_command_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert stored_source("sqlite:///hr.db", tmp_path) == "sqlite:///hr.db"
    assert stored_source("sqlite:///hr.db", tmp_path / "w") == f"sqlite:///{tmp_path}/hr.db"
    assert stored_source("sqlite:////data/hr.db", tmp_path) == "sqlite:////data/hr.db"
    assert stored_source("postgresql://u@h/d", tmp_path) == "postgresql://u@h/d"


def test_options_that_no_source_heeds_are_refused(tmp_path):
    with pytest.raises(ManyErrors) as told:
        make_tables(["a.csv"], tmp_path, sheet="S", query="select 1")
    assert [error.place for error in told.value.errors] == ["--sheet", "--query"]
    make_tables(["a.csv", "b.XLSX.gz", "sqlite:///x"], tmp_path, sheet="S", query="select 1")


def test_a_password_is_refused_before_anything_is_stored(tmp_path):
    url = "postgresql://wang:geheim@host/hr"
    with pytest.raises(DataError, match="without a password in it"):
        stored_source(url, tmp_path)
    with pytest.raises(DataError, match="without a password in it"):
        make_tables([url], tmp_path, query="select 1")
    named = "postgresql://wang:${HR_PASSWORD}@host/hr"
    assert stored_source(named, tmp_path) == named
