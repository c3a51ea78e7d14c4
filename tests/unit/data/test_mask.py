import random
import time
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.invented import column, contract

from jixiao.contracts import DataType, MaskSettings, Role
from jixiao.core import ContractError
from jixiao.data.mask import Masker, mask_texts
from jixiao.data.mask_names import trie_pattern
from jixiao.data.mask_patterns import chinese_id_ok, find_identifiers, iban_ok, luhn_ok
from jixiao.data.mask_roster import are_names, looks_like_name, tidy_name
from jixiao.data.mask_screen import can_hold_something

PEOPLE = [
    *("John Smith", "Grace Hall", "Park, Emma", "Will Long", "José O'Brien-Díaz", "Li Na"),
    *(
        "LeBlanc, Brandon R",
        "王伟",
        "高兴",
        "欧阳雪梅",
        "李雪梅",
        "高明",
        "张成功",
        "马上",
        "阿依古丽·买买提",
    ),
]
MASKER = Masker.of(PEOPLE, ["E00123"])


def mask(text: str, *own: str) -> str:
    return MASKER.mask(text, frozenset(own))[0]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "John Smith led it. John's plan worked, Smith said.",
            "[PERSON_1] led it. [PERSON_1]'s plan worked, [PERSON_1] said.",
        ),
        (
            "Smith, John met J. Smith and J.S. at noon",
            "[PERSON_1] met [PERSON_1] and [PERSON_1] at noon",
        ),
        ("john was great, SMITH too", "[PERSON_1] was great, [PERSON_1] too"),
        ("Brandon R. LeBlanc, Brandon LeBlanc", "[PERSON_1], [PERSON_1]"),
        ("Jose O'Brien-Diaz or O'Brien", "[PERSON_1] or [PERSON_1]"),
        ("Emma and John and Emma", "[PERSON_1] and [PERSON_2] and [PERSON_1]"),
        ("Ask Mr. Unknown or Dr. Jane Miller", "Ask [PERSON_1] or [PERSON_2]"),
        ("John\nSmith came", "[PERSON_1] came"),
        ("Johnson and Smithers stay", "Johnson and Smithers stay"),
    ],
)
def test_english_names_in_all_their_ways(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "Will you come? Will needs help. Ask Will.",
            "Will you come? [PERSON_1] needs help. Ask [PERSON_1].",
        ),
        ("She works with grace. Grace is kind.", "She works with grace. [PERSON_1] is kind."),
        ("It took long. A long park walk.", "It took long. A long park walk."),
    ],
)
def test_english_names_that_are_words_need_evidence(text, masked):
    assert mask(text) == masked


def test_a_reviewed_persons_own_name_is_masked_with_less_evidence():
    assert mask("Grace, a calm lead", "Grace Hall") == "[PERSON_1], a calm lead"
    assert mask("Grace, a calm lead") == "Grace, a calm lead"
    assert mask("成功负责交付", "张成功") == "[PERSON_1]负责交付"
    assert mask("成功交付项目") == "成功交付项目"


def test_months_are_no_persons():
    masker = Masker.of(["May Green", "April Stone"])
    assert masker.mask("In May 2024 and in April. May has left.")[0] == (
        "In May 2024 and in April. [PERSON_1] has left."
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("王伟表现优秀，雪梅也是", "[PERSON_1]表现优秀，[PERSON_2]也是"),
        (
            "王经理认可李总、高工和欧阳主任",
            "[PERSON_1]经理认可[PERSON_2]总、[PERSON_3]工和[PERSON_4]主任",
        ),
        ("小王和老李在，刘先生来了", "[PERSON_1]和[PERSON_2]在，[PERSON_3]来了"),
        ("提高经理水平，高工资，高主管理", "提高经理水平，高工资，高主管理"),
        (
            "古丽很好，阿依古丽·买买提请假，买买提也请假",
            "古丽很好，[PERSON_1]请假，[PERSON_1]也请假",
        ),
        ("赵雪梅医生", "[PERSON_1]医生"),
        ("李娜 Li Na 到场", "李娜 [PERSON_1] 到场"),
    ],
)
def test_chinese_names_titles_and_nicknames(text, masked):
    assert mask(text) == masked


