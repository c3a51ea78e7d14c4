"""The page of models: curves while a training runs, and for whom a model is worse."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.office_case import browser, viewer
from tests.paper_case import with_scale

from jixiao.contracts.office import Entry, Job
from jixiao.office import Office
from jixiao.office.work.curves import MOST_POINTS, training_now

NOW = datetime.now(UTC)


def training(office: Office, *, state: str = "running", created: datetime = NOW) -> None:
    with office.store.changing(Entry("test", "train", "job")) as change:
        fields = {"kind": "train", "arguments": {}, "by": "", "result": {}}
        job = Job(id="j", created=created, state=state, stage="epoch 1/3", **fields)  # type: ignore[arg-type]
        change.add(job)


def curves(office: Office, points: int, run: str = "train-a") -> None:
    folder = office.workspace.store.workdir(run) / "encoder"
    folder.mkdir(exist_ok=True)
    lines = [
        {"step": n, "epoch": n / 10, "train_loss": 2.0 / n, "score": 1 - 1 / n}
        for n in range(1, points + 1)
    ]
    text = "".join(json.dumps(one) + "\n" for one in lines)
    (folder / "curves.jsonl").write_text(text + '{"step": 9', encoding="utf-8")  # cut by a write


def test_curves_of_a_training_under_way_come_with_each_look(office: Office) -> None:
    with_scale(office)
    client = browser(office, "analyst")
    assert 'id="training"' not in client.get("/models").text
    training(office)
    page = client.get("/models").text
    assert 'hx-get="/models/training"' in page
    assert "<svg" not in page
    curves(office, 3)
    asked = client.get("/models/training", headers={"hx-request": "true"}).text
    assert asked.count("<svg") == 2
    assert "<html" not in asked
    assert ">0.67<" in asked  # 2.0 / 3
    curves(office, 90)
    found = training_now(office, viewer(office, "analyst"))
    assert found is not None
    (curve,) = found.curves
    assert len(curve.epochs) == MOST_POINTS
    assert (curve.part, curve.epochs[0], curve.epochs[-1]) == ("encoder", 0.1, 9.0)


def test_curves_of_an_older_run_are_not_taken_for_those_of_a_new_one(office: Office) -> None:
    with_scale(office)
    curves(office, 3, run="train-old")
    training(office, created=NOW + timedelta(hours=1))
    found = training_now(office, viewer(office, "analyst"))
    assert found is not None
    assert found.curves == ()


def test_a_training_that_has_ended_says_so_and_stops_asking(office: Office) -> None:
    with_scale(office)
    training(office, state="done")
    client = browser(office, "auditor")
    asked = client.get("/models/training", headers={"hx-request": "true"}).text
    assert "has ended" in asked
    assert "hx-get" not in asked
    assert client.get("/models/training").headers["location"] == "/models"
    assert 'id="training"' not in client.get("/models").text
