from datetime import UTC, date, datetime, timedelta

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Cycle, Form, Partner, Person
from jixiao.core import Conflict, Forbidden, Missing, Stale
from jixiao.office import Office
from jixiao.office.cycles.asked_pairs import asked_pairs
from jixiao.office.cycles.cycle_board import board_of, heard_of
from jixiao.office.cycles.cycles import (
    add_form,
    close_cycle,
    drop_form,
    get_cycle,
    open_cycle,
    plan_cycle,
    propose,
    remind,
)
from jixiao.office.cycles.filling import answer, own_forms, read_form
from jixiao.office.cycles.questions import questions
from jixiao.office.waiting import waiting_for

_DUE = date(2026, 1, 20)
_PARTS = ("self", "manager", "peer", "upward")


def _planned(office: Office) -> Cycle:
    boss = viewer(office, "analyst")
    cycle = plan_cycle(office, boss, "Year end", period="2025Q4", due=dict.fromkeys(_PARTS, _DUE))
    propose(office, boss, cycle.id, version=1, peers=5)
    return get_cycle(office, boss, cycle.id)


def _opened(office: Office) -> Cycle:
    cycle = _planned(office)
    return open_cycle(office, viewer(office, "analyst"), cycle.id, version=cycle.version)


def _form(office: Office, kind: str, reviewer: str, subject: str | None = None) -> Form:
    with office.reading() as read:
        forms = read.find(Form, reviewer=f"p-{reviewer}")
    return next(f for f in forms if f.kind == kind and subject in (None, f.subject[2:]))


def _answers(kind: str, scale: int = 4) -> dict[str, str]:
    return {
        one.key: str(scale) if one.kind == "scale" else f"words on {one.key}"
        for one in questions(kind)
    }


def test_nobody_sees_a_form_before_the_cycle_is_open(office: Office) -> None:
    _planned(office)
    form = _form(office, "self", "E3")
    with pytest.raises(Missing):
        read_form(office, viewer(office, "employee"), form.id)
    assert waiting_for(office, viewer(office, "employee")) == []


def test_open_forms_wait_for_whoever_is_asked(office: Office) -> None:
    _opened(office)
    waiting = waiting_for(office, viewer(office, "employee"))
    assert {one.kind for one in waiting} == {"form_self", "form_peer", "form_upward"}
    assert {task.due for one in waiting for task in one.tasks} == {_DUE}


def test_thresholds_are_frozen_and_told_when_it_opens(office: Office) -> None:
    cycle = _opened(office)
    entry = list(office.store.entries())[-1]
    assert entry.action == "cycle.open"
    assert (entry.detail["threshold"], entry.detail["threshold_comments"]) == (5, 10)
    with pytest.raises(Conflict):
        propose(office, viewer(office, "analyst"), cycle.id, version=cycle.version)


def test_a_saved_form_is_its_writers_alone_and_a_sent_one_is_final(office: Office) -> None:
    _opened(office)
    form = _form(office, "self", "E3")
    me, boss = viewer(office, "employee"), viewer(office, "manager")
    saved = answer(office, me, form.id, {"results": "half"}, version=form.version)
    with pytest.raises(Missing):
        read_form(office, boss, form.id)
    with pytest.raises(Conflict, match="required"):
        answer(office, me, form.id, {"results": "half"}, version=saved.version, send=True)
    answer(office, me, form.id, _answers("self"), version=saved.version, send=True)
    assert read_form(office, boss, form.id).form.answers["goals"] == 4
    with pytest.raises(Conflict):
        answer(office, me, form.id, _answers("self"), version=saved.version + 1)


def test_a_stale_form_is_not_overwritten(office: Office) -> None:
    _opened(office)
    form = _form(office, "self", "E3")
    me = viewer(office, "employee")
    answer(office, me, form.id, {"results": "first"}, version=form.version)
    with pytest.raises(Stale):
        answer(office, me, form.id, {"results": "second"}, version=form.version)


