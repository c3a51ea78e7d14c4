import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.data.checking import checked, edited, inferred, slugs, staff

from jixiao.contracts import DataType, Role
from jixiao.data.codes import CODES, page

CONTRACT = inferred(staff()).contract


def test_a_clean_table_has_no_findings():
    result = checked(staff(), CONTRACT)
    assert result.problems == ()
    assert result.counts.used == 200


def test_next_quarter_of_the_same_kind_has_no_findings():
    assert checked(staff(120, seed=9), CONTRACT).problems == ()


def test_used_rows_are_typed_and_know_their_place():
    frame = edited(staff(), "salary", {3: "lots"})
    result = checked(frame, CONTRACT)
    assert result.frame.schema["salary"] == pl.Int64
    assert result.frame.schema["start_date"] == pl.Date
    assert result.frame["_row"].to_list() == [n for n in range(200) if n != 3]
    assert result.status[3] == "quarantined"
    assert result.reasons[3] == "JX-E231.wrong-type salary: expected a whole number"


FAULTS = [
    ("salary", {5: "lots"}, "wrong-type"),
    ("start_date", {5: "2021-02-30"}, "wrong-type"),
    ("start_date", {5: "43831"}, "wrong-type"),
    ("start_date", {5: "2090-01-05"}, "future-date"),
    ("start_date", {5: "1905-07-12"}, "old-date"),
    ("end_date", {5: "2001-01-01"}, "date-order"),
    ("salary", {5: "4500000"}, "unit-cells"),
    ("salary", {5: "450.5"}, "unit-cells"),
    ("sick_days", {5: "-3"}, "negative"),
    ("age", {5: "212"}, "out-of-range"),
    ("salary", {5: "-999"}, "missing-number"),
    ("salary", {5: "N/A"}, "missing-code"),
    ("salary", {5: "#REF!"}, "spreadsheet-error"),
    ("salary", {5: "'45000"}, "apostrophe"),
    ("rating", {5: None}, "missing-required"),
    ("rating", {5: "superb"}, "unknown-level"),
    ("rating", {5: "88", 6: "61", 7: "93", 8: "75"}, "mixed-scale"),
    ("department", {5: "Space Lab 9"}, "new-category"),
    ("department", {5: "SALES", 6: "sALES"}, "case-twins"),
    ("department", {5: "Sales  "}, "stray-blanks"),
    ("emp_id", {5: "E10000"}, "duplicate-id"),
    ("emp_id", {5: "1.2E+17"}, "cut-number"),
    ("comment", {5: "it â€™s fine, cafÃ©"}, "mojibake"),
    ("comment", {5: "锟斤拷锟斤拷 wrote this"}, "mojibake"),
    ("comment", {5: '=HYPERLINK("http://x.example")'}, "formula"),
]


@pytest.mark.parametrize(("column", "cells", "slug"), FAULTS)
def test_a_fault_in_few_cells_is_named_with_its_first_row(column, cells, slug):
    result = checked(edited(staff(), column, cells), CONTRACT)
    assert (slug, column) in slugs(result.problems)
    problem = next(p for p in result.problems if p.code == CODES[slug].code)
    assert problem.row in (None, *(at + 2 for at in cells), 2)
    assert problem.rows >= 1
    assert problem.hint


def scaled(column: str, factor: float) -> pl.DataFrame:
    value = pl.col(column).cast(pl.Float64) * factor
    return staff().with_columns(value.round(4).cast(pl.String))


@pytest.mark.parametrize("factor", [100, 1000, 0.01, 0.0001])
def test_a_whole_column_in_another_unit_blocks_and_is_told_once(factor):
    result = checked(scaled("salary", factor), CONTRACT)
    assert slugs(result.problems) == {("unit-column", "salary")}
    assert result.problems[0].blocking


def test_swapped_columns_are_one_blocking_problem():
    frame = staff()
    swapped = frame.with_columns(
        frame["salary"].alias("department"), frame["department"].alias("salary")
    )
    result = checked(swapped, CONTRACT)
    assert [problem.code for problem in result.problems] == ["JX-E234.swapped-columns"]
    assert result.problems[0].blocking


def test_a_header_among_the_data_is_one_problem_and_not_ten():
    frame = staff()
    head = pl.DataFrame({name: [name] for name in frame.columns})
    result = checked(pl.concat([frame[:50], head, frame[50:]]), CONTRACT)
    assert slugs(result.problems) == {("header-repeated", None)}
    assert result.problems[0].row == 52
    assert result.counts.quarantined == 1


@pytest.mark.parametrize("word", ["合计", "Total"])
def test_a_row_of_totals_is_no_record(word):
    total = pl.DataFrame([{"department": word, "salary": "9999999"}], schema=staff().schema)
    result = checked(pl.concat([staff(), total]), CONTRACT)
    assert ("total-row", None) in slugs(result.problems)
    assert result.status[200] == "quarantined"


def test_shifted_cells_are_told_as_such():
    frame = staff()
    row = list(frame.row(7))
    moved = [*row[:2], "stray", *row[2:-1]]
    shifted = pl.concat([frame, pl.DataFrame([moved], schema=frame.schema, orient="row")])
    assert ("shifted-row", None) in slugs(checked(shifted, CONTRACT).problems)


