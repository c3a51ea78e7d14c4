import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.invented import column, contract, reviews

from jixiao.contracts import Role, SplitSettings, Task, TaskKind
from jixiao.core import ContractError, DataError
from jixiao.data.split import Split, make_split

AUTO = SplitSettings()


def sides(frame: pl.DataFrame, split: Split, key: str) -> dict[str, int]:
    return dict(zip(frame[key].to_list(), split.sides.tolist(), strict=True))


@given(
    st.lists(st.integers(1, 9), min_size=12, max_size=40),
    st.sampled_from(["auto", "subject", "rater", "stratified"]),
    st.integers(0, 3),
)
def test_every_row_is_on_one_side_and_nobody_on_two(sizes, method, seed):
    frame, made = reviews(len(sizes), 9)
    keep = [at < sizes[subject] for subject in range(len(sizes)) for at in range(9)]
    frame = frame.filter(pl.Series(keep))
    split = make_split(frame, made, SplitSettings(method=method), seed=seed)
    together = np.concatenate([split.train, split.validation, split.test])
    assert sorted(together.tolist()) == list(range(frame.height))
    unit = {"subject": "employee", "rater": "manager"}.get(split.method)
    if unit:
        seen = frame.select(unit).with_columns(side=pl.Series(split.sides)).unique()
        assert seen[unit].n_unique() == seen.height


@given(st.integers(0, 100), st.sampled_from(["subject", "rater", "stratified", "time"]))
def test_the_order_of_the_rows_does_not_matter(seed, method):
    frame, made = reviews(25, 6)
    settings = SplitSettings(method=method)
    order = np.random.default_rng(seed).permutation(frame.height)
    shuffled = frame[order.tolist()]
    one, other = (make_split(f, made, settings, seed=1) for f in (frame, shuffled))
    assert sides(frame, one, "review") == sides(shuffled, other, "review")
    assert one.hash == other.hash


@pytest.mark.parametrize("method", ["subject", "stratified", "time"])
def test_known_records_keep_their_side_when_rows_are_added(method):
    frame, made = reviews(60, 8)
    settings = SplitSettings(method=method)
    before = make_split(frame[:300], made, settings, seed=0)
    stored = Split.from_json(json.loads(json.dumps(before.to_json())))
    after = make_split(frame, made, settings, seed=0, known=stored)
    old, new = sides(frame[:300], before, "review"), sides(frame, after, "review")
    assert all(new[review] == side for review, side in old.items())
    assert len(after.test) > len(before.test)


def test_a_stored_split_of_another_method_is_replaced_and_the_reason_says_so():
    frame, made = reviews(60, 4)
    stored = make_split(frame, made, SplitSettings(method="stratified"), seed=0)
    split = make_split(frame, made, AUTO, seed=0, known=stored)
    assert split.method == "subject"
    assert split.reason.endswith("; the stored split by stratified is replaced")
    assert split.hash == make_split(frame, made, AUTO, seed=0).hash


@pytest.mark.parametrize(("test", "validation"), [(0.2, 0.15), (0.3, 0.2), (0.1, 0.1)])
def test_sizes_and_levels_are_honoured(test, validation):
    frame, made = reviews(200, 5)
    for method in ("subject", "stratified"):
        settings = SplitSettings(method=method, test=test, validation=validation)
        split = make_split(frame, made, settings, seed=0)
        assert len(split.test) == pytest.approx(test * 1000, abs=6)
        assert len(split.validation) == pytest.approx(validation * (1 - test) * 1000, abs=6)
        for level in "12345":
            share = (frame[split.test.tolist()]["rating"] == level).mean()
            assert share == pytest.approx((frame["rating"] == level).mean(), abs=0.02)


def test_another_seed_gives_another_split():
    frame, made = reviews(50, 4)
    assert make_split(frame, made, AUTO, seed=0).hash != make_split(frame, made, AUTO, seed=1).hash


def test_auto_divides_by_subject_and_says_why():
    split = make_split(*reviews(30, 4), AUTO, seed=0)
    assert split.method == "subject"
    assert split.reason == (
        "30 subjects have 120 records: each subject is on one side, so that nobody is recognised"
    )


def test_auto_divides_by_time_when_a_figure_is_followed():
    days = pl.date_range(pl.date(2025, 1, 1), pl.date(2025, 2, 9), eager=True)
    frame = pl.DataFrame({"day": days.to_list() * 5, "team": ["a", "b", "c", "d", "e"] * 40})
    frame = frame.with_columns(output=pl.Series(np.linspace(0, 1, 200)))
    made = contract(
        column("day", Role.DATE),
        column("team", Role.SUBJECT),
        column("output", Role.TARGET),
        task=Task(kind=TaskKind.NUMBER, target="output"),
    )
    split = make_split(frame, made, AUTO, seed=0)
    assert split.method == "time"
    assert "the past trains, the latest tests" in split.reason
    latest = (
        frame.with_columns(side=pl.Series(split.sides))
        .group_by("side")
        .agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
        .sort("side")
    )
    assert latest["last"][0] < latest["first"][1] <= latest["last"][1] < latest["first"][2]
    assert len(split.test) == pytest.approx(40, abs=5)


def test_auto_keeps_a_raters_wording_together_when_no_subject_is_known():
    frame, made = reviews(40, 5)
    made = made.model_copy(
        update={"columns": tuple(c for c in made.columns if c.role is not Role.SUBJECT)}
    )
    assert make_split(frame, made, AUTO, seed=0).method == "rater"


