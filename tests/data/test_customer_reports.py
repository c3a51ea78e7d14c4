"""Reports on customers and products from the real sets, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import jixiao
from jixiao.contracts import Settings
from jixiao.data import find_topics, mentions
from jixiao.reports import Evidence, comments_of, make_reports
from jixiao.services.preparation import prepare

pytestmark = pytest.mark.data

SETS = {
    "csat_en_airline_tweets": ("tweets.csv.gz", "airline_sentiment", "airline", 6),
    "csat_en_womens_clothing_1k": (
        "womens_clothing_reviews_first1000.csv",
        "Rating",
        "Clothing ID",
        40,
    ),
    "csat_en_alexa_reviews": ("amazon_alexa.tsv", "rating", "variation", 10),
    "csat_zh_shopping_10_cats": ("online_shopping_10_cats.csv.gz", "label", "cat", 10),
    "rating_zh_douban": ("reviews.csv", "stars", "movie_id", 30),
}


def evidence_of(folder: Path, data: Path, target: str) -> Evidence:
    from jixiao.data import Overrides
    from jixiao.services.workspace import InitOptions

    workspace = jixiao.open_workspace(folder)
    workspace.init([str(data)], InitOptions(overrides=Overrides(target=target)))
    settings: Settings = workspace.settings()
    prepared = prepare(settings, workspace.store)
    comments = comments_of(prepared.frame, prepared.contract)
    topics = mentions(comments, find_topics(comments["text"].to_list()))
    return Evidence(prepared.frame, prepared.contract, comments=comments, topics=topics)


@pytest.mark.parametrize("name", SETS)
def test_a_real_set_gives_reports_on_its_customers_and_products(name, data_dir, tmp_path):
    file, target, product, least = SETS[name]
    evidence = evidence_of(tmp_path, data_dir / name / file, target)
    reports = list(make_reports(evidence, languages=["zh", "en"]))
    levels = [report.level for report in reports if report.language == "zh"]
    assert levels.count("customer") == 1
    assert levels.count("product") >= least
    whole = next(report for report in reports if report.level == "customer")
    facts = {fact.id: fact for fact in whole.facts}
    assert facts["csat.low"].value <= facts["csat.share"].value <= facts["csat.high"].value
    assert facts["segment1"].measure == product
    assert facts["topic1.share"].value > 2
    for report in reports:
        said = [claim.text for section in report.sections for claim in section.claims]
        assert len(set(said)) == len(said)
        texts = {c.id: c for c in report.comments}
        assert all(c.text in _source(evidence, c.row) for c in texts.values())


def _source(evidence: Evidence, row: int) -> str:
    found = evidence.comments.filter(evidence.comments["_row"] == row)["text"].to_list()
    return "\n".join(found)
