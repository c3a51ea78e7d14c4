from hypothesis import given
from hypothesis import strategies as st

from jixiao.gate.numerals import EN_SMALL, parse_en, parse_zh

DIGITS = "零一二三四五六七八九"


def section(number: int) -> str:
    """Write a number below ten thousand the long way."""
    text, gap = "", False
    for step, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // step % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text


def numeral(number: int) -> str:
    """Write a number below a million million."""
    parts, text = [(10**8, "亿"), (10**4, "万"), (1, "")], ""
    for step, name in parts:
        value = number // step % 10**4
        if value:
            lead = "零" if text and value < 1000 else ""
            text += lead + section(value) + name
    return text


@given(st.integers(1, 10**12 - 1))
def test_a_written_chinese_numeral_is_read_back(number):
    assert parse_zh(numeral(number)) == number


@given(st.integers(21, 99))
def test_english_tens_and_units_add_up(number):
    words = {value: word for word, value in EN_SMALL.items()}
    tens, unit = number // 10 * 10, number % 10
    said = words[tens] + (f"-{words[unit]}" if unit else "")
    assert parse_en(said) == number


def test_colloquial_numerals_leave_the_last_step_out():
    assert [parse_zh(text) for text in ("一万二", "三百五", "两亿", "十五", "一百零五")] == [
        12_000,
        350,
        200_000_000,
        15,
        105,
    ]


def test_what_is_no_numeral_is_not_read():
    assert [parse_zh(text) for text in ("十百", "百一十十")] == [None, None]
    assert parse_en("and") is None
