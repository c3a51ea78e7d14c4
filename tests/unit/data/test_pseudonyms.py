from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import TOKEN
from jixiao.core import DataError
from jixiao.data import Masker, Pseudonyms, group_names

PEOPLE = ("Ann Lee", "Ann Cole", "Mary-Jane O'Neil", "张伟明", "陈伟明", "欧阳娜娜", "Bob Stone")
MASKER = Masker.of(PEOPLE, ["E-1042"])
PIECES = st.one_of(
    st.sampled_from(
        [
            *PEOPLE,
            "Ann",
            "伟明",
            "小张",
            "娜娜",
            "Mary",
            "Mr. Stone",
            "he",
            "Her",
            "他们",
            "其他",
            "她",
        ]
    ),
    st.sampled_from(["[[P1]]", "[[", "]]", "[", "]", "[[[X1]]", "[PERSON_1]", "{{fact:rating}}"]),
    st.sampled_from(["ann@example.com", "13812345678", "4111 1111 1111 1111", "E-1042", "Sales"]),
    st.text(max_size=8),
    st.sampled_from([" ", "，", "。", ", ", "\n", "的", "of "]),
)


def fresh() -> Pseudonyms:
    return Pseudonyms(MASKER, {"E001": "P", "北辰公司": "O", **group_names("Sales / East")})


@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_comes_back_byte_for_byte(text):
    names = fresh()
    hidden = names.hide(text)
    assert names.faults(hidden) == ()
    assert names.restore(hidden).encode("utf-8", "surrogatepass") == text.encode(
        "utf-8", "surrogatepass"
    )


@given(st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=2, max_size=4))
def test_the_texts_of_one_prompt_share_tokens_and_all_come_back(texts):
    names = fresh()
    hidden = [names.hide(text) for text in texts]
    assert [names.restore(text) for text in hidden] == texts


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Ann Lee met her goals.", "[[P1]] met [[THEM1]] goals."),
        ("Ann Lee and Bob Stone; Ann Lee", "[[P1]] and [[P2]]; [[P1]]"),
        ("张伟明帮助其他同事，她很负责。", "[[P1]]帮助其他同事，[[TA1]]很负责。"),
        ("E001 did not miss a call in Sales", "[[P1]] did not miss a call in [[T1]]"),
        ("北辰公司的13812345678", "[[O1]]的[[PHONE1]]"),
        ("write to ann@example.com", "write to [[EMAIL1]]"),
        ("a literal [[P1]] here", "a literal [[X1]]P1[[X2]] here"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_names_identifiers_and_gendered_words_become_tokens(text, hidden):
    assert fresh().hide(text) == hidden


def test_one_person_keeps_one_number_whatever_the_spelling():
    names = fresh()
    assert names.hide("Ann Lee. Lee, Ann.") == "[[P1]]. [[P1-2]]."


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("张伟明带队，伟明负责。", "[[P1]]带队，[[P1-2]]负责。"),
        ("Maria Lopez leads; Maria plans.", "[[P1]] leads; [[P1-2]] plans."),
        ("陈伟与张伟明不同，娜娜也来", "[[P1]]与[[P2]]不同，[[P3]]也来"),
        (
            "In May we will see; 他很高，平时也好，高兴",
            "In May we will see; [[TA1]]很高，平时也好，高兴",
        ),
    ],
)
def test_a_given_name_alone_is_its_one_person_unless_it_is_a_word(text, hidden):
    people = ["张伟明", "Maria Lopez", "欧阳娜娜", "陈伟", "May Chen", "Will Smith", "李高", "王平"]
    names = Pseudonyms(Masker.of([*people, "赵高兴"]))
    assert names.hide(text) == hidden
    assert names.restore(hidden) == text


def test_a_given_name_of_two_people_is_hidden_and_is_neither_of_them():
    names = Pseudonyms(Masker.of(["张伟明", "陈伟明", "Ana Ruiz", "Ana Gomez"]))
    assert names.hide("张伟明和陈伟明，伟明") == "[[P1]]和[[P2]]，[[P3]]"
    assert names.hide("Ana Gomez and Ana Ruiz; Ana") == "[[P4]] and [[P5]]; [[P6]]"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("[[P2]] met the goals", "unknown token [[P2]]"),
        ("[[p1]] met the goals", "a changed token"),
        ("[[ P1 ]] met the goals", "a changed token"),
        ("[[P1] met the goals", "a changed token"),
        ("the goals were met", "missing token [[P1]]"),
    ],
)
def test_a_token_that_is_unknown_changed_or_missing_blocks_the_text(changed, told):
    names = fresh()
    token = names.hide("Ann Lee")
    with pytest.raises(DataError) as caught:
        names.restore(changed, required=(token,))
    assert told in str(caught.value)
    assert "Ann" not in str(caught.value)


def test_tokens_are_plain_and_the_same_in_both_languages():
    names = fresh()
    names.hide("Ann Lee 张伟明 13812345678 she 他 [[")
    assert all(TOKEN.fullmatch(token) and token.isascii() for token in names.tokens)


def test_a_short_part_of_a_group_path_is_left_alone():
    assert group_names("A / 销售部 / HR") == {"A / 销售部 / HR": "T", "销售部": "T"}
