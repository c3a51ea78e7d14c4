"""Erasing a person on the pages: what goes is told, the id is typed, and then it is gone."""

import pytest
from tests.office_case import browser, viewer
from tests.paper_case import with_paper
from tests.people_case import make_book, put_in

from jixiao.app.web.rendering import words
from jixiao.contracts.office import RECORDS, Person
from jixiao.core import Forbidden
from jixiao.office import Office
from jixiao.office.safety import known as known_module
from jixiao.office.safety.erasure import what_goes
from jixiao.office.safety.holding import set_hold

PLACE = "/people/p-E3/erase"


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def test_a_person_is_erased_by_typing_the_id(office: Office) -> None:
    with_paper(office)
    client = browser(office, "administrator")
    assert PLACE in client.get("/people/p-E3").text
    shown = client.get(PLACE).text
    assert "with texts, approvals and files: 1" in shown
    assert "Posts in the organisation: 1" in shown
    wrong = client.post(PLACE, data={"typed": "E4"})
    assert (wrong.status_code, "JX-E797" in wrong.text) == (409, True)
    done = client.post(PLACE, data={"typed": " E3 "})
    assert done.status_code == 200
    assert "The person was erased" in done.text
    assert "Name of E3" not in done.text
    assert client.get("/people/p-E3").status_code in (200, 404)
    with office.reading() as read:
        person = read.get(Person, "p-E3")
    assert (person.erased, person.name) == (True, "")
    assert client.get(PLACE).status_code == 409


def test_nobody_but_administrators_erases(office: Office) -> None:
    for login in ("analyst", "manager", "employee", "auditor"):
        client = browser(office, login)
        assert client.get(PLACE).status_code == 403
        assert client.post(PLACE, data={"typed": "E3"}).status_code == 403
        with pytest.raises(Forbidden):
            what_goes(office, viewer(office, login), "p-E3")
    assert "/erase" not in browser(office, "analyst").get("/people/p-E3").text


def test_nobody_is_erased_on_the_page_under_a_legal_hold(office: Office) -> None:
    set_hold(office, viewer(office, "administrator"), is_on=True, reason="case")
    client = browser(office, "administrator")
    assert "A legal hold is on" in client.get(PLACE).text
    refused = client.post(PLACE, data={"typed": "E3"})
    assert (refused.status_code, "JX-E795" in refused.text) == (409, True)


def test_what_is_told_is_what_is_removed(office: Office) -> None:
    from jixiao.office import erase_person

    with_paper(office)
    boss = viewer(office, "administrator")
    with office.reading() as read:
        before = {kind: read.count(kind) for kind in RECORDS.values()}
    told = what_goes(office, boss, "p-E3")
    erase_person(office, boss, "p-E3")
    with office.reading() as read:
        gone = {k.__name__: n - read.count(k) for k, n in before.items() if n > read.count(k)}
    texts = {"PaperText", "Approval", "Viewing", "Seed"}
    assert gone.pop("Paper") == told.papers
    assert {k: n for k, n in gone.items() if k not in texts} == dict(told.records)


def test_every_kind_that_can_go_has_words_in_both_languages() -> None:
    kinds = {*known_module._OF_PERSON, *known_module._OF_ACCOUNT}
    names = {one.__name__ for one in kinds} | {"Contest", "Remark", "Replay", "Delivery", "Job"}
    assert all(set(words()[f"erasing.of_{name}"]) == {"en", "zh"} for name in names)
