"""Rating scales: those a user writes (``1..5``, ``'合格<良好<优秀'``) and those known by wording.

A worded scale is only taken when every value found has a place in one known family and no two
share a place; otherwise the order is asked for, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from jixiao.contracts import Scale
from jixiao.core import ContractError

_RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:\.\.|…|~|～|至|到)\s*(-?\d+(?:\.\d+)?)"
                    r"(?:\s*(?:/|by|步长)\s*(\d+(?:\.\d+)?))?\s*")  # fmt: skip
_ORDER = re.compile(r"[<＜〈≺]")
_MOST_LEVELS = 101
_NUMBERED = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:[:：=\-–—.、)）(（]\s*)(\D.*?)\)?")

_FAMILIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "performance": (
        ("unacceptable", "fail", "failed", "failing"),
        ("pip", "performance improvement plan", "on pip", "unsatisfactory", "poor",
         "does not meet", "does not meet expectations", "doesn't meet expectations",
         "did not meet expectations", "not meeting expectations", "not met"),
        ("below", "below expectations", "below target", "below standard", "below average",
         "under performing", "underperforming", "under performer"),
        ("needs improvement", "need improvement", "improvement needed", "needs development",
         "developing", "partially meets", "partially meets expectations", "partly meets",
         "partially met", "inconsistent", "marginal", "minimally effective"),
        ("meets", "fully meets", "meets expectations", "meet expectations", "fully met", "met",
         "meeting expectations", "satisfactory", "successful", "fully successful", "effective",
         "solid", "on target", "achieves", "achieved", "pass", "passed", "acceptable"),
        ("good", "good performance", "strong"),
        ("very good", "highly effective", "mostly exceeds", "above average", "above expectations",
         "above target", "often exceeds"),
        ("exceeds", "exceed", "exceeds expectations", "exceed expectations", "exceeded",
         "exceeding expectations", "exceeded expectations", "superior", "excellent"),
        ("far exceeds", "greatly exceeds", "significantly exceeds", "consistently exceeds",
         "substantially exceeds", "far exceeds expectations", "outstanding", "exceptional",
         "role model", "distinguished"),
    ),
    "quality": (
        ("terrible", "awful", "horrible", "very poor", "very bad", "worst", "extremely poor"),
        ("poor", "bad", "weak"),
        ("below average", "mediocre"),
        ("fair", "average", "ok", "okay", "acceptable", "adequate", "moderate", "neutral"),
        ("above average",),
        ("good", "solid"),
        ("very good", "great", "strong"),
        ("excellent", "superb"),
        ("outstanding", "exceptional", "perfect", "best"),
    ),
    "agreement": (
        ("strongly disagree", "completely disagree", "totally disagree"),
        ("disagree", "mostly disagree"), ("somewhat disagree", "slightly disagree"),
        ("neutral", "neither agree nor disagree", "undecided", "neither"),
        ("somewhat agree", "slightly agree"), ("agree", "mostly agree"),
        ("strongly agree", "completely agree", "totally agree"),
    ),
    "satisfaction": (
        ("very dissatisfied", "very unsatisfied", "extremely dissatisfied", "very unhappy"),
        ("dissatisfied", "unsatisfied", "unhappy"), ("somewhat dissatisfied",),
        ("neutral", "neither satisfied nor dissatisfied"),
        ("somewhat satisfied",), ("satisfied", "happy"),
        ("very satisfied", "extremely satisfied", "very happy"),
    ),
    "amount": (
        ("none", "no"), ("very low", "lowest"), ("low",), ("medium low",),
        ("medium", "moderate", "mid", "middle", "average", "normal"), ("medium high",),
        ("high",), ("very high", "highest"),
    ),
    "frequency": (
        ("never", "non travel", "no travel"), ("rarely", "seldom", "travel rarely"),
        ("sometimes", "occasionally"), ("often", "frequently", "usually", "travel frequently"),
        ("always", "constantly"),
    ),
    "size": (("tiny", "xs"), ("small", "s"), ("medium", "m"), ("large", "l"), ("xl",), ("xxl",)),
    "seniority": (("intern", "trainee"), ("junior",), ("intermediate", "mid level"), ("senior",),
                  ("lead", "principal")),
    "绩效": (
        ("极差", "很差", "非常差"),
        ("不合格", "不称职", "不达标", "未达标", "差", "不胜任", "未达成", "不及格", "不满足预期",
         "低于预期", "未达预期", "不符合预期", "未达到预期", "不符合要求", "淘汰"),
        ("较差", "待提高", "有待提高", "有待改进", "待改进", "需改进", "需要改进", "需提升",
         "待提升", "部分达标", "部分符合预期", "部分达成"),
        ("基本合格", "基本称职", "基本达标", "基本胜任", "基本符合预期", "基本达到预期"),
        ("合格", "称职", "达标", "胜任", "及格", "符合预期", "达到预期", "满足预期", "达成",
         "符合要求", "一般", "中", "中等", "普通", "正常"),
        ("较好", "中上", "良", "良好", "好", "高于预期", "部分超出预期"),
        ("很好", "优良", "超出预期", "超预期", "超过预期", "超越期望", "超额完成", "超标"),
        ("优", "优秀", "优异", "非常好", "远超预期", "显著超出预期"),
        ("卓越", "杰出", "特优", "极优", "标杆"),
    ),
    "满意": (
        ("非常不满意", "很不满意", "极不满意", "十分不满意"), ("不满意", "不太满意"),
        ("较不满意", "比较不满意"), ("一般", "中立", "尚可", "基本满意"),
        ("比较满意", "较满意"), ("满意",), ("非常满意", "很满意", "十分满意", "极其满意"),
    ),
    "同意": (
        ("非常不同意", "完全不同意", "强烈反对"), ("不同意", "反对"), ("不太同意", "比较不同意"),
        ("一般", "中立", "不确定"), ("比较同意", "基本同意"), ("同意",),
        ("非常同意", "完全同意", "强烈同意"),
    ),
    "高低": (("很低", "极低", "非常低"), ("低", "偏低"), ("较低",), ("中低",),
           ("中", "中等", "一般", "适中"), ("中高",), ("较高",), ("高", "偏高"),
           ("很高", "极高", "非常高")),
    "频率": (("从不", "从未"), ("很少", "极少"), ("有时", "偶尔"), ("经常", "常常"),
           ("总是", "一直")),
}  # fmt: skip
_LETTERS = {letter: rank for rank, letter in enumerate("FEDCBAS")}
_LETTER = re.compile(r"(SSS|SS|S|[A-F])\s*([+\-＋－]?)\s*(?:级|等|档|类|grade)?", re.IGNORECASE)


def plain_level(value: str) -> str:
    """Return a level's wording without case, width, hyphens and stray blanks."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return " ".join(re.sub(r"[-_\s]+", " ", folded).split())


