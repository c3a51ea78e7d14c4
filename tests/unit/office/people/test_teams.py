import pytest
from tests.office_case import viewer
from tests.people_case import make_book, put_in

from jixiao.core import Forbidden, Missing, ReportError
from jixiao.office import Office
from jixiao.office.groups import WHOLE
from jixiao.office.people.nine_box import nine_box
from jixiao.office.people.teams import by_figure, by_period, distribution, scene


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def test_an_analyst_sees_every_unit_that_may_be_shown(office: Office) -> None:
    at = scene(office, viewer(office, "analyst"))
    assert at is not None
    assert at.units == (WHOLE,), "nine people, five in Lenses: the rest would be four"


def test_a_unit_of_few_people_is_refused_with_the_reason(office: Office) -> None:
    with pytest.raises(ReportError, match="at least 5 respondents"):
        scene(office, viewer(office, "analyst"), unit="Lanting/Sales")


def test_a_unit_that_is_not_there_looks_like_one_that_may_not_be_seen(office: Office) -> None:
    for login, unit in (("analyst", "Lanting/Moon"), ("manager", "Lanting/Sales")):
        with pytest.raises(Missing):
            scene(office, viewer(office, login), unit=unit)


def test_an_employee_sees_no_groups(office: Office) -> None:
    with pytest.raises(Forbidden):
        scene(office, viewer(office, "employee"))


def test_a_manager_sees_no_figure_of_everybody(office: Office) -> None:
    at = scene(office, viewer(office, "manager"))
    assert at is not None
    assert WHOLE not in at.units
    assert by_figure(at).rows == ()
    spread = distribution(at)
    assert spread is None or spread.rows == ()


def test_means_stand_by_period_with_the_number_of_people(office: Office) -> None:
    who = viewer(office, "auditor")
    at = scene(office, who)
    assert at is not None
    heat = by_period(office, who, at)
    assert heat.columns == ("2025Q3", "2025Q4")
    ((unit, (before, now)),) = heat.rows
    assert unit == WHOLE
    assert before is not None
    assert now is not None
    assert (now.people, round(now.mean, 2)) == (9, round(27 / 9, 2))


def test_bands_of_a_distribution_hold_nobody_or_enough(office: Office) -> None:
    at = scene(office, viewer(office, "analyst"))
    assert at is not None
    spread = distribution(at)
    assert spread is not None
    assert all(count == 0 or count >= 5 for _, counts in spread.rows for count in counts)


def test_boxes_name_people_to_whoever_sees_them_one_by_one(office: Office) -> None:
    at = scene(office, viewer(office, "manager"))
    assert at is not None
    boxes = nine_box(at)
    assert boxes is not None
    named = {person.key for row in boxes.rows for box in row for person in box.people}
    assert named == {"E3", "E4", "E5", "E6", "E7"}, "the own line, not oneself, not others"


def test_whoever_sees_groups_only_is_shown_no_boxes(office: Office) -> None:
    at = scene(office, viewer(office, "auditor"))
    assert at is not None
    assert nine_box(at) is None
