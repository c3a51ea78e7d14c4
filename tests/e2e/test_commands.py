"""The eight verbs as an analyst types them, bad input included."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from tests.e2e.conftest import rows_of, write_reviews

LEVELS = ["1", "2", "3", "4", "5"]


def test_init_writes_a_contract_with_a_reason_for_each_guess(jixiao, reviews, tmp_path):
    answer = jixiao("init", tmp_path / "w", "--data", reviews, "--json")
    assert answer.code == 0
    roles = {column["name"]: column["role"] for column in answer.json["columns"]}
    assert roles["Rating"] == "target"
    assert roles["Employee ID"] == "subject"
    assert roles["Quarter"] == "period"
    assert roles["Reviewer"] == "rater"
    assert roles["Team"] == "group"
    assert roles["Comments"] == "text"
    assert roles["Review ID"] == "id"
    assert all(column["reason"] for column in answer.json["columns"])
    assert "#" in (tmp_path / "w" / "jixiao.yaml").read_text()


def test_init_never_overwrites_a_contract_unasked(jixiao, reviews, tmp_path):
    assert jixiao("init", tmp_path / "w", "--data", reviews).code == 0
    again = jixiao("init", tmp_path / "w", "--data", reviews)
    assert again.code == 2
    assert "--force" in again.err
    assert jixiao("init", tmp_path / "w", "--data", reviews, "--force").code == 0


def test_a_contract_written_anew_forgets_the_files_of_earlier_runs(jixiao, reviews, tmp_path):
    folder = tmp_path / "w"
    first = jixiao("run", folder, "--data", reviews, "--model", "linear", "--budget", "10s")
    assert first.code == 0
    other = write_reviews(tmp_path / "other.csv", seed=3, people=40)
    assert jixiao("init", folder, "--data", other, "--force").code == 0
    assert jixiao("check", folder, "--json").json["counts"]["read"] == 160


def test_an_unknown_key_of_the_settings_names_the_known_ones(jixiao, reviews, tmp_path):
    jixiao("init", tmp_path / "w", "--data", reviews)
    path = tmp_path / "w" / "jixiao.yaml"
    path.write_text(path.read_text() + "\nsplitt:\n  test: 0.3\n")
    answer = jixiao("check", tmp_path / "w")
    assert answer.code == 2
    assert "splitt" in answer.err
    assert "split" in answer.err.replace("splitt", "")


def test_check_of_a_clean_file_finds_nothing_and_leaves_with_zero(jixiao, trained):
    answer = jixiao("check", trained, "--json")
    assert answer.json["problems"] == []
    assert answer.json["leaks"] == []
    assert answer.code == 0
    counts = answer.json["counts"]
    assert counts == {"read": 240, "used": 240, "duplicate": 0, "quarantined": 0}


def test_a_file_that_was_merely_guessed_at_is_a_note_and_no_finding(jixiao, reviews, tmp_path):
    text = reviews.read_text(encoding="utf-8-sig")
    titled = tmp_path / "titled.csv"
    titled.write_bytes(("评语汇总（一季度）\n\n" + text).encode("gbk"))
    assert jixiao("init", tmp_path / "w", "--data", titled).code == 0
    answer = jixiao("check", tmp_path / "w", "--json")
    told = {problem["code"]: problem["severity"] for problem in answer.json["problems"]}
    assert told == {"JX-E204.encoding": "note", "JX-E205.title-rows": "note"}
    assert answer.code == 0
    shown = jixiao("check", tmp_path / "w")
    assert "2 notes:" in shown.out
    assert shown.out.endswith("nothing to mend\n")


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """The small table with a repeated row, a rating that is none, and a leak."""
    path = write_reviews(tmp_path / "spoiled.csv")
    rows = rows_of(path)
    for row in rows:
        row["Grade Code"] = f"G{row['Rating']}"
    rows[7]["Rating"] = "eleven"
    rows.insert(20, dict(rows[3]))
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def test_check_counts_every_row_and_names_the_leak(jixiao, spoiled, tmp_path):
    before = spoiled.read_bytes()
    jixiao("init", tmp_path / "w", "--data", spoiled, "--scale", "1..5")
    answer = jixiao("check", tmp_path / "w", "--json")
    assert answer.code == 1
    counts = answer.json["counts"]
    assert counts == {"read": 241, "used": 239, "duplicate": 1, "quarantined": 1}
    assert [leak["column"] for leak in answer.json["leaks"]] == ["Grade Code"]
    keys = {"code", "file", "row", "column", "expected", "got", "hint"}
    assert all(keys <= set(problem) for problem in answer.json["problems"])
    rating = next(p for p in answer.json["problems"] if p["column"] == "Rating")
    assert rating["row"] == 9
    assert spoiled.read_bytes() == before


def test_a_mended_quarantine_file_is_read_back_in(jixiao, spoiled, tmp_path):
    jixiao("init", tmp_path / "w", "--data", spoiled, "--scale", "1..5")
    jixiao("check", tmp_path / "w")
    quarantine = tmp_path / "w" / "quarantine" / "spoiled.csv"
    mended = tmp_path / "spoiled.csv.mended" / "spoiled.csv"
    mended.parent.mkdir()
    mended.write_text(quarantine.read_text(encoding="utf-8-sig").replace("eleven", "3"))
    answer = jixiao("check", tmp_path / "w", "--mended", mended, "--json")
    assert answer.json["counts"] == {"read": 241, "used": 240, "duplicate": 1, "quarantined": 0}
    again = jixiao("check", tmp_path / "w", "--json")
    assert again.json["counts"] == answer.json["counts"]
    assert not quarantine.exists()


def test_evaluate_prints_one_document_with_figures_intervals_and_baselines(jixiao, trained):
    answer = jixiao("evaluate", trained, "--json")
    assert answer.code == 0
    names = ("accuracy", "macro_f1", "mae", "mse", "quadratic_kappa")
    figures = answer.json
    assert all(0 <= figures["test"][name] <= 2 for name in names)
    assert figures["test"]["quadratic_kappa"] > 0.6
    assert set(names) <= set(figures["baselines"]["majority"])
    low, high = figures["intervals"]["accuracy"]
    assert low <= figures["test"]["accuracy"] <= high
    assert json.loads((trained / "evaluation.json").read_text())["test"] == figures["test"]
    assert (trained / "evaluation.zh.md").read_text().startswith("# 模型擅长什么")


def test_score_writes_one_row_for_each_input_row_in_the_same_order(jixiao, trained, tmp_path):
    rows = rows_of(write_reviews(tmp_path / "new.csv", seed=5, people=12))
    for row in rows:
        del row["Rating"]
    rows[4] = dict(rows[2])
    rows[9]["Sales"], rows[9]["Comments"], rows[9]["Team"] = "", "", ""
    rows[11]["Sales"] = "a lot"
    path = tmp_path / "unrated.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    answer = jixiao("score", trained, "--data", path, "--out", tmp_path / "s.csv", "--json")
    assert answer.code == 0
    scored = rows_of(tmp_path / "s.csv")
    assert [row["row"] for row in scored] == [str(at) for at in range(len(rows))]
    assert [row["Employee ID"] for row in scored] == [row["Employee ID"] for row in rows]
    assert scored[4]["score"] == scored[2]["score"] != ""
    assert scored[4]["p_3"] == scored[2]["p_3"]
    assert {row["status"] for row in scored} <= {"scored", "not_scored", "abstained"}
    good = [row for row in scored if row["status"] == "scored"]
    assert len(good) >= 46
    for row in good:
        assert row["score"] in LEVELS
        assert sum(float(row[f"p_{level}"]) for level in LEVELS) == pytest.approx(1, abs=1e-4)
        mean = sum(int(level) * float(row[f"p_{level}"]) for level in LEVELS)
        assert float(row["expected"]) == pytest.approx(mean, abs=1e-4)
    assert all(row["reason"] for row in scored if row["status"] != "scored")


def test_scores_never_go_over_a_source_file(jixiao, trained, tmp_path):
    path = write_reviews(tmp_path / "new.csv", people=3)
    answer = jixiao("score", trained, "--data", path, "--out", path)
    assert answer.code == 2
    assert "one of the files that are read" in answer.err


def test_a_report_page_needs_nothing_from_outside(jixiao, trained, tmp_path):
    folder = shutil.copytree(trained, tmp_path / "w")
    answer = jixiao("report", folder, "--subject", "E003", "--level", "employee", "--json")
    assert answer.code == 0
    (english,) = [one for one in answer.json["reports"] if one["language"] == "en"]
    page = Path(english["path"]).read_text()
    assert "<script src" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert english["facts"] > 3


def test_run_does_it_all_and_reuses_the_mapping_on_next_quarters_export(jixiao, reviews, tmp_path):
    first = jixiao(
        "run", tmp_path / "w", "--data", reviews, "--model", "linear", "--budget", "20s", "--json"
    )
    assert first.code == 0
    assert set(first.json) == {"init", "check", "train", "evaluate", "report", "notes"}
    later = write_reviews(tmp_path / "reviews_2026.csv", seed=9)
    later.write_text(later.read_text().replace("Comments", "comments ").replace("Sales,", "sales,"))
    second = jixiao(
        "run", tmp_path / "w", "--data", later, "--model", "linear", "--budget", "20s", "--json"
    )
    assert second.code == 0, second.err
    assert "init" not in second.json
    assert second.json["check"]["counts"]["used"] == 240


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "nowhere"), "jixiao init DIR --data FILE"),
        (("train", "{w}", "--model", "magic"), "linear.v1"),
        (("train", "{w}", "--budget", "soon"), "90s, 5m or 1h"),
        (("score", "{w}", "--data", "missing.csv", "--out", "o.csv"), "no such file"),
        (("report", "{w}", "--period", "someday"), "2025Q1"),
        (("report", "{w}", "--subject", "E999"), "E999"),
    ],
)
def test_bad_input_leaves_with_code_two_and_a_way_out(
    jixiao, trained, tmp_path, monkeypatch, words, told
):
    monkeypatch.chdir(tmp_path)
    answer = jixiao(*[word.replace("{w}", str(trained)) for word in words])
    assert answer.code == 2
    assert told in answer.err
    assert "Hint" in answer.err