@pytest.mark.parametrize("login", ["manager", "head", "colleague", "other-manager"])
def test_nobody_but_the_writer_reads_a_confidential_form(office: Office, login: str) -> None:
    cycle = _opened(office)
    me = viewer(office, "employee")
    for kind in ("upward", "peer"):
        form = _form(office, kind, "E3")
        answer(office, me, form.id, _answers(kind), version=form.version, send=True)
        with pytest.raises(Missing):
            read_form(office, viewer(office, login), form.id)
    close_cycle(office, viewer(office, "analyst"), cycle.id, version=cycle.version)
    with pytest.raises(Missing):
        read_form(office, viewer(office, login), _form(office, "upward", "E3").id)
    with pytest.raises(Forbidden):
        read_form(office, viewer(office, "analyst"), _form(office, "upward", "E3").id)


def test_a_managers_review_is_read_by_the_person_once_the_cycle_is_closed(office: Office) -> None:
    cycle = _opened(office)
    form = _form(office, "manager", "E2", "E3")
    boss, me = viewer(office, "manager"), viewer(office, "employee")
    answer(office, boss, form.id, _answers("manager"), version=form.version, send=True)
    with pytest.raises(Missing):
        read_form(office, me, form.id)
    close_cycle(office, viewer(office, "analyst"), cycle.id, version=cycle.version)
    assert not read_form(office, me, form.id).may_fill


def _upward(office: Office, count: int) -> Cycle:
    """Let so many of the manager's reports answer, by records, and close the cycle."""
    cycle = _opened(office)
    with office.changing("test", "answers", "form") as change:
        forms = [f for f in change.find(Form, subject="p-E2") if f.kind == "upward"]
        for form in forms[:count]:
            given = {one.key: 3 if one.kind == "scale" else "well" for one in questions("upward")}
            change.replace(form, state="sent", answers=given)
    return cycle


@pytest.mark.parametrize(("count", "told"), [(4, False), (5, True)])
def test_figures_need_five_respondents_and_a_closed_cycle(
    office: Office, count: int, told: bool
) -> None:
    cycle = _upward(office, count)
    boss = viewer(office, "manager")
    with pytest.raises(Missing):
        heard_of(office, boss, cycle.id, "p-E2")
    close_cycle(office, viewer(office, "analyst"), cycle.id, version=cycle.version)
    found = heard_of(office, viewer(office, "head"), cycle.id, "p-E2").answers
    assert bool(found) is told
    assert not any(one.texts for heard in found.values() for one in heard), "words need ten"


def test_nobody_is_reminded_twice_within_a_day(office: Office) -> None:
    cycle = _opened(office)
    boss = viewer(office, "analyst")
    first = remind(office, boss, cycle.id)
    assert first > 10
    assert remind(office, boss, cycle.id) == 0
    later = Office(
        office.store, office.workspace, office.key, lambda: datetime.now(UTC) + timedelta(days=2)
    )
    assert remind(later, boss, cycle.id) == first


def test_forms_not_sent_lapse_with_what_they_held(office: Office) -> None:
    cycle = _opened(office)
    form = _form(office, "self", "E3")
    answer(office, viewer(office, "employee"), form.id, {"results": "half"}, version=form.version)
    close_cycle(office, viewer(office, "analyst"), cycle.id, version=cycle.version)
    lapsed = _form(office, "self", "E3")
    assert (lapsed.state, lapsed.answers) == ("lapsed", {})
    assert own_forms(office, viewer(office, "employee")) == []


def test_confidential_parts_are_not_counted_for_few_people(office: Office) -> None:
    cycle = _opened(office)
    board = board_of(office, viewer(office, "analyst"), cycle)
    at = board.kinds.index("peer")
    rows = dict(board.rows)
    assert rows["Lanting/Sales"][at] is None, "three people"
    assert rows["Lanting/Sales"][board.kinds.index("self")] is not None


