from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.reports.quotes import judge, pieces


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ("本季度按时交付了全部版本", "strength"),
        ("工作认真负责，主动帮助新同事", "strength"),
        ("跨部门沟通还需要加强", "growth"),
        ("需要更主动地同步进度", "growth"),
        ("没有按时交付测试报告", "growth"),
        ("全年没有延误和返工", "strength"),
        ("建议下季度参加项目管理培训", "action"),
        ("Delivered every release on time", "strength"),
        ("communication with other teams could be better", "growth"),
        ("She did not deliver the report on time", "growth"),
        ("never late with any release", "strength"),
        ("Next quarter she should take the course", "action"),
        ("返工率比上季度下降了一半", "strength"),
        ("有不清楚的地方会及早提出", "strength"),
        ("能完成任务，较少主动延伸", "growth"),
        ("发现延期苗头请马上提出", "action"),
        ("[PERSON_1] turned a complaint into an extended contract", "strength"),
        ("交付比约定晚了十五天", "growth"),
        ("计划周密，变更没有造成任何延误", "strength"),
        ("不仅按时交付，还帮助了同事", "strength"),
        ("提出五条新建议，其中两条已经采用", "strength"),
    ],
)
def test_cues_tell_strength_growth_and_next_step_apart(piece, kind):
    judged = judge(piece)
    assert judged is not None
    assert judged[0] == kind


@pytest.mark.parametrize(
    "piece", ["她在华东区工作三年", "The office is on the third floor", "好", "面谈已按时完成了"]
)
def test_sentences_without_cues_are_not_evidence(piece):
    assert judge(piece) is None


def test_a_turn_parts_praise_from_criticism_in_both_languages():
    assert list(pieces("按时交付了版本，但沟通需要加强。")) == ["按时交付了版本", "沟通需要加强"]
    assert list(pieces("Delivers on time, but needs to write tests earlier.")) == [
        "Delivers on time",
        "needs to write tests earlier",
    ]


@given(st.text(max_size=200))
def test_every_piece_is_an_exact_part_of_the_text(text):
    assert all(piece in text and piece.strip() == piece for piece in pieces(text))


def test_masked_names_keep_their_brackets():
    assert list(pieces("[PERSON_1]按时交付了版本，但[PERSON_2]的周报有延误。")) == [
        "[PERSON_1]按时交付了版本",
        "[PERSON_2]的周报有延误",
    ]
