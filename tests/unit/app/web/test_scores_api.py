from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.office_case import KEY, browser, make_office, viewer
from tests.scored_case import make_scored

from jixiao.bootstrap import open_workspace
from jixiao.contracts.office import Entry, Notice
from jixiao.office import Office, make_key
from jixiao.office.safety.stop import set_stop

Scored = tuple[Office, TestClient, list[dict[str, str]]]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    """Return a folder with a trained linear model, and its records."""
    return make_scored(tmp_path_factory.mktemp("scored"))


@pytest.fixture
def told(trained: tuple[Path, list[dict[str, str]]], tmp_path: Path) -> Iterator[Scored]:
    """Return an application over that model, a program of an analyst, and rows to be scored."""
    office = Office(make_office(tmp_path).store, open_workspace(trained[0]), KEY)
    with office.store.changing(Entry("test", "tell", "notice")) as change:
        for at in range(1, 11):
            notice = Notice(id=f"n{at}", person=f"p-E{at}", text="1", at=office.clock())
            change.add(notice)
    scopes = ["score.make"]
    _, secret = make_key(office, viewer(office, "analyst"), "program", scopes=scopes, days=9)
    program = browser(office)
    program.headers["authorization"] = f"Bearer {secret}"
    rows = [{k: v for k, v in row.items() if k != "Rating"} for row in trained[1]]
    yield office, program, rows
    program.app.state.scorer.close()  # type: ignore[attr-defined]
    office.store.close()


def test_every_program_gets_the_scores_of_its_own_rows_in_their_order(told: Scored) -> None:
    _, program, rows = told
    whole = program.post("/api/v1/scores", json={"rows": rows[:24]}).json()

    def ask(at: int) -> list[object]:
        found = program.post("/api/v1/scores", json={"rows": rows[at : at + 2]})
        assert found.status_code == 200, found.text
        return list(found.json()["rows"])

    with ThreadPoolExecutor(12) as pool:
        parts = list(pool.map(ask, range(0, 24, 2)))
    assert [row for part in parts for row in part] == whole["rows"]
    assert whole["model"].startswith("linear")
    assert {row["status"] for row in whole["rows"]} == {"scored"}
    for row in whole["rows"]:
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_an_explanation_names_the_columns_and_places_of_what_it_leaves_out(told: Scored) -> None:
    _, program, rows = told
    row = {**rows[0], "Comments": "He led the others. Tea was served."}
    answer = program.post("/api/v1/explanations", json={"rows": [row]})
    (found,) = answer.json()["rows"]
    assert {(part["start"], part["end"]) for part in found["parts"]} == {(0, 18), (19, 34)}
    assert found["unit"] == "levels"
    assert found["score"] == program.post("/api/v1/scores", json={"rows": [row]}).json()["rows"][0]


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("scores", {"rows": []}, "body.rows"),
        ("scores", {"rows": [{"Comments": ["no", "list"]}]}, "body.rows.0.Comments"),
        ("scores", {"rows": [{"Comments": "ok"}], "more": 1}, "body.more"),
        ("scores", {"rows": [{"Comments": "ok"}] * 1001}, "body.rows"),
        ("explanations", {"rows": [{"Comments": "ok"}] * 11}, "body.rows"),
    ],
)
def test_a_body_that_does_not_fit_is_told_with_its_place(
    told: Scored, path: str, body: object, place: str
) -> None:
    answer = told[1].post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["place"].startswith(place)


def test_a_column_that_no_record_has_is_refused_without_repeating_what_was_sent(
    told: Scored,
) -> None:
    answer = told[1].post("/api/v1/scores", json={"rows": [{"Secret of Ann": "x"}]})
    assert answer.status_code == 422
    assert answer.json()["code"] == "JX-E299"
    assert "Ann" not in answer.text


@pytest.mark.parametrize("path", ["scores", "explanations"])
def test_while_ai_is_stopped_nothing_is_scored_or_explained(told: Scored, path: str) -> None:
    office, program, rows = told
    set_stop(office, viewer(office, "administrator"), stopped=True, reason="a test of the switch")
    answer = program.post(f"/api/v1/{path}", json={"rows": rows[:1]})
    assert answer.status_code == 409
    set_stop(office, viewer(office, "administrator"), stopped=False, reason="it works")
    assert program.post(f"/api/v1/{path}", json={"rows": rows[:1]}).status_code == 200


def test_a_manager_asks_no_model_directly(told: Scored) -> None:
    office, _, rows = told
    answer = browser(office, "manager").post("/api/v1/scores", json={"rows": rows[:1]})
    assert answer.status_code == 403
