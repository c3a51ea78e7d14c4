from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.training.tiny_weights import tokenizer
from tokenizers import Tokenizer

from jixiao.contracts import Examples
from jixiao.models.neural_inputs import (
    InputPlan,
    TextPlan,
    fair_shares,
    fit_plan,
    has_text,
    row_texts,
    series_rows,
    token_ids,
)

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


@pytest.fixture
def words() -> Tokenizer:
    """Return a tokenizer that pads and cuts, as saved ones often do."""
    made = tokenizer(SPECIAL)
    made.enable_padding(length=32)
    made.enable_truncation(4)
    return made


def two_columns(first: list[str], second: list[str]) -> Examples:
    return Examples(rows=np.arange(len(first)), texts={"pros": first, "cons": second})


PLAN = TextPlan(("pros", "cons"), separator=" [SEP] ", max_len=12)


def test_short_columns_are_joined_whole_whatever_the_tokenizer_was_saved_with(
    words: Tokenizer,
) -> None:
    rows = two_columns(["great team", ""], ["late hours", "awful pay"])
    assert row_texts(PLAN, rows, words) == ["great team [SEP] late hours", " [SEP] awful pay"]


def test_a_long_column_leaves_room_for_the_one_behind_it(words: Tokenizer) -> None:
    rows = two_columns([" ".join(["good"] * 30)], ["awful pay"])
    (text,) = row_texts(PLAN, rows, words)
    assert text == "good good good good good good good [SEP] awful pay"
    (ids,) = token_ids([text], words, PLAN.max_len)
    assert len(ids) == 12
    assert words.decode(ids, skip_special_tokens=False).endswith("awful pay [SEP]")


def test_one_column_is_taken_as_it_is(words: Tokenizer) -> None:
    rows = two_columns(["great  team"], ["x"])
    assert row_texts(TextPlan(("pros",)), rows, words) == ["great  team"]


def test_a_column_that_is_missing_when_scoring_counts_as_empty(words: Tokenizer) -> None:
    rows = Examples(rows=np.arange(1), texts={"pros": ["great team"]})
    assert row_texts(PLAN, rows, words) == ["great team [SEP] "]


def test_blank_rows_have_no_text() -> None:
    rows = two_columns(["", "  ", "good"], ["", "\n", ""])
    assert has_text(PLAN, rows).tolist() == [0, 0, 1]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(0, 300))
def test_shares_fill_the_room_and_never_exceed_a_part(lengths: list[int], room: int) -> None:
    shares = fair_shares(lengths, room)
    assert all(0 <= share <= length for share, length in zip(shares, lengths, strict=True))
    assert sum(shares) == min(room, sum(lengths))
    cut = [s for s, length in zip(shares, lengths, strict=True) if s < length]
    assert not cut or max(shares) - min(cut) <= 1, "only the longest parts are cut, evenly"


def example_series(values: list[list[list[float]]]) -> Examples:
    series = np.array(values, dtype=np.float32)
    names = tuple(f"k{i}" for i in range(series.shape[2]))
    return Examples(rows=np.arange(len(series)), series=series, series_names=names)


def test_leading_unknown_steps_move_behind_the_end() -> None:
    nan = float("nan")
    examples = example_series([[[nan], [nan], [1.0], [3.0]], [[1.0], [nan], [3.0], [nan]]])
    plan = fit_plan(examples, None)
    found = series_rows(plan, examples)
    assert found is not None
    steps, length = found
    assert length.tolist() == [2, 4]
    assert steps[0, :, 0].tolist() == [-1.0, 1.0, 0.0, 0.0]
    assert steps[1, :, 0].tolist() == [-1.0, 0.0, 1.0, 0.0]
    assert steps[1, :, 1].tolist() == [0.0, 1.0, 0.0, 1.0], "gaps keep their place and are flagged"


def test_a_row_without_any_figure_has_length_zero() -> None:
    nan = float("nan")
    examples = example_series([[[nan], [nan]], [[1.0], [2.0]]])
    found = series_rows(fit_plan(examples, None), examples)
    assert found is not None
    assert found[1].tolist() == [0, 2]


def test_figures_that_are_never_missing_have_no_flags() -> None:
    examples = example_series([[[1.0, 2.0]], [[3.0, 4.0]]])
    plan = fit_plan(examples, None)
    assert plan.series is not None
    assert plan.series.width == 2
    assert InputPlan.from_json(plan.to_json()).series == plan.series
