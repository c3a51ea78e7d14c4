from __future__ import annotations

import pytest
from tests.golden.sample import sample

from jixiao.contracts import GateScore
from jixiao.reports.frame import frame_of, has_opinion, written_by_model


def told(**changes) -> str:
    return " ".join(frame_of(sample("en").model_copy(update=changes)).notices)


def test_a_report_that_a_model_wrote_says_so_first():
    assert told().startswith("Written with AI: a language model wrote the sentences")
    assert "were checked against the facts" in told()


def test_nothing_is_said_to_be_checked_before_the_gate_has_run():
    assert "checked" not in told(gate=None)
    assert "Written with AI" in told(gate=None)


def test_an_outline_report_carries_no_label_but_that_of_its_second_opinion():
    report = sample("en").model_copy(update={"provenance": {"writer": "outline"}})
    assert not written_by_model(report)
    assert has_opinion(report)
    assert frame_of(report).notices == (
        "Made with AI: the second opinion in this report is a model's estimate, not a rating.",
    )
    assert "No language model wrote any of it" in frame_of(report).composed


def test_a_report_that_fell_back_says_what_happened():
    gate = GateScore(claims=4, verified=4, fell_back=True)
    assert "failed the check twice" in told(gate=gate)
    assert "Written with AI" not in told(gate=gate)


@pytest.mark.parametrize(
    ("language", "said", "other"),
    [
        ("en", "gave no answer for this report", "failed the check twice"),
        ("zh", "没有对本报告作出回答", "两次未通过核对"),
    ],
)
def test_a_report_without_an_answer_does_not_say_that_one_failed(language, said, other):
    gate = GateScore(claims=4, verified=4, fell_back=True, unanswered=True)
    notices = frame_of(sample(language).model_copy(update={"gate": gate})).notices
    assert said in " ".join(notices)
    assert other not in " ".join(notices)


@pytest.mark.parametrize(("language", "label"), [("zh", "AI 生成"), ("en", "AI")])
@pytest.mark.parametrize("kind", ["html", "md"])
def test_the_label_stands_before_the_first_section(kind, language, label):
    from jixiao.reports import render

    report = sample(language)
    text = render(report, kind).decode()
    assert text.index(label) < text.index(report.sections[0].claims[0].text[:8])


def test_counts_agree_with_their_nouns():
    frame = frame_of(sample("en"))
    assert ("1", "quotation") in frame.counts
    assert ("6", "facts") in frame.counts
    assert ("1", "taken out") in frame.gate