def test_who_runs_no_cycle_sees_the_whole_alone_and_nothing_of_a_few_forms(office: Office) -> None:
    cycle = _opened(office)
    auditor = viewer(office, "auditor")
    board = board_of(office, auditor, cycle)
    (unit, cells), at = board.rows[0], board.kinds.index("self")
    assert (len(board.rows), unit, board.overdue, board.reminded) == (1, "", None, None)
    assert cells[at] is not None
    assert (cells[at].asked, cells[at].sent) == (10, 0)
    form = _form(office, "self", "E3")
    me = viewer(office, "employee")
    answer(office, me, form.id, _answers("self"), version=form.version, send=True)
    assert board_of(office, auditor, cycle).rows[0][1][at] is None, "one has sent, told by itself"


def test_own_words_of_colleagues_need_the_right_to_comments(office: Office) -> None:
    cycle = _upward(office, 5)
    with office.changing("test", "partner", "partner") as change:
        change.replace(change.get(Cycle, cycle.id), threshold_comments=5)
        for login in ("colleague", "other-manager"):
            change.add(Partner(id=login, account=f"a-{login}", unit="Lanting/Optics"))
    now = get_cycle(office, viewer(office, "analyst"), cycle.id)
    close_cycle(office, viewer(office, "analyst"), cycle.id, version=now.version)
    words = {}
    for login in ("head", "other-manager"):
        heard = heard_of(office, viewer(office, login), cycle.id, "p-E2").answers["upward"]
        words[login] = [one.question.key for one in heard if one.texts]
        assert any(one.mean is not None for one in heard)
    assert words["head"]
    assert not words["other-manager"]
    mine = heard_of(office, viewer(office, "colleague"), cycle.id, "p-E2").answers
    assert mine == {}, "who is one of five respondents knows one answer: four are left"


def test_who_answered_confidentially_is_not_told_to_whoever_runs_the_cycle(office: Office) -> None:
    cycle = _opened(office)
    form = _form(office, "upward", "E3")
    me = viewer(office, "employee")
    answer(office, me, form.id, _answers("upward"), version=form.version, send=True)
    pairs, _ = asked_pairs(office, viewer(office, "analyst"), cycle)
    quiet = [one for one in pairs if one.kind in ("upward", "peer")]
    assert quiet
    assert not any(one.state or one.may_drop for one in quiet)
    assert asked_pairs(office, viewer(office, "auditor"), cycle) == ([], 0)


def test_pairs_can_be_added_and_dropped(office: Office) -> None:
    cycle = _planned(office)
    boss = viewer(office, "analyst")
    made = add_form(office, boss, cycle.id, kind="peer", reviewer="E9", subject="E3")
    with pytest.raises(Conflict):
        add_form(office, boss, cycle.id, kind="peer", reviewer="E9", subject="E3")
    with pytest.raises(Conflict):
        add_form(office, boss, cycle.id, kind="self", reviewer="E9", subject="E3")
    drop_form(office, boss, made.id)
    with office.reading() as read:
        assert read.first(Form, id=made.id) is None


def test_an_employee_plans_nothing_and_a_period_must_be_one(office: Office) -> None:
    with pytest.raises(Forbidden):
        plan_cycle(office, viewer(office, "employee"), "x", period="2025Q4", due={"self": _DUE})
    with pytest.raises(Conflict, match="such as 2025Q4"):
        plan_cycle(office, viewer(office, "analyst"), "x", period="soon", due={"self": _DUE})


def test_entries_of_a_cycle_hold_no_names(office: Office) -> None:
    cycle = _opened(office)
    remind(office, viewer(office, "analyst"), cycle.id)
    with office.reading() as read:
        names = [person.name for person in read.find(Person)]
    told = [repr((entry.object, entry.detail)) for entry in office.store.entries()]
    assert not any(name in text for name in names for text in told)