def parse_scale(text: str) -> Scale:
    """Return the scale a user wrote: ``1..5``, ``0..10``, ``1..5/0.5`` or ``合格<良好<优秀``.

    Args:
        text: Two ends with ``..`` between them and, after ``/``, the step; or the levels from
            lowest to highest with ``<`` between them. ``a=b`` inside a level gives a synonym.

    Raises:
        ContractError: If the text is neither, or has fewer than two different levels.

    Examples:
        >>> parse_scale("1..5").levels
        ('1', '2', '3', '4', '5')
        >>> parse_scale("合格<良好<优秀").values
        (1.0, 2.0, 3.0)
    """
    if _ORDER.search(text):
        return _worded(text)
    if found := _RANGE.fullmatch(text):
        low, high, step = float(found[1]), float(found[2]), float(found[3] or 1)
        count = round((high - low) / step) + 1 if step > 0 else 0
        if 2 <= count <= _MOST_LEVELS and abs(low + (count - 1) * step - high) < 1e-9:
            return Scale(levels=tuple(level_name(low + at * step) for at in range(count)))
    raise _not_a_scale(text)


def level_name(value: float) -> str:
    """Return the name of a numeric level: ``3``, ``4.5``."""
    return f"{round(value, 9):g}" if abs(value) < 1e6 else repr(value)


def _worded(text: str) -> Scale:
    parts = [[word.strip() for word in part.split("=")] for part in _ORDER.split(text)]
    levels = tuple(words[0] for words in parts)
    if len(set(levels)) < len(levels) or len(levels) < 2 or not all(levels):
        raise _not_a_scale(text)
    synonyms = {word: words[0] for words in parts for word in words[1:] if word}
    try:
        return Scale(levels=levels, synonyms=synonyms)
    except ValueError:
        numbered = tuple(float(rank) for rank in range(1, len(levels) + 1))
        return Scale(levels=levels, values=numbered, synonyms=synonyms)


def _not_a_scale(text: str) -> ContractError:
    return ContractError(
        "JX-E121.scale",
        "--scale",
        expected="LOW..HIGH such as 1..5, or levels from lowest to highest such as 'C<B<A'",
        got=repr(text[:80]),
        hint="at least two different levels; quote the < signs for the shell",
    )


def known_order(values: Sequence[str]) -> tuple[str, ...] | None:
    """Return the values from lowest to highest where their wording tells the order, else None.

    Args:
        values: Different spellings as found; case twins share a place and come side by side.
    """
    distinct = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if not 2 <= len(distinct) <= 12:
        return None
    for ranks in (_letter_ranks(distinct), _numbered_ranks(distinct), *_family_ranks(distinct)):
        if ranks is not None and len(set(ranks.values())) == len(ranks):
            return tuple(sorted(distinct, key=lambda value: ranks[value]))
    return None


def _family_ranks(values: list[str]) -> list[dict[str, float] | None]:
    plain = {value: plain_level(value) for value in values}
    found: list[dict[str, float] | None] = []
    for family in _FAMILIES.values():
        places = {word: float(rank) for rank, words in enumerate(family) for word in words}
        if all(word in places for word in plain.values()):
            found.append({value: places[word] for value, word in plain.items()})
    return found


def _letter_ranks(values: list[str]) -> dict[str, float] | None:
    ranks: dict[str, float] = {}
    for value in values:
        found = _LETTER.fullmatch(unicodedata.normalize("NFKC", value))
        if not found:
            return None
        letter = found[1].upper()
        sign = {"+": 0.3, "-": -0.3}.get(found[2], 0.0)
        ranks[value] = _LETTERS[letter[0]] + len(letter) - 1 + sign
    letters = {round(rank) for rank in ranks.values()}
    is_run = max(letters) - min(letters) == len(letters) - 1 and _LETTERS["A"] in letters
    return ranks if is_run and len(letters) >= 3 else None


def _numbered_ranks(values: list[str]) -> dict[str, float] | None:
    ranks: dict[str, float] = {}
    for value in values:
        found = _NUMBERED.fullmatch(unicodedata.normalize("NFKC", value))
        if not found:
            return None
        ranks[value] = float(found[1])
    return ranks
