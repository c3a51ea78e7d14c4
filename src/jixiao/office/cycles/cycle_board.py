"""How far a cycle has come, by unit, and what its confidential parts say of a person in figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from jixiao.contracts.office import Cycle, Form, Person
from jixiao.core import Missing, json_hash
from jixiao.office.access import Reach, reach, require, sight
from jixiao.office.cycles.questions import CONFIDENTIAL, KINDS, Kind, Question, questions
from jixiao.office.groups import WHOLE, distinct, shown_groups
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups


@dataclass(frozen=True, slots=True)
class Done:
    """Forms of one kind in one unit.

    Attributes:
        asked: How many.
        sent: How many of them were sent.
    """

    asked: int
    sent: int


@dataclass(frozen=True)
class Board:
    """Completion of a cycle.

    Attributes:
        kinds: Parts of the cycle.
        rows: Path of each unit with what is done of each kind; None where it may not be shown.
        overdue: Forms that are not sent although their last day has passed; None where that may
            not be shown.
        reminded: Forms that were reminded of and are not sent; None likewise.
    """

    kinds: tuple[Kind, ...]
    rows: tuple[tuple[str, tuple[Done | None, ...]], ...]
    overdue: int | None
    reminded: int | None


def board_of(office: Office, viewer: Viewer, cycle: Cycle) -> Board:
    """Return how far a cycle has come, by the unit of whoever is asked.

    For confidential parts a unit counts only where enough people are asked, and where no
    difference from the others tells of a few. Who does not run cycles sees the whole alone, and
    of it nothing that tells of a few forms.
    """
    require(viewer, "cycle.read")
    today = office.clock().date()
    with office.reading() as read:
        forms = read.find(Form, cycle=cycle.id)
        tree = Tree.of(read, cycle.start, cycle.end)
    kinds = tuple(kind for kind in KINDS if kind in cycle.due)
    unit_of = {form.reviewer: tree.unit_of(form.reviewer) for form in forms}
    everyone = shown_groups(unit_of, SmallGroups(1, 1))
    policy = SmallGroups(cycle.threshold, cycle.threshold_comments)
    columns = []
    for kind in kinds:
        mine = [form for form in forms if form.kind == kind]
        asked = {form.reviewer: unit_of[form.reviewer] for form in mine}
        shown = shown_groups(asked, policy) if kind in CONFIDENTIAL else everyone
        columns.append({unit: _done(mine, people) for unit, people in shown.items()})
    late = [form for form in forms if form.state in ("open", "saved")]
    overdue = sum(form.due < today for form in late)
    reminded = sum(form.reminded is not None for form in late)
    if reach(viewer, "cycle.manage") is not Reach.ALL:
        whole = tuple(_unless_few(one.get(WHOLE), policy) for one in columns)
        return Board(kinds, ((WHOLE, whole),) if forms else (), None, None)
    rows = tuple((unit, tuple(one.get(unit) for one in columns)) for unit in distinct(everyone))
    return Board(kinds, rows, overdue, reminded)


def _unless_few(done: Done | None, policy: SmallGroups) -> Done | None:
    """Return what is done, None where a few forms are sent or a few are not."""
    parts = () if done is None else (done.sent, done.asked - done.sent)
    return None if any(part and not policy.may_show(part) for part in parts) else done


def _done(forms: Iterable[Form], people: Collection[str]) -> Done:
    mine = [form for form in forms if form.reviewer in people]
    return Done(len(mine), sum(form.state == "sent" for form in mine))


@dataclass(frozen=True, slots=True)
class Heard:
    """What enough respondents answered to one question.

    Attributes:
        question: The question.
        respondents: How many answered.
        mean: Mean of a scale; None of a question answered in own words.
        texts: Own words, without names and in no order that tells of their writers.
    """

    question: Question
    respondents: int
    mean: float | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """What enough respondents said of a person in a cycle.

    Attributes:
        person: About whom.
        cycle: In which.
        answers: By part, in the order of its questions.
    """

    person: Person
    cycle: Cycle
    answers: dict[Kind, list[Heard]]


def heard_of(office: Office, viewer: Viewer, cycle_id: str, person_id: str) -> Feedback:
    """Return figures of what colleagues and reports answered about a person.

    Only once the cycle is closed, so that no answer can be told from the one before, and only of
    questions that enough respondents answered; own words need more of them, and the right to read
    the person's comments.

    Args:
        office: The application.
        viewer: The person, somebody above, or an analyst.
        cycle_id: Which cycle.
        person_id: About whom.

    Raises:
        Missing: If cycle or person may not be seen, or the cycle is not closed.
    """
    with office.reading() as read:
        cycle = read.first(Cycle, id=cycle_id, state="closed")
        person = read.first(Person, id=person_id)
        if cycle is None or person is None:
            raise Missing("JX-E704", "cycle", expected="a closed cycle", got="another one")
        seen = sight(read, viewer, "comment.read", start=cycle.start, end=cycle.end)
        if not seen.sees(person.id):
            raise Missing("JX-E704", "person", expected="somebody you may see", got="nobody")
        forms = read.find(Form, cycle=cycle.id, subject=person.id, state="sent")
    words = seen.everybody or person.id in seen.comments
    found = {
        kind: _heard([form for form in forms if form.kind == kind], cycle, viewer, words=words)
        for kind in KINDS
        if kind in CONFIDENTIAL
    }
    return Feedback(person, cycle, {kind: heard for kind, heard in found.items() if heard})


def _heard(forms: Sequence[Form], cycle: Cycle, viewer: Viewer, *, words: bool) -> list[Heard]:
    """Return what forms of one part say; the viewer's own answers do not make others enough."""
    policy = SmallGroups(cycle.threshold, cycle.threshold_comments)
    found = []
    for one in questions(forms[0].kind) if forms else ():
        answered = [form for form in forms if one.key in form.answers]
        given = [form.answers[one.key] for form in answered]
        others = sum(form.reviewer != viewer.person for form in answered)
        if one.kind == "scale" and policy.may_show(others):
            found.append(Heard(one, len(given), mean=fmean(given)))
        if words and one.kind == "text" and policy.may_quote(others):
            mixed = sorted(map(str, given), key=lambda text: json_hash([cycle.id, text]))
            found.append(Heard(one, len(given), texts=tuple(mixed)))
    return found
