from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import TREE

from jixiao.contracts.office import Post
from jixiao.office.cycles.proposing import Ask, Pair, proposed
from jixiao.office.tree import Tree

_START, _END = date(2025, 10, 1), date(2026, 1, 1)


def _post(key: str, manager: str | None, unit: str, **days: date) -> Post:
    given = {"start": date(2020, 1, 1), **days}
    return Post(id=f"{key}{manager}", person=key, unit=unit, manager=manager, **given)


def _ask(posts: list[Post], *, gone: frozenset[str] = frozenset(), peers: int = 3) -> Ask:
    there = frozenset(post.person for post in posts) - gone
    tree = Tree(tuple(posts), _END)
    return Ask(tree, _START, _END, there, "seed", peers, least=5)


_POSTS = [_post(key, manager, unit) for key, (manager, unit) in TREE.items()]


def test_each_part_asks_whom_it_should() -> None:
    pairs = proposed(_ask(_POSTS), ["self", "manager", "upward"])
    assert len([pair for pair in pairs if pair.kind == "self"]) == 10
    assert Pair("manager", "E2", "E3") in pairs
    about = {pair.subject for pair in pairs if pair.kind == "upward"}
    assert about == {"E2"}, "E8 and E1 have too few reports for anything to be shown"


def test_the_manager_of_most_days_reviews() -> None:
    moved = [
        _post("E3", "E2", "A", end=date(2025, 10, 20)),
        _post("E3", "E8", "B", start=date(2025, 10, 20)),
        _post("E2", None, "A"),
        _post("E8", None, "B"),
    ]
    assert proposed(_ask(moved), ["manager"]) == [Pair("manager", "E8", "E3")]


def test_whoever_has_left_neither_asks_nor_is_asked() -> None:
    pairs = proposed(_ask(_POSTS, gone=frozenset({"E2"})), ["self", "manager", "peer", "upward"])
    assert not any("E2" in (pair.reviewer, pair.subject) for pair in pairs)


@given(st.integers(2, 30), st.integers(1, 8))
def test_colleagues_are_asked_equally_often_and_never_about_themselves(
    people: int, peers: int
) -> None:
    posts = [_post(f"p{n}", None, "A") for n in range(people)]
    pairs = proposed(_ask(posts, peers=peers), ["peer"])
    wanted = min(peers, people - 1)
    for n in range(people):
        assert sum(pair.subject == f"p{n}" for pair in pairs) == wanted
        assert sum(pair.reviewer == f"p{n}" for pair in pairs) == wanted
    assert all(pair.reviewer != pair.subject for pair in pairs)
