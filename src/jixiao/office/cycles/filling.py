"""Forms as people fill them: saved, sent, and read by whoever may.

Confidential answers (of colleagues and about one's manager) are read by nobody but the respondent;
of them only figures are shown, once the cycle is closed and of enough respondents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jixiao.contracts.office import Cycle, Form, Person, Reading
from jixiao.core import Conflict, Missing
from jixiao.office.access import require, sight
from jixiao.office.cycles.questions import CONFIDENTIAL, Question, checked, questions
from jixiao.office.office import Office
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer


@dataclass(frozen=True)
class OpenForm:
    """A form as somebody may see it.

    Attributes:
        form: Which, with its answers.
        cycle: The cycle it belongs to.
        subject: Whom it is about.
        questions: Its questions.
        may_fill: Whether the viewer is asked and may still answer.
        confidential: Whether nobody else reads it.
    """

    form: Form
    cycle: Cycle
    subject: Person
    questions: tuple[Question, ...]
    may_fill: bool
    confidential: bool


def read_form(office: Office, viewer: Viewer, form_id: str) -> OpenForm:
    """Return a form that the viewer is asked, or may read.

    A self-assessment is read by those above once it was sent; a manager's review by those above
    once it was sent, and by the person once the cycle is closed.

    Raises:
        Missing: If there is none, or none that may be seen.
    """
    require(viewer, "form.fill")
    with office.reading() as read:
        form = read.first(Form, id=form_id)
        if form is None:
            raise _missing()
        cycle = read.get(Cycle, form.cycle)
        own = viewer.person is not None and form.reviewer == viewer.person
        if not (own and cycle.state != "planned") and not _may_read(read, viewer, form, cycle):
            raise _missing()
        subject = read.get(Person, form.subject)
    may_fill = own and cycle.state == "open" and form.state in ("open", "saved")
    return OpenForm(form, cycle, subject, questions(form.kind), may_fill, form.kind in CONFIDENTIAL)


def _missing() -> Missing:
    return Missing("JX-E704", "form", expected="a form that you may see", got="another one")


def _may_read(read: Reading, viewer: Viewer, form: Form, cycle: Cycle) -> bool:
    if form.kind in CONFIDENTIAL or form.state != "sent":
        return False
    if form.kind == "manager" and form.subject == viewer.person:
        return cycle.state == "closed"
    seen = sight(read, viewer, "comment.read", start=cycle.start, end=cycle.end)
    return form.subject in seen.line or form.subject in seen.comments - {viewer.person}


def answer(
    office: Office,
    viewer: Viewer,
    form_id: str,
    given: Mapping[str, Any],
    *,
    version: int,
    send: bool = False,
) -> Form:
    """Save answers, or send them for good.

    Args:
        office: The application.
        viewer: Whoever is asked.
        form_id: Which.
        given: Answers by question.
        version: The version that the viewer has seen.
        send: Whether they count from now on and are not changed any more.

    Raises:
        Missing: If the viewer is not asked.
        Conflict: If the form was sent, the cycle is not open, or an answer does not fit.
        Stale: If the form was changed since.
    """
    require(viewer, "form.fill")
    with office.changing(viewer, "form.send" if send else "form.save", "form", form_id) as change:
        form = change.first(Form, id=form_id, reviewer=viewer.person or "-")
        if form is None:
            raise _missing()
        cycle = change.get(Cycle, form.cycle)
        if cycle.state != "open" or form.state not in ("open", "saved"):
            raise Conflict(
                "JX-E790", "form", expected="one that can still be filled", got="another state"
            )
        same_version(form, version)
        answers = checked(form.kind, given, whole=send)
        change.entry.detail = {"kind": form.kind}
        if send:
            return change.replace(form, answers=answers, state="sent", sent=office.clock())
        return change.replace(form, answers=answers, state="saved")


def own_forms(office: Office, viewer: Viewer) -> list[tuple[Form, Person]]:
    """Return the forms that wait for the viewer, with whom they are about, the soonest first."""
    if viewer.person is None:
        return []
    with office.reading() as read:
        state = ("open", "saved")
        forms = read.find(Form, reviewer=viewer.person, state=state, order="due")
        cycles = {one.id for one in read.find(Cycle, state="open")}
        people = {one.id: one for one in read.find(Person, id={form.subject for form in forms})}
    return [(form, people[form.subject]) for form in forms if form.cycle in cycles]
