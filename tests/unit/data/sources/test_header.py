"""Title rows, two-row headers, missing headers and duplicate names."""

from __future__ import annotations

from jixiao.data.sources.header import plan_header

BODY = [["E1", "3", "late"], ["E2", "4", "good"], ["E3", "5", "great"]]


def test_titles_above_the_header_are_skipped():
    plan = plan_header(
        [["Reviews 2025", None, None], [None] * 3, ["id", "rating", "note"], *BODY], "f"
    )
    assert plan.names == ("id", "rating", "note")
    assert plan.start == 3
    assert [problem.code for problem in plan.problems] == ["JX-E205.title-rows"]


def test_a_merged_header_is_joined_to_its_lower_row():
    rows = [
        ["name", "Q1", None, "Q2", None, "note"],
        [None, "Sales", "Cost", "Sales", "Cost", None],
        ["a", "1", "2", "3", "4", "x"],
        ["b", "5", "6", "7", "8", "y"],
    ]
    plan = plan_header(rows, "f")
    assert plan.names == ("name", "Q1 / Sales", "Q1 / Cost", "Q2 / Sales", "Q2 / Cost", "note")
    assert plan.start == 2
    assert not plan.problems


def test_a_merged_header_under_a_title_is_found():
    rows = [
        ["Figures", None, None],
        [None, "2025", None],
        ["name", "Sales", "Cost"],
        ["a", "1", "2"],
        ["b", "3", "4"],
    ]
    plan = plan_header(rows, "f")
    assert plan.start == 3


def test_a_table_without_a_header_gets_numbered_columns():
    plan = plan_header(BODY, "f")
    assert plan.names == ("column_1", "column_2", "column_3")
    assert plan.start == 0
    assert plan.problems[0].got == "values there"


def test_years_as_column_names_are_a_header():
    plan = plan_header([["name", "2023", "2024"], ["a", "1", "2"], ["b", "3", "4"]], "f")
    assert plan.names == ("name", "2023", "2024")


def test_text_and_class_columns_have_a_header():
    body = [["I am still waiting on my card, where is it?", "arrival"]] * 3 + [
        ["Why was I charged twice?", "charge"]
    ]
    assert plan_header([["text", "category"], *body], "f").start == 1


def test_text_and_class_without_a_header_are_recognised():
    rows = [["I am still waiting on my card, where is it?", "arrival"]] * 3 + [["Why?", "charge"]]
    assert plan_header(rows, "f").start == 0


def test_duplicate_names_are_made_unique_and_told():
    plan = plan_header([["id", "score", "score", "score_2"], ["a", "1", "2", "3"]], "f")
    assert plan.names == ("id", "score", "score_3", "score_2")
    assert [(p.code, p.column) for p in plan.problems] == [("JX-E205.duplicate-column", "score")]


def test_names_lose_line_breaks_and_blanks():
    assert plan_header([[" id ", "over\ntime"], ["a", "1"]], "f").names == ("id", "over time")
