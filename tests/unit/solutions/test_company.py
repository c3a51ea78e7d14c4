"""The sample company as a whole: its shape, its truth and its determinism."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao.core import ContractError
from jixiao.solutions.company import make_company, write_company
from jixiao.solutions.company.people import SMALL_TEAM, hire


def test_the_same_seed_gives_the_same_bytes(tmp_path) -> None:
    for folder in ("first", "second"):
        write_company(make_company(3, 80, 5, language="zh"), tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    expected = ["goals.csv", "kpi.csv", "reviews.csv", "roster.xlsx", "survey.csv", "truth.json"]
    assert names == expected
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_another_seed_gives_another_company() -> None:
    first, second = make_company(1, 60, 4), make_company(2, 60, 4)
    assert not first.tables["reviews"].equals(second.tables["reviews"])


@settings(max_examples=12)
@given(
    st.integers(0, 10**6), st.integers(60, 130), st.integers(4, 9), st.sampled_from(["en", "zh"])
)
def test_any_size_gives_a_company_whose_truth_adds_up(seed, n_people, n_quarters, language) -> None:
    company = make_company(seed, n_people, n_quarters, language=language)
    truth, reviews = company.truth, company.tables["reviews"]
    assert company.tables["roster"].height == n_people
    assert [entry.row for entry in truth.reviews] == list(range(reviews.height))
    assert len({copy.row for copy in truth.exact_copies}) == len(truth.exact_copies)
    wrong = [entry.row for entry in truth.reviews if entry.meant != entry.written]
    assert wrong == list(truth.mislabelled)
    for cell in truth.bad_cells:
        assert company.tables[cell.table][cell.column][cell.row] == cell.written != cell.meant


def test_too_few_people_is_refused_in_words() -> None:
    with pytest.raises(ContractError) as error:
        make_company(0, n_people=12)
    assert str(error.value) == "[JX-E120] n_people: expected at least 60, got 12"


def test_too_few_quarters_is_refused_in_words() -> None:
    with pytest.raises(ContractError) as error:
        make_company(0, n_quarters=2)
    assert str(error.value) == "[JX-E120] n_quarters: expected at least 4, got 2"


def test_the_company_has_the_asked_size(sample_company) -> None:
    reviews = sample_company.tables["reviews"]
    assert sample_company.tables["roster"].height == 300
    assert reviews["Quarter"].n_unique() == 8
    assert 2_000 < reviews.height < 2_400
    assert sample_company.tables["kpi"]["Indicator"].n_unique() == 4


def test_every_reviewed_person_and_rater_is_in_the_roster(sample_company) -> None:
    reviews, roster = sample_company.tables["reviews"], sample_company.tables["roster"]
    known = set(roster["Employee ID"])
    assert set(reviews["Employee ID"].drop_nulls()) <= known
    assert set(reviews["Reviewer ID"]) <= known
    assert roster["Employee ID"].n_unique() == roster.height
    assert roster["Person / Name"].n_unique() == roster.height


def test_nobody_rates_themselves_and_only_the_top_has_no_manager(sample_company) -> None:
    roster = sample_company.tables["roster"]
    assert roster["Manager ID"].null_count() == 1
    assert (roster["Employee ID"] == roster["Manager ID"]).sum() == 0


def test_the_tree_has_three_levels_and_one_team_too_small_to_show(sample_company) -> None:
    paths = sample_company.tables["roster"]["Organisation"].str.strip_chars()
    assert {path.count("/") for path in paths} == {2}
    sizes = Counter(paths)
    assert [path for path, size in sizes.items() if size < 5] == [sample_company.truth.small_team]
    assert sizes[sample_company.truth.small_team] == SMALL_TEAM


def test_exact_copies_repeat_the_whole_row(sample_company) -> None:
    reviews, copies = sample_company.tables["reviews"], sample_company.truth.exact_copies
    assert len(copies) >= 15
    for copy in copies:
        assert copy.of < copy.row
        assert reviews.row(copy.row) == reviews.row(copy.of)


def test_near_copies_differ_a_little_and_carry_the_same_level(sample_company) -> None:
    texts, truth = sample_company.tables["reviews"]["Manager Comments"], sample_company.truth
    assert len(truth.near_copies) >= 15
    for copy in truth.near_copies:
        first, second = texts[copy.of], texts[copy.row]
        assert first != second
        assert abs(len(first) - len(second)) < 20
        assert truth.reviews[copy.of].meant == truth.reviews[copy.row].meant


def test_two_to_three_rows_in_a_hundred_have_a_wrong_level_two_steps_away(sample_company) -> None:
    truth = sample_company.truth
    assert 0.02 < len(truth.mislabelled) / len(truth.reviews) < 0.03
    for row in truth.mislabelled:
        entry = truth.reviews[row]
        assert abs(int(entry.meant) - int(entry.written)) >= 2


def test_leaks_give_the_written_level_away(sample_company) -> None:
    reviews, truth = sample_company.tables["reviews"], sample_company.truth
    level = pl.Series("level", [entry.written for entry in truth.reviews])
    codes = pl.DataFrame({"code": reviews["Pay Action Code"], "level": level})
    assert codes.group_by("code").agg(pl.col("level").n_unique())["level"].max() == 1
    bonus = pl.DataFrame({"bonus": reviews["Bonus %"], "level": level})
    assert bonus.group_by("bonus").agg(pl.col("level").n_unique())["level"].max() == 1
    assert truth.leaks == ("Bonus %", "Pay Action Code")


def test_planted_raters_rate_clearly_otherwise_than_performance_says(sample_company) -> None:
    truth = sample_company.truth
    for rater in truth.planted_raters:
        mine = [entry for entry in truth.reviews if entry.rater == rater]
        level = np.mean([int(entry.meant) for entry in mine]) - 3.0
        latent = np.mean([entry.latent for entry in mine])
        assert np.sign(level - latent) == np.sign(truth.leniency[rater])


def test_levels_drop_in_the_drift_quarters_while_performance_does_not(sample_company) -> None:
    truth = sample_company.truth
    late = np.array([entry.period in truth.drift_periods for entry in truth.reviews])
    level = np.array([int(entry.meant) for entry in truth.reviews])
    latent = np.array([entry.latent for entry in truth.reviews])
    assert level[~late].mean() - level[late].mean() > 0.2
    assert abs(latent[~late].mean() - latent[late].mean()) < 0.15


def test_new_people_have_fewer_than_three_reviews(sample_company) -> None:
    counts = Counter({(entry.subject, entry.period) for entry in sample_company.truth.reviews})
    per_person = Counter(subject for subject, _ in counts)
    assert len(sample_company.truth.new_people) >= 5
    assert all(per_person[subject] < 3 for subject in sample_company.truth.new_people)


def test_latent_performance_shows_in_the_indicators(sample_company) -> None:
    kpi, truth = sample_company.tables["kpi"], sample_company.truth
    on_time = (
        kpi.filter(pl.col("Indicator").str.contains("On-time delivery"))
        .with_columns(pl.col("Value").cast(pl.Float64, strict=False))
        .filter(pl.col("Value") <= 100)
        .group_by("Employee ID")
        .agg(pl.col("Value").mean())
    )
    values = dict(on_time.iter_rows())
    people = sorted(values)
    latent = {s: np.mean([e.latent for e in truth.reviews if e.subject == s]) for s in people}
    pairs = [(values[s], latent[s]) for s in people if not np.isnan(latent[s])]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.5


def test_truth_is_written_as_json(sample_folder, sample_company) -> None:
    written = json.loads((sample_folder / "truth.json").read_text(encoding="utf-8"))
    assert written["leaks"] == list(sample_company.truth.leaks)
    assert len(written["reviews"]) == sample_company.tables["reviews"].height


def test_chinese_columns_and_levels_stand_for_the_same_company() -> None:
    english, chinese = make_company(5, 60, 4), make_company(5, 60, 4, language="zh")
    assert chinese.tables["reviews"].columns[:6] == [
        "评价编号", "工号", "考核周期", "评价日期", "评价人", "绩效等级",
    ]  # fmt: skip
    words = dict(zip("12345", ["不合格", "待改进", "合格", "良好", "优秀"], strict=True))
    pairs = zip(english.truth.reviews, chinese.truth.reviews, strict=True)
    assert all(words[a.written] == b.written for a, b in pairs)


def test_every_person_belongs_to_a_manager_one_step_up() -> None:
    people = hire(11, 150, 6)
    level = {person.subject: person.level for person in people}
    for person in people[1:]:
        assert level[person.manager] > person.level
