import pytest
from tests.office_case import viewer
from tests.people_case import make_book, put_in

from jixiao.core import Forbidden, Missing, ReportError
from jixiao.office import Office
from jixiao.office.groups import WHOLE
from jixiao.office.people.distribution import distribution
from jixiao.office.people.nine_box import nine_box
from jixiao.office.people.teams import by_figure, by_period, scene


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def test_an_auditor_sees_every_unit_that_may_be_shown(office: Office) -> None:
    at = scene(office, viewer(office, "auditor"))
    assert at is not None
    assert at.units == (WHOLE,), "nine people, five in Lenses: the rest would be four"


def test_a_unit_of_few_people_is_refused_with_the_reason(office: Office) -> None:
    with pytest.raises(ReportError, match="at least 5 respondents"):
        scene(office, viewer(office, "auditor"), unit="Lanting/Sales")


def test_whoever_sees_people_one_by_one_sees_their_groups_of_any_size(office: Office) -> None:
    at = scene(office, viewer(office, "analyst"))
    assert at is not None
    lenses, sales = "Lanting/Optics/Lenses", "Lanting/Sales"
    assert at.units == (WHOLE, "Lanting/Optics", lenses, sales)
    spread = distribution(at)
    assert spread is not None
    assert spread.bands == tuple((level, level) for level in at.book.levels)
    assert dict(spread.rows) == {
        WHOLE: (1, 2, 3, 2, 1),
        lenses: (0, 1, 2, 1, 1),
        sales: (1, 1, 1, 0, 0),
    }


def test_a_manager_sees_how_the_own_line_spreads_by_every_level(office: Office) -> None:
    at = scene(office, viewer(office, "manager"))
    assert at is not None
    spread = distribution(at)
    assert spread is not None
    assert spread.rows == (("Lanting/Optics/Lenses", (0, 1, 2, 1, 1)),)
    assert [(unit, cells[0] and cells[0].people) for unit, cells in by_figure(at).rows] == [
        ("Lanting/Optics", 6),
        ("Lanting/Optics/Lenses", 5),
    ]


def test_a_unit_that_is_not_there_looks_like_one_that_may_not_be_seen(office: Office) -> None:
    for login, unit in (("analyst", "Lanting/Moon"), ("manager", "Lanting/Sales")):
        with pytest.raises(Missing):
            scene(office, viewer(office, login), unit=unit)


def test_an_employee_sees_no_groups(office: Office) -> None:
    with pytest.raises(Forbidden):
        scene(office, viewer(office, "employee"))


def test_a_manager_sees_no_figure_of_everybody(office: Office) -> None:
    who = viewer(office, "manager")
    at = scene(office, who)
    assert at is not None
    assert WHOLE not in at.units
    spread = distribution(at)
    told = [*by_figure(at).rows, *by_period(office, who, at).rows, *(spread.rows if spread else ())]
    assert {unit.startswith("Lanting/Optics") for unit, _ in told} == {True}


def test_no_shade_tells_how_far_few_others_lie_from_the_own_line(office: Office) -> None:
    shades = {}
    for login in ("manager", "analyst"):
        at = scene(office, viewer(office, login))
        assert at is not None
        cells = dict(by_figure(at).rows)["Lanting/Optics/Lenses"]
        shades[login] = [cell and cell.shade for cell in cells]
    assert shades["manager"] == [0, 0], "three of nine are not known: a middle would tell of them"
    assert shades["analyst"] != [0, 0]


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
    at = scene(office, viewer(office, "auditor"))
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
