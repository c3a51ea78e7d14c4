from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.unit.reports.conftest import contract

from jixiao.contracts import Span
from jixiao.core import Period
from jixiao.reports.formats import number_text, period_text
from jixiao.reports.spans import periods_of


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (3.0, None, "3", "3"),
        (3.14159, None, "3.14", "3.14"),
        (12345.0, None, "12,345", "12,345"),
        (12345.0, "CNY", "12,345元", "¥12,345"),
        (12300.0, "CNY", "1.23万元", "¥12,300"),
        (234567.0, None, "234,567", "234,567"),
        (234500.0, None, "23.45万", "234,500"),
        (1.5e8, "CNY", "1.5亿元", "¥150,000,000"),
        (66.6667, "%", "66.7%", "66.7%"),
        (100.0, "%", "100%", "100%"),
        (1.0, "pp", "1个百分点", "1 percentage point"),
        (2.5, "h", "2.5小时", "2.5 hours"),
        (1.0, "h", "1小时", "1 hour"),
        (-4.0, "CNY", "−4元", "−¥4"),
        (0.0004, None, "0.0004", "0.0004"),
        (7.0, "widgets", "7 widgets", "7 widgets"),
        (0.0, None, "0", "0"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value, unit, zh, en):
    assert number_text(value, unit, "zh") == zh
    assert number_text(value, unit, "en") == en


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2025-04-01", "2025-07-01", "2025年第二季度", "Q2 2025"),
        ("2025-01-01", "2025-07-01", "2025年上半年", "the first half of 2025"),
        ("2025-01-01", "2026-01-01", "2025年", "2025"),
        ("2025-03-01", "2025-04-01", "2025年3月", "March 2025"),
        ("2025-03-05", "2025-03-06", "2025年3月5日", "5 March 2025"),
        (
            "2025-03-05",
            "2025-03-20",
            "2025年3月5日至2025年3月19日",
            "5 March 2025 to 19 March 2025",
        ),
    ],
)
def test_periods_are_written_as_each_language_writes_them(start, end, zh, en):
    span = Span(start=start, end=end)
    assert period_text(span, "zh") == zh
    assert period_text(span, "en") == en


def labels(values):
    frame = pl.DataFrame({"period": values})
    return [p.label if isinstance(p, Period) else None for p in periods_of(frame, contract())]


def test_period_columns_may_hold_words_or_days():
    assert labels(["2025Q1", "2025年上半年", None, "soon"]) == ["2025Q1", "2025H1", None, None]
    assert labels([date(2025, 1, 1), date(2025, 4, 1)]) == ["2025Q1", "2025Q2"]
    assert labels([date(2025, 1, 1), date(2025, 7, 1)]) == ["2025H1", "2025H2"]
    assert labels([date(2024, 1, 1), date(2025, 1, 1)]) == ["2024", "2025"]
    assert labels([date(2025, 2, 1), date(2025, 3, 1)]) == ["2025-02", "2025-03"]
    assert labels([date(2025, 2, 14), date(2025, 3, 1)]) == ["2025Q1", "2025Q1"]