def test_auto_falls_back_to_strata():
    split = make_split(*reviews(50, 1), AUTO, seed=0)
    assert (split.method, split.reason) == (
        "stratified",
        "no subject has two records: every level in its share on each side",
    )


def test_repeated_and_nearly_repeated_texts_stay_on_one_side():
    frame, made = reviews(80, 1)
    text = "The quarter brought delays in three projects but the team recovered all of them in time"
    copies = [text, text.upper(), f"{text}!", f"{text} now", text]
    frame = frame.with_columns(
        comment=pl.Series([*copies, *frame["comment"].to_list()[len(copies) :]])
    )
    for seed in range(5):
        split = make_split(frame, made, AUTO, seed=seed)
        assert len(set(split.sides[: len(copies)].tolist())) == 1


def test_a_phrase_that_everybody_uses_does_not_tie_all_subjects_together():
    frame, made = reviews(60, 4)
    texts = ["Good job" if at % 4 == 0 else text for at, text in enumerate(frame["comment"])]
    split = make_split(frame.with_columns(comment=pl.Series(texts)), made, AUTO, seed=0)
    assert len(split.test) == pytest.approx(48, abs=4)
    assert split.reason.endswith("; 1 short texts that many use may stand on several sides")


def test_a_declared_part_is_used_and_validation_taken_from_train():
    frame, made = reviews(40, 2)
    frame = frame.with_columns(_part=pl.Series(["train"] * 60 + ["test"] * 20))
    split = make_split(frame, made, AUTO, seed=0)
    assert split.method == "column"
    assert split.reason == "the test rows are a declared file of their own"
    assert split.test.tolist() == list(range(60, 80))
    assert len(split.validation) == pytest.approx(9, abs=2)
    people = frame["employee"].to_numpy()
    assert not set(people[split.train]) & set(people[split.validation])


def test_a_declared_column_with_unknown_words_is_an_error():
    frame, made = reviews(10, 1)
    frame = frame.with_columns(part=pl.Series(["train"] * 8 + ["test", "later"]))
    with pytest.raises(ContractError) as caught:
        make_split(frame, made, SplitSettings(column="part"), seed=0)
    assert (
        "split column part: expected train, validation and test (validation may be missing)"
        in str(caught.value)
    )
    assert "got 'later'" in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            SplitSettings(test=0),
            "split.test: expected a share between 0 and 1, both",
        ),
        (SplitSettings(validation=1.5), "split.validation: expected a share between 0 and 1"),
        (
            SplitSettings(method="column", column="nope"),
            "split.column: expected one of the columns",
        ),
        (SplitSettings(method="column"), "got None"),
    ],
)
def test_settings_that_cannot_be_are_errors(settings, told):
    with pytest.raises(ContractError) as caught:
        make_split(*reviews(10, 2), settings, seed=0)
    assert told in str(caught.value)


def test_a_method_without_its_column_is_an_error():
    frame, _ = reviews(10, 1)
    bare = contract(column("comment", Role.TEXT), column("rating", Role.TARGET))
    for method, told in (("subject", "a column with the role subject"), ("time", "period or date")):
        with pytest.raises(ContractError) as caught:
            make_split(frame, bare, SplitSettings(method=method), seed=0)
        assert told in str(caught.value)


def test_two_rows_are_too_few_and_three_are_one_each():
    frame, made = reviews(3, 1)
    with pytest.raises(DataError) as caught:
        make_split(frame[:2], made, AUTO, seed=0)
    assert "the records: expected at least 3 rows to train, choose and test, got 2" in str(
        caught.value
    )
    split = make_split(frame, made, AUTO, seed=0)
    assert [len(split.train), len(split.validation), len(split.test)] == [1, 1, 1]


def test_a_level_of_three_rows_is_trained_on():
    frame, made = reviews(100, 1)
    ratings = ["5"] * 3 + ["1"] * 50 + ["2"] * 47
    frame = frame.with_columns(rating=pl.Series(ratings))
    for seed in range(10):
        split = make_split(frame, made, AUTO, seed=seed)
        assert (split.sides[:3] == 0).sum() >= 1
        assert len(split.test) == pytest.approx(20, abs=1)


def test_a_damaged_split_is_refused():
    stored = make_split(*reviews(20, 1), AUTO, seed=0).to_json()
    moved = {**stored, "units": {**stored["units"], "R": stored["units"]["R"][1:]}}
    for value in (moved, {"rows": "RX"}, {**stored, "rows": "Q"}):
        with pytest.raises(DataError) as caught:
            Split.from_json(value)
        assert "stored split: expected the keys and the hash it was saved with" in str(caught.value)


def test_strata_of_numbers_and_several_classes():
    frame, _ = reviews(100, 1)
    frame = frame.with_columns(
        output=pl.Series(np.linspace(0, 1, 100)),
        topics=pl.Series(["a b" if at % 10 == 0 else "a" for at in range(100)]),
    )
    number = contract(
        column("output", Role.TARGET), task=Task(kind=TaskKind.NUMBER, target="output")
    )
    split = make_split(frame, number, AUTO, seed=0)
    assert frame["output"].to_numpy()[split.test].mean() == pytest.approx(0.5, abs=0.1)
    task = Task(kind=TaskKind.CLASSES, target="topics", classes=("a", "b"))
    split = make_split(frame, contract(column("topics", Role.TARGET), task=task), AUTO, seed=0)
    assert (frame["topics"][split.test.tolist()] == "a b").sum() == 2
