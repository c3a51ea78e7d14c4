"""Whole sentences as people write them, right and wrong, in both languages."""

import json

import pytest

from jixiao.gate import FactSet, read_facts, verify_text

YEAR = {"start": "2025-01-01", "end": "2026-01-01"}
LAST_YEAR = {"start": "2024-01-01", "end": "2025-01-01"}


@pytest.fixture(scope="module")
def support(fact, q2) -> FactSet:
    facts = [
        fact("r1", "Chen Jing", "performance score", 4.1, unit="points"),
        fact("r0", "Chen Jing", "performance score", 3.2, unit="points", period=q2),
        fact(
            "rc",
            "Chen Jing",
            "performance score change",
            0.9,
            unit="points",
            base="r0",
            formula="r1 - r0",
        ),
        fact("t1", "Support Team", "performance score", 3.6, unit="points"),
        fact("n1", "Support Team", "headcount", 12, unit="people"),
        fact("k1", "Chen Jing", "tickets closed", 240, unit="tickets"),
        fact("k2", "Chen Jing", "tickets closed target", 200, unit="tickets"),
        fact("k3", "Chen Jing", "target completion", 120, unit="%", base="k2", formula="k1 / k2"),
        fact("s1", "Chen Jing", "customer satisfaction", 0.87, unit="ratio"),
        fact("q1", "Chen Jing", "rank in team", 2),
        fact("w1", "Wang Lei", "performance score", 4.5, unit="points"),
        fact("w2", "Wang Lei", "tickets closed", 180, unit="tickets"),
        fact("v1", "Support Team", "revenue", 3500000, unit="CNY", period=YEAR),
        fact(
            "v2",
            "Support Team",
            "revenue growth",
            12.5,
            unit="%",
            period=YEAR,
            base="previous year",
            formula="(a-b)/b",
        ),
        fact("l1", "Chen Jing", "error rate", 1.8, unit="%"),
        fact("l0", "Chen Jing", "error rate", 2.4, unit="%", period=q2),
    ]
    comments = [
        {
            "id": "c1",
            "subject": "Chen Jing",
            "text": "Chen Jing explains complex issues calmly and documents every fix.",
        },
        {
            "id": "c2",
            "subject": "Wang Lei",
            "text": "Wang Lei could respond faster to escalations.",
        },
    ]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))


@pytest.fixture(scope="module")
def kefu(fact, q2) -> FactSet:
    facts = [
        fact("r1", "王芳", "绩效得分", 86.5, unit="分"),
        fact("r0", "王芳", "绩效得分", 82, unit="分", period=q2),
        fact("t1", "客服一组", "绩效得分", 80.2, unit="分"),
        fact("k1", "王芳", "工单完成量", 12000, unit="件"),
        fact("k2", "王芳", "工单完成量目标", 10000, unit="件"),
        fact(
            "g", "王芳", "工单完成量同比", 30, unit="%", base="去年同期", formula="(本期-同期)/同期"
        ),
        fact("s1", "王芳", "客户满意度", 0.935, unit="比例"),
        fact("s0", "王芳", "客户满意度", 0.951, unit="比例", period=q2),
        fact("v1", "客服一组", "营业收入", 230000000, unit="元", period=YEAR),
        fact("v0", "客服一组", "营业收入", 115000000, unit="元", period=LAST_YEAR),
        fact("l", "李强", "绩效得分", 78, unit="分"),
        fact("rk", "王芳", "绩效得分排名", 3),
        fact("lv", "王芳", "绩效等级", "A"),
        fact("n", "客服一组", "人数", 15, unit="人"),
    ]
    comments = [{"id": "c1", "subject": "王芳", "text": "王芳处理投诉耐心细致，客户多次点名表扬。"}]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))


