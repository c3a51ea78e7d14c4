"""Whom an action reaches, by role, line, delegation and HR partner's units."""

from datetime import date

import pytest
from tests.office_case import viewer
from tests.people_case import make_book, put_in

from jixiao.contracts.office import Account, Entry, Partner, Post
from jixiao.core import Forbidden
from jixiao.office import ACTIONS, Office, Reach, Sight, sight
from jixiao.office.access import PARTNERED, reach
from jixiao.office.people.teams import scene

START, END = date(2025, 10, 1), date(2026, 1, 1)


def seen(office: Office, login: str, action: str) -> Sight:
    with office.reading() as read:
        return sight(read, viewer(office, login), action, start=START, end=END)


def look_after(office: Office, login: str, unit: str, *, comments: bool = False) -> None:
    with office.store.changing(Entry("test", "partner", "partner")) as change:
        change.add(Partner(id=f"h-{unit}", account=f"a-{login}", unit=unit, comments=comments))


def with_roles(office: Office, login: str, *roles: str) -> None:
    with office.store.changing(Entry("test", "roles", "account")) as change:
        change.replace(change.get(Account, f"a-{login}"), roles=roles)


def test_an_auditor_sees_the_figures_of_every_unit_and_nobody_in_it(office: Office) -> None:
    found = seen(office, "auditor", "group.read")
    assert found.sees_unit("Lanting/Sales")
    assert found.sees_unit("Lanting")
    assert not found.people
    assert not found.sees("p-E3")
    assert not found.sees(None)


def test_who_is_auditor_and_manager_keeps_the_groups_of_the_one_and_the_line_of_the_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, make_book())
    with_roles(office, "manager", "manager", "auditor")
    found = seen(office, "manager", "group.read")
    assert found.sees_unit("Lanting/Sales")
    assert found.line == {f"p-E{n}" for n in range(3, 8)}
    at = scene(office, viewer(office, "manager"))
    assert at is not None
    assert "" not in at.units, "three of nine would be left beside those one knows"


def test_a_manager_sees_the_figures_of_no_other_unit(office: Office) -> None:
    found = seen(office, "manager", "group.read")
    assert found.sees_unit("Lanting/Optics/Lenses")
    assert not found.sees_unit("Lanting/Sales")
    assert not found.sees_unit("Lanting")


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_hr_partner_reads_about_the_people_looked_after_and_does_nothing_else(
    office: Office, action: str
) -> None:
    look_after(office, "colleague", "Lanting/Sales")
    if not reach(viewer(office, "colleague"), action):
        with pytest.raises(Forbidden):
            seen(office, "colleague", action)
        return
    found = seen(office, "colleague", action)
    assert found.sees("p-E9") is (action in PARTNERED)
    assert found.comments == ({"p-E4"} if "p-E4" in found.people else set())


def test_reading_is_all_a_partner_who_manages_may_do_outside_the_own_line(office: Office) -> None:
    look_after(office, "manager", "Lanting/Sales", comments=True)
    for action, roles in ACTIONS.items():
        if roles.get("manager") is Reach.LINE:
            found = seen(office, "manager", action)
            assert found.sees("p-E9") is (action in PARTNERED), action
            assert found.sees("p-E3"), action


def test_the_comments_of_a_unit_are_a_right_of_their_own(office: Office) -> None:
    look_after(office, "colleague", "Lanting/Sales")
    look_after(office, "colleague", "Lanting/Optics", comments=True)
    found = seen(office, "colleague", "comment.read")
    assert "p-E9" in found.people - found.comments
    assert "p-E5" in found.comments


def test_a_person_who_moved_out_of_a_partners_unit_does_not_open_the_other_units_figures(
    office: Office,
) -> None:
    with office.store.changing(Entry("test", "move", "post")) as change:
        old = change.get(Post, "post-E9")
        change.replace(old, end=date(2025, 11, 1))
        change.add(
            Post(
                id="post-E9b",
                person="p-E9",
                unit="Lanting/Optics/Lenses",
                manager="p-E2",
                start=date(2025, 11, 1),
            )
        )
    with_roles(office, "colleague", "manager")
    look_after(office, "colleague", "Lanting/Sales")
    found = seen(office, "colleague", "group.read")
    assert found.sees("p-E9")
    assert found.sees_unit("Lanting/Sales")
    assert not found.sees_unit("Lanting/Optics/Lenses")
