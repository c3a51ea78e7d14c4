from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jixiao.office.people.roster_history import Stand, Told, stands_after

_DAY = date(2025, 2, 10)
_days = st.integers(0, 900).map(lambda n: date(2023, 1, 1) + timedelta(days=n))
_told = st.builds(
    Told,
    since=st.none() | _days,
    until=st.none(),
    unit=st.sampled_from(["A", "A/B", "C"]),
    manager=st.none() | st.sampled_from(["p1", "p2"]),
    knows_manager=st.just(True),
    title=st.sampled_from(["", "Lead"]),
)


def _now(unit: str, manager: str | None = "p1", title: str = "") -> Told:
    return Told(None, None, unit, manager, True, title)


def _after(
    old: list[Stand], *told: Told, left: date | None = None, day: date = _DAY
) -> list[Stand]:
    return stands_after(old, told, day=day, first=date(2020, 1, 1), left=left)


def test_a_move_closes_one_post_and_opens_the_next_on_the_day() -> None:
    before = _after([], _now("A"))
    assert _after(before, _now("B")) == [
        Stand(date(2020, 1, 1), "A", "p1", "", _DAY),
        Stand(_DAY, "B", "p1", ""),
    ]


def test_the_same_roster_again_changes_nothing() -> None:
    before = _after([], _now("A"))
    assert _after(before, _now("A"), day=_DAY + timedelta(days=400)) == before


def test_whoever_leaves_keeps_the_posts_there_were() -> None:
    before = _after([], _now("A"))
    gone = date(2025, 3, 1)
    assert _after(before, _now("A"), left=gone) == [Stand(date(2020, 1, 1), "A", "p1", "", gone)]


def test_whoever_comes_back_has_a_gap_between_two_posts() -> None:
    away = [Stand(date(2020, 1, 1), "A", "p1", "", date(2024, 5, 1))]
    assert _after(away, _now("A")) == [*away, Stand(_DAY, "A", "p1", "")]


def test_a_second_change_on_the_same_day_corrects_the_first() -> None:
    moved = _after(_after([], _now("A")), _now("B"))
    assert [stand.unit for stand in _after(moved, _now("C"))] == ["A", "C"]


def test_rows_with_days_make_the_whole_history_and_do_so_again() -> None:
    rows = [
        Told(date(2024, 7, 1), None, "B", "p2", True, ""),
        Told(date(2022, 1, 1), None, "A", "p1", True, ""),
    ]
    made = _after([], *rows)
    assert [(stand.start, stand.end) for stand in made] == [
        (date(2022, 1, 1), date(2024, 7, 1)),
        (date(2024, 7, 1), None),
    ]
    assert _after(made, *rows) == made


@given(st.lists(st.lists(_told, min_size=1, max_size=3), max_size=5), st.none() | _days)
def test_no_two_posts_of_a_person_overlap_whatever_comes(
    imports: list[list[Told]], left: date | None
) -> None:
    stands: list[Stand] = []
    for at, told in enumerate(imports):
        day = date(2023, 6, 1) + timedelta(days=100 * at)
        gone = left if at == len(imports) - 1 else None
        stands = stands_after(stands, told, day=day, first=date(2020, 1, 1), left=gone)
        ends = [stand.end or date.max for stand in stands]
        starts = [stand.start for stand in stands]
        assert all(start < end for start, end in zip(starts, ends, strict=True))
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