def test_chinese_names_that_are_words_need_evidence():
    assert mask("他很高兴地说，高兴同学不错") == "他很高兴地说，[PERSON_1]同学不错"
    assert mask("马上完成，感到高兴") == "马上完成，感到高兴"
    assert mask("团队里高兴和王伟最好") == "团队里高兴和[PERSON_1]最好" or "[PERSON_2]" in mask(
        "团队里高兴和王伟最好"
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话１３８ １２３４ ５６７８。", "电话[PHONE]。"),
        ("+86-138-1234-5678 or 13812345678", "[PHONE] or [PHONE]"),
        ("021-62345678转801", "[PHONE]"),
        ("(415) 555-0132 ext 12 and +44 20 7946 0958", "[PHONE] and [PHONE]"),
        ("085 175 7641-Office,3660170548-Fax", "[PHONE]-Office,[PHONE]-Fax"),
        ("781 1704 office\nhome", "[PHONE] office\nhome"),
        ("They're not answering at 99 668472.", "They're not answering at [PHONE]."),
        ("my registered 668 5702, please", "my registered [PHONE], please"),
        ("请拨打 6234 5678 联系", "请拨打 [PHONE] 联系"),
        ("a.b+c@mail.example.com.cn写信", "[EMAIL]写信"),
        ("身份证11010519491231002X，另110105194912310021", "身份证[ID]，另[ID]"),
        ("旧号110105491231002", "旧号[ID]"),
        ("卡6222 0212 3456 7890 128", "卡[CARD]"),
        ("card 4111-1111-1111-1111", "card [CARD]"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN [IBAN]."),
        ("at 10.0.0.1 or fe80::1ff:fe23:4567:890a", "at [IP] or [IP]"),
        ("see https://github.com/jane/x, @jane_d @小明 好", "see [URL], [HANDLE] [HANDLE] 好"),
        ("微信号：abc_1234", "微信号：[HANDLE]"),
        ("SSN 078-05-1120", "SSN [ID]"),
        ("工号 E00123 的同事", "工号 [ID] 的同事"),
        ("沪A·12345", "[PLATE]"),
    ],
)
def test_identifiers_by_shape_and_check_digit(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Sales rose 12.5% to 1,234,567 in 2024-05-06 at 10:30:00",
        "完成率98.6%，销售额1234.5万元，2024年5月6日，第3季度",
        "version 1.2.3, order 20240506, ratio 3:2, 5/5",
        "score 4111 of 5000; 2023-2024; 100-200 units",
        "registered 1 200 345 users and answered 12000000 calls",
        "the 2024-2025 office plan, a 2025-01-12 office, 1 200 345 mobile users",
        "answered with 98.5 % on time and 1.234.567 in sales",
    ],
)
def test_figures_of_performance_stay(text):
    assert mask(text) == text


def test_check_digits():
    assert luhn_ok("79927398713")
    assert not luhn_ok("79927398710")
    assert chinese_id_ok("11010519491231002X")
    assert not chinese_id_ok("11010519491231002")
    assert iban_ok("GB82 WEST 1234 5698 7654 32")
    assert not iban_ok("GB82 WEST 1234 5698 7654 33")


@given(st.text(alphabet="0123456789-.+ ()@:/abWJohn王经理高兴微信，", max_size=60))
def test_masking_twice_changes_nothing_more(text):
    once = mask(text)
    assert mask(once) == once


@given(st.text(alphabet="0123456789 +-@.x王", max_size=50))
def test_spans_are_ordered_do_not_overlap_and_lie_inside(text):
    spans = MASKER.find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert {span.kind for span in find_identifiers(text)} <= {
        "PHONE",
        "ID",
        "CARD",
        "EMAIL",
        "HANDLE",
        "URL",
        "IP",
    }


PIECES = [
    *(
        "Will",
        "John",
        "JOHN",
        "smith",
        "j.s.",
        "J. S.",
        "Emma",
        "Park",
        "Ｊｏｈｎ",
        "José",
        "O'BRIEN",
    ),
    *(
        "Mr. ",
        "Dr X",
        "王伟",
        "雪梅",
        "小王",
        "老李",
        "欧阳",
        "李总",
        "高工",
        "张先生",
        "买买提",
        "138",
    ),
    *(
        "1234",
        "5678",
        "１３８",
        "@ab",
        "@小明",
        "http://a.b",
        "www.a",
        "微信",
        "QQ",
        "e00123",
        "DE89",
    ),
    *("-", " ", "\n", "。", "好", "is"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_the_screen_never_holds_back_a_text_with_something_to_mask(text):
    if MASKER.find(text):
        assert can_hold_something(pl.Series([text]), MASKER.roster).to_list() == [True]


def test_the_screen_spares_plain_texts():
    texts = pl.Series(["steady quarter, 3 of 4 goals", "本季度完成三项目标", None, ""])
    assert not can_hold_something(texts, MASKER.roster).any()


def test_the_pattern_of_a_roster_prefers_the_longest():
    assert trie_pattern(["ann", "anna", "bob"]) == "(?:ann(?:a)?|bob)"


def test_what_looks_like_a_name():
    good = ["王伟", "欧阳雪梅", "Anna Berg", "Berg, Anna", "José O'Brien", "阿依古丽·买买提"]
    bad = ["E0012", "人事部", "高级经理", "Sales Manager", "Charcoal", "a b", "4-Jan-25", "王"]
    assert [name for name in good if not looks_like_name(name)] == []
    assert [name for name in bad if looks_like_name(name)] == []
    assert tidy_name("Dr. Anna Berg, PhD (Sales)") == "Anna Berg"
    assert not are_names(["Charcoal Fabric", "Walnut Finish", "Sandstone Fabric", "Oak Finish"])
    assert are_names(["Anna Berg", "John Stone", "Zvi Qor"])


CONTRACT = contract(
    column("employee", Role.SUBJECT),
    column("manager_name", Role.RATER),
    column("comment", Role.TEXT),
    column("goal", Role.GOAL),
    column("pulse", Role.CONFIDENTIAL, DataType.TEXT),
    column("job", Role.CATEGORY),
)


def table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "employee": ["E0001", "E0002"],
            "manager_name": ["Anna Berg", "王伟"],
            "comment": ["Anna says E0002 did well", None],
            "goal": ["call 13812345678", "x"],
            "pulse": ["王伟很好", ""],
            "job": ["Anna Berg", "y"],
        }
    )


