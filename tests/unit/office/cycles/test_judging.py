"""Judging first: whatever is asked in whatever order, no opinion comes before the own rating."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.office_case import make_office, viewer
from tests.paper_case import SECRET, released, with_paper

from jixiao.contracts.office import Judgement
from jixiao.core import Conflict, JixiaoError, Missing
from jixiao.office import Office
from jixiao.office.cycles.judging import decide, judge
from jixiao.office.papers.exporting import export
from jixiao.office.papers.shown import as_json, show
from jixiao.office.safety.stop import set_stop


def test_the_opinion_is_held_back_until_an_own_rating_is_stored(office: Office) -> None:
    paper, manager = with_paper(office), viewer(office, "manager")
    before = show(office, manager, paper.id, how="page")
    assert before.opinion is None
    assert SECRET not in json.dumps(as_json(before))
    judge(office, manager, paper.id, rating="3", reason="Steady.")
    after = show(office, manager, paper.id, how="page")
    assert after.opinion == {
        "level": "4",
        "share": 61.0,
        "low": "3",
        "high": "4",
        "model": "boosted.v1-x",
    }
    assert SECRET in json.dumps(as_json(after))


def test_both_ratings_and_the_moment_of_showing_are_kept(office: Office) -> None:
    paper, manager = with_paper(office), viewer(office, "manager")
    judge(office, manager, paper.id, rating="3", reason="Steady.")
    kept = show(office, manager, paper.id, how="page").judgement
    assert kept is not None
    assert kept.shown is not None
    with pytest.raises(Conflict, match="the own rating as it was before"):
        judge(office, manager, paper.id, rating="4", reason="After all.")
    with pytest.raises(Conflict, match="JX-E739"):
        decide(office, manager, kept.id, version=kept.version, final="4", reason=" ")
    kept = decide(office, manager, kept.id, version=kept.version, final="4", reason="New facts.")
    assert (kept.rating, kept.final, kept.override) == ("3", "4", "New facts.")
    assert kept.opinion is not None
    assert kept.opinion["level"] == "4"


def test_an_analyst_sees_the_opinion_and_nobody_else_without_an_own_rating(office: Office) -> None:
    paper = with_paper(office)
    assert show(office, viewer(office, "analyst"), paper.id, how="page").opinion
    assert show(office, viewer(office, "head"), paper.id, how="page").opinion is None
    released(office, paper)
    assert show(office, viewer(office, "employee"), paper.id, how="page").opinion
    assert show(office, viewer(office, "head"), paper.id, how="page").opinion is None


def test_a_rating_is_a_level_of_the_scale_about_somebody_below(office: Office) -> None:
    paper = with_paper(office)
    with pytest.raises(Conflict, match="one of 1, 2, 3, 4, 5"):
        judge(office, viewer(office, "manager"), paper.id, rating="6", reason="Great.")
    with pytest.raises(Missing):
        judge(office, viewer(office, "other-manager"), paper.id, rating="3", reason="Fine.")


STEPS = ("page", "api", "json", "md", "html", "judge", "judge badly", "decide", "stop", "go on")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=12))
def test_no_order_of_steps_shows_the_opinion_before_the_own_rating(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        try:
            _walk(office, steps)
        finally:
            office.store.close()


def _walk(office: Office, steps: list[str]) -> None:
    paper, manager = with_paper(office), viewer(office, "manager")
    judged = stopped = False
    for step in steps:
        if step in ("stop", "go on"):
            stopped = step == "stop"
            set_stop(office, viewer(office, "auditor"), stopped=stopped, reason="drill")
        elif step.startswith("judge"):
            rating = "3" if step == "judge" else "6"
            try:
                judge(office, manager, paper.id, rating=rating, reason="Steady.")
                judged = True
            except JixiaoError:
                assert judged or step == "judge badly"
        elif step == "decide":
            _decide_if_shown(office)
        else:
            said = _said(office, paper.id, step)
            assert (SECRET in said) is (judged and not stopped), (steps, step)


def _decide_if_shown(office: Office) -> None:
    with office.reading() as read:
        kept = read.first(Judgement, rater="a-manager")
    if kept is not None and kept.shown is None:
        with pytest.raises(Conflict, match="JX-E737"):
            decide(
                office,
                viewer(office, "manager"),
                kept.id,
                version=kept.version,
                final="4",
                reason="x",
            )


def _said(office: Office, paper_id: str, how: str) -> str:
    manager = viewer(office, "manager")
    if how in ("page", "api"):
        return json.dumps(as_json(show(office, manager, paper_id, how=how)))
    kinds = {"json": "json", "md": "md", "html": "html"}
    return export(office, manager, paper_id, kinds[how])[1].decode()  # type: ignore[arg-type]
