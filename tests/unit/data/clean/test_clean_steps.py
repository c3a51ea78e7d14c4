import random
import string
import sys
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.invented import column, contract

from jixiao.contracts import CleanSettings, Contract, DataType, Role, StepReport
from jixiao.core import ContractError, DataError
from jixiao.data.clean import STEPS, clean
from jixiao.data.clean.blanks import tidy
from jixiao.data.clean.entities import plain_text
from jixiao.data.clean.years import full_years
from jixiao.data.clean.zeros import suggest_zero_missing
from jixiao.data.screens import Look

CONTRACT = contract(
    column("id", Role.ID),
    column("text", Role.TEXT),
    column("dept", Role.CATEGORY),
    column("dob", Role.PROTECTED, DataType.DATE),
    column("hire_date", Role.DATE),
    column("due", Role.DATE),
    column("quarter", Role.PERIOD),
    column("score", Role.NUMBER, DataType.NUMBER),
    column("age", Role.NUMBER, DataType.NUMBER, zero_is_missing=True),
    column("rating", Role.TARGET),
)


def run(step: str, **columns: list[str | None]) -> tuple[dict[str, list[str | None]], StepReport]:
    frame = pl.DataFrame({name: pl.Series(v, dtype=pl.String) for name, v in columns.items()})
    out, report = STEPS.get(step)(frame, CONTRACT)
    assert out.columns == frame.columns
    assert out.height == frame.height
    return out.to_dict(as_series=False), report


def test_entities_are_resolved_even_when_escaped_twice():
    out, report = run(
        "entities", text=["R&amp;amp;D&nbsp;&#39;ok&#39;<br />next", "a < b & c", None]
    )
    assert out["text"] == ["R&D 'ok'\nnext", "a < b & c", None]
    assert report.changed == {"text": 1}
    assert report.note == "HTML remains resolved in 1 cell of 1 column"


def test_entities_leave_unknown_names_and_impossible_numbers_alone():
    assert (
        plain_text("&nosuch; &#xD800; &#0; AT&T;", keep_lines=True)
        == "&nosuch; &#xD800; &#0; AT&T;"
    )


def test_full_width_signs_change_in_numbers_and_stay_in_chinese_prose():
    out, _ = run("width", text=["ＫＰＩ得分９５，很好！"], score=["１２．５％"])
    assert out == {"text": ["KPI得分95，很好！"], "score": ["12.5%"]}


def test_blanks_and_invisible_characters_go_and_line_breaks_of_prose_stay():
    tag = "\U000e0041\U000e0042"
    out, report = run(
        "blanks",
        text=[f"\ufeff好　的\u200b{tag}❤\ufe0f \r\n 第二行\x07"],
        dept=["finishing "],
        id=["A\u00a01\n2"],
    )
    assert out == {"text": ["好 的❤\n第二行"], "dept": ["finishing"], "id": ["A 1 2"]}
    assert report.changed == {"text": 1, "dept": 1, "id": 1}


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=30), st.booleans())
def test_tidying_twice_changes_nothing_more(values, prose):
    series = pl.Series("t", values, dtype=pl.String)
    once = tidy(Look(series), prose=prose)
    once = series if once is None else once
    twice = tidy(Look(once), prose=prose)
    assert (once if twice is None else twice).to_list() == once.to_list()


def test_case_twins_take_the_most_frequent_spelling_and_declared_ones_win():
    out, report = run("case_twins", dept=["HR", "hr", "HR", "Hr ", "Ops", None])
    assert out["dept"] == ["HR", "HR", "HR", "HR", "Ops", None]
    assert report.details["spellings"] == {"dept": {"Hr ": "HR", "hr": "HR"}}
    made = contract(column("dept", Role.CATEGORY, levels=("hr", "Ops")))
    out2, _ = STEPS.get("case_twins")(pl.DataFrame({"dept": ["HR", "HR", "hr"]}), made)
    assert out2["dept"].to_list() == ["hr", "hr", "hr"]


def test_case_twins_do_not_touch_ids_or_text():
    out, report = run("case_twins", id=["a1", "A1"], text=["Good", "good"])
    assert out == {"id": ["a1", "A1"], "text": ["Good", "good"]}
    assert report.changed == {}


def test_spellings_of_protected_columns_are_not_shown():
    made = contract(column("sex", Role.PROTECTED))
    out, report = STEPS.get("case_twins")(pl.DataFrame({"sex": ["F", "F", "f"]}), made)
    assert out["sex"].to_list() == ["F", "F", "F"]
    assert report.details == {}


def test_zero_is_missing_only_where_the_contract_says_so():
    out, report = run("zero_missing", age=["0", "0.0", " 0 ", "40", "10"], score=["0"] * 5)
    assert out == {"age": [None, None, None, "40", "10"], "score": ["0"] * 5}
    assert report.changed == {"age": 3}


