from __future__ import annotations

import csv
import io
import re

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jixiao.data import guarded, unguarded

SIGNS = "=+-@\t\r"
CELLS = st.lists(st.none() | st.text("'=+-@\t\r＝1.%aé\n\"", max_size=6), max_size=8)


@given(CELLS)
@example(["'=x", "''-", "'", "-5", "'-5", "=", "+1,5%"])
def test_guarding_and_unguarding_gives_every_text_back(cells):
    frame = pl.DataFrame({"a": pl.Series(cells, dtype=pl.String), "=b": range(len(cells))})
    safe = guarded(frame)
    assert unguarded(safe).equals(frame)
    for cell in safe["a"].drop_nulls().to_list():
        runs_nothing = re.fullmatch(r"[-+]?\d[\d.,]*%?|[=+\-@＝]+", cell)
        assert cell[:1] not in tuple(SIGNS + "＝") or runs_nothing


@pytest.mark.parametrize(
    "payload",
    [
        "=cmd|' /C calc'!A0",
        "+1+cmd|x",
        "-2+3+cmd|x",
        "@SUM(1)",
        "\t=1+1",
        "\r=1",
        '=HYPERLINK("x")',
        "＝1+1",
        "-1e5+A1",
    ],
)
def test_no_payload_is_left_for_a_spreadsheet_to_run(payload):
    text = guarded(pl.DataFrame({payload: [payload]})).write_csv()
    (header, row) = list(csv.reader(io.StringIO(text, newline="")))
    assert header == row == [f"'{payload}"]


@pytest.mark.parametrize("figure", ["-5", "+3.2%", "-1,234.50", "-", "--", "+8613800000000"])
def test_figures_and_bare_signs_stay_as_they_are(figure):
    assert guarded(pl.DataFrame({"a": [figure]}))["a"].to_list() == [figure]


def test_numbers_stay_numbers():
    frame = pl.DataFrame({"a": [-1.5, None], "b": [1, -2]})
    assert guarded(frame).equals(frame)
    assert guarded(frame).schema == frame.schema
