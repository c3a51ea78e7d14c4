"""Words by which people name levels of performance and satisfaction, in English and Chinese."""

from __future__ import annotations

import re

NEGATIONS = re.compile(
    r"\b(?:not|no|non|never|does not|doesn't|did not|fails?|partially|partly|below|under|less"
    r"|nearly|almost|mostly|inconsistently|far|significantly|consistently|sometimes|un|very|greatly)\b"
    r"|[不未非欠没无基较很极非半]|部分|远超|大大|有待"
)
"""Words that make another level of a level's name."""

_ALIKE: tuple[tuple[str, ...], ...] = (
    (
        *("excellent", "outstanding", "exceptional", "superior", "distinguished", "top performer"),
        *("far exceeds", "far exceeds expectations", "greatly exceeds expectations"),
        *("significantly exceeds expectations", "consistently exceeds expectations"),
        *(
            "优秀",
            "优",
            "卓越",
            "杰出",
            "出色",
            "超优",
            "远超期望",
            "远超预期",
            "大大超出期望",
            "非常优秀",
        ),
    ),
    (
        *("exceeds", "exceeds expectations", "exceeded", "exceeded expectations", "exceeding"),
        *("above expectations", "exceeds requirements", "above average", "very good", "strong"),
        *("ee", "超出期望", "超出预期", "超预期", "高于期望", "超过期望", "超出要求"),
    ),
    ("good", "良好", "良", "较好", "好"),
    (
        *("meets", "meets expectations", "met expectations", "meets requirements", "fully meets"),
        *(
            "fully meets expectations",
            "meeting expectations",
            "satisfactory",
            "achieved",
            "average",
        ),
        *("on track", "solid", "successful", "effective", "competent", "acceptable", "me"),
        *(
            "合格",
            "达标",
            "称职",
            "符合期望",
            "符合预期",
            "达到期望",
            "达到预期",
            "符合要求",
            "满足期望",
        ),
        *("中等", "中", "一般", "普通", "及格"),
    ),
    (
        *("needs improvement", "need improvement", "improvement needed", "partially meets", "ni"),
        *("partially meets expectations", "below expectations", "below", "below average", "fair"),
        *("developing", "inconsistent", "partially met expectations", "underperforming"),
        *(
            "待改进",
            "需改进",
            "需要改进",
            "有待改进",
            "待提高",
            "有待提高",
            "需提升",
            "基本合格",
            "基本称职",
        ),
        *("低于期望", "低于预期", "较差", "部分符合期望"),
    ),
    (
        *("unsatisfactory", "poor", "unacceptable", "does not meet", "does not meet expectations"),
        *("did not meet expectations", "not met", "fails to meet expectations", "very poor", "bad"),
        *("far below expectations", "pip", "performance improvement plan", "ineffective"),
        *(
            "不合格",
            "不称职",
            "不达标",
            "不及格",
            "差",
            "很差",
            "极差",
            "不符合期望",
            "远低于期望",
            "劣",
        ),
    ),
)
"""Groups of words for one level, best first."""

_GROUP_OF = {word: at for at, words in enumerate(_ALIKE) for word in words}

_TOP, _ABOVE, _GOOD, _MEETS, _BELOW, _FAIL = range(6)

_LADDERS: dict[int, dict[int, int]] = {
    3: {_TOP: 2, _ABOVE: 2, _MEETS: 1, _BELOW: 0, _FAIL: 0},
    4: {_TOP: 3, _ABOVE: 2, _GOOD: 2, _MEETS: 1, _BELOW: 0, _FAIL: 0},
    5: {_TOP: 4, _ABOVE: 3, _GOOD: 3, _MEETS: 2, _BELOW: 1, _FAIL: 0},
}
"""Number of levels to the level of each group of words, on scales whose levels are numbers."""


def same_meaning(word: str, other: str) -> bool:
    """Return whether two spellings name the same level.

    Examples:
        >>> same_meaning("优", "excellent"), same_meaning("不合格", "合格")
        (True, False)
    """
    group = _GROUP_OF.get(word)
    return group is not None and group == _GROUP_OF.get(other)


def level_of_word(word: str, n_levels: int) -> int | None:
    """Return the level a word names on a scale of 3, 4 or 5 numbers; None when it is not clear.

    Examples:
        >>> level_of_word("优秀", 5), level_of_word("exceeds", 5), level_of_word("优秀", 10)
        (4, 3, None)
    """
    group = _GROUP_OF.get(word)
    return None if group is None else _LADDERS.get(n_levels, {}).get(group)
