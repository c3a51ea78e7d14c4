"""The sets of the quality benchmark are what their notes say; linear beats TF-IDF with an SVM."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.quality import measured
from benchmarks.quality_sets import SETS, QualitySet

pytestmark = pytest.mark.data
ROWS = {
    "hr_nine_box_reviews": 878,
    "csat_zh_hotel": 7765,
    "csat_zh_shopping_10_cats": 62773,
    "rating_zh_douban": 1223,
    "csat_en_airline_tweets": 14640,
    "finance_en_phrasebank": 4846,
    "hr_dataset_v14": 311,
    "hr_inx_performance": 1200,
    "kpi_garment_productivity": 1197,
    "intents_en_banking77": 13083,
    "hr_glassdoor_uk_text": 9913,
    "hr_glassdoor_uk": 9913,
}
LEFT_OUT = {
    *("EmpID", "Employee_Name", "PerfScoreID", "Sex", "Age", "RaceDesc", "ManagerName"),
    *("EmpNumber", "Gender", "EmpLastSalaryHikePercent", "rid", "target"),
}


@pytest.fixture(params=sorted(ROWS), scope="module")
def one(request: pytest.FixtureRequest, data_dir: Path) -> QualitySet:
    return SETS[request.param](data_dir)


def test_rows_and_splits_are_as_documented(one: QualitySet) -> None:
    assert one.frame.height == len(one.y) == ROWS[one.name]
    for train, test in one.splits:
        assert not np.intersect1d(train, test).size
    if one.name.startswith("hr_glassdoor"):
        assert [len(part) for part in one.splits[0]] == [7930, 1983]


def test_ids_protected_columns_and_leaks_reach_no_model(one: QualitySet) -> None:
    assert not LEFT_OUT & set(one.frame.columns)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hr_nine_box_reviews", "rating_zh_douban"])
def test_the_linear_model_is_above_tfidf_and_svm(name: str, data_dir: Path) -> None:
    data = SETS[name](data_dir)
    models = ("linear.v1", "TF-IDF + linear SVM")
    ours, theirs = (
        np.mean(
            [measured(data, split, model=model, seed=0)[data.metric] for split in data.splits[:3]]
        )
        for model in models
    )
    assert ours > theirs + 0.02
