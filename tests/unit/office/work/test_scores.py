import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.office_case import KEY, make_office, viewer
from tests.scored_case import make_scored

from jixiao.bootstrap import open_workspace
from jixiao.contracts import Report
from jixiao.contracts.office import Entry, Job, Notice, Person, Refusal
from jixiao.core import Conflict, DataError, Forbidden, TooMany
from jixiao.office import Office
from jixiao.office.safety.stop import set_stop
from jixiao.office.work.scores import MOST_WAITING, NOT_TOLD, Scorer
from jixiao.office.work.work import WORK
from jixiao.services import RowScore
from jixiao.services.scoring import score_table


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    """Return a folder with a trained linear model, and its records."""
    return make_scored(tmp_path_factory.mktemp("scored"))


@pytest.fixture
def told(
    trained: tuple[Path, list[dict[str, str]]], tmp_path: Path
) -> Iterator[tuple[Office, Scorer, list[dict[str, str]]]]:
    """Return an application over that model where everybody was told."""
    records = make_office(tmp_path)
    office = Office(records.store, open_workspace(trained[0]), KEY)
    with office.store.changing(Entry("test", "tell", "notice")) as change:
        for at in range(1, 11):
            notice = Notice(id=f"n{at}", person=f"p-E{at}", text="1", at=office.clock())
            change.add(notice)
    scorer = Scorer(office)
    rows = [{k: v for k, v in row.items() if k != "Rating"} for row in trained[1]]
    yield office, scorer, rows
    scorer.close()
    office.store.close()


Told = tuple[Office, Scorer, list[dict[str, str]]]


def _scored(told: Told, rows: Sequence[Mapping[str, Any]]) -> list[RowScore]:
    office, scorer, _ = told
    return scorer.submit(viewer(office, "analyst"), rows).result(timeout=60).rows


def test_a_row_gets_the_score_it_gets_in_a_file(told: Told, tmp_path: Path) -> None:
    office, _, rows = told
    pl.DataFrame(rows).write_csv(tmp_path / "reviews.csv")
    office.workspace.score([str(tmp_path / "reviews.csv")], tmp_path / "out.jsonl")
    filed = pl.read_ndjson(tmp_path / "out.jsonl")
    live = _scored(told, rows)
    assert [one.score for one in live] == filed["score"].to_list()
    assert [one.expected for one in live] == pytest.approx(filed["expected"].to_list())


def test_no_row_hangs_on_those_that_came_with_it(told: Told) -> None:
    rows = told[2][:12]
    together = _scored(told, [*rows, *rows])
    alone = [_scored(told, [row])[0] for row in rows]
    assert together == alone + alone


@pytest.mark.parametrize("written", ["E3", " E3", "Ｅ３", "E3\u00a0"])
def test_no_model_is_asked_about_somebody_who_refuses(told: Told, written: str) -> None:
    office, _, rows = told
    with office.store.changing(Entry("test", "refuse", "person")) as change:
        change.add(Refusal(id="r", person="p-E3", since=office.clock()))
    found = _scored(told, [{**rows[0], "Employee ID": written}, rows[1]])
    assert found[0] == RowScore("not_scored", reason=NOT_TOLD)
    assert found[1].status == "scored"


@pytest.mark.parametrize("subject", [None, "", "E11", "somebody else"])
def test_somebody_who_was_not_told_is_not_scored(told: Told, subject: str | None) -> None:
    (found,) = _scored(told, [{**told[2][0], "Employee ID": subject}])
    assert found.status == "not_scored"


def test_while_ai_is_stopped_nothing_is_scored_and_then_it_goes_on(told: Told) -> None:
    office, _, rows = told
    auditor = viewer(office, "auditor")
    assert _scored(told, rows[:1])[0].status == "scored"
    set_stop(office, auditor, stopped=True, reason="a look at it")
    with pytest.raises(Conflict, match="stop switch"):
        _scored(told, rows[:1])
    set_stop(office, auditor, stopped=False)
    assert _scored(told, rows[:1])[0].status == "scored"


def test_a_request_with_a_strange_column_fails_alone(told: Told) -> None:
    office, scorer, rows = told
    asking = viewer(office, "analyst")
    bad = scorer.submit(asking, [{"Bonus": 3}])
    good = scorer.submit(asking, rows[:2])
    assert len(good.result(timeout=60).rows) == 2
    with pytest.raises(DataError, match="JX-E299"):
        bad.result(timeout=60)


