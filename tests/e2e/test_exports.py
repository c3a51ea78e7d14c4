"""Reports in every format, whether they are as they were signed, and renewing only what changed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from tests.e2e.conftest import rows_of, write_reviews

FORMATS = ("html", "json", "pdf", "docx", "xlsx", "md")


@pytest.fixture(scope="module")
def made(tmp_path_factory, request) -> Path:
    """A workspace with the reports of few people in every format."""
    from jixiao.bootstrap import main

    folder = tmp_path_factory.mktemp("exports")
    data = write_reviews(folder / "reviews.csv", people=8, periods=3)
    assert main(["init", str(folder / "w"), "--data", str(data), "--quiet"]) == 0
    words = ["report", str(folder / "w"), "--format", *FORMATS, "--lang", "zh", "--quiet"]
    assert main(words) == 0
    return folder


def files_of(folder: Path) -> list[Path]:
    return sorted((folder / "w" / "reports" / "zh").glob("employee-E001-*"))


def test_a_report_comes_in_every_format_under_its_id_and_period(made):
    assert [path.name for path in files_of(made)] == sorted(
        f"employee-E001-2025Q3.{kind}" for kind in FORMATS
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_good_until_somebody_changes_it(made, tmp_path, jixiao, kind):
    path = made / "w" / "reports" / "zh" / f"employee-E001-2025Q3.{kind}"
    answer = jixiao("provenance", path, "--json")
    assert (answer.code, answer.json["state"]) == (0, "good")
    assert answer.json["statement"]["report"] == "employee-E001-2025Q3"
    assert answer.json["trusted_key"] == str(made / "w" / "provenance-key.pem")

    alone = tmp_path / path.name
    shutil.copy(path, alone)
    key = made / "w" / "provenance-key.pem"
    assert jixiao("provenance", alone, "--workspace", tmp_path).code == 1
    assert "a key that is not known" in jixiao("provenance", alone, "--workspace", tmp_path).out
    assert jixiao("provenance", alone, "--key", key).code == 0
    assert jixiao("provenance", alone, "--workspace", made / "w").code == 0

    content = bytearray(alone.read_bytes())
    at = content.index(b"E001") if b"E001" in content else len(content) // 2
    content[at] ^= 1
    alone.write_bytes(content)
    answer = jixiao("provenance", alone, "--key", key)
    assert answer.code in (1, 2)  # a package that no longer unpacks is bad input
    assert "changed" in answer.out or "JX-E532" in answer.err


def test_bad_input_is_told_with_a_hint(made, tmp_path, jixiao):
    answer = jixiao("provenance", tmp_path / "x.pdf")
    assert answer.code == 2
    assert "[JX-E530] provenance: expected a report's file ending in" in answer.err
    (path, *_) = files_of(made)
    answer = jixiao("provenance", path, "--key", made / "reviews.csv")
    assert answer.code == 2
    assert "JX-E533" in answer.err
    assert jixiao("provenance", path, "--key", tmp_path / "none.pem").code == 2


def test_only_reports_whose_facts_changed_are_renewed(made, tmp_path, jixiao):
    shutil.copytree(made, tmp_path / "c")
    work, data = tmp_path / "c" / "w", tmp_path / "c" / "reviews.csv"
    settings = work / "jixiao.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace(str(made), str(tmp_path / "c")), "utf-8"
    )
    words = ("report", work, "--lang", "zh", "--format", "html", "--changed", "--json", "--quiet")
    same = jixiao(*words)
    assert same.code == 0
    assert {report["state"] for report in same.json["reports"]} == {"unchanged"}
    page = work / "reports" / "zh" / "employee-E001-2025Q3.html"
    before = page.read_bytes()

    rows = rows_of(data)
    changed = next(r for r in rows if (r["Employee ID"], r["Quarter"]) == ("E001", "2025Q3"))
    changed["Rating"] = "1" if changed["Rating"] != "1" else "5"
    with data.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    answer = jixiao(*words)
    told = {report["id"]: report for report in answer.json["reports"]}
    own = told["employee-E001-2025Q3"]
    assert own["state"] == "changed"
    assert {"label": "评级", "new": changed["Rating"]}.items() <= own["changes"][0].items()
    assert page.read_bytes() != before
    assert "与上一份报告相比的变化" in page.read_text("utf-8")
    assert jixiao("provenance", page).code == 0
    assert "since the last reports: 0 changed" in jixiao(*words[:-2], "--quiet").out


def test_scores_hold_no_formula_that_a_spreadsheet_would_run(trained, tmp_path, jixiao):
    import openpyxl

    rows = rows_of(trained.parent / "reviews.csv")[:4]
    ids = ["=1+1", "@SUM(1)", "http://example.org/x", "R1"]
    for row, name in zip(rows, ids, strict=True):
        row["Review ID"] = name
    data = tmp_path / "new.csv"
    with data.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    work = tmp_path / "w"
    shutil.copytree(trained, work)
    assert jixiao("score", work, "--data", data, "--out", tmp_path / "s.csv").code == 0
    scores = rows_of(tmp_path / "s.csv")
    assert [row["Review ID"] for row in scores] == ["'=1+1", "'@SUM(1)", ids[2], "R1"]
    assert all(float(row["expected"]) for row in scores)
    assert jixiao("score", work, "--data", data, "--out", tmp_path / "s.xlsx").code == 0
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx").active
    head = [cell.value for cell in sheet[1]]
    column = head.index("Review ID")
    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ids
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert sheet.cell(2, head.index("expected") + 1).data_type == "n"
