from __future__ import annotations

import json
import threading
import time

import pytest

from jixiao.contracts import (
    Answer,
    Claim,
    Fact,
    GateScore,
    Question,
    Report,
    Section,
    Span,
    WriterSettings,
)
from jixiao.core import EndpointError, NoAnswer, WorkspaceError, json_hash
from jixiao.data import Pseudonyms
from jixiao.gateways import WorkspaceFolder
from jixiao.services.answers import Answers
from jixiao.services.writing import MOST_SILENT, Desk, Writing

PERIOD = Span(start="2025-10-01", end="2026-01-01")


def report(number: int) -> Report:
    rating = Fact(id="rating", subject="E", measure="rating", value="good", period=PERIOD)
    size = Fact(id="size", subject="E", measure="size", value=float(number))
    text = f"The rating is “good”, the size {number}."
    claim = Claim(text=text, facts=("rating", "size"))
    return Report(
        id=f"employee-E{number}",
        level="employee",
        subject=f"E{number}",
        title=f"E{number}",
        language="en",
        period=PERIOD,
        sections=(Section(id="summary", title="At a glance", claims=(claim,)),),
        facts=(rating, size),
        gate=GateScore(claims=1, verified=1),
    )


class Model:
    """Writes one sentence, or raises what it is told to; counts who asks at once."""

    model = "fake"

    def __init__(self, trouble=None, pause_s: float = 0.0, tokens: int = 10) -> None:
        self.trouble, self.pause_s, self.tokens = trouble, pause_s, tokens
        self.asked: list[Question] = []
        self.lock = threading.Lock()
        self.under_way = self.most_under_way = 0
        self.is_closed = False

    def ask(self, question: Question) -> Answer:
        with self.lock:
            self.asked.append(question)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            count = len(self.asked)
        time.sleep(self.pause_s)
        with self.lock:
            self.under_way -= 1
        if self.trouble and self.trouble(count):
            raise self.trouble(count)
        sentence = {
            "n": 1,
            "section": "summary",
            "text": "For {{period:rating}} it is “{{fact:rating}}”, of size {{fact:size}}.",
        }
        text = json.dumps({"sentences": [sentence]})
        return Answer(text=text, finish="stop", tokens_read=100, tokens_written=self.tokens)

    def close(self) -> None:
        self.is_closed = True


def silent(error=NoAnswer, when=lambda count: True):
    made = error("JX-E603", "writer.base_url", expected="an answer", got="status 503")
    return lambda count: made if when(count) else None


def writing(folder, model: Model, check=lambda claim: (), **settings) -> Writing:
    chosen = WriterSettings(name="llm", model="fake", **settings)
    desk = Desk(model, chosen, Answers(WorkspaceFolder(folder)))
    return Writing(
        desk,
        chosen,
        checker=lambda report: check,
        naming=lambda report: Pseudonyms(None, {report.subject: "P"}),
        model="fake",
    )


def reports(count: int) -> list[Report]:
    return [report(number) for number in range(count)]


def test_reports_come_in_their_order_and_several_are_under_way_at_once(tmp_path):
    model = Model(pause_s=0.02)
    made = list(writing(tmp_path, model, concurrency=3).written(reports(9)))
    assert [one.id for one in made] == [f"employee-E{n}" for n in range(9)]
    texts = [claim.text for claim in made[4].sections[0].claims]
    assert texts == ["For Q4 2025 it is “good”, of size 4."]
    assert 1 < model.most_under_way <= 3


def test_a_second_run_replays_every_answer_and_asks_nothing(tmp_path):
    first = list(writing(tmp_path, Model()).written(reports(3)))
    model = Model(trouble=silent(EndpointError))
    again = writing(tmp_path, model)
    assert list(again.written(reports(3))) == first
    assert model.asked == []
    assert "0 answers asked for, 3 replayed" in again.notes()[0]


def test_a_run_that_breaks_off_goes_on_where_it_stood(tmp_path):
    broken = Model(trouble=silent(EndpointError, lambda count: count > 2))
    with pytest.raises(EndpointError):
        list(writing(tmp_path, broken, concurrency=1).written(reports(5)))
    model = Model()
    assert len(list(writing(tmp_path, model, concurrency=1).written(reports(5)))) == 5
    assert len(model.asked) == 3


def test_another_model_or_setting_is_another_question(tmp_path):
    list(writing(tmp_path, Model()).written(reports(1)))
    model = Model()
    list(writing(tmp_path, model, temperature=0.7).written(reports(1)))
    assert len(model.asked) == 1


