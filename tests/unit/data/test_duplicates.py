import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.data.checking import inferred, raw_table, slugs, staff

from jixiao.contracts import CleanSettings, Contract
from jixiao.data.check import Checked, check
from jixiao.data.clean import clean
from jixiao.data.held_out import HeldOut

CONTRACT = inferred(staff()).contract


def checked(frame: pl.DataFrame, tests: list[int], contract: Contract = CONTRACT) -> Checked:
    raw = raw_table(frame)
    cleaned, _ = clean(raw.frame, contract, CleanSettings())
    mask = pl.Series([at in tests for at in range(frame.height)], dtype=pl.Boolean)
    return check(raw, cleaned, contract, held_out=HeldOut(mask))


def stacked(train: list[int], test: list[int]) -> tuple[pl.DataFrame, list[int]]:
    frame = staff()
    return pl.concat([frame[train], frame[test]]), list(range(len(train), len(train) + len(test)))


def test_a_training_row_that_is_also_a_test_row_goes_and_the_test_row_stays():
    frame, tests = stacked([*range(50), 60], [60, *range(100, 120)])
    result = checked(frame, tests)
    assert result.status[[50, 51]].to_list() == ["duplicate", "used"]
    assert slugs(result.problems) == {("copy-of-test-row", None)}
    (problem,) = result.problems
    assert (problem.rows, problem.row) == (1, 52)
    assert problem.got == "training rows that stand in the test part too: 1"
    assert result.counts.to_json() == {"read": 72, "used": 71, "duplicate": 1, "quarantined": 0}


def test_test_rows_that_repeat_one_another_are_named_and_all_used():
    frame, tests = stacked(list(range(50)), [100, 101, 100, *range(102, 120)])
    frame = frame.with_columns(pl.lit("x").alias("emp_id"))
    result = checked(frame.drop("emp_id"), tests)
    assert result.counts.duplicate == 0
    assert result.counts.used == 71
    assert slugs(result.problems) >= {("repeated-test-row", None)}
    problem = next(p for p in result.problems if p.code == "JX-E234.repeated-test-row")
    assert problem.got == "test rows that repeat an earlier one: 1; all are measured"


def test_copies_among_training_rows_are_still_left_out():
    frame, tests = stacked([*range(50), 3], list(range(100, 120)))
    result = checked(frame, tests)
    assert result.status[50] == "duplicate"
    assert slugs(result.problems) == {("duplicate-row", None)}


def test_ids_may_start_anew_in_the_test_file():
    frame, tests = stacked(list(range(100)), list(range(100, 110)))
    ids = [f"E{10_000 + 7 * at}" for at in (*range(100), *range(10))]
    result = checked(frame.with_columns(pl.Series("emp_id", ids)), tests)
    assert result.counts.used == 110


@settings(max_examples=25, deadline=None)
@given(
    train=st.lists(st.integers(0, 30), min_size=5, max_size=40),
    test=st.lists(st.integers(0, 30), min_size=1, max_size=20),
)
def test_no_test_row_is_ever_a_duplicate_and_no_training_row_repeats_one(train, test):
    frame, tests = stacked(train, test)
    frame = frame.drop("emp_id")
    result = checked(frame, tests)
    counts = result.counts
    assert counts.read == counts.used + counts.duplicate + counts.quarantined
    assert not (result.status[tests] == "duplicate").any()
    used = [row for at, row in enumerate(train) if result.status[at] == "used"]
    assert not set(used) & set(test)
    assert set(used) == set(train) - set(test)
    assert len(used) == len(set(used))
