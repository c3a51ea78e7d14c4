from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.data.language import detect_languages, segment, split_sentences


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Strong delivery, weak planning", "en"),
        ("交付能力强，计划性弱", "zh"),
        ("他的KPI和OKR完成得很好", "zh"),
        ("Great team player 工作认真 and always on time 表现优秀", "mixed"),
        ("これはとても良いです", "other"),
        ("Отличная работа", "other"),
        ("C’était très déçu, à éviter où ça été", "other"),
        ("100 % !!", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_language_follows_the_script(text, language):
    assert detect_languages(pl.Series([text, "好"], dtype=pl.String))[0] == language


def test_a_plain_ascii_column_takes_the_same_answers():
    texts = ["Good", "12", None, ""]
    alone = detect_languages(pl.Series(texts, dtype=pl.String)).to_list()
    beside = detect_languages(pl.Series([*texts, "好"], dtype=pl.String)).to_list()
    assert alone == beside[:4] == ["en", "", "", ""]


def test_user_words_are_not_cut():
    assert segment(["负责绩效云平台的交付"], ["绩效云平台"]) == [
        ["负责", "绩效云平台", "的", "交付"]
    ]


@given(st.text(alphabet="工作认真负责ab 1，。", max_size=40))
def test_words_joined_give_the_text_without_blanks(text):
    assert "".join(segment([text])[0]) == "".join(text.split())


def test_sentences_of_both_languages():
    text = (
        "Dr. Lee scored 4.5 vs. 3.9, e.g. in Q1. Well done! J. Smith agrees... 表现很好！！真的吗？"
        "“是的。”她说\n第二行 [PERSON_1] met goals. [PERSON_1] did. no. 5 stays"
    )
    assert [sentence.text for sentence in split_sentences(text)] == [
        "Dr. Lee scored 4.5 vs. 3.9, e.g. in Q1.",
        "Well done!",
        "J. Smith agrees...",
        "表现很好！！",
        "真的吗？",
        "“是的。”",
        "她说",
        "第二行 [PERSON_1] met goals.",
        "[PERSON_1] did. no. 5 stays",
    ]


@given(st.text(alphabet="aB1 .!?。！？…\n“”()好；,", max_size=60))
def test_sentences_are_exact_pieces_in_order_and_lose_no_letter(text):
    sentences = split_sentences(text)
    assert all(text[s.start : s.end] == s.text == s.text.strip() for s in sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    kept = "".join(s.text for s in sentences)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