def test_a_changed_answer_is_not_replayed(tmp_path):
    list(writing(tmp_path, Model()).written(reports(1)))
    (path,) = (tmp_path / "answers").rglob("*.json")
    path.write_text(path.read_text().replace("it is", "it was"))
    with pytest.raises(WorkspaceError, match="JX-E640"):
        list(writing(tmp_path, Model()).written(reports(1)))


def test_stored_answers_hold_prompt_settings_and_output_but_no_name(tmp_path):
    list(writing(tmp_path, Model()).written(reports(1)))
    (path,) = (tmp_path / "answers").rglob("*.json")
    stored = json.loads(path.read_text())
    assert path.stem == json_hash(stored["question"])
    assert stored["question"]["model"] == "fake"
    assert stored["question"]["temperature"] == 0.0
    assert "[[P1]]" in stored["question"]["messages"][1]["content"]
    assert "E0" not in path.read_text()
    assert "{{fact:rating}}" in stored["answer"]["text"]


def test_the_limit_of_tokens_ends_the_run_cleanly_and_is_never_passed(tmp_path):
    model = Model(tokens=100)
    most = 20_000
    run = writing(tmp_path, model, concurrency=2, run_tokens=most, answer_tokens=100)
    made = list(run.written(reports(400)))
    assert 0 < len(made) < 400
    assert "JX-E610" in run.stopped
    assert "run_tokens" in run.stopped
    assert 200 * len(model.asked) <= most
    more = writing(tmp_path, Model(tokens=100), run_tokens=most, answer_tokens=100)
    assert len(list(more.written(reports(400)))) > len(made)


def test_the_limit_of_money_counts_both_prices(tmp_path):
    model = Model(tokens=50)
    prices = {"price_read": 10.0, "price_written": 100.0, "run_cost": 0.5}
    run = writing(tmp_path, model, concurrency=1, answer_tokens=1000, **prices)
    list(run.written(reports(200)))
    used = len(model.asked) * (100 * 10 + 50 * 100) / 1e6
    assert used <= 0.5
    assert used > 0.3
    assert "run_cost" in run.stopped
    assert f"cost {used:.4f}" in run.notes()[0]


def test_a_single_question_larger_than_the_limit_asks_nothing(tmp_path):
    model = Model()
    run = writing(tmp_path, model, run_tokens=50)
    assert list(run.written(reports(2))) == []
    assert model.asked == []
    assert run.stopped


def test_a_question_without_answer_leaves_the_outline_report_and_says_so(tmp_path):
    model = Model(trouble=silent(NoAnswer, lambda count: count == 2))
    run = writing(tmp_path, model, concurrency=1)
    made = list(run.written(reports(3)))
    second = made[1]
    assert second.sections[0].claims[0].text == "The rating is “good”, the size 1."
    assert second.gate is not None
    assert second.gate.fell_back
    assert second.gate.unanswered
    assert "1 report stayed without an answer" in run.notes()[-1]
    assert len(list((tmp_path / "answers").rglob("*.json"))) == 2


def test_an_endpoint_that_never_answers_stops_the_run_after_a_few_questions(tmp_path):
    model = Model(trouble=silent())
    with pytest.raises(EndpointError, match="questions in a row"):
        list(writing(tmp_path, model, concurrency=1).written(reports(50)))
    assert len(model.asked) <= MOST_SILENT + 2


def test_a_model_that_fails_the_check_twice_is_counted(tmp_path):
    run = writing(tmp_path, Model(), check=lambda claim: ("NUMBER x",))
    (made,) = run.written(reports(1))
    assert made.gate is not None
    assert made.gate.fell_back
    assert not made.gate.unanswered
    assert "1 report failed the check twice" in run.notes()[1]


def test_a_report_that_is_left_alone_keeps_its_place_and_is_not_asked_for(tmp_path):
    model = Model()
    run = writing(tmp_path, model, concurrency=2)
    last = report(1).model_copy(update={"title": "last"})
    made = run.written(reports(4), lambda one: last if one.id == last.id else None)
    assert [one.title for one in made] == ["E0", "last", "E2", "E3"]
    assert len(model.asked) == 3
    assert run.fallen_back == 0


def test_the_meter_gives_back_what_a_question_did_not_use(tmp_path):
    run = writing(tmp_path, Model(tokens=1), concurrency=1, run_tokens=6_000, answer_tokens=2_500)
    made = list(run.written(reports(3)))
    assert len(made) == 3, "2,500 tokens are set aside for each answer, and one is used"
