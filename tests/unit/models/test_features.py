from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Examples
from jixiao.models.features import SUMMARIES, TableEncoder, summarise


def table(n_rows: int = 40, seed: int = 0) -> Examples:
    generator = np.random.default_rng(seed)
    numbers = generator.normal([5.0, 0.0], [2.0, 1.0], size=(n_rows, 2))
    numbers[::5, 1] = np.nan
    sites = ["north", "south", "north", None]
    series = generator.normal(size=(n_rows, 6, 1)).astype(np.float32)
    series[::3, -1] = np.nan
    return Examples(
        rows=np.arange(n_rows),
        numbers=numbers,
        number_names=("sales", "calls"),
        categories={"site": [sites[i % 4] for i in range(n_rows - 1)] + ["west"]},
        series=series,
        series_names=("visits",),
    )


def column(
    encoder: TableEncoder, examples: Examples, name: str, *, fill: bool = True
) -> np.ndarray:
    return encoder.transform(examples, fill=fill)[:, encoder.names.index(name)]


def test_numbers_are_standardised_and_missing_ones_flagged() -> None:
    examples = table()
    encoder = TableEncoder().fit(examples)
    sales = column(encoder, examples, "sales")
    assert (sales.mean(), sales.std()) == pytest.approx((0, 1), abs=1e-5)
    assert column(encoder, examples, "calls is missing")[:6].tolist() == [1, 0, 0, 0, 0, 1]
    assert column(encoder, examples, "calls")[0] == 0
    assert "sales is missing" not in encoder.names


def test_trees_get_numbers_as_they_are() -> None:
    examples = table()
    encoder = TableEncoder().fit(examples)
    raw = column(encoder, examples, "calls", fill=False)
    assert np.isnan(raw[0])
    assert raw[1] == pytest.approx(examples.numbers[1, 1])


def test_rare_and_unseen_values_share_a_bucket_and_frequency_is_trains() -> None:
    examples = table()
    encoder = TableEncoder().fit(examples)
    new = Examples(rows=np.arange(3), categories={"site": ["north", "moon", None]})
    assert column(encoder, new, "site = north").tolist() == [1, 0, 0]
    assert column(encoder, new, "site is rare").tolist() == [0, 1, 0]
    assert column(encoder, new, "site is missing").tolist() == [0, 0, 1]
    share = examples.categories["site"].count("north") / 40
    assert column(encoder, new, "site frequency").tolist() == pytest.approx([share, 0, 0])
    assert column(encoder, examples, "site is rare")[-1] == 1


def test_nothing_is_learnt_from_the_rows_transformed() -> None:
    encoder = TableEncoder().fit(table())
    row = table(seed=9).take([3])
    crowd = table(seed=9)
    assert np.array_equal(encoder.transform(row)[0], encoder.transform(crowd)[3])


def test_constant_columns_are_left_out() -> None:
    numbers = np.column_stack([np.ones(10), np.arange(10.0)])
    fitted = TableEncoder().fit(
        Examples(rows=np.arange(10), numbers=numbers, number_names=("same", "rising"))
    )
    assert fitted.names == ["rising"]


def test_columns_in_another_order_or_absent_mean_the_same() -> None:
    examples = table()
    encoder = TableEncoder().fit(examples)
    turned = Examples(
        rows=examples.rows, numbers=examples.numbers[:, ::-1], number_names=("calls", "sales")
    )
    assert np.array_equal(column(encoder, turned, "sales"), column(encoder, examples, "sales"))
    empty = encoder.transform(Examples(rows=np.arange(2)))
    assert empty.shape == (2, len(encoder.names))
    assert np.isfinite(empty).all()


def test_json_keeps_the_encoder_exactly() -> None:
    examples = table()
    encoder = TableEncoder().fit(examples)
    loaded = TableEncoder.from_json(json.loads(json.dumps(encoder.to_json())))
    assert loaded.names == encoder.names
    for fill in (True, False):
        before, after = (one.transform(examples, fill=fill) for one in (encoder, loaded))
        assert np.array_equal(before, after, equal_nan=True)


def test_summaries_of_a_series_by_hand() -> None:
    series = np.array([1.0, np.nan, 3.0, 5.0, np.nan])[None, :, None]
    found = dict(zip(SUMMARIES, summarise(series)[0, 0], strict=True))
    steps, values = np.array([0, 2, 3]), np.array([1.0, 3.0, 5.0])
    assert found["last"] == 5
    assert found["change"] == 2
    assert found["mean"] == 3
    assert found["slope"] == pytest.approx(np.polyfit(steps, values, 1)[0])
    assert found["volatility"] == pytest.approx(values.std())
    assert found["missing"] == pytest.approx(2 / 5)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=8))
def test_summaries_never_fail_and_ignore_what_is_missing(values: list[float]) -> None:
    found = dict(zip(SUMMARIES, summarise(np.array(values)[None, :, None])[0, 0], strict=True))
    known = [value for value in values if value == value]
    assert (found["last"] == known[-1]) if known else np.isnan(found["last"])
    assert np.isnan(found["change"]) == (len(known) < 2)


def test_infinite_numbers_count_as_missing() -> None:
    numbers = np.array([[1.0], [np.inf], [3.0], [2.0]])
    encoder = TableEncoder().fit(Examples(rows=np.arange(4), numbers=numbers, number_names=("n",)))
    assert encoder.names == ["n", "n is missing"]
