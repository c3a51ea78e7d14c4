"""The stop switch, refusals and notices: what no AI may say, and what goes on by hand."""

from __future__ import annotations

import json

import pytest
from tests.office_case import viewer
from tests.paper_case import SECRET, SENTENCE, current, report, with_paper, with_scale

from jixiao.contracts.office import Paper, Person
from jixiao.core import Conflict, Forbidden
from jixiao.office import Office
from jixiao.office.papers.editing import edit
from jixiao.office.papers.papers import take_in
from jixiao.office.papers.reviews import approve, submit
from jixiao.office.papers.shown import as_json, show
from jixiao.office.people.refusals import check_noticed, not_to_score, record_notice, set_refusal
from jixiao.office.safety.stop import is_stopped, refuse_if_stopped, set_stop


def stop(office: Office, *, on: bool = True) -> None:
    set_stop(office, viewer(office, "auditor"), stopped=on, reason="drill")


def test_while_stopped_nobody_is_shown_an_opinion_or_a_models_sentences(office: Office) -> None:
    paper = with_paper(office, writer="llm")
    analyst = viewer(office, "analyst")
    assert SENTENCE in json.dumps(as_json(show(office, analyst, paper.id, how="page")))
    stop(office)
    said = json.dumps(as_json(show(office, analyst, paper.id, how="api")))
    assert SENTENCE not in said
    assert SECRET not in said
    stop(office, on=False)
    assert SECRET in json.dumps(as_json(show(office, analyst, paper.id, how="page")))


def test_work_by_hand_goes_on_while_stopped(office: Office) -> None:
    paper = with_paper(office, writer="llm")
    stop(office)
    manager, head = viewer(office, "manager"), viewer(office, "head")
    said = {"summary/new": "Output came to 92, and the team says thanks."}
    done = edit(office, manager, paper.id, version=paper.version, sentences=said).paper
    done = submit(office, manager, paper.id, version=done.version)
    shown = show(office, head, paper.id, how="page")
    assert shown.whole
    assert approve(office, head, paper.id, version=done.version, text=shown.hash).approval


def test_the_switch_is_for_administrators_and_auditors(office: Office) -> None:
    with pytest.raises(Forbidden):
        set_stop(office, viewer(office, "manager"), stopped=True)
    stop(office)
    with office.reading() as read:
        assert is_stopped(read)
        with pytest.raises(Conflict, match="stop switch"):
            refuse_if_stopped(read)


def test_nobody_is_scored_before_the_notice_or_while_refusing(office: Office) -> None:
    with office.reading() as read:
        assert not_to_score(read, ["E3", "E4"]) == {"E3", "E4"}
        with pytest.raises(Conflict, match="none to 2 of 2 people"):
            check_noticed(read, ["E3", "E4"])
    assert record_notice(office, viewer(office, "analyst"), None) == 10
    assert record_notice(office, viewer(office, "analyst"), None) == 0
    set_refusal(office, viewer(office, "employee"), refuses=True)
    with office.reading() as read:
        check_noticed(read, ["E3", "E4"])
        assert not_to_score(read, ["E3", "E4", "E99"]) == {"E3", "E99"}
    set_refusal(office, viewer(office, "employee"), refuses=False)
    with office.reading() as read:
        assert not_to_score(read, ["E3"]) == frozenset()


def test_a_report_about_somebody_who_refuses_has_no_opinion_and_no_model_text(
    office: Office,
) -> None:
    with_scale(office)
    record_notice(office, "test", None)
    set_refusal(office, viewer(office, "employee"), refuses=True)
    take_in(office, "test", [report(writer="llm")])
    with office.reading() as read:
        assert read.count(Paper) == 0
    take_in(office, "test", [report()])
    shown = show(office, viewer(office, "analyst"), current(office).id, how="page")
    assert shown.opinion is None
    assert SENTENCE in json.dumps(as_json(shown))


def test_a_paper_is_renewed_by_changed_facts_alone(office: Office) -> None:
    paper = with_paper(office)
    assert take_in(office, "test", [report()]) == 0
    assert take_in(office, "test", [report(output=93.0)]) == 1
    renewed = current(office)
    assert (renewed.id, renewed.state) == (paper.id, "draft")
    assert renewed.text != paper.text
    with office.reading() as read:
        assert read.get(Person, "p-E3").key == renewed.subject
