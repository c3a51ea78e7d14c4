import polars as pl
import pytest
from tests.unit.data.checking import checked, inferred, raw_table, slugs, staff

from jixiao.contracts import Table
from jixiao.data.inference import infer
from jixiao.data.matching import match_columns, match_tables
from jixiao.data.overrides import Overrides
from jixiao.data.synonyms import same_meaning

CONTRACT = inferred(staff()).contract
NEXT = staff(150, seed=3)


def matched(frame: pl.DataFrame):
    (raw,), problems = match_tables(CONTRACT, [raw_table(frame)])
    return raw.frame, problems


def test_the_same_columns_in_another_order_are_no_finding():
    frame, problems = matched(NEXT.select(reversed(NEXT.columns)))
    assert problems == ()
    assert checked(frame, CONTRACT).problems == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("emp_id", "EMP ID"),
        ("emp_id", "Employee Number"),
        ("emp_id", "工号"),
        ("department", "Ｄｅｐａｒｔｍｅｎｔ"),
        ("department", "部门"),
        ("department", "unit of the person"),
        ("comment", "Review comment"),
        ("start_date", "start_date (day)"),
        ("salary", "salary 2026"),
        ("rating", "绩效等级"),
    ],
)
def test_a_renamed_column_is_found_and_told(old, new):
    frame, problems = matched(NEXT.rename({old: new}))
    assert old in frame.columns
    assert ("column-renamed", old) in slugs(problems)
    told = next(p for p in problems if p.column == old)
    assert told.got.startswith(repr(new))
    assert not told.blocking


def test_a_declared_alias_is_no_finding():
    columns = tuple(
        c.model_copy(update={"aliases": ("wage_q3",)}) if c.name == "salary" else c
        for c in CONTRACT.columns
    )
    contract = CONTRACT.model_copy(update={"columns": columns})
    (raw,), problems = match_tables(contract, [raw_table(NEXT.rename({"salary": "wage_q3"}))])
    assert problems == ()
    assert "salary" in raw.frame.columns


def test_removed_and_new_columns_are_told():
    _, problems = matched(NEXT.drop("sick_days").with_columns(weather=pl.lit("rainy day")))
    assert slugs(problems) == {("column-missing", "sick_days"), ("column-new", "weather")}


def test_two_columns_that_could_be_meant_block_and_say_what_to_write():
    frame = NEXT.rename({"salary": "salary a"}).with_columns(pl.col("salary a").alias("salary b"))
    _, problems = matched(frame)
    problem = next(p for p in problems if p.column == "salary")
    assert problem.code == "JX-E230.column-ambiguous"
    assert problem.blocking
    assert problem.hint.startswith("add aliases: [salary ")


def test_the_contract_can_take_the_new_names_instead():
    contract, _ = match_columns(CONTRACT, [raw_table(NEXT.rename({"rating": "绩效等级"}))])
    assert contract.task.target == "绩效等级"
    assert contract.column("绩效等级").aliases == ("rating",)


def test_a_file_without_the_target_can_still_be_scored():
    _, problems = matched(NEXT.drop("rating"))
    assert problems == ()


def test_names_of_one_meaning_are_known_in_both_languages():
    assert same_meaning("EmpNumber", "员工编号")
    assert same_meaning("Dept", "所属部门")
    assert not same_meaning("Salary", "Age")


@pytest.mark.parametrize("renamed", [0, 1])
def test_a_key_that_one_of_two_tables_renamed_is_found_in_that_table(renamed):
    roster = staff().select("emp_id", pl.lit("X").alias("city"))
    tables = [raw_table(staff()), raw_table(roster, "roster")]
    sources = [Table(name="reviews", source="a.csv"), Table(name="roster", source="b.csv")]
    contract = infer(tables, sources, Overrides()).contract
    new = [raw.frame for raw in tables]
    new[renamed] = new[renamed].rename({"emp_id": "Staff No"})
    found, problems = match_tables(contract, [raw_table(new[0]), raw_table(new[1], "roster")])
    assert all("emp_id" in raw.frame.columns for raw in found)
    assert slugs(problems) == {("column-renamed", "emp_id")}
    assert problems[0].file == ("reviews.csv", "roster.csv")[renamed]
