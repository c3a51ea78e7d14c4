"""Every real data file reads with the row count that its description states."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.contracts import Table
from jixiao.data.sources import RawTable, read_table

pytestmark = pytest.mark.data

ROWS = {
    "accuracy-shared-task/games.csv": (60, 11),
    "accuracy-shared-task/gsml.csv": (1214, 11),
    "accuracy-shared-task/shared_task.jsonl": (60, 12),
    "csat_en_airline_tweets/tweets.csv.gz": (14_640, 12),
    "csat_en_alexa_reviews/amazon_alexa.tsv": (3150, 6),
    "csat_en_womens_clothing_1k/womens_clothing_reviews_first1000.csv": (1000, 11),
    "csat_zh_eprstmt/dev_few_all.json": (160, 3),
    "csat_zh_eprstmt/test_public.json": (610, 3),
    "csat_zh_eprstmt/train_few_all.json": (160, 3),
    "csat_zh_hotel/ChnSentiCorp_htl_all.csv.gz": (7766, 2),
    "csat_zh_shopping_10_cats/online_shopping_10_cats.csv.gz": (62_774, 3),
    "fairness_eec/Equity-Evaluation-Corpus.csv.gz": (8640, 8),
    "faq_en_stackfaq/stackExchange-FAQ.json": (125, 3),
    "finance_en_phrasebank/Sentences_50Agree.txt": (4846, 2),
    "finance_zh_finfe/finfe_train.json.gz": (16_157, 2),
    "finance_zh_finnl_topics/finnl_train.json.gz": (7071, 2),
    "hr_dataset_v14/HRDataset_v14.csv": (311, 38),
    "hr_glassdoor_uk/glassdoor_reviews.csv.gz": (9999, 18),
    "hr_glassdoor_uk/test_rows.csv": (1983, 1),
    "hr_inx_performance/INX_Future_Inc_Employee_Performance.xls": (1200, 28),
    "hr_inx_performance/inx_employee_performance.csv": (1200, 28),
    "hr_nine_box_reviews/employee_reviews.csv": (878, 6),
    "intents_en_banking77/categories.json": (77, 1),
    "intents_en_banking77/test.csv": (3080, 2),
    "intents_en_banking77/train.csv": (10_003, 2),
    "intents_en_clinc150/data_full.json.gz": (23_700, 3),
    "intents_en_clinc150/domains.json": (150, 2),
    "intents_zh_smp2019/smp2019_nlu.json": (1806, 5),
    "kpi_garment_productivity/garments_worker_productivity.csv": (1197, 15),
    "market_superstore/superstore_2019_2021.csv.gz": (6815, 21),
    "match_zh_bustm/dev_few_all.json": (160, 4),
    "match_zh_bustm/test_public.json": (1772, 4),
    "match_zh_bustm/train_few_all.json": (160, 4),
    "pii_en_presidio/synth_dataset_v2.json.gz": (1500, 5),
    "pii_zh_multipriv/people_zh.json": (514, 17),
    "rating_zh_douban/movies.csv": (980, 10),
    "rating_zh_douban/reviews.csv": (1583, 6),
    "rec_movielens/items.csv": (1682, 23),
    "rec_movielens/ratings.csv.gz": (78_355, 4),
    "rec_movielens/users.csv": (743, 4),
    "risk_credit_default/credit_default_24000.csv.gz": (24_000, 25),
}


def load(data_dir: Path, file: str, sheet: str | None = None) -> RawTable:
    return read_table(Table(name="t", source=file, sheet=sheet), data_dir)


@pytest.mark.parametrize("file", ROWS)
def test_the_file_reads_with_the_documented_shape(data_dir: Path, file: str):
    got = load(data_dir, file)
    assert got.frame.shape == ROWS[file]
    assert not got.bad_rows
    told = {problem.code for problem in got.problems}
    assert told <= ({"JX-E207.sheet-choice"} if file.endswith(".xls") else set())


def test_the_xls_and_its_csv_hold_the_same_cells(data_dir: Path):
    name = "INX_Future_Inc_Employee_Perform"
    old = load(data_dir, "hr_inx_performance/INX_Future_Inc_Employee_Performance.xls", name)
    new = load(data_dir, "hr_inx_performance/inx_employee_performance.csv")
    assert old.frame.equals(new.frame)
    assert not old.problems
    assert old.kinds["Age"] == "number"


def test_phrasebank_is_split_at_the_last_at_sign(data_dir: Path):
    got = load(data_dir, "finance_en_phrasebank/Sentences_50Agree.txt")
    counts = dict(got.frame["column_2"].value_counts().rows())
    assert counts == {"neutral": 2879, "positive": 1363, "negative": 604}