def test_an_impossible_cell_has_its_reason_and_no_score(told: Told) -> None:
    (found,) = _scored(told, [{**told[2][0], "Goals Met": "many"}])
    assert found.status == "not_scored"
    assert (found.reason or "").startswith("Goals Met: expected")


def test_requests_that_wait_together_are_one_call_of_the_model(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, scorer, rows = told
    begun, held = threading.Event(), threading.Event()
    answer = scorer._answer

    def slow(batch: Any) -> None:
        begun.set()
        held.wait(30)
        answer(batch)

    monkeypatch.setattr(scorer, "_answer", slow)
    asking = viewer(office, "analyst")
    first = scorer.submit(asking, rows[:1])
    begun.wait(30)
    later = [scorer.submit(asking, [row]) for row in rows[1:65]]
    held.set()
    assert [len(one.result(timeout=60).rows) for one in (first, *later)] == [1] * 65
    assert scorer.calls == 2


def test_only_who_may_score_is_heard_and_too_much_is_turned_away(told: Told) -> None:
    office, scorer, rows = told
    with pytest.raises(Forbidden):
        scorer.submit(viewer(office, "manager"), rows[:1])
    with pytest.raises(TooMany):
        scorer.submit(viewer(office, "analyst"), rows[:1] * (MOST_WAITING + 1))


def test_a_report_job_asks_no_model_about_somebody_who_is_not_on_the_roster(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, _, rows = told
    asked: set[str] = set()
    opinions: set[str] = set()

    def keep(prediction: Any, examples: Any, **more: Any) -> pl.DataFrame:
        asked.update(rows[at]["Employee ID"] for at in examples.rows.tolist())
        return score_table(prediction, examples, **more)

    def take_in(_: Office, __: str, reports: list[Report]) -> int:
        has = {one.subject for one in reports if any(p.id == "opinion" for p in one.sections)}
        opinions.update(has)
        return len(reports)

    monkeypatch.setattr("jixiao.services.opinions.score_table", keep)
    monkeypatch.setattr("jixiao.office.papers.papers.take_in", take_in)
    job = Job(id="j", kind="report", arguments={}, result={}, by="", created=office.clock())
    WORK["report"].run(office, job, lambda *_: None)
    gone = sorted(asked)[0].removeprefix("E")
    assert {f"E{gone}", "E3"} <= opinions
    asked.clear()
    opinions.clear()
    with office.store.changing(Entry("test", "leave", "person")) as change:
        change.remove(*change.find(Person, key=f"E{gone}"))
        change.add(Refusal(id="r", person="p-E3", since=office.clock()))
    WORK["report"].run(office, job, lambda *_: None)
    assert opinions
    assert not {f"E{gone}", "E3"} & (asked | opinions)


def test_leaving_a_sentence_out_is_scored_again_and_its_effect_is_the_difference(
    told: Told,
) -> None:
    office, scorer, rows = told
    row = {**rows[0], "Comments": "She led the others. Lunch was at noon."}
    found = scorer.explain(viewer(office, "analyst"), [row]).result(timeout=60).rows[0]
    whole, without = _scored(told, [row, {**row, "Comments": "Lunch was at noon."}])
    assert found.score == whole
    assert found.unit == "levels"
    assert whole.expected is not None
    assert without.expected is not None
    led = next(p for p in found.parts if (p.column, p.start, p.end) == ("Comments", 0, 19))
    assert led.effect == pytest.approx(whole.expected - without.expected)
    effects = [abs(part.effect or 0) for part in found.parts]
    assert effects == sorted(effects, reverse=True)
    assert {part.column for part in found.parts} == {"Comments"}  # the goals tell the rating


def test_nobody_who_may_not_be_scored_is_explained(told: Told) -> None:
    office, scorer, rows = told
    with office.store.changing(Entry("test", "refuse", "refusal")) as change:
        change.add(Refusal(id="r-x", person="p-E1", since=office.clock()))
    row = next(row for row in rows if row["Employee ID"] == "E1")
    found = scorer.explain(viewer(office, "analyst"), [row]).result(timeout=60).rows[0]
    assert (found.score.status, found.score.reason) == ("not_scored", NOT_TOLD)
    assert (found.unit, found.parts) == (None, ())
    with pytest.raises(Forbidden):
        scorer.explain(viewer(office, "employee"), [row])
