"""Identifiers in text by their shape and, where they have one, their check digit.

Works on texts whose full-width characters were folded one to one, so that positions hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text to be masked.

    Attributes:
        start: First character.
        end: First character after it.
        kind: PERSON, EMAIL, PHONE, ID, CARD, IBAN, IP, URL, HANDLE or PLATE.
        person: Key of the person, for numbering; empty for other kinds.
    """

    start: int
    end: int
    kind: str
    person: str = ""


def luhn_ok(digits: str) -> bool:
    """Return whether a number of digits has a valid Luhn check digit.

    Examples:
        >>> luhn_ok("4111111111111111"), luhn_ok("4111111111111112")
        (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def chinese_id_ok(number: str) -> bool:
    """Return whether an 18-character resident number has a valid check character (MOD 11-2).

    Examples:
        >>> chinese_id_ok("11010519491231002X"), chinese_id_ok("110105194912310021")
        (True, False)
    """
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    rest = sum(int(d) * w for d, w in zip(number[:17], _ID_WEIGHTS, strict=True)) % 11
    return "10X98765432"[rest] == number[17].upper()


def iban_ok(number: str) -> bool:
    """Return whether an IBAN's check digits are right (MOD 97)."""
    plain = re.sub(r"[\s\-]", "", number).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


_IBAN_LENGTHS = {
    **{"AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20},
    **{"ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26},
    **{"IT": 27, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25},
    **{"RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "AE": 23, "SA": 24, "IL": 23},
}


def _is_iban(found: str) -> bool:
    """Return whether the check digits are right, or country and length are those of an IBAN."""
    plain = re.sub(r"[\s\-]", "", found).upper()
    return iban_ok(plain) or _IBAN_LENGTHS.get(plain[:2]) == len(plain)


_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")


def _digits(found: str) -> str:
    return re.sub(r"\D", "", found)


def _is_card(found: str) -> bool:
    digits = _digits(found)
    if not 12 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    union_pay = digits.startswith("62") and len(digits) >= 16
    return luhn_ok(digits) or union_pay


def _is_ip(found: str) -> bool:
    return all(int(part) <= 255 for part in found.split("."))


def _is_ip6(found: str) -> bool:
    parts = found.split(":")
    return len([part for part in parts if part]) >= 4 or ("::" in found and len(found) > 6)


def _has_digits(least: int, most: int) -> Callable[[str], bool]:
    return lambda found: least <= len(_digits(found)) <= most


def _is_labelled_phone(found: str) -> bool:
    """Return whether digits before "fax" or "office" may be a phone: no years, no thousands."""
    is_time = re.match(r"(?:19|20)\d{2}[ .\-]", found)
    return 7 <= len(_digits(found)) <= 15 and not is_time and not _THOUSANDS.fullmatch(found)


def _is_spaced_phone(found: str) -> bool:
    """Return whether digits are grouped as a phone's are, not as thousands: 668 5702."""
    is_grouped = bool(re.search(r"\d[ \-.()]+\d", found))
    return is_grouped and 7 <= len(_digits(found)) <= 15 and not _THOUSANDS.fullmatch(found)


def _always(_: str) -> bool:
    return True


_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_BIRTH = rf"(?:19|20)\d{{2}}{_MONTH_DAY}"
_BEFORE, _AFTER = r"(?<![\dA-Za-z.])", r"(?![\dA-Za-z])"
_WORD = r"(?<![A-Za-z\d])"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LEFT, _NO_DIGIT = r"(?<![\d.])", r"(?<![\d.,])(?<!\d-)"

_PHONE_LIKE = r"\+?[\d(][\d \-.()]{5,17}\d"
_PHONE_LABELS = "fax|office|mobile|cell|landline|direct line|telephone"

Rule = tuple[str, re.Pattern[str], Callable[[str], bool]]


def _rule(kind: str, pattern: str, accept: Callable[[str], bool] = _always, flags: int = 0) -> Rule:
    return kind, re.compile(pattern, flags), accept


_DIGIT_RULES: tuple[Rule, ...] = (
    _rule("ID", rf"{_BEFORE}[1-9]\d{{5}}{_BIRTH}\d{{3}}[\dXx]{_AFTER}"),
    _rule("ID", rf"{_BEFORE}[1-9]\d{{5}}[ \-]{_BIRTH}[ \-]\d{{3}}[\dXx]{_AFTER}"),
    _rule("ID", rf"{_BEFORE}\d{{17}}[\dXx]{_AFTER}", chinese_id_ok),
    _rule("ID", rf"{_BEFORE}[1-9]\d{{7}}{_MONTH_DAY}\d{{3}}{_AFTER}"),
    _rule("ID", rf"{_LEFT}(?<!-)\d{{3}}-\d{{2}}-\d{{4}}(?![\d\-])"),
    _rule("IBAN", rf"{_WORD}[A-Z]{{2}}\d{{2}}[A-Z0-9]{{10,30}}{_AFTER}", _is_iban, re.IGNORECASE),
    _rule(
        "IBAN",
        rf"{_WORD}[A-Z]{{2}}\d{{2}}(?:[ \-][A-Z0-9]{{4}}){{2,7}}(?:[ \-][A-Z0-9]{{1,3}})?{_AFTER}",
        _is_iban,
    ),
    _rule("CARD", rf"{_LEFT}\d(?:[ \-]?\d){{11,18}}(?!\d)", _is_card),
    _rule("PHONE", r"(?<!\d)(?:\(?(?:\+|00)?86\)?[ \-]*)?1[3-9]\d(?:[ \-]?\d{4}){2}(?!\d)"),
    _rule(
        "PHONE",
        r"(?<!\d)(?:\+86[ \-]?)?(?:\(0\d{2,3}\)|0\d{2,3}[ \-])\d{7,8}(?:[ \-转]+\d{1,5})?(?!\d)",
    ),
    _rule("PHONE", r"(?<!\d)[48]00[ \-]\d{3,4}[ \-]\d{3,4}(?!\d)"),
    _rule(
        "PHONE",
        r"(?<![\d+])(?:\+|00)[1-9]\d{0,2}(?:[ .\-]?\(?\d{1,4}\)?){2,6}(?!\d)",
        _has_digits(8, 15),
    ),
    _rule(
        "PHONE",
        r"(?<![\d\-])(?:1[ .\-])?(?:\(\d{3}\) ?|\d{3}[ .\-])\d{3}[ .\-]\d{4}"
        r"(?: ?(?:x|ext\.?) ?\d{1,5})?(?!\d)",
    ),
    _rule(
        "PHONE",
        rf"{_NO_DIGIT}\(?0\d{{1,5}}\)?(?:[ \-]\d{{2,5}}){{1,4}}(?!-?\d)",
        _has_digits(9, 12),
    ),
    _rule("PHONE", rf"{_NO_DIGIT}0\d(?:\.\d{{2}}){{4}}(?!\d)"),
    _rule("PHONE", rf"{_NO_DIGIT}\(\d{{2,3}}\) ?\d{{3,4}}[ \-]\d{{3,4}}(?!\d)"),
    _rule("PHONE", rf"{_NO_DIGIT}[2-9]\d{{2}}[2-9]\d{{6}}(?![\d.,])"),
    _rule("PHONE", rf"{_NO_DIGIT}[2-9]\d{{2}}-\d{{4}}(?!-?\d)"),
    _rule(
        "PHONE",
        r"(?<![\d\-.,/])\d{2,3}(?:[ \-]\d{2,3}){2,4}(?![\d\-.,/])",
        _has_digits(8, 11),
    ),
    _rule(
        "PHONE",
        r"(?:tel|phone|mobile|cell|fax|desk|office|call(?: me)?(?: at| on)?"
        r"|电话|手机|座机|联系方式|热线)(?:号码?)?\s*(?:is|:|：|为|是|no\.?|number)*\s*"
        r"(?P<v>\+?[\d(][\d \-.()]{5,17}\d)",
        _always,
        re.IGNORECASE,
    ),
    _rule(
        "PHONE",
        rf"(?<!\d[.,])(?<![\d+\-])(?P<v>{_PHONE_LIKE})"
        rf"(?=\s?[\-(（]?\s?(?:{_PHONE_LABELS})\b(?![ \-][a-z]))",
        _is_labelled_phone,
        re.IGNORECASE,
    ),
    _rule(
        "PHONE",
        r"(?:reach(?:ed|able)?(?: (?:me|him|her|us|them))?|answer(?:ing|s|ed)?|dial(?:l?ed|l?ing)?"
        r"|contact(?: (?:me|him|her|us|them))?|registered|拨打|致电|传真|联系[我他她]?)"
        rf"\s*(?:at|on|with|number|no\.?|[:：])*\s*(?P<v>{_PHONE_LIKE})(?![\d%％])",
        _is_spaced_phone,
        re.IGNORECASE,
    ),
    _rule("IP", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)", _is_ip),
    _rule("IP", r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\w:])", _is_ip6, re.IGNORECASE),
    _rule("PLATE", rf"[{_PROVINCES}][A-Z][·• ]?[A-Z0-9]{{5,6}}(?![A-Za-z0-9])"),
    _rule(
        "ID",
        r"(?:passport|licen[cs]e|护照|身份证|证件|社保|工号|employee (?:id|no)|ssn)"
        r"[^\d\n]{0,20}?(?P<v>[A-Za-z]{0,2}\d[\d\-]{4,18}[\dXx])",
        _always,
        re.IGNORECASE,
    ),
)

_SITES = "linkedin|github|gitlab|gitee|twitter|x|facebook|instagram|weibo|zhihu|douban|bilibili|t"
_URL_END = r"[^\s<>\"'，。；、（）()\u4e00-\u9fff]+(?<![.,;:!?])"

_WORD_RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        ("@",),
        _rule(
            "EMAIL",
            r"\w[\w.+%\-]*@[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,24}",
            _always,
            re.ASCII,
        ),
    ),
    (
        ("http", "www.", ".com/", ".cn/", ".me/"),
        _rule(
            "URL",
            rf"(?:https?://|www\.){_URL_END}"
            rf"|(?<![\w.@])(?:[a-z0-9\-]+\.)*(?:{_SITES})\.(?:com|cn|me)/{_URL_END}",
            _always,
            re.IGNORECASE,
        ),
    ),
    (
        ("@",),
        _rule("HANDLE", r"(?<![\w.@])@[A-Za-z0-9_][\w.\-]{0,29}(?<![.\-])", _always, re.ASCII),
    ),
    (
        ("@",),
        _rule(
            "HANDLE",
            r"(?<![\w.@])@[\u4e00-\u9fff][\w\u4e00-\u9fff\-]{0,15}?(?=[\s,，。:：;；!！?？、]|$)",
        ),
    ),
    (
        ("微信", "wechat", "weixin", "qq", "vx"),
        _rule(
            "HANDLE",
            r"(?:微信号?|wechat(?: id)?|weixin|qq号?|vx)\s*(?:is|[:：是为])?\s*"
            r"(?P<v>[A-Za-z0-9][\w\-]{4,19})",
            _always,
            re.IGNORECASE | re.ASCII,
        ),
    ),
)
"""Rules, each with words of which one must stand in a text before it is worth trying."""

PROMPTS = r"(?i:[@＠]|http|www\.|\.(?:com|cn|me)/|wechat|weixin|微信|qq|vx)"
"""A text with fewer than four digits and none of these holds no identifier."""

_FEWEST_DIGITS = 4


def find_identifiers(text: str) -> Iterator[Span]:
    """Yield the identifiers of a text; spans may overlap.

    Args:
        text: Text with half-width digits, letters and signs.
    """
    small = text.lower()
    rules = [rule for needs, rule in _WORD_RULES if any(need in small for need in needs)]
    if sum(character.isdigit() for character in text) >= _FEWEST_DIGITS:
        rules += _DIGIT_RULES
    for kind, pattern, accept in rules:
        for found in pattern.finditer(text):
            group = "v" if "v" in pattern.groupindex else 0
            if accept(found[group]):
                yield Span(found.start(group), found.end(group), kind)