def test_copies_are_duplicates_and_the_first_is_used():
    result = checked(pl.concat([staff(), staff()[3:5]]), CONTRACT)
    assert result.counts.duplicate == 2
    assert result.status[[3, 4, 200, 201]].to_list() == ["used", "used", "duplicate", "duplicate"]


def test_equal_survey_answers_of_different_people_are_no_copies():
    answers = pl.DataFrame({"q1": ["1", "2"] * 100, "q2": ["3"] * 200, "score": ["1", "2"] * 100})
    contract = inferred(
        answers.with_columns(q2=pl.Series(["3", "4"] * 100)), target="score"
    ).contract
    assert checked(answers, contract).counts.duplicate == 0


def test_equal_records_with_other_answers_are_told():
    twin = staff()[3:4].with_columns(rating=pl.lit("1" if staff()["rating"][3] != "1" else "2"))
    contract = CONTRACT.model_copy(
        update={"columns": tuple(c.model_copy(update={"unique": False}) for c in CONTRACT.columns)}
    )
    result = checked(pl.concat([staff(), twin]), contract)
    assert ("conflicting-duplicate", "rating") in slugs(result.problems)


def test_hidden_columns_never_show_values():
    secret = "Xq77-Zorblatt"
    cells = {5: secret, 9: secret}
    for column in ("emp_id", "comment", "gender", "age"):
        result = checked(edited(staff(), column, cells), CONTRACT)
        assert secret not in "".join(str(problem) for problem in result.problems)
        assert secret not in "".join(reason or "" for reason in result.reasons)


def test_a_table_to_be_scored_needs_no_target():
    result = checked(staff().drop("rating"), CONTRACT, needs_target=False)
    assert result.counts.used == 200
    assert result.problems == ()
    missing = checked(staff().drop("rating"), CONTRACT)
    assert [problem.code for problem in missing.problems] == ["JX-E230.column-needed"]


def test_an_empty_table_is_checked_without_findings_about_rows():
    result = checked(staff().clear(), CONTRACT)
    assert result.counts.read == 0
    assert result.quarantine.is_empty()


CELLS = st.one_of(
    st.none(), st.sampled_from(["", "x", "-999", "#REF!", "9e99", "1905-01-01", "合计"])
)


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9), CELLS), max_size=25))
@settings(max_examples=40, deadline=None)
def test_the_counts_always_add_up(edits):
    frame = staff(40)
    for row, column, cell in edits:
        frame = edited(frame, frame.columns[column], {row: cell})
    result = checked(frame, CONTRACT)
    counts = result.counts
    assert counts.read == 40 == counts.used + counts.duplicate + counts.quarantined
    assert result.frame.height == counts.used
    assert result.quarantine.height == counts.quarantined
    assert result.reasons.is_null().sum() == counts.used
    for row in result.quarantine.iter_rows(named=True):
        assert {k: v for k, v in row.items() if not k.startswith("_")} == frame.row(
            row["_row"], named=True
        )


def test_every_code_is_told_and_used_somewhere():
    from pathlib import Path

    import jixiao.data

    sources = Path(jixiao.data.__file__).parent.glob("*.py")
    text = "".join(p.read_text() for p in sources if p.name != "codes.py")
    for slug, finding in CODES.items():
        assert f'"{slug}"' in text, f"{slug} is listed but never found"
        assert finding.code in page()
        assert finding.meaning.endswith(".")
    codes = [finding.code for finding in CODES.values()]
    assert len(codes) == len(set(codes))


def test_the_page_of_problems_is_up_to_date():
    from pathlib import Path

    written = Path(__file__).resolve().parents[3] / "docs" / "problems.md"
    assert written.read_text() == page(), "write jixiao.data.codes.page() to it"


def test_a_column_that_became_empty_is_told_unless_it_mostly_was():
    gone = staff().with_columns(pl.lit(None, dtype=pl.String).alias("salary"))
    assert slugs(checked(gone, CONTRACT).problems) == {("empty-column", "salary")}
    rare = tuple(
        c.model_copy(update={"missing": 0.9}) if c.name == "salary" else c for c in CONTRACT.columns
    )
    contract = CONTRACT.model_copy(update={"columns": rare})
    assert checked(gone, contract).problems == ()


def test_ignored_columns_are_passed_over():
    columns = tuple(
        c.model_copy(update={"role": Role.IGNORED}) if c.name == "salary" else c
        for c in CONTRACT.columns
    )
    contract = CONTRACT.model_copy(update={"columns": columns})
    assert checked(edited(staff(), "salary", {4: "lots"}), contract).problems == ()
    assert contract.column("salary").type is DataType.INTEGER


def test_films_may_be_older_than_anything_else_in_their_table():
    days = ["2019-05-01"] * 60 + ["1931-05-01"]
    frame = staff(61).with_columns(pl.Series("day", days))
    for name, is_told in (("review_date", True), ("release_date", False), ("上映日期", False)):
        dated = frame.rename({"day": name})
        found = slugs(checked(dated, inferred(dated).contract).problems)
        assert (("old-date", name) in found) is is_told
