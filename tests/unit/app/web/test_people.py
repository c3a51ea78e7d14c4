import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient
from tests.office_case import PASSWORD, browser
from tests.people_case import make_book, put_in

from jixiao.contracts.office import Account, Form, Person
from jixiao.office import Office

ROSTER = "工号,姓名,上级工号,组织\nN1,甲,E1,Lanting\nN2,乙,N1,Lanting/新部\n"
BROKEN = "工号,姓名,上级工号,组织\nN1,甲,N2,A\nN2,乙,N1,A\nN3,,zz,A\n"


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def _in_chinese(client: TestClient) -> None:
    client.post("/account/language", data={"language": "zh"})


@pytest.mark.parametrize("login", ["analyst", "manager"])
@pytest.mark.parametrize("address", ["/people", "/people/p-E3", "/teams", "/calibration"])
def test_pages_answer_in_both_languages(office: Office, login: str, address: str) -> None:
    client = browser(office, login)
    english = client.get(address)
    _in_chinese(client)
    chinese = client.get(address)
    assert (english.status_code, chinese.status_code) == (200, 200)
    assert english.text != chinese.text
    for text in (english.text, chinese.text):
        assert "style=" not in text, "styles within a page are refused by its policy"


def test_an_employee_finds_nobody_else(office: Office) -> None:
    client = browser(office, "employee")
    assert "Name of E3" in client.get("/people").text
    assert "Name of E4" not in client.get("/people?q=E4").text
    assert client.get("/people/p-E4").status_code == 404


def test_a_unit_of_few_people_is_refused_by_its_address_too(office: Office) -> None:
    answer = browser(office, "auditor").get("/teams?unit=Lanting/Sales")
    assert answer.status_code == 422
    assert "at least 5 respondents" in answer.text


def test_an_auditor_sees_groups_without_names(office: Office) -> None:
    client = browser(office, "auditor")
    shown = client.get("/teams").text
    assert "Everybody" in shown
    assert "Name of" not in shown
    assert client.get("/people").status_code == 403


def test_a_roster_is_taken_in_from_a_file(office: Office) -> None:
    client = browser(office, "administrator")
    sent = {"file": ("x.csv", ROSTER.encode("gb18030"), "text/csv")}
    answer = client.post("/roster", files=sent, data={"day": "2025-11-01"})
    assert "2 people taken in: 2 new" in answer.text
    assert "乙" in client.get("/people?q=N2").text


def test_everything_wrong_with_a_roster_is_shown_and_nothing_kept(office: Office) -> None:
    client = browser(office, "administrator")
    _in_chinese(client)
    answer = client.post("/roster", files={"file": ("x.csv", BROKEN.encode(), "text/csv")})
    assert answer.status_code == 422
    for said in ("循环", "上级不在花名册中", "为空"):
        assert said in answer.text
    with office.reading() as read:
        assert read.first(Person, key="N1") is None


def test_an_account_is_added_with_a_link_given_roles_and_closed(office: Office) -> None:
    client = browser(office, "administrator")
    answer = client.post(
        "/accounts", data={"login": "new.one", "roles": ["employee"], "again": PASSWORD}
    )
    token = re.search(r"/recover/([\w-]+)", answer.text)
    assert token is not None
    assert browser(office).get(token.group(0)).status_code == 200
    with office.reading() as read:
        made = read.first(Account, login="new.one")
    assert made is not None
    place = f"/accounts/{made.id}"
    given = {"version": "1", "roles": ["manager", "employee"], "again": PASSWORD}
    assert client.post(place, data=given).status_code == 303
    assert client.post(place, data=given).status_code == 409, "somebody else's change is not lost"
    assert client.post(place, data={"version": "2", "disabled": "true"}).status_code == 303
    with office.reading() as read:
        closed = read.get(Account, made.id)
    assert (closed.roles, closed.disabled) == (("manager", "employee"), True)


def test_an_account_keeps_at_least_one_role(office: Office) -> None:
    client = browser(office, "administrator")
    assert (
        client.post("/accounts/a-employee", data={"version": "1", "again": PASSWORD}).status_code
        == 409
    )


def test_everybody_without_an_account_gets_one(office: Office) -> None:
    client = browser(office, "administrator")
    text = client.post("/accounts/invite", data={"again": PASSWORD}).text
    assert len(re.findall(r"/recover/[\w-]+", text)) == 5, "E5, E6, E7, E9 and E10"
    with office.reading() as read:
        made = read.find(Account, login=("e5", "e10"))
    assert {one.roles for one in made} == {("employee",)}


def test_a_cycle_is_run_by_the_pages(office: Office) -> None:
    client = browser(office, "analyst")
    data = {"name": "Year end", "period": "2025Q4", "due_self": "2026-01-20"}
    place = client.post("/cycles", data=data).headers["location"]
    assert client.post(f"{place}/open", data={"version": "1"}).status_code == 409, "nobody asked"
    client.post(f"{place}/propose", data={"version": "1"})
    assert client.post(f"{place}/open", data={"version": "2"}).status_code == 303
    me = browser(office, "employee")
    assert "Self-assessment" in me.get("/").text
    with office.reading() as read:
        form = read.first(Form, reviewer="p-E3")
    assert form is not None
    sent = {"version": "1", "q-results": "<b>mine</b>", "q-goals": "5", "do": "send"}
    assert me.post(f"/forms/{form.id}", data=sent).status_code == 303
    assert "&lt;b&gt;mine&lt;/b&gt;" in me.get(f"/forms/{form.id}").text
    assert "1 of 10" in client.get(place).text
    assert "9 forms were reminded" in client.post(f"{place}/remind").text
    assert client.post(f"{place}/close", data={"version": "3"}).status_code == 303


def test_answers_that_do_not_fit_stay_on_the_page(office: Office) -> None:
    client = browser(office, "analyst")
    data = {"name": "Year end", "period": "2025Q4", "due_self": "2026-01-20"}
    place = client.post("/cycles", data=data).headers["location"]
    client.post(f"{place}/propose", data={"version": "1"})
    client.post(f"{place}/open", data={"version": "2"})
    with office.reading() as read:
        form = read.first(Form, reviewer="p-E3")
    assert form is not None
    me = browser(office, "employee")
    half = {"version": "1", "q-results": "half a thought", "do": "send"}
    answer = me.post(f"/forms/{form.id}", data=half)
    assert answer.status_code == 422
    assert "half a thought" in answer.text


def test_a_manager_lets_somebody_stand_in(office: Office) -> None:
    client = browser(office, "manager")
    today = datetime.now(UTC).date()
    data = {"taker": "E8", "start": str(today), "end": str(today + timedelta(days=3))}
    assert client.post("/delegations", data=data).status_code == 303
    assert "Name of E8" in client.get("/delegations").text
    assert browser(office, "other-manager").get("/people/p-E3").status_code == 200
    assert client.post("/delegations", data={**data, "taker": "E3"}).status_code == 422


def test_the_workbook_of_a_meeting_goes_out_and_comes_back_unchanged(office: Office) -> None:
    client = browser(office, "analyst")
    sheet = client.get("/calibration/export?period=2025Q4")
    assert sheet.headers["content-type"].endswith("sheet")
    sent = {"file": ("c.xlsx", sheet.content, sheet.headers["content-type"])}
    answer = client.post("/calibration/compare", files=sent, data={"period": "2025Q4"})
    assert "changes nothing" in answer.text
    junk = {"file": ("c.xlsx", b"PK\x03\x04 broken", "application/zip")}
    assert (
        client.post("/calibration/compare", files=junk, data={"period": "2025Q4"}).status_code
        == 422
    )
