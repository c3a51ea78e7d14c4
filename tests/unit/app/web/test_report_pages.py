"""Report pages as people use them: judge first, edit with the gate, approve, release, oversee."""

from __future__ import annotations

import re

from tests.office_case import browser, viewer
from tests.paper_case import SECRET, current, released, with_paper

from jixiao.contracts import Span
from jixiao.office import Office
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.editing import edit
from jixiao.office.papers.reviews import submit


def test_a_sentence_is_checked_where_it_is_typed_with_the_whole_form_sent(office: Office) -> None:
    paper = with_paper(office)
    client = browser(office, "manager")
    form = {"s:summary/0": "Output came to 92.", "s:summary/1": "The target was 95."}
    said = client.post(f"/reports/{paper.id}/check", data={**form, "place": "s:summary/1"}).text
    assert "95" in said
    assert "90" in said
    said = client.post(f"/reports/{paper.id}/check", data={**form, "place": "s:summary/0"}).text
    assert "95" not in said


def test_an_edit_after_judging_is_kept_and_leaves_the_opinion_alone(office: Office) -> None:
    paper = with_paper(office)
    judge(office, viewer(office, "manager"), paper.id, rating="3", reason="Steady.")
    client = browser(office, "manager")
    shown = client.get(f"/reports/{paper.id}/edit").text
    assert SECRET not in shown
    places = re.findall(r'name="(s:[^"]+)"[^>]*>([^<]*)</textarea>', shown)
    form = dict(places) | {"version": paper.version, "s:summary/new": "A calm year."}
    answer = client.post(f"/reports/{paper.id}/edit", data=form)
    assert answer.status_code == 303, answer.text
    page = client.get(f"/reports/{paper.id}").text
    assert "A calm year." in page
    assert SECRET in page


def test_a_page_shows_no_opinion_before_judging_and_approves_what_it_showed(
    office: Office,
) -> None:
    paper = with_paper(office)
    submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    client = browser(office, "manager")
    page = client.get(f"/reports/{paper.id}").text
    assert SECRET not in page
    client.post(f"/reports/{paper.id}/judge", data={"rating": "3", "reason": "Steady."})
    page = client.get(f"/reports/{paper.id}").text
    assert SECRET in page
    found = re.search(r'name="text" value="([0-9a-f]{64})"', page)
    assert found is not None
    form = {"version": current(office).version, "text": found[1]}
    assert client.post(f"/reports/{paper.id}/approve", data=form).status_code == 303
    assert current(office).state == "approved"


def test_oversight_shows_nothing_of_fewer_than_five_reviewers(office: Office) -> None:
    paper = with_paper(office)
    judge(office, viewer(office, "manager"), paper.id, rating="3", reason="Steady.")
    client = browser(office, "auditor")
    page = client.get("/oversight").text
    assert "Nothing can be shown yet" in page
    client = browser(office, "administrator")
    assert client.post("/oversight/seeding", data={"percent": "5"}).status_code == 303
    assert 'value="5"' in client.get("/oversight").text


def test_the_subject_sees_what_was_used_what_a_person_changed_and_who_saw_it(
    office: Office,
) -> None:
    paper = with_paper(office)
    manager = viewer(office, "manager")
    said = {"summary/1": "A calm year."}
    edit(office, manager, paper.id, version=paper.version, sentences=said)
    released(office, current(office), "head")
    client = browser(office, "employee")
    page = client.get(f"/reports/{paper.id}").text
    assert "<del>The target was 90.</del>" in page
    assert "<ins>A calm year.</ins>" in page
    assert "What this report used" in page
    assert "Manager (N.)" in page
    data = client.get("/my-data.json").json()
    assert data["reports"][0]["period"] == "2025Q4"
    assert data["person"]["key"] == "E3"
    assert "password" not in data["accounts"][0]


def test_what_changed_since_the_period_before_stands_beside_the_report(office: Office) -> None:
    before = Span(start="2025-07-01", end="2025-10-01")
    with_paper(office, output=80.0, span=before)
    paper = with_paper(office)
    page = browser(office, "manager").get(f"/reports/{paper.id}").text
    assert "Since 2025Q3" in page
    assert re.search(r"<td>80</td>\s*<td>92</td>", page)


def test_a_persons_own_statement_is_marked_on_the_page_and_in_files(office: Office) -> None:
    paper = with_paper(office)
    edit(
        office,
        viewer(office, "analyst"),
        paper.id,
        version=paper.version,
        sentences={"summary/0": "Output came to 92.", "summary/new": "A calm year <b>."},
    )
    client = browser(office, "analyst")
    page = client.get(f"/reports/{paper.id}").text
    assert 'A calm year &lt;b&gt;. <em class="mark">reviewer' in page
    assert page.count('class="mark"') == 1
    sheet = client.get(f"/reports/{paper.id}/file.md").text
    assert "own statement" in sheet


def test_a_late_edit_is_told_with_its_sentences_beside_the_newest_text(office: Office) -> None:
    paper = with_paper(office)
    first, second = browser(office, "analyst"), browser(office, "analyst")
    place = f"/reports/{paper.id}/edit"
    places = dict(re.findall(r'name="(s:[^"]+)"[^>]*>([^<]*)</textarea>', first.get(place).text))
    form = {**places, "version": paper.version}
    assert second.post(place, data={**form, "s:summary/new": "A year."}).status_code == 303
    kept = current(office)
    late = first.post(place, data={**form, "s:summary/new": "<b>Mine</b> & whole."})
    assert late.status_code == 409
    told = late.text[late.text.index('role="alert"') :]
    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; whole." in told[: told.index("</section>")]
    assert "A year." in told
    assert current(office) == kept
