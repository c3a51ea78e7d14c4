import pytest

from jixiao.gate import verify_text

RIGHT = [
    "In Q3 2025 Li Na's sales reached 1.2 million yuan, up 20% from 1 million in Q2.",
    "Li Na's sales came to 1,200,000 yuan in the third quarter of 2025.",
    "Li Na beat her sales target of 1.1 million yuan.",
    "Complaints about Li Na fell from 7 to 3.",
    "Li Na's customer satisfaction of 92.5% was above the team's 88%.",
    "Li Na was rated “Exceeds expectations”.",
    "Li Na ranked first in sales.",
    "Li Na's sales were about 1.2 million yuan, 246,000 higher than Zhang Wei's.",
    "Li Na's attendance rate was 97.8%.",
    "Li Na's response time was 90 minutes.",
    "A colleague writes of Li Na: “never forgets a follow-up”.",
    "Li Na had the highest sales.",
    "Li Na and Zhang Wei sold 1,200,000 and 954,000 yuan respectively.",
    "Zhang Wei's sales were lower than Li Na's. In Q2 2025 they were 900,000 yuan.",
    "Li Na's satisfaction was nearly 93%.",
]
WRONG = [
    ("Li Na's sales reached 1.3 million yuan.", "1.3 million yuan", "NUMBER"),
    ("In Q2 2025 Li Na's sales reached 1.2 million yuan.", "1.2 million yuan", "NUMBER"),
    ("Li Na's sales reached 1 million yuan in Q3 2025.", "1 million yuan", "NUMBER"),
    ("Zhang Wei's sales were 1,200,000 yuan.", "Zhang Wei", "NAME"),
    ("Li Na's sales fell in Q3 2025.", "fell", "WORD"),
    ("Li Na's complaints rose to 3.", "rose", "WORD"),
    ("Li Na's satisfaction was below the team.", "below", "WORD"),
    ("A colleague writes of Li Na: “She is always late”.", "She is always late", "CONTEXT"),
    ("Li Na ranked third in sales.", "third", "NUMBER"),
    ("Zhang Wei's sales exceeded those of Li Na.", "exceeded", "WORD"),
    ("Wang Fang had 3 complaints.", "Wang Fang", "NAME"),
    ("Li Na's attendance rate was 97.8 hours.", "97.8 hours", "NUMBER"),
    ("Li Na missed her sales target.", "missed", "WORD"),
    ("Li Na's rating was Outstanding.", "Outstanding", "WORD"),
    ("Zhang Wei had the highest sales.", "highest", "WORD"),
]
RICHTIG = [
    "2025年第三季度，李娜的销售额为120万元，环比翻番。",
    "李娜的销售额达到1,200,000元，高于110万元的目标。",
    "李娜的投诉由7件降至3件。",
    "李娜的客户满意度为92.5%，高于华东销售部的88%。",
    "李娜的评级为优秀。",
    "李娜的销售额排名第一。",
    "李娜的合格率约为三分之一。",
    "评语写道：“从不漏跟进”。",
    "张伟的销售额为95.4万元，比李娜少24.6万元。",
    "李娜和张伟的销售额分别为120万元和95.4万元。",
    "李娜的销售额超过目标10万元。",
]
FALSCH = [
    ("李娜的销售额为130万元。", "130万元", "NUMBER"),
    ("李娜的销售额为120亿元。", "120亿元", "NUMBER"),
    ("2025年第二季度，李娜的销售额为120万元。", "120万元", "NUMBER"),
    ("张伟的销售额为120万元。", "张伟", "NAME"),
    ("李娜的销售额环比下降。", "下降", "WORD"),
    ("李娜的投诉由3件升至7件。", "升至", "WORD"),
    ("李娜的客户满意度低于华东销售部。", "低于", "WORD"),
    ("李娜的评级为良好。", "良好", "WORD"),
    ("李娜的销售额排名第三。", "第三", "NUMBER"),
    ("评语写道：“经常迟到”。", "经常迟到", "CONTEXT"),
    ("王芳的投诉为3件。", "王芳", "NAME"),
    ("李娜的销售额未达标。", "未达标", "WORD"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_english_sentence_passes(text, english):
    assert [span for span in verify_text(text, english).spans if span.fails] == []


@pytest.mark.parametrize(("text", "words", "kind"), WRONG)
def test_a_wrong_english_sentence_is_caught_at_its_word(text, words, kind, english):
    failing = [span for span in verify_text(text, english).spans if span.fails]
    assert (words, kind) in [(span.text, span.type) for span in failing]


@pytest.mark.parametrize("text", RICHTIG)
def test_a_right_chinese_sentence_passes(text, chinese):
    assert [span for span in verify_text(text, chinese).spans if span.fails] == []


@pytest.mark.parametrize(("text", "words", "kind"), FALSCH)
def test_a_wrong_chinese_sentence_is_caught_at_its_word(text, words, kind, chinese):
    failing = [span for span in verify_text(text, chinese).spans if span.fails]
    assert (words, kind) in [(span.text, span.type) for span in failing]


def test_a_quotation_is_never_cut_where_its_own_sentence_ends(english):
    found = verify_text("A review says “She answers. Never late.” Li Na's sales rose.", english)
    assert ("She answers. Never late.", "unsupported") in [
        (one.text, one.verdict) for one in found.spans
    ]
    assert len(found.sentences) == 2


def test_a_chinese_unit_does_not_make_an_english_sentence_chinese(english):
    found = verify_text("Li Na's sales fell to 120万 in Q3 2025.", english)
    assert ("fell", "contradicted") in [(one.text, one.verdict) for one in found.spans]
