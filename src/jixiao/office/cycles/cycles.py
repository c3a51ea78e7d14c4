"""Review cycles: planned, opened with thresholds that no longer change, reminded of, closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from jixiao.contracts.office import Changing, Cycle, Form, Person, Reading
from jixiao.core import Conflict, Missing, parse_period
from jixiao.office.access import require
from jixiao.office.cycles.proposing import Ask, Pair, proposed
from jixiao.office.cycles.questions import KINDS, Kind
from jixiao.office.letters import write_letters
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.tree import Tree
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups

REMIND_H = 20
"""Hours within which nobody is reminded of the same form again."""
MOST_PEERS = 15


def list_cycles(office: Office, viewer: Viewer) -> list[Cycle]:
    """Return the cycles, the latest period first."""
    require(viewer, "cycle.read")
    with office.reading() as read:
        return read.find(Cycle, order="-start")


def get_cycle(office: Office, viewer: Viewer, cycle_id: str) -> Cycle:
    """Return a cycle.

    Raises:
        Missing: If there is none.
    """
    require(viewer, "cycle.read")
    with office.reading() as read:
        return _cycle(read, cycle_id)


def _cycle(read: Reading, cycle_id: str) -> Cycle:
    cycle = read.first(Cycle, id=cycle_id)
    if cycle is None:
        raise Missing("JX-E704", "cycle", expected="a known cycle", got="another one")
    return cycle


def plan_cycle(
    office: Office, viewer: Viewer, name: str, *, period: str, due: Mapping[str, date]
) -> Cycle:
    """Plan a cycle; nobody is asked yet.

    Args:
        office: The application.
        viewer: Who plans it.
        name: How people call it.
        period: Reviewed period, such as ``2025Q4`` or 2025年第四季度.
        due: Last day of each kind of form it has.

    Raises:
        Conflict: If name, period or days are none.
    """
    require(viewer, "cycle.manage")
    found = parse_period(period)
    known = {kind: day for kind, day in due.items() if kind in KINDS}
    if found is None or not name.strip() or not known or len(known) < len(due):
        raise Conflict(
            "JX-E785",
            "cycle",
            expected="a name, a period such as 2025Q4, and a last day for at least one part",
            got="something else",
        )
    settings = office.workspace.settings() if office.workspace.exists else None
    policy = SmallGroups.of(settings.privacy) if settings else SmallGroups()
    cycle = Cycle(
        id=new_id(),
        name=name.strip()[:120],
        period=found.label,
        start=found.start,
        end=found.end,
        due={kind: known[kind].isoformat() for kind in KINDS if kind in known},
        threshold=policy.min_scores,
        threshold_comments=policy.min_comments,
    )
    with office.changing(viewer, "cycle.plan", "cycle", cycle.id, period=cycle.period) as change:
        change.add(cycle)
    return cycle


def propose(office: Office, viewer: Viewer, cycle_id: str, *, version: int, peers: int = 5) -> int:
    """Propose who reviews whom; what was proposed before is forgotten.

    Args:
        office: The application.
        viewer: Who plans the cycle.
        cycle_id: Which.
        version: The version that the viewer has seen.
        peers: Colleagues that are asked about each person at most.

    Returns:
        How many forms there are now.

    Raises:
        Conflict: If the cycle is open or over.
        Stale: If it was changed since.
    """
    require(viewer, "cycle.manage")
    with office.changing(viewer, "cycle.propose", "cycle", cycle_id) as change:
        cycle = same_version(cycle_in_state(change, cycle_id, "planned"), version)
        today = office.clock().date()
        gone = {one.id for one in change.find(Person) if one.left is not None and one.left <= today}
        tree = Tree.of(change, cycle.start, cycle.end)
        there = frozenset(post.person for post in tree.posts) - gone
        bounded = max(1, min(peers, MOST_PEERS))
        ask = Ask(tree, cycle.start, cycle.end, there, cycle.id, bounded, cycle.threshold)
        pairs = proposed(ask, list(cycle.due))
        change.remove(*change.find(Form, cycle=cycle.id))
        change.add(*(_form(cycle, pair) for pair in pairs))
        change.replace(cycle, name=cycle.name)
        change.entry.detail = {"forms": len(pairs), "peers": bounded}
    return len(pairs)


def _form(cycle: Cycle, pair: Pair) -> Form:
    return Form(
        id=new_id(),
        cycle=cycle.id,
        kind=pair.kind,
        reviewer=pair.reviewer,
        subject=pair.subject,
        due=date.fromisoformat(cycle.due[pair.kind]),
        answers={},
    )


def cycle_in_state(read: Reading, cycle_id: str, *states: str) -> Cycle:
    """Return a cycle that is in one of some states.

    Raises:
        Missing: If there is none.
        Conflict: If it is in another state.
    """
    cycle = _cycle(read, cycle_id)
    if cycle.state not in states:
        raise Conflict(
            "JX-E786", "cycle", expected=f"a cycle that is {' or '.join(states)}", got=cycle.state
        )
    return cycle


def add_form(
    office: Office, viewer: Viewer, cycle_id: str, *, kind: Kind, reviewer: str, subject: str
) -> Form:
    """Ask somebody about somebody, besides what was proposed.

    Args:
        office: The application.
        viewer: Who runs the cycle.
        cycle_id: Which.
        kind: A part that the cycle has.
        reviewer: Subject id of whoever is asked.
        subject: Subject id of whoever it is about.

    Raises:
        Missing: If one of them is nobody of the roster.
        Conflict: If the pair does not fit the kind, or is asked already.
    """
    require(viewer, "cycle.manage")
    with office.changing(viewer, "cycle.ask", "form") as change:
        cycle = cycle_in_state(change, cycle_id, "planned", "open")
        pair = Pair(kind, _person(change, reviewer).id, _person(change, subject).id)
        same = (pair.reviewer == pair.subject) == (kind == "self")
        asked = change.find(Form, cycle=cycle.id, reviewer=pair.reviewer, subject=pair.subject)
        known = any(one.kind == kind for one in asked)
        if kind not in cycle.due or not same or known:
            raise Conflict(
                "JX-E787",
                "form",
                expected="a part of this cycle, and two people who are not asked so yet",
                got="another pair",
            )
        form = _form(cycle, pair)
        change.add(form)
        change.entry.object = form.id
        change.entry.detail = {"kind": kind}
    return form


def _person(read: Reading, key: str) -> Person:
    person = read.first(Person, key=key.strip())
    if person is None:
        raise Missing("JX-E704", "person", expected="an id of the roster", got="another one")
    return person


def drop_form(office: Office, viewer: Viewer, form_id: str) -> None:
    """No longer ask what was not answered yet.

    Raises:
        Missing: If there is no such form.
        Conflict: If it was begun or sent, or the cycle is over.
    """
    require(viewer, "cycle.manage")
    with office.changing(viewer, "cycle.drop", "form", form_id) as change:
        form = change.get(Form, form_id)
        cycle_in_state(change, form.cycle, "planned", "open")
        if form.state != "open":
            raise Conflict("JX-E788", "form", expected="one that nobody began", got=form.state)
        change.remove(form)


def open_cycle(office: Office, viewer: Viewer, cycle_id: str, *, version: int) -> Cycle:
    """Let the forms be filled; parts and thresholds no longer change.

    Raises:
        Conflict: If it is not planned, or nobody is asked.
        Stale: If it was changed since.
    """
    require(viewer, "cycle.manage")
    with office.changing(viewer, "cycle.open", "cycle", cycle_id) as change:
        cycle = same_version(cycle_in_state(change, cycle_id, "planned"), version)
        asked = change.count(Form, cycle=cycle.id)
        if not asked:
            raise Conflict(
                "JX-E789",
                "cycle",
                expected="at least one form",
                got="none",
                hint="let it be proposed who reviews whom, or add forms one by one",
            )
        write_letters(office, change, {one.reviewer for one in waiting_forms(change, cycle)})
        change.entry.detail = {
            "forms": asked,
            "threshold": cycle.threshold,
            "threshold_comments": cycle.threshold_comments,
        }
        return change.replace(cycle, state="open")


def remind(office: Office, viewer: Viewer, cycle_id: str) -> int:
    """Remind whoever has not sent a form; nobody twice within a day.

    Returns:
        How many forms were reminded of.

    Raises:
        Conflict: If the cycle is not open.
    """
    require(viewer, "cycle.manage")
    late = office.clock() - timedelta(hours=REMIND_H)
    with office.changing(viewer, "cycle.remind", "cycle", cycle_id) as change:
        cycle = cycle_in_state(change, cycle_id, "open")
        waiting = waiting_forms(change, cycle)
        due = [one for one in waiting if one.reminded is None or one.reminded < late]
        return mark_reminded(office, change, due)


def mark_reminded(office: Office, change: Changing, forms: Collection[Form]) -> int:
    """Mark forms as reminded of within a change, write to whoever is asked, return how many."""
    for form in forms:
        change.replace(form, reminded=office.clock())
    write_letters(office, change, {one.reviewer for one in forms})
    change.entry.detail = {"forms": len(forms)}
    return len(forms)


def close_cycle(office: Office, viewer: Viewer, cycle_id: str, *, version: int) -> Cycle:
    """Close a cycle for good: what was not sent lapses.

    Raises:
        Conflict: If it is not open.
        Stale: If it was changed since.
    """
    require(viewer, "cycle.manage")
    with office.changing(viewer, "cycle.close", "cycle", cycle_id) as change:
        cycle = same_version(cycle_in_state(change, cycle_id, "open"), version)
        return end_cycle(office, change, cycle)


def end_cycle(office: Office, change: Changing, cycle: Cycle) -> Cycle:
    """Close an open cycle within a change."""
    lapsed = waiting_forms(change, cycle)
    for form in lapsed:
        change.replace(form, state="lapsed", answers={})
    change.entry.detail = {"lapsed": len(lapsed)}
    return change.replace(cycle, state="closed", closed=office.clock())


def waiting_forms(read: Reading, cycle: Cycle) -> list[Form]:
    """Return the forms of a cycle that were not sent yet."""
    return read.find(Form, cycle=cycle.id, state=("open", "saved"))
