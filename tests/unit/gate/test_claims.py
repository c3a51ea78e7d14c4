import pytest

from jixiao.contracts import Claim, Comment, Fact, Span
from jixiao.gate import FactSet, check_claim, verify_text

Q3 = Span(start="2025-07-01", end="2025-10-01")
Q4 = Span(start="2025-10-01", end="2026-01-01")
FACTS = FactSet(
    [
        Fact(id="kpi1", subject="E1", measure="Sales", value=97305.0, unit="CNY", period=Q4),
        Fact(
            id="kpi1.previous", subject="E1", measure="Sales", value=117948.0, unit="CNY", period=Q3
        ),
        Fact(
            id="kpi1.change",
            subject="E1",
            measure="Sales_change",
            value=-20643.0,
            unit="CNY",
            period=Q4,
            base="kpi1.previous",
            formula="kpi1 − kpi1.previous",
        ),
        Fact(
            id="kpi1.target", subject="E1", measure="Sales_target", value=12e4, unit="CNY",
            period=Q4,
        ),
        Fact(id="team.hidden", subject="E1", measure="team_hidden", value=5.0, period=Q4),
    ],
    [
        Comment(
            id="c1", subject="E1", text="Delivered every release on time", row=0, column="review",
            language="en", period=Q4,
        )
    ],
)  # fmt: skip
CHANGE = ("kpi1.previous", "kpi1", "kpi1.change")


def failing(text, facts=(), comments=()):
    language = "zh" if "实际" in text else "en"
    claim = Claim(text=text, facts=facts, comments=comments)
    return [(one.text, one.type) for one in check_claim(claim, FACTS, language=language)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Since Q3 2025, Sales fell from ¥117,948 to ¥97,305.", CHANGE),
        ("Compared with Q3 2025, Sales is lower by ¥20,643.", CHANGE),
        ("In Q3 2025, Sales had been ¥117,948, which is ¥20,643 more.", CHANGE),
        ("Sales实际为9.73万元，比目标12万元少。", ("kpi1", "kpi1.target")),
        ("No team mean is given, because it would rest on fewer than 5 people.", ("team.hidden",)),
    ],
)
def test_a_sentence_on_its_cited_facts_passes(text, facts):
    assert failing(text, facts) == []


@pytest.mark.parametrize(
    ("text", "facts", "found"),
    [
        ("Since Q3 2025, Sales fell from ¥117,948 to ¥97,350.", CHANGE, ("¥97,350", "NUMBER")),
        ("Since Q2 2025, Sales fell from ¥117,948 to ¥97,305.", CHANGE, ("Q2 2025", "NUMBER")),
        ("Since Q3 2025, Sales rose from ¥117,948 to ¥97,305.", CHANGE, ("rose", "WORD")),
        ("Sales came to ¥97,305 for E2.", ("kpi1",), ("E2", "NAME")),
        ("Sales came to 97,305 hours.", ("kpi1",), ("97,305 hours", "NUMBER")),
        ("Sales came to ¥117,948.", ("kpi1",), ("¥117,948", "NUMBER")),
        ("Sales came to −¥97,305.", ("kpi1",), ("−¥97,305", "NUMBER")),
        ("Fewer than 6 people answered.", ("team.hidden",), ("6 people", "NUMBER")),
    ],
)
def test_a_fault_is_found_at_its_word(text, facts, found):
    assert found in failing(text, facts)


def test_a_reason_needs_a_comment():
    text = "Sales fell from ¥117,948 to ¥97,305 because the market was weak."
    assert ("because the market was weak", "CONTEXT") in failing(text, CHANGE)


def test_a_quotation_is_an_exact_piece_of_a_cited_comment():
    assert failing("The review says “Delivered every release on time”.", comments=("c1",)) == []
    said = "Delivered each release on time"
    assert failing(f"The review says “{said}”.", comments=("c1",)) == [(said, "CONTEXT")]
    assert failing("The review says “Delivered every release on time”.") != []


def test_a_judgement_needs_a_fact_or_a_comment():
    assert failing("This is an excellent employee.") == [("excellent", "NOT_CHECKABLE")]


def test_an_unknown_id_fails_the_whole_sentence():
    (finding,) = check_claim(Claim(text="Sales rose.", facts=("kpi9",)), FACTS, language="en")
    assert finding.verdict == "unsupported"
    assert finding.expected == "a known id instead of 'kpi9'"


def test_a_reviewers_sentence_without_facts_is_marked_and_counted():
    found = verify_text("E1 is an excellent colleague. Sales of E1 came to ¥97,305.", FACTS)
    assert [one.verdict for one in found.sentences] == ["own statement", "verified"]
    assert found.summary["own_statements"] == 1
    assert found.passes
