"""What inference, the check and the leak search say of the real data sets."""

from pathlib import Path

import pytest
from benchmarks.fault_bases import bases
from benchmarks.faults import clean_files, plant_all

from jixiao.contracts import FEATURES, CleanSettings, Role, Settings, Table, TaskKind
from jixiao.contracts.yaml_file import parse, render
from jixiao.data import Overrides, check, clean, find_leaks, infer, read_table

pytestmark = pytest.mark.data

SETS = {
    "hr_inx_performance/inx_employee_performance.csv": (
        "PerformanceRating", TaskKind.ORDINAL, ("2", "3", "4"), "EmpNumber",
        {"Age", "Gender", "MaritalStatus"}, {"EmpLastSalaryHikePercent"},
    ),
    "hr_dataset_v14/HRDataset_v14.csv": (
        "PerformanceScore", TaskKind.ORDINAL,
        ("PIP", "Needs Improvement", "Fully Meets", "Exceeds"), "EmpID",
        {"DOB", "Sex", "GenderID", "RaceDesc", "HispanicLatino", "CitizenDesc", "MaritalDesc",
         "MarriedID", "MaritalStatusID", "Age", "FromDiversityJobFairID"},
        {"PerfScoreID"},
    ),
    "hr_glassdoor_uk/glassdoor_reviews.csv.gz": (
        "overall_rating", TaskKind.ORDINAL, ("1", "2", "3", "4", "5"), None, set(), set(),
    ),
    "kpi_garment_productivity/garments_worker_productivity.csv": (
        "actual_productivity", TaskKind.NUMBER, (), None, set(), set(),
    ),
    "csat_en_alexa_reviews/amazon_alexa.tsv": (
        "rating", TaskKind.ORDINAL, ("1", "2", "3", "4", "5"), None, set(), {"feedback"},
    ),
    "csat_en_airline_tweets/tweets.csv.gz": (
        "airline_sentiment", TaskKind.CLASS, ("negative", "neutral", "positive"), None, set(),
        {"negativereason", "negativereason_confidence", "airline_sentiment_gold",
         "negativereason_gold"},
    ),
    "csat_en_womens_clothing_1k/womens_clothing_reviews_first1000.csv": (
        "Rating", TaskKind.ORDINAL, ("1", "2", "3", "4", "5"), "Clothing ID", {"Age"}, set(),
    ),
    "csat_zh_hotel/ChnSentiCorp_htl_all.csv.gz": (
        "label", TaskKind.CLASS, ("0", "1"), None, set(), set(),
    ),
    "rating_zh_douban/reviews.csv": (
        "stars", TaskKind.ORDINAL, ("1", "2", "3", "4", "5"), "movie_id", set(), set(),
    ),
    "risk_credit_default/credit_default_24000.csv.gz": (
        "default.payment.next.month", TaskKind.CLASS, ("0", "1"), None,
        {"GENDER", "MARRIAGE", "AGE"}, set(),
    ),
}  # fmt: skip


def guess_of(data_dir: Path, path: str):
    table = Table(name=path.split("/")[0], source=str(data_dir / path))
    raw = read_table(table, data_dir)
    return raw, infer([raw], [table], Overrides())


@pytest.mark.parametrize("path", SETS)
def test_roles_task_and_leaks_of_a_real_set_are_found(data_dir, path):
    target, kind, levels, subject, protected, leaks = SETS[path]
    raw, guess = guess_of(data_dir, path)
    contract = guess.contract
    assert (contract.task.target, contract.task.kind) == (target, kind)
    assert contract.task.levels == levels
    found = contract.one(Role.SUBJECT)
    assert (found.name if found else None) == subject
    assert {column.name for column in contract.by_role(Role.PROTECTED)} == protected
    cleaned, _ = clean(raw.frame, contract, CleanSettings())
    checked = check(raw, cleaned, contract)
    assert {leak.column for leak in find_leaks(checked.frame, contract)} == leaks
    assert checked.counts.used > 0.98 * checked.counts.read
    settings = Settings(contract=contract)
    assert parse(render(settings, guess.reasons), "jixiao.yaml") == settings


@pytest.mark.parametrize("path", SETS)
def test_no_row_number_or_id_of_a_real_set_is_a_feature(data_dir, path):
    raw, guess = guess_of(data_dir, path)
    for column in guess.contract.columns:
        if column.role not in FEATURES or column.role in (Role.TEXT, Role.DATE):
            continue
        values = raw.frame[column.name].drop_nulls()
        is_number = column.type in ("number", "integer")
        assert is_number or values.n_unique() < 0.5 * len(values), column.name


def test_the_declared_dirt_of_a_real_set_is_named(data_dir):
    raw, guess = guess_of(data_dir, "kpi_garment_productivity/garments_worker_productivity.csv")
    cleaned, _ = clean(raw.frame, guess.contract, CleanSettings())
    checked = check(raw, cleaned, guess.contract)
    told = {(p.code.split(".")[1], p.column, p.rows) for p in checked.problems}
    assert ("old-date", "year", 1) in told
    assert ("stray-blanks", "department", 257) in told
    assert checked.counts.quarantined == 1
    raw, guess = guess_of(data_dir, "hr_glassdoor_uk/glassdoor_reviews.csv.gz")
    cleaned, _ = clean(raw.frame, guess.contract, CleanSettings())
    assert check(raw, cleaned, guess.contract).counts.duplicate == 84


def test_planted_faults_are_named_and_clean_files_left_alone(data_dir):
    tables = list(bases(data_dir))
    outcomes = plant_all(tables, seed=101)
    missed = [(o.kind, o.base, o.column, o.found) for o in outcomes if not o.named]
    assert len(outcomes) == 60
    assert len(missed) <= 3, missed
    assert len(clean_files(tables, seed=101)) <= 1
