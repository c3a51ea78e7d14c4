"""Cleaning, labels, splits and masking on the real data sets and their known traps."""

import gzip
import json
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.masking import chinese, english, measure, own_places
from tests.unit.data.invented import column, contract

from jixiao.contracts import CleanSettings, DataType, MaskSettings, Role, Scale, Task, TaskKind
from jixiao.data.clean import clean, near_duplicates
from jixiao.data.labels import split_classes, to_scale
from jixiao.data.language import detect_languages
from jixiao.data.mask import mask_texts
from jixiao.data.noise import conflicting_duplicates
from jixiao.data.values import parse_dates

pytestmark = pytest.mark.data


def strings(path: Path, **options: object) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True, **options)


def test_two_digit_births_of_hr_dataset_v14_agree_with_the_stated_age(data_dir):
    frame = strings(data_dir / "hr_dataset_v14" / "HRDataset_v14.csv")
    made = contract(
        column("DOB", Role.PROTECTED, DataType.DATE),
        column("DateofHire", Role.DATE),
        column("Department", Role.GROUP),
        column("Employee_Name", Role.SUBJECT),
    )
    out, reports = clean(frame, made, CleanSettings())
    born = parse_dates(out["DOB"], day_first=False).values.dt.year()
    offset = born + frame["Age"].cast(pl.Int64)
    assert offset.max() - offset.min() <= 1
    hired = parse_dates(out["DateofHire"], day_first=False).values.dt.year()
    assert hired.max() <= 2026
    assert (hired - born).min() >= 14
    blanks = next(report for report in reports if report.step == "blanks.v1")
    assert blanks.changed["Department"] == 209
    assert out["Department"].n_unique() == 6


def test_departments_of_the_garment_factory_lose_their_blank(data_dir):
    path = data_dir / "kpi_garment_productivity" / "garments_worker_productivity.csv"
    out, reports = clean(
        strings(path), contract(column("department", Role.CATEGORY)), CleanSettings()
    )
    assert out["department"].unique().sort().to_list() == ["finishing", "sweing"]
    changed = {report.step: report.changed for report in reports}
    assert changed["blanks.v1"] == {"department": 257}


def test_conflicting_labels_of_finfe_are_found(data_dir):
    rows = json.loads(
        gzip.decompress((data_dir / "finance_zh_finfe" / "finfe_train.json.gz").read_bytes())
    )
    texts, labels = [row[0] for row in rows], np.array([int(row[1]) for row in rows])
    found = conflicting_duplicates(texts, labels)
    groups = {frozenset([at, *others]) & frozenset([at]) for at, others in found.items()}
    assert len(groups) == len(found) == pytest.approx(1_559, abs=40)


def test_broken_topics_of_finnl_are_listed(data_dir):
    rows = json.loads(
        gzip.decompress((data_dir / "finance_zh_finnl_topics" / "finnl_train.json.gz").read_bytes())
    )
    known = [
        "中国",
        "外国",
        "公司",
        "新冠",
        "经济",
        "行业",
        "大盘",
        "政策",
        "国际",
        "政治",
        "期货",
        "能源",
        "债券",
        "房地产",
        "虚拟货币",
        "外汇",
    ]
    task = Task(kind=TaskKind.CLASSES, target="topics", classes=tuple(sorted(known)))
    found = split_classes(pl.Series([row[1] for row in rows]), task)
    assert dict(found.table)["中国"] == 3_920
    assert ("中国大盘") in [token for token, _ in found.unmapped]
    assert sum(n for _, n in found.unmapped) < 80


def test_scores_of_hr_dataset_v14_map_completely(data_dir):
    frame = strings(data_dir / "hr_dataset_v14" / "HRDataset_v14.csv")
    scale = Scale(levels=("PIP", "Needs Improvement", "Fully Meets", "Exceeds"))
    mapping = to_scale(frame["PerformanceScore"], scale)
    assert mapping.unmapped == ()
    assert {level: n for _, level, n in mapping.table} == {
        "Fully Meets": 243,
        "Exceeds": 37,
        "Needs Improvement": 18,
        "PIP": 13,
    }


def test_sixty_thousand_reviews_are_compared_within_a_minute(data_dir):
    path = data_dir / "csat_zh_shopping_10_cats" / "online_shopping_10_cats.csv.gz"
    texts = strings(path)["review"].to_list()
    started = time.perf_counter()
    groups = near_duplicates(texts, 0.9)
    assert time.perf_counter() - started < 60
    assert len(texts) > 60_000
    assert len(groups) > 100


def test_languages_of_one_language_sets(data_dir):
    zh = strings(data_dir / "csat_zh_hotel" / "ChnSentiCorp_htl_all.csv.gz")["review"]
    en = strings(data_dir / "hr_nine_box_reviews" / "employee_reviews.csv")["feedback"]
    assert (detect_languages(zh) == "zh").mean() > 0.995
    assert (detect_languages(en) == "en").mean() == 1


@pytest.mark.parametrize(("load", "most"), [(english, 0.01), (chinese, 0.002)])
def test_little_personal_data_gets_through_and_little_else_is_masked(data_dir, load, most):
    texts, people = load(data_dir)
    found, seconds = own_places([text for text, _ in texts], people, load.__name__[:2])
    result = measure("set", texts, found, seconds)
    assert result["leak"] <= most
    assert result["over-masked"] <= 0.02


def test_names_in_the_nine_box_reviews_are_masked(data_dir):
    frame = strings(data_dir / "hr_nine_box_reviews" / "employee_reviews.csv")
    made = contract(column("person_name", Role.SUBJECT), column("feedback", Role.TEXT))
    out, report = mask_texts(frame, made, MaskSettings(), salt="s")
    left = 0
    for name, text in zip(frame["person_name"].to_list(), out["feedback"].to_list(), strict=True):
        words = set(text.replace("'s", "").replace(",", " ").replace(".", " ").split())
        left += bool(words & set(name.split()))
    assert report.details["kinds"]["PERSON"] > 1_200
    assert left <= 5
