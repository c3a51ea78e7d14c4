"""Number words: Chinese numerals and English number words, each to the number it says."""

from __future__ import annotations

import re

ZH_DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_ZH_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ZH_MYRIADS = {"万": 10**4, "亿": 10**8}
ZH_NUMERAL = f"[{''.join(ZH_DIGITS)}{''.join(_ZH_TENS)}万亿]+(?:点[{''.join(ZH_DIGITS)}]+)?"
"""Pattern of a Chinese numeral, decimals too."""

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 20 + 10 * place for place, word in enumerate(_TENS)
}
_EN_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
EN_ORDINALS = {word: value for value, word in enumerate(_ORDINALS, start=1)}
_WORD = "|".join(sorted((*EN_SMALL, "hundred", *_EN_LARGE), key=len, reverse=True))
_FIRST = "|".join(sorted(EN_SMALL, key=len, reverse=True))
EN_NUMERAL = (
    rf"(?:{_FIRST}|a\s+(?:hundred|thousand|million|dozen))(?:(?:\s+and\s+|\s*-\s*|\s+)(?:{_WORD}))*"
)
"""Pattern of an English number in words."""


def parse_zh(text: str) -> float | None:
    """Return the number that a Chinese numeral says, or None where it says none.

    Examples:
        >>> parse_zh("一百二十三"), parse_zh("三亿零五十万"), parse_zh("十二点五")
        (123.0, 300500000.0, 12.5)
        >>> parse_zh("百一十十") is None
        True
    """
    whole, _, decimals = text.partition("点")
    value = _spelled(whole) if _is_spelled(whole) else _zh_whole(whole)
    if value is None or not decimals:
        return None if value is None else float(value)
    return float(f"{int(value)}.{''.join(str(ZH_DIGITS[char]) for char in decimals)}")


def _is_spelled(text: str) -> bool:
    return len(text) > 1 and all(char in ZH_DIGITS for char in text)


def _spelled(text: str) -> int:
    return int("".join(str(ZH_DIGITS[char]) for char in text))


def _zh_whole(text: str) -> int | None:
    """Return the number of a numeral with 亿 and 万."""
    total, rest, last = 0, text, 10**16
    for name in ("亿", "万"):
        head, found, tail = rest.partition(name)
        if found:
            value = _zh_whole(head) if name == "亿" and "万" in head else _zh_section(head)
            if value is None:
                return None
            total, rest, last = total + value * _ZH_MYRIADS[name], tail, _ZH_MYRIADS[name]
    if not rest:
        return total if total or text else None
    if total and len(rest) == 1 and rest in ZH_DIGITS:  # 一万二 is 12,000
        return total + ZH_DIGITS[rest] * last // 10
    value = _zh_section(rest)
    return None if value is None else total + value


def _zh_section(text: str) -> int | None:
    """Return a numeral below ten thousand."""
    total, digit, last = 0, None, 10**5
    for place, char in enumerate(text):
        if char in ZH_DIGITS:
            if digit not in (None, 0):
                return None
            digit = ZH_DIGITS[char]
        elif char in _ZH_TENS:
            step = _ZH_TENS[char]
            if step >= last or (digit is None and (step != 10 or place > 0)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * step, None, step
        else:
            return None
    if digit and last > 10 and last < 10**5 and text[-2:-1] and text[-2] in _ZH_TENS:
        digit *= last // 10  # 三百五 is 350
    return total + (digit or 0) if text else None


def parse_en(text: str) -> float | None:
    """Return the number that English words say, or None where they say none.

    Examples:
        >>> parse_en("twenty-three"), parse_en("two hundred and five thousand"), parse_en("and")
        (23.0, 205000.0, None)
    """
    words = [word for word in re.split(r"[\s-]+", text.casefold()) if word not in ("", "and", "a")]
    if not words:
        return None
    total = part = 0
    for word in words:
        if word in EN_SMALL:
            part += EN_SMALL[word]
        elif word == "dozen":
            part = max(part, 1) * 12
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _EN_LARGE:
            total, part = total + max(part, 1) * _EN_LARGE[word], 0
        else:
            return None
    return float(total + part)
