"""What waits for somebody, told by kind."""

from __future__ import annotations

from datetime import date

import pytest
from tests.office_case import viewer

from jixiao.office import Office, waiting
from jixiao.office.waiting import Waiting, waiting_for


def test_things_to_do_lie_in_piles_by_kind_with_the_soonest_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [
        Waiting("release", "/reports/1", "B"),
        Waiting("form_peer", "/forms/1", "C", due=date(2026, 2, 1)),
        Waiting("release", "/reports/queue", "", more=17),
        Waiting("contest", "/contests/1", "D", due=date(2026, 1, 1)),
        Waiting("release", "/reports/2", "A"),
        Waiting("form_peer", "/forms/2", "E", due=date(2026, 1, 15)),
    ]
    monkeypatch.setattr(waiting, "SOURCES", (lambda *_: tasks[:3], lambda *_: tasks[3:]))
    piles = waiting_for(office, viewer(office, "analyst"))
    assert [(one.kind, one.count) for one in piles] == [
        ("contest", 1),
        ("form_peer", 2),
        ("release", 19),
    ]
    assert [[task.about for task in one.tasks] for one in piles] == [
        ["D"],
        ["E", "C"],
        ["A", "B", ""],
    ]


def test_nobody_waits_where_nothing_is_to_do(office: Office) -> None:
    assert waiting_for(office, viewer(office, "auditor")) == []
