"""Planted faults: wrong for sure, told when found or overlooked, never approved or released."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.office_case import viewer
from tests.paper_case import SENTENCE, current, with_paper

from jixiao.contracts.office import Approval, Paper, Seed
from jixiao.core import Conflict
from jixiao.gate import FactSet, verify_text
from jixiao.office import Office
from jixiao.office.cycles.judging import judge
from jixiao.office.papers import seeding as module
from jixiao.office.papers.editing import edit
from jixiao.office.papers.paper_texts import body_of, standing_text
from jixiao.office.papers.reviews import approve, submit
from jixiao.office.papers.seeding import set_seed_share, texts_of
from jixiao.office.papers.shown import show


@pytest.fixture
def planted(office: Office, monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.setattr(module, "_is_drawn", lambda office, paper_id, share: True)
    return with_paper(office)


def seed_of(office: Office) -> Seed:
    with office.reading() as read:
        found = read.first(Seed)
    assert found is not None
    return found


def test_a_planted_sentence_is_contradicted_by_the_facts(office: Office, planted: Paper) -> None:
    seed = seed_of(office)
    with office.reading() as read:
        body = body_of(standing_text(read, planted))
    known = FactSet(body.facts, body.comments)
    assert not verify_text(seed.wrong, known).passes
    assert verify_text(seed.right, known).passes
    assert seed.wrong in {claim.text for one in body.sections for claim in one.claims}


def test_whoever_approves_a_planted_fault_is_told_and_nothing_is_approved(
    office: Office, planted: Paper
) -> None:
    submit(office, viewer(office, "analyst"), planted.id, version=planted.version)
    manager = viewer(office, "manager")
    judge(office, manager, planted.id, rating="3", reason="Steady.")
    shown = show(office, manager, planted.id, how="page")
    done = approve(office, manager, planted.id, version=shown.paper.version, text=shown.hash)
    assert done.approval is None
    assert done.missed is not None
    paper = current(office)
    assert (paper.state, paper.seeded) == ("in_review", None)
    with office.reading() as read:
        assert read.count(Approval) == 0
        texts = texts_of(read, paper)
        assert [one.hash for one in texts] == [paper.text]
    assert seed_of(office).outcome == "missed"
    shown = show(office, manager, planted.id, how="page")
    assert approve(office, manager, planted.id, version=paper.version, text=shown.hash).approval


def test_whoever_mends_the_sentence_has_found_the_fault(office: Office, planted: Paper) -> None:
    with office.reading() as read:
        body = body_of(standing_text(read, planted))
    wrong = seed_of(office).wrong
    place = next(
        f"{section.id}/{n}"
        for section in body.sections
        for n, claim in enumerate(section.claims)
        if claim.text == wrong
    )
    manager = viewer(office, "manager")
    other = {"summary/new": "A calm year."}
    done = edit(office, manager, planted.id, version=planted.version, sentences=other)
    assert done.caught is None
    assert done.paper.seeded is not None
    mended = {place: SENTENCE}
    done = edit(office, manager, planted.id, version=done.paper.version, sentences=mended)
    assert done.caught is not None
    assert (done.paper.seeded, seed_of(office).outcome) == (None, "caught")


def test_the_database_never_lets_a_planted_fault_pass(office: Office, planted: Paper) -> None:
    submit(office, viewer(office, "analyst"), planted.id, version=planted.version)
    for statement in (
        "UPDATE papers SET seeded = NULL",
        "INSERT INTO approvals (id, version, paper, text, approver, at, seconds)"
        " SELECT 'x', 1, id, text, 'a-manager', changed, 1 FROM papers",
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="guard: "),
            office.store.engine.begin() as connection,  # type: ignore[attr-defined]
        ):
            connection.execute(sa.text(statement))


def test_a_share_is_at_most_a_fifth_and_none_until_it_is_set(office: Office) -> None:
    with_paper(office)
    with office.reading() as read:
        assert read.count(Seed) == 0
    with pytest.raises(Conflict, match="a number from 0 to 0"):
        set_seed_share(office, viewer(office, "administrator"), 0.5)
