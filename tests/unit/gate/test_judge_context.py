"""Who belongs where, and what a person is said to be like: no figure says it, a comment may."""

from __future__ import annotations

import pytest

from jixiao.contracts import Claim, Comment, Fact
from jixiao.gate import FactSet, check_claim, verify_text

RATING = Fact(id="rating", subject="E1", measure="rating", value=4.0)
SILENT = FactSet([RATING], [])
SAYING = FactSet(
    [RATING],
    [
        Comment(
            id="c1", subject="E1", text="A natural leader when things go wrong.", row=0,
            column="review", language="en",
        ),
        Comment(
            id="c2", subject="E1", text="性格沉稳，遇事不慌。", row=1, column="review",
            language="zh",
        ),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A natural leader with a difficult character.", ["natural leader", "character"]),
        ("天生的领导者，但性格难以相处。", ["天生", "性格", "难以相处"]),
    ],
)
def test_a_trait_without_a_comment_fails_in_a_draft_and_in_a_report(text, words):
    found = verify_text(text, SILENT)
    assert [one.text for one in found.spans if one.fails] == words
    assert {one.type for one in found.spans} == {"NOT_CHECKABLE"}
    language = "zh" if "的" in text else "en"
    claim = Claim(text=text, facts=("rating",))
    assert [one.text for one in check_claim(claim, SILENT, language=language)] == words


@pytest.mark.parametrize("text", ["She is a natural leader.", "性格沉稳。"])
def test_a_trait_that_a_comment_names_is_carried_by_it(text):
    found = verify_text(text, SAYING)
    assert [(one.verdict, one.fact) for one in found.spans] == [
        ("supported", "c2" if "性格" in text else "c1")
    ]


@pytest.mark.parametrize(
    "text", ["She led the team through the release.", "他带领团队完成了发布。"]
)
def test_what_was_done_is_no_trait(text):
    assert not [one for one in verify_text(text, SILENT).spans if one.type == "NOT_CHECKABLE"]


def contexts(text, facts):
    return [one.text for one in verify_text(text, facts).spans if one.type == "CONTEXT"]


def test_a_person_told_among_another_groups_members_is_caught(shops):
    text = "Ann Lee had 9 orders for North . Guy Poe was next with 4 orders ."
    assert contexts(text, shops) == ["Guy Poe"]


def test_a_person_of_the_group_told_of_before_passes(shops):
    text = "Ann Lee had 9 orders for North . Bo J. Carr was next with 7 orders ."
    assert contexts(text, shops) == []


def test_a_new_group_may_begin_with_anybody(shops):
    text = "Ann Lee had 9 orders . South had 16 orders . Guy Poe was next with 4 orders ."
    assert contexts(text, shops) == []


def test_the_other_one_may_be_named_last(shops):
    text = "Ann Lee had 9 orders . The only other one was Guy Poe ."
    assert contexts(text, shops) == ["Guy Poe"]


def test_who_leads_the_group_of_a_pronoun_must_belong_to_it(shops):
    assert contexts("North had 21 orders . They were led by Guy Poe .", shops) == ["Guy Poe"]
    assert contexts("North had 21 orders . They were led by Ann Lee .", shops) == []
