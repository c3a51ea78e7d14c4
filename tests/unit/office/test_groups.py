from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from jixiao.office.groups import WHOLE, distinct, finest, shown_groups, shown_to
from jixiao.office.insight import Insight
from jixiao.reports import SmallGroups

_POLICY = SmallGroups(5, 10)
_units = st.sampled_from(["", "A", "A/B", "A/B/C", "A/D", "E", "E/F", "E/G"])


def _people(*counts: tuple[str, int]) -> dict[str, str]:
    return {f"{unit}-{n}": unit for unit, count in counts for n in range(count)}


def test_a_unit_of_four_is_not_shown_and_neither_is_what_would_tell_of_it() -> None:
    shown = shown_groups(_people(("A", 4), ("B", 6), ("C", 20)), _POLICY)
    assert set(shown) == {WHOLE, "C"}


def test_nothing_below_a_hidden_unit_is_shown() -> None:
    shown = shown_groups(_people(("A", 3), ("B/X", 6), ("C", 20)), _POLICY)
    assert set(shown) == {WHOLE, "C"}


def test_fewer_than_five_in_all_show_nothing() -> None:
    assert shown_groups(_people(("A", 4)), _POLICY) == {}


def test_a_unit_that_is_all_in_one_below_it_is_named_once() -> None:
    shown = shown_groups(_people(("A/B", 6), ("C", 6)), _POLICY)
    assert distinct(shown) == [WHOLE, "A/B", "C"]


@given(st.lists(_units, max_size=60))
def test_no_difference_of_shown_units_tells_of_one_to_four_people(units: list[str]) -> None:
    people = {f"p{n}": unit for n, unit in enumerate(units)}
    shown = shown_groups(people, _POLICY)
    for unit, inside in shown.items():
        assert len(inside) >= 5
        below = [one for one in shown if one != WHOLE and one.rpartition("/")[0] == unit]
        rest = len(inside) - sum(len(shown[one]) for one in below)
        assert rest == 0 or rest >= 5, (unit, below)
    held = Counter(person for unit in finest(shown) for person in shown[unit])
    assert all(count == 1 for count in held.values())


@given(st.lists(st.tuples(_units, st.booleans()), max_size=60))
def test_nothing_is_left_over_about_few_people_beside_those_whom_a_viewer_knows(
    given_people: list[tuple[str, bool]],
) -> None:
    people = {f"p{n}": unit for n, (unit, _) in enumerate(given_people)}
    known = frozenset(f"p{n}" for n, (_, is_known) in enumerate(given_people) if is_known)
    base = shown_groups(people, _POLICY)
    shown = shown_to(base, people, _POLICY, Insight(known, known))
    left = {unit: inside - known for unit, inside in shown.items()}
    for unit, inside in left.items():
        assert unit in base or not inside, "more is shown only of those one knows"
        others = [left[one] for one in left if one != WHOLE and one.rpartition("/")[0] == unit]
        rest = inside - frozenset().union(*others)
        assert all(len(some) == 0 or len(some) >= 5 for some in (inside, rest))