def test_prose_columns_are_masked_and_the_report_tells_no_name():
    frame = table()
    out, report = mask_texts(frame, CONTRACT, MaskSettings(), salt="s")
    assert out.to_dict(as_series=False) == {
        **frame.to_dict(as_series=False),
        "comment": ["[PERSON_1] says [ID] did well", None],
        "goal": ["call [PHONE]", "x"],
        "pulse": ["[PERSON_1]很好", ""],
    }
    assert report.changed == {"comment": 1, "goal": 1, "pulse": 1}
    assert report.details["kinds"] == {"ID": 1, "PERSON": 2, "PHONE": 1}
    assert report.note == "masked with a roster of 2 names: 2 PERSON, 1 ID, 1 PHONE"
    assert "Anna" not in str(report.to_json())
    other = mask_texts(frame, CONTRACT, MaskSettings(), salt="t")[1]
    assert other.details["roster"] != report.details["roster"]


def test_names_of_other_tables_count_and_masking_can_be_switched_off():
    frame = table().with_columns(comment=pl.Series(["Zoe Quill met John Marsh", "Zoe"]))
    out, _ = mask_texts(
        frame, CONTRACT, MaskSettings(), salt="s", roster=["Zoe Quill", "John Marsh"]
    )
    assert out["comment"].to_list() == ["[PERSON_1] met [PERSON_2]", "[PERSON_1]"]
    same, report = mask_texts(frame, CONTRACT, MaskSettings(on=False), salt="s")
    assert same.equals(frame)
    assert report.note == "masking is switched off"


def test_products_as_subjects_are_not_taken_for_people():
    frame = pl.DataFrame(
        {"employee": ["Walnut Finish", "Oak Finish"], "comment": ["Oak is nice"] * 2}
    )
    out, _ = mask_texts(
        frame,
        CONTRACT,
        MaskSettings(),
        salt="s",
        roster=["Walnut Finish", "Oak Finish", "Anna Berg"],
    )
    assert out["comment"].to_list() == ["Oak is nice"] * 2


def test_a_roster_column_that_does_not_exist_is_an_error():
    with pytest.raises(ContractError) as caught:
        mask_texts(table(), CONTRACT, MaskSettings(roster_columns=("nobody",)), salt="s")
    assert "mask.roster_columns: expected columns of the contract: comment, employee" in str(
        caught.value
    )


def test_ten_thousand_reviews_with_a_thousand_names_take_seconds():
    rng = random.Random(0)
    parts = [
        a + b
        for a in ["ba", "ko", "lu", "mi", "ne", "ro", "sa", "ti", "vu", "ze"]
        for b in ["dan", "fel", "gor", "him"]
    ]
    names = [
        f"{rng.choice(parts).title()} {rng.choice(parts).title()}{at % 7}x"[:-2]
        for at in range(700)
    ]
    names += [
        rng.choice("王李张刘陈") + rng.choice("伟芳娜敏静") + rng.choice("涛磊洋艳勇")
        for _ in range(300)
    ]
    words = [
        "the",
        "team",
        "delivered",
        "work",
        "on",
        "time",
        "and",
        "exceeded",
        "target",
        "this",
        "quarter",
    ]
    texts = [
        " ".join(rng.choices(words, k=40)) + f" {rng.choice(names)}"
        if at % 2
        else f"本季度{rng.choice(names)}完成了全部目标，表现优秀，" * 4
        for at in range(10_000)
    ]
    masker = Masker.of(names)
    started = time.perf_counter()
    found = sum(len(masker.find(text)) for text in texts)
    assert found > 10_000
    assert time.perf_counter() - started < 10


def test_no_name_of_the_sample_company_gets_through(sample_company):
    roster = sample_company.tables["roster"].select("Employee ID", "Person / Name")
    frame = sample_company.tables["reviews"].join(roster, on="Employee ID", how="left")
    made = contract(
        column("Employee ID", Role.SUBJECT),
        column("Person / Name", Role.ID),
        column("Manager Comments", Role.TEXT),
    )
    out, report = mask_texts(frame, made, MaskSettings(), salt="s")
    assert report.details["kinds"]["PERSON"] > 5_000
    names = [name for name in roster["Person / Name"].to_list() if name]
    texts = out["Manager Comments"].fill_null("")
    assert not texts.str.contains_any(names).any()
    last_names = [f" {name.split()[-1]} " for name in names if name.isascii()]
    assert not texts.str.contains_any(last_names).any()
