import time
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from jixiao.contracts import Examples, FitContext, Prediction, Scale, Task
from jixiao.core import ModelError
from jixiao.training import LEARNERS, auto
from jixiao.training.auto import candidates
from jixiao.training.bake_off import Candidate

RATING = Task(kind="ordinal", target="rating", scale=Scale(levels=("1", "2", "3")))
WORDS = {0: "late again with errors", 1: "done as planned", 2: "far ahead and helped others"}
CHINESE = {0: "多次延期并出错", 1: "按计划完成", 2: "提前完成并帮助同事"}


def reviews(n: int, *, language: str = "en", seed: int = 0, days: bool = False) -> Examples:
    draw = np.random.default_rng(seed)
    y = draw.integers(0, 3, n)
    words = WORDS if language == "en" else CHINESE
    keys = {"subject": [f"E{i}" for i in range(n)]}
    if days:
        keys["period"] = pl.Series([i // 20 for i in range(n)]).cast(pl.Date)
    return Examples(
        rows=np.arange(n),
        texts={"review": [f"{words[level]} {draw.integers(99)}" for level in y.tolist()]},
        languages=[language] * n,
        numbers=(y + draw.normal(0, 0.6, n))[:, None],
        number_names=("output",),
        keys=pl.DataFrame(keys),
        y=y,
    )


def fit(train, validation, tmp_path, *, budget_s=300.0, **options):
    learner = LEARNERS.get("auto")()
    context = FitContext(
        seed=0,
        workdir=tmp_path,
        cache=tmp_path / "cache",
        deadline=time.monotonic() + budget_s,
        threads=1,
        options=options,
    )
    return learner.fit(train, validation, task=RATING, context=context), learner.story


def test_the_choice_is_told_with_figures_for_every_candidate(tmp_path):
    data = reviews(150, language="zh")
    predictor, story = fit(data.take(range(120)), data.take(range(120, 150)), tmp_path)
    tried = [row["model"] for row in story["bake_off"]]
    assert tried[:4] == ["linear.v1 of texts", "linear.v1", "boosted.v1", "forest.v1"]
    assert all("accuracy" in row for row in story["bake_off"] if "skipped" not in row)
    assert "no Chinese encoder is embedded" in story["reason"]
    proba = predictor.predict(reviews(40, language="zh", seed=1)).proba
    assert np.mean(proba.argmax(axis=1) == reviews(40, language="zh", seed=1).y) > 0.9


def test_a_candidate_the_time_cannot_hold_is_skipped_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr(auto, "TUNED_TOKENS_PER_S", 10)
    data = reviews(600)
    _, story = fit(data.take(range(500)), data.take(range(500, 600)), tmp_path, budget_s=3.0)
    skipped = {row["model"] for row in story["bake_off"] if "skipped" in row}
    assert "encoder.v1" in skipped


def test_rows_in_time_order_are_judged_on_the_later_ones(tmp_path):
    data = reviews(160, language="zh", days=True)
    _, story = fit(data.take(range(120)), data.take(range(120, 160)), tmp_path)
    assert "best on 60 rows, each later than the rows fitted to" in story["reason"]
    assert {row["rows"] for row in story["bake_off"]} == {60}


def test_trials_are_spent_on_candidates_with_something_to_search(tmp_path):
    data = reviews(150, language="zh")
    parts = data.take(range(120)), data.take(range(120, 150))
    _, story = fit(*parts, tmp_path, trials=2)
    assert (tmp_path / "boosted.v1" / "search" / "journal.log").exists()
    assert "no trials" not in story["reason"]


def test_trials_that_nothing_can_use_are_named(tmp_path):
    data = replace(reviews(120, language="zh"), numbers=np.zeros((120, 0)), number_names=())
    _, story = fit(data.take(range(90)), data.take(range(90, 120)), tmp_path, trials=2)
    assert "no trials: only boosted.v1" in story["reason"]


class Reading:
    """Stands in for a costly learner: knows the answer of so many rows in a hundred."""

    name = "lstm.v1"
    knows = 100

    def supports(self, examples, task):
        return ""

    def fit(self, train, validation, *, task, context):
        return self

    def predict(self, examples):
        draw = np.random.default_rng(5)
        known = draw.integers(0, 100, len(examples)) < self.knows
        guess = np.where(known, examples.y, draw.integers(0, 3, len(examples)))
        return Prediction.of(np.eye(3)[guess] * 0.7 + 0.1, RATING)


@pytest.mark.parametrize(("knows", "joins"), [(100, True), (0, False)])
def test_a_costly_candidate_joins_only_where_it_gains_more_than_chance(
    knows, joins, tmp_path, monkeypatch
):
    monkeypatch.setattr(Reading, "knows", knows)
    monkeypatch.setitem(LEARNERS._things, "lstm.v1", Reading)
    monkeypatch.setattr(
        auto,
        "candidates",
        lambda *_: [Candidate("linear.v1", "plain"), Candidate("lstm.v1", "costly")],
    )
    data = replace(reviews(300), texts={}, languages=[])
    _, story = fit(data.take(range(200)), data.take(range(200, 300)), tmp_path)
    assert ("combined with lstm.v1 they gain" in story["reason"]) is joins
    assert ("adds no more than chance" in story["reason"]) is not joins


def test_english_texts_bring_the_encoder_in_and_chinese_ones_do_not():
    english = [one.name for one in candidates(reviews(600), RATING, {})]
    chinese = [one.name for one in candidates(reviews(600, language="zh"), RATING, {})]
    assert "encoder.v1" in english
    assert "encoder.v1" not in chinese
    assert chinese[0] == english[0] == "linear.v1"


def test_trees_read_what_models_of_the_texts_alone_say_of_them(tmp_path):
    data = reviews(150, language="zh")
    predictor, story = fit(data.take(range(120)), data.take(range(120, 150)), tmp_path)
    bases = getattr(predictor, "bases", [predictor])
    trees = [one for one in bases if one.name in ("boosted.v1", "forest.v1")]
    for one in trees:
        assert [reader.name for reader in one.features.readers] == ["linear.v1"]
        assert not one.features.readers[0].features.table.names, "it was shown no table"
    assert trees or "linear.v1" in story["reason"]


def test_nothing_to_learn_from_is_an_error_with_a_way_out(tmp_path):
    empty = Examples(rows=np.arange(30), y=np.arange(30) % 3)
    assert LEARNERS.get("auto")().supports(empty, RATING)
    with pytest.raises(ModelError, match=r"check the roles in jixiao\.yaml"):
        fit(empty, empty.take([]), tmp_path)