def test_two_digit_years_follow_the_role_of_the_column(monkeypatch):
    monkeypatch.setattr(sys.modules[full_years.__module__], "reference_year", lambda: 2026)
    out, report = run(
        "years",
        dob=["07/10/83", "1/3/51", "02/02/01", None],
        hire_date=["7/5/11", "5-Mar-99", "Mar 5, 26", "01/01/27"],
        due=["31/12/30", "2025-01-02", "1/2/99", "bad"],
        quarter=["25Q1", "FY24", "24年上半年", "2025Q1"],
    )
    assert out["dob"] == ["07/10/1983", "1/3/1951", "02/02/2001", None]
    assert out["hire_date"] == ["7/5/2011", "5-Mar-1999", "Mar 5, 2026", "01/01/1927"]
    assert out["due"] == ["31/12/2030", "2025-01-02", "1/2/1999", "bad"]
    assert out["quarter"] == ["2025Q1", "FY2024", "2024年上半年", "2025Q1"]
    assert report.changed == {"dob": 3, "hire_date": 4, "due": 2, "quarter": 3}


def test_a_first_part_above_31_means_that_the_year_comes_first(monkeypatch):
    monkeypatch.setattr(sys.modules[full_years.__module__], "reference_year", lambda: 2026)
    out, _ = run("years", dob=["85/03/04", "79-12-31 10:00"])
    assert out["dob"] == ["1985/03/04", "1979-12-31 10:00"]


def test_births_never_lie_in_the_future():
    short = pl.Series(list(range(100)))
    years = full_years(short, name="date_of_birth", today=2026)
    assert years.max() <= 2026
    assert years.min() >= 1912


def test_words_for_nothing_are_emptied_by_what_the_column_is_for():
    out, report = run(
        "empty_text",
        text=["无", "N/A", "...", "———", "没有问题", "none", "👍", "NA"],
        score=["-", "None", "null", "0", "", "无", "5", "NA"],
        dept=["None", "NA", "n/a", "-", "无", "null", "HR", ""],
    )
    assert out["text"] == [None, None, None, None, "没有问题", None, "👍", None]
    assert out["score"] == [None, None, None, "0", None, None, "5", None]
    assert out["dept"] == ["None", "NA", None, None, "无", None, "HR", None]
    assert report.changed == {"text": 6, "score": 6, "dept": 4}


def test_all_steps_keep_rows_columns_and_untouched_cells():
    frame = pl.DataFrame(
        {"id": ["1", "2"], "text": ["fine work", "ok then"], "other": ["x ", None]}
    )
    out, reports = clean(frame, CONTRACT, CleanSettings())
    assert out.rows() == [("1", "fine work", "x"), ("2", "ok then", None)]
    assert [report.step for report in reports] == list(CleanSettings().steps)


def test_few_different_values_are_cleaned_as_each_cell_would_be():
    rng = random.Random(0)
    cells = [rng.choice(["HR&amp;IT ", " ops", "ｆｉｎ", "n/a", None, "x"]) for _ in range(6_000)]
    many, _ = clean(pl.DataFrame({"dept": cells}), CONTRACT, CleanSettings())
    few, _ = clean(pl.DataFrame({"dept": cells[:200]}), CONTRACT, CleanSettings())
    assert many["dept"].to_list()[:200] == few["dept"].to_list()


def test_an_unknown_step_names_the_known_ones():
    settings = CleanSettings(steps=("polish.v1",))
    with pytest.raises(ContractError) as caught:
        clean(pl.DataFrame({"id": ["1"]}), CONTRACT, settings)
    assert "cleaning step: expected one of blanks.v1, case_twins.v1, empty_text.v1" in str(
        caught.value
    )


def test_a_user_can_register_a_step_and_a_step_that_drops_rows_is_refused():
    @STEPS.register("shout-for-test.v1")
    def shout(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
        return frame.with_columns(pl.all().str.to_uppercase()), StepReport("shout-for-test.v1")

    @STEPS.register("halve-for-test.v1")
    def halve(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
        return frame.head(1), StepReport("halve-for-test.v1")

    try:
        frame = pl.DataFrame({"id": ["a", "b"]})
        out, _ = clean(frame, CONTRACT, CleanSettings(steps=("shout-for-test.v1",)))
        assert out["id"].to_list() == ["A", "B"]
        with pytest.raises(DataError) as caught:
            clean(frame, CONTRACT, CleanSettings(steps=("halve-for-test.v1",)))
        assert "cleaning step halve-for-test.v1: expected 2 rows and 1 columns" in str(caught.value)
    finally:
        del STEPS._things["shout-for-test.v1"], STEPS._things["halve-for-test.v1"]


def test_zero_is_suggested_as_missing_only_with_evidence():
    ages = pl.Series([0, 0, *range(20, 60)])
    assert suggest_zero_missing("Age", ages) == "2 zeros, while no other value is below 20"
    assert suggest_zero_missing("absences", ages) == ""
    answers = pl.Series([0] * 5 + [1, 2, 3, 4, 5] * 10)
    assert suggest_zero_missing("satisfaction", answers) == "5 zeros beside answers of 1 to 5"
    assert suggest_zero_missing("Age", pl.Series(list(range(20, 60)))) == ""


def test_a_million_plain_cells_are_checked_quickly():
    rng = random.Random(1)
    words = ["".join(rng.choices(string.ascii_lowercase, k=6)) for _ in range(1_000)]
    text = pl.Series("text", [f"{rng.choice(words)} {at}" for at in range(300_000)])
    started = time.perf_counter()
    clean(pl.DataFrame([text]), CONTRACT, CleanSettings())
    assert time.perf_counter() - started < 5