RIGHT_EN = [
    "Chen Jing's performance score rose from 3.2 to 4.1 in Q3 2025.",
    "Between the second and third quarters, Chen Jing's score went up by 0.9 points.",
    "At 4.1, Chen Jing scored half a point above the Support Team's average of 3.6.",
    "Chen Jing closed 240 tickets against a target of 200, or 120% of target.",
    "She exceeded her target by 40 tickets, a fifth more than planned.",
    "Chen Jing placed second in the team.",
    "Customer satisfaction with Chen Jing stood at 87 percent.",
    "Her error rate dropped from 2.4% to 1.8%, an improvement of 0.6 percentage points.",
    "Her error rate fell by a quarter.",
    "The Support Team has twelve people.",
    "The team's revenue grew 12.5% to 3.5 million yuan in 2025.",
    "Wang Lei closed 180 tickets, 60 fewer than Chen Jing.",
    "Wang Lei's score of 4.5 was the highest in the team.",
    "Together, Chen Jing and Wang Lei closed 420 tickets.",
    'One reviewer wrote that Chen Jing "documents every fix".',
    '"Wang Lei could respond faster to escalations," a colleague noted.',
    "Between July and September 2025, Chen Jing closed 240 tickets.",
    "Chen Jing closed more tickets than Wang Lei.",
    "Revenue of the Support Team reached ¥3.5m.",
    "Chen Jing did not miss her target.",
    "Chen Jing's score is higher than the team's but lower than Wang Lei's.",
    "Roughly 240 tickets were closed by Chen Jing.",
    "Chen Jing closed over 230 tickets.",
    "Nearly nine in ten customers were satisfied with Chen Jing.",
]
WRONG_EN = [
    "Chen Jing's performance score rose from 3.2 to 4.7 in Q3 2025.",
    "Chen Jing's performance score fell from 3.2 to 4.1.",
    "Chen Jing's score went up by 9 points.",
    "Chen Jing's score of 4.1 was below the team average of 3.6.",
    "Chen Jing closed 420 tickets.",
    "Chen Jing closed 240 tickets in Q2 2025.",
    "Chen Jing missed her target of 200 tickets.",
    "Chen Jing ranked first in the team.",
    "Customer satisfaction with Chen Jing stood at 0.87 percent.",
    "Her error rate rose from 1.8% to 2.4%.",
    "The Support Team has 21 people.",
    "The team's revenue shrank 12.5% in 2025.",
    "The team's revenue reached 35 million yuan.",
    "The team's revenue reached 3.5 million dollars.",
    "Wang Lei closed 240 tickets.",
    "Wang Lei's score of 4.5 was the lowest in the team.",
    'One reviewer wrote that Chen Jing "never documents anything".',
    "Chen Jing's score rose because her manager left.",
    "Li Ming closed 240 tickets.",
    "Chen Jing's score was 3.2 in Q3 2025.",
    "Chen Jing closed fewer tickets than Wang Lei.",
    "Revenue declined due to weak demand.",
    'Wang Lei "explains complex issues calmly".',
    "Chen Jing's error rate is 1.8 hours.",
    "Chen Jing closed about 300 tickets.",
    "Chen Jing's score improved by 2.1 points.",
    "Chen Jing closed half of her target.",
]
RIGHT_ZH = [
    "2025年第三季度，王芳绩效得分为86.5分，较第二季度的82分提高4.5分。",
    "王芳的绩效得分高于客服一组的80.2分。",
    "王芳完成工单1.2万件，超过1万件的目标。",
    "王芳的工单完成量同比增长三成。",
    "王芳的客户满意度为93.5%，环比下降1.6个百分点。",
    "客服一组2025年营业收入达2.3亿元，同比翻番。",
    "客服一组2025年营业收入是2024年的两倍。",
    "王芳的绩效得分排名第三。",
    "王芳的绩效等级为A。",
    "客服一组共有十五人。",
    "李强的绩效得分为78分，比王芳低8.5分。",
    "同事评价王芳“处理投诉耐心细致”。",
    "7月至9月，王芳完成工单12,000件，目标完成率120%。",
    "王芳的得分在三季度有所上升，她的满意度则略有下降。",
    "客服一组营业收入约2.3亿元。",
    "李强的得分低于王芳，也低于团队平均水平。",
    "王芳的工单完成量比目标多2000件，超额两成。",
]
WRONG_ZH = [
    "2025年第三季度，王芳绩效得分为85.6分。",
    "王芳的绩效得分下降了4.5分。",
    "王芳的绩效得分低于客服一组。",
    "王芳完成工单1.2亿件。",
    "王芳完成工单2.1万件。",
    "王芳的工单完成量同比增长五成。",
    "王芳的工单完成量同比下降三成。",
    "王芳的客户满意度为93.5%，环比上升1.6个百分点。",
    "客服一组2025年营业收入达2.3万元。",
    "客服一组2024年营业收入达2.3亿元。",
    "王芳的绩效得分排名第一。",
    "王芳的绩效等级为B。",
    "客服一组共有五十人。",
    "李强的绩效得分为86.5分。",
    "同事评价王芳“经常迟到早退”。",
    "由于市场回暖，王芳的得分上升。",
    "赵敏完成工单12,000件。",
    "王芳未完成目标。",
    "王芳的绩效得分为82分。",
    "李强的得分高于王芳。",
    "王芳的客户满意度为93.5元。",
]


@pytest.mark.parametrize("text", RIGHT_EN)
def test_a_right_sentence_on_the_support_team_passes(text, support):
    assert verify_text(text, support).passes


@pytest.mark.parametrize("text", WRONG_EN)
def test_a_wrong_sentence_on_the_support_team_is_caught(text, support):
    assert not verify_text(text, support).passes


@pytest.mark.parametrize("text", RIGHT_ZH)
def test_a_right_sentence_in_chinese_passes(text, kefu):
    assert verify_text(text, kefu).passes


@pytest.mark.parametrize("text", WRONG_ZH)
def test_a_wrong_sentence_in_chinese_is_caught(text, kefu):
    assert not verify_text(text, kefu).passes


def test_what_a_value_fell_to_is_no_difference(fact, q2):
    facts = [
        fact("f1", "西部", "订单数", 40, unit="单"),
        fact("f0", "西部", "订单数", 90, unit="单", period=q2),
    ]
    facts = read_facts(json.dumps({"version": 1, "facts": facts}))
    right = "西部的订单数从2025年第二季度的90单下降到2025年第三季度的40单。"
    assert [one.text for one in verify_text(right, facts).spans if one.fails] == []
    wrong = right.replace("40", "50")
    assert [one.text for one in verify_text(wrong, facts).spans if one.fails] == ["50单"]
