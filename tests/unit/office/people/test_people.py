import pytest
from tests.office_case import viewer
from tests.people_case import make_book, put_in

from jixiao.core import Forbidden, Missing
from jixiao.office import Office
from jixiao.office.people.people import find_people, portrait


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def _keys(office: Office, login: str, **how: str) -> set[str]:
    found = find_people(office, viewer(office, login), **how)  # type: ignore[arg-type]
    return {line.person.key for line in found.lines}


def test_everybody_sees_as_far_as_the_role_reaches(office: Office) -> None:
    assert len(_keys(office, "analyst")) == 10
    assert _keys(office, "manager") == {"E2", "E3", "E4", "E5", "E6", "E7"}
    assert _keys(office, "employee") == {"E3"}
    with pytest.raises(Forbidden):
        _keys(office, "auditor")


def test_people_are_found_by_a_piece_of_name_or_id_and_by_unit(office: Office) -> None:
    assert _keys(office, "analyst", text="name of e1") == {"E1", "E10"}
    assert _keys(office, "analyst", unit="Lanting/Sales") == {"E8", "E9", "E10"}
    assert _keys(office, "employee", text="E4") == set(), "a search reaches no further"


def test_a_person_has_posts_and_ratings_over_time(office: Office) -> None:
    found = portrait(office, viewer(office, "manager"), "p-E4")
    assert [(when.label, one.level) for when, one in found.ratings] == [
        ("2025Q3", "4"),
        ("2025Q4", "5"),
    ]
    assert found.posts[0][1] == "Name of E2"


def test_somebody_out_of_sight_looks_like_nobody(office: Office) -> None:
    said = []
    for one in ("p-E9", "p-nobody"):
        with pytest.raises(Missing) as refused:
            portrait(office, viewer(office, "manager"), one)
        said.append(str(refused.value))
    assert said[0] == said[1]
