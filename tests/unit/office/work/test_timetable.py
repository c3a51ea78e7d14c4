"""The next moment of a schedule comes after now, at its hour, on its day, and none is left out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jixiao.office.work.timetable import next_due

START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 6 * 366 * 86_400).map(lambda past_s: START + timedelta(seconds=past_s))
HOURS = st.integers(0, 23)


@given(MOMENTS, HOURS)
def test_a_daily_moment_is_within_the_next_day_at_its_hour(after: datetime, hour: int) -> None:
    found = next_due("daily", hour, 1, after)
    assert found is not None
    assert timedelta() < found - after <= timedelta(days=1)
    assert (found.hour, found.minute, found.second) == (hour, 0, 0)


@given(MOMENTS, HOURS, st.integers(1, 7))
def test_a_weekly_moment_is_within_the_next_week_on_its_day(
    after: datetime, hour: int, day: int
) -> None:
    found = next_due("weekly", hour, day, after)
    assert found is not None
    assert timedelta() < found - after <= timedelta(days=7)
    assert found.isoweekday() == day


@given(MOMENTS, HOURS, st.integers(1, 28))
def test_a_monthly_moment_leaves_no_month_out(after: datetime, hour: int, day: int) -> None:
    first = next_due("monthly", hour, day, after)
    assert first is not None
    second = next_due("monthly", hour, day, first)
    assert second is not None
    assert first.day == second.day == day
    months = (second.year - first.year) * 12 + second.month - first.month
    assert months == 1
    assert first - after <= timedelta(days=31)


def test_new_data_have_no_moment() -> None:
    assert next_due("new data", 6, 1, datetime(2026, 1, 1, tzinfo=UTC)) is None
