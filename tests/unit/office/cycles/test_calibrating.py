import dataclasses
from datetime import UTC, datetime

import fastexcel
import polars as pl
import pytest
from tests.office_case import viewer
from tests.people_case import make_book, put_in

from jixiao.contracts.office import Judgement, Person
from jixiao.core import Conflict, ManyErrors, OfficeError, Stale
from jixiao.data import RawTable
from jixiao.office import Office
from jixiao.office.cycles.calibrating import Meeting, meeting, tendencies
from jixiao.office.cycles.calibration_file import edits_of, keep_edits, meeting_table
from jixiao.office.table_file import table_file


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def _judged(office: Office, *keys: str, rating: str = "4") -> None:
    with office.changing("test", "judge", "judgement") as change:
        for key in keys:
            change.add(
                Judgement(
                    id=f"j-{key}",
                    subject=f"p-{key}",
                    rater="a-manager",
                    period="2025Q4",
                    rating=rating,
                    reason="because",
                    at=datetime(2026, 1, 5, tzinfo=UTC),
                )
            )


def _meeting(office: Office, login: str = "analyst") -> Meeting:
    found = meeting(office, viewer(office, login))
    assert found is not None
    return found


def workbook(found: Meeting, language: str) -> bytes:
    return table_file(meeting_table(found, language), "xlsx", name="calibration")


def _edited(found: Meeting, changes: dict[str, tuple[str, str]]) -> RawTable:
    """Return the exported workbook with final ratings and reasons changed, read back as text."""
    sheet = fastexcel.read_excel(workbook(found, "zh")).load_sheet(0, dtypes="string")
    rows = sheet.to_polars().to_dicts()
    for row in rows:
        if row["工号"] in changes:
            row["最终评级"], row["调整原因"] = changes[row["工号"]]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return RawTable("table", "table", frame)


def test_a_manager_sees_the_own_line_and_an_analyst_everybody(office: Office) -> None:
    assert {row.person.key for row in _meeting(office, "manager").rows} == {
        "E3", "E4", "E5", "E6", "E7",
    }  # fmt: skip
    assert len(_meeting(office).rows) == 9


def test_an_edited_workbook_shows_its_differences_and_is_kept_with_reasons(office: Office) -> None:
    _judged(office, "E3", "E4")
    raw = _edited(_meeting(office), {"E3": ("3", "beside the others of the unit")})
    (edit,) = edits_of(raw, _meeting(office))
    assert (edit.before, edit.after) == ("4", "3")
    with office.reading() as read:
        assert read.get(Judgement, "j-E3").final is None, "nothing is kept by comparing"
    edits = {"j-E3": (1, edit.after, edit.reason)}
    boss = viewer(office, "analyst")
    assert keep_edits(office, boss, edits, period="2025Q4", levels=_meeting(office).levels) == 1
    with office.reading() as read:
        kept = read.get(Judgement, "j-E3")
    assert (kept.rating, kept.final, kept.override) == ("4", "3", edit.reason)
    assert list(office.store.entries())[-1].detail["people"] == ["x-E3"]
    with pytest.raises(Stale):
        keep_edits(office, boss, edits, period="2025Q4", levels=("3",))


def test_a_change_without_a_reason_changes_nothing(office: Office) -> None:
    _judged(office, "E3", "E4")
    edits = {"j-E4": (1, "3", "because"), "j-E3": (1, "3", " ")}
    with pytest.raises(Conflict, match="reason"):
        keep_edits(office, viewer(office, "analyst"), edits, period="2025Q4", levels=("3",))
    with office.reading() as read:
        assert read.get(Judgement, "j-E4").final is None


def test_rows_that_do_not_fit_are_all_told(office: Office) -> None:
    _judged(office, "E3")
    raw = _edited(_meeting(office), {"E3": ("9", ""), "E4": ("3", "")})
    frame = raw.frame.with_columns(
        pl.when(pl.col("工号") == "E5").then(pl.lit("X1")).otherwise("工号").alias("工号")
    )
    with pytest.raises(ManyErrors) as told:
        edits_of(dataclasses.replace(raw, frame=frame), _meeting(office))
    assert sorted(error.got for error in told.value.errors) == [
        "another one",
        "another word",
        "none",
    ]
    with pytest.raises(OfficeError, match="export"):
        edits_of(RawTable("t", "t", pl.DataFrame({"a": ["1"]})), _meeting(office))


def test_no_cell_of_the_workbook_is_a_formula_and_texts_come_back(office: Office) -> None:
    with office.changing("test", "name", "person") as change:
        change.replace(change.get(Person, "p-E3"), name='=HYPERLINK("http://x.example")')
    from io import BytesIO

    from openpyxl import load_workbook

    cells = [
        cell
        for row in load_workbook(BytesIO(workbook(_meeting(office), "en"))).active.iter_rows()
        for cell in row
    ]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


def test_a_raters_tendency_needs_people_whom_others_rate_too() -> None:
    alone = [("mild", f"p{n}", 4.0) for n in range(20)]
    (one,) = tendencies(alone, least=5)
    assert (one.people, one.shared, one.difference) == (20, 0, None)
    both = [*alone, *(("strict", f"p{n}", 3.0) for n in range(5))]
    found = {one.rater: one.difference for one in tendencies(both, least=5)}
    assert found == {"mild": 1.0, "strict": -1.0}
    few = [*alone, *(("strict", f"p{n}", 3.0) for n in range(4))]
    assert [one.difference for one in tendencies(few, least=5)] == [None]
