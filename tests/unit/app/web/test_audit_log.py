import csv
import io

import pytest
from tests.office_case import browser, viewer

from jixiao.contracts.office import Entry
from jixiao.core import Forbidden
from jixiao.office import Office, TrailFilter, export_trail, read_trail


@pytest.mark.parametrize("login", ["auditor", "administrator"])
def test_auditors_and_administrators_look_through_the_log(office: Office, login: str) -> None:
    with office.changing(viewer(office, "head"), "report.edit", "paper", "<b>p1</b>"):
        pass
    client = browser(office, login)
    shown = client.get("/audit-log", params={"action": "report.edit"})
    assert shown.status_code == 200
    assert "x-E1" in shown.text
    assert "&lt;b&gt;p1" in shown.text
    assert "session.open</span>" not in shown.text
    assert client.get("/audit-log", params={"since": "2099-01-01"}).text.count("<tr>") == 0


@pytest.mark.parametrize("login", ["analyst", "manager", "employee"])
def test_nobody_else_sees_the_log(office: Office, login: str) -> None:
    client = browser(office, login)
    for address in ("/audit-log", "/audit-log/export"):
        assert client.get(address).status_code == 403
    assert client.post("/audit-log/verify").status_code == 403
    for case in (read_trail, export_trail):
        with pytest.raises(Forbidden):
            case(office, viewer(office, login), TrailFilter())


def test_pages_of_the_log_follow_each_other(office: Office) -> None:
    for number in range(60):
        with office.store.changing(Entry("x-1", "test.count", "n", str(number))):
            pass
    client = browser(office, "auditor")
    first = client.get("/audit-log", params={"action": "test.count"}).text
    assert "<code>59</code>" in first
    assert "<code>9</code>" not in first
    second = client.get("/audit-log", params={"action": "test.count", "start": 50}).text
    assert "<code>9</code>" in second
    assert "start=50" in first


def test_the_export_runs_no_formula_and_is_an_entry_itself(office: Office) -> None:
    with office.store.changing(Entry("=1+1", "test.formula", "n", "@SUM(A1)", {"a": 1})):
        pass
    answer = browser(office, "auditor").get("/audit-log/export")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    formula = next(row for row in rows if row["action"] == "test.formula")
    assert (formula["actor"], formula["object"]) == ("'=1+1", "'@SUM(A1)")
    assert rows[-1]["action"] == "audit.export"


def test_the_page_says_whether_the_log_is_whole(office: Office) -> None:
    client = browser(office, "auditor")
    assert "The log is whole" in client.post("/audit-log/verify").text
    path = office.store._anchor.path
    path.write_text(path.read_text("utf-8").replace("promised 1 ", "promised 7 ", 1), "utf-8")
    assert "not as it was written" in client.post("/audit-log/verify").text


def test_a_day_that_is_none_is_told_and_not_left_out(office: Office) -> None:
    answer = browser(office, "auditor").get("/audit-log", params={"since": "yesterday"})
    assert answer.status_code == 409
    assert "a day such as 2026-01-31" in answer.text
