from __future__ import annotations

import pytest

from jixiao.contracts import Comment, Fact
from jixiao.core import ReportError
from jixiao.reports.outline import parse_outline
from jixiao.reports.slots import Scope
from jixiao.reports.words import words_of
from jixiao.reports.writer import Draft, OutlineWriter

BASE = {"version": 1, "level": "employee", "title": "{subject}", "builders": ["data.v1"]}


def said(sentences, *facts, language="en", comments=(), draw=0):
    content = {
        **BASE,
        "language": language,
        "sections": [{"id": "a", "title": "A", "sentences": sentences}],
    }
    known = {f.id: f for f in facts}
    quoted = {c.id: c for c in comments}
    words = words_of(language)
    writer = OutlineWriter(parse_outline(content, "own.yaml"), words)
    return writer.sections(Scope(known, quoted, words), draw=draw)


def texts(sections):
    return [claim.text for section in sections for claim in section.claims]


def kpi(place, value, **more):
    return Fact(id=f"kpi{place}", subject="E1", measure=f"K{place}", value=value, **more)


LIST = {
    "each": "kpi",
    "item": "{kpi:name} ({kpi})",
    "alone": ["Only {kpi:name} missed, at {kpi}."],
    "variants": ["Missed: {items}."],
    "when": ["kpi > 1"],
}


@pytest.mark.parametrize(
    ("language", "values", "text"),
    [
        ("en", (2.0, 3.0, 4.0), "Missed: K1 (2), K2 (3) and K3 (4)."),
        ("en", (2.0, 1.0, 4.0), "Missed: K1 (2) and K3 (4)."),
        ("en", (1.0, 3.0, 1.0), "Only K2 missed, at 3."),
        ("zh", (2.0, 3.0, 4.0), "Missed: K1 (2)、K2 (3)和K3 (4)."),
    ],
)
def test_a_list_is_joined_as_its_language_does(language, values, text):
    facts = [kpi(place, value) for place, value in enumerate(values, start=1)]
    assert texts(said([LIST], *facts, language=language)) == [text]


def test_a_list_cites_every_fact_in_it_and_nothing_else():
    (section,) = said([LIST], kpi(1, 2.0), kpi(2, 1.0), kpi(3, 4.0))
    assert section.claims[0].facts == ("kpi1", "kpi3")


def test_an_empty_list_says_nothing():
    assert texts(said([LIST], kpi(1, 0.5))) == []


def test_variants_take_turns_down_the_page():
    loop = {"each": "kpi", "variants": ["A {kpi}.", "B {kpi}.", "C {kpi}."]}
    found = texts(said([loop], *(kpi(place, float(place)) for place in range(1, 7)), draw=5))
    assert sorted(text[0] for text in found) == list("AABBCC")


def test_no_sentence_is_said_twice_on_a_page():
    loop = {"each": "kpi", "variants": ["It is {kpi}."]}
    assert texts(said([loop, loop], kpi(1, 3.0), kpi(2, 3.0))) == ["It is 3."]


def test_a_comment_of_a_loop_is_quoted_and_cited_by_its_id():
    step = Fact(id="step1", subject="E1", measure="x", value="done")
    quote = Comment(
        id="step1.text", subject="E1", text="Call", row=0, column="action", language="en"
    )
    loop = {"each": "step", "when": ["step.text"], "variants": ["Done: “{step.text}”."]}
    (section,) = said([loop], step, comments=[quote])
    assert section.claims[0].text == "Done: “Call”."
    assert section.claims[0].comments == ("step1.text",)
    assert said([loop], step) == ()


def test_a_unit_in_the_name_is_not_read_out_beside_the_number():
    fact = kpi(1, 3.6, unit="%").model_copy(update={"measure": "Defect rate (%)"})
    assert texts(said([{"each": "kpi", "variants": ["{kpi:name} is {kpi}."]}], fact)) == [
        "Defect rate is 3.6%."
    ]


def test_a_draft_knows_how_often_each_template_was_used():
    draft = Draft(0)
    words = words_of("en")
    content = {
        **BASE,
        "language": "en",
        "sections": [
            {
                "id": "a",
                "title": "A",
                "sentences": [{"each": "kpi", "variants": ["A {kpi}.", "B {kpi}."]}],
            }
        ],
    }
    writer = OutlineWriter(parse_outline(content, "own.yaml"), words)
    scope = Scope({f"kpi{n}": kpi(n, float(n)) for n in (1, 2, 3)}, {}, words)
    writer.sections(scope, draw=0, draft=draft)
    assert sorted(draft.used.values()) == [1, 2]


@pytest.mark.parametrize(
    "sentence",
    [
        {"each": "kpi", "item": "{kpi}", "variants": ["no list"]},
        {"each": "kpi", "variants": ["{items}"]},
        {"item": "{kpi}", "variants": ["{items}"]},
        {"each": "kpi", "alone": ["{kpi}"], "variants": ["x"]},
    ],
)
def test_half_a_list_is_refused(sentence):
    with pytest.raises(ReportError, match="needs"):
        said([sentence])
