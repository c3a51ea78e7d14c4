"""What the name of a column promises, and how many of its cells keep the promise.

Only names that say one thing and values that anybody knows: days of the week, departments,
schooling, points of the compass. Used to read a first file as it was meant
(:mod:`jixiao.data.meant`); a name that promises nothing is never held against its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from jixiao.data.profile import Profile
from jixiao.data.vocabulary import plain_name

AGE = re.compile(r"(?<![a-z])ages?(?![a-z])|年龄|周岁")
SPAN_OF_YEARS = re.compile(
    r"(?<![a-z])years (?:of|in|at|since|with)|(?:experience|tenure|seniority)(?: in)? years?"
    r"|工龄|司龄|年限"
)
DAYS_AWAY = re.compile(
    r"(?<![a-z])(?:absences?|(?:sick|leave|absent|late|overdue) days|days (?:absent|late|off)\b.*)"
    r"|缺勤|请假天数|病假|事假|迟到|旷工"
)
NATURAL = ((AGE, 14.0, 100.0), (SPAN_OF_YEARS, 0.0, 60.0), (DAYS_AWAY, 0.0, 366.0))
"""Names with the smallest and largest number that can be meant: years of people, days of a year."""
MONEY = re.compile(r"(?<![a-z])(?:salary|wages?|income|base pay)(?![a-z])|工资|薪资|薪酬|年薪|月薪")
NOT_A_QUANTITY = re.compile(
    r"(?<![a-z])(?:group|type|band|range|levels?|category|class|name|code|channel|rep\w*|person"
    r"|manager|status|grade|team|dept|department|id|method|tier|segment|reason|desc\w*|flag)"
    r"(?![a-z])|等级|档|类|部|员|组|方式|状态|原因|渠道|编号|名称|代码|代号|编码|标志|[是与有]否"
)
_QUANTITY = re.compile(
    r"(?<![a-z])(?:ages?|salary|wages?|income|bonus|amount|price|cost|sales|revenue|profit"
    r"|quantity|qty|counts?|num(?:ber)? of|no of|num|hours|minutes|days|years|percent\w*|pct"
    r"|(?:hourly|daily) rate|ratio|discount|distance|absences)(?![a-z])"
    r"|年龄|工资|薪资|薪酬|薪水|[年月底]薪|奖金|金额|价格|单价|成本|数量|人数|次数|天数|时长|年限|工龄|销售额|收入|利润"
    r"|率$|占比"
)
_DAY = re.compile(r"(?<![a-z])(?:date|dateof|dob|birthday)(?![a-z])|日期|时间$|生日")
_PROSE = re.compile(
    r"(?:\w+ )?(?:reviews?|review text|comments?|feedback|pros|cons|narrative|remarks)"
    r"|.*(?:评语|评论|评价内容|意见|反馈|备注)"
)
_KEY = re.compile(r"(?:emp\w*|staff|person|worker) (?:id|number|no|code)|工号|员工编号|员工号")
_WORDS = re.compile(
    r"(?<![a-z])(?:dept|department|region|segment|category|class name|class|type|mode|variation"
    r"|background|role|frequency|source|status|gender|city|state|country|position|title)(?![a-z])"
    r"|部门|区域|地区|类别|类型|岗位|职位|性别|城市|学历|渠道|状态"
)
_SHORT = 40
_FEW, _MANY, _CODES = 12, 60, 60


def is_quantity(name: str) -> bool:
    """Return whether a column name promises numbers that count or measure something."""
    plain = plain_name(name)
    return _QUANTITY.search(plain) is not None and NOT_A_QUANTITY.search(plain) is None


@dataclass(frozen=True)
class Promise:
    """What a name says about the values.

    Attributes:
        kind: Short name of what is promised.
        names: Plain names that promise it.
        kept: Share of the filled cells that keep it, 0 to 1.
        is_mutual: Whether it counts only where the other column breaks a promise too.
    """

    kind: str
    names: re.Pattern[str]
    kept: Callable[[Profile], float]
    is_mutual: bool = False

    def made_by(self, column: Profile) -> bool:
        """Return whether the name of a column promises this."""
        if self.names is _QUANTITY:
            return is_quantity(column.name)
        return self.names.search(column.plain) is not None


def _share(column: Profile, which: pl.Series) -> float:
    hits = (column.levels["n"] * which.fill_null(False).cast(pl.Int64)).sum()
    return float(hits) / column.filled if column.filled else 0.0


def _within(low: float, high: float, *, whole: bool) -> Callable[[Profile], float]:
    def kept(column: Profile) -> float:
        numbers = column.numbers
        inside = (numbers >= low) & (numbers <= high)
        return _share(column, inside & (numbers == numbers.round()) if whole else inside)

    return kept


def _is_prose(column: Profile) -> float:
    if column.mean_length >= _FEW and column.distinct_share >= 0.5 and column.number_share < 0.1:
        return 1.0
    return 0.0 if column.distinct <= _MANY and column.distinct_share < 0.25 else 0.5


def _is_key(column: Profile) -> float:
    if column.integer_share < 0.9 * column.number_share:
        return 0.0
    if column.distinct <= _FEW and column.filled >= _MANY:
        return 0.0
    lengths = column.levels["value"].str.len_chars()
    is_code = column.distinct_share >= 0.98 and lengths.n_unique() == 1 and (lengths >= 3).all()
    return 1.0 if is_code and column.word_share < 0.1 else 0.5


def _is_worded(column: Profile) -> float:
    many = column.distinct > _CODES or column.integer_share < 0.9 * column.number_share
    return 0.0 if column.number_share > 0.9 and many else 1 - column.number_share


def _quantity(column: Profile) -> float:
    return column.number_share


def _spoken(words: str, *, whole: bool = True) -> Callable[[Profile], float]:
    """Return the share of short cells made of nothing but these words, or holding one of them."""
    some = rf"(?:{words})"
    told = rf"(?i)^{some}(?:[\s/&,\-]+(?:(?:and|of|the)\s+)?{some})*$"
    found = told if whole else rf"(?i)(?:^|[^a-z]){some}(?:$|[^a-z])"

    def kept(column: Profile) -> float:
        values = column.levels["value"]
        return _share(column, values.str.contains(found) & (values.str.len_chars() <= _SHORT))

    return kept


_UNITS = (
    r"sales|research|r|d|development|human|resources|hr|finance|financial|accounting|marketing|it"
    r"|is|production|manufacturing|engineering|software|admin\w*|executive|offices?|support"
    r"|customer|service|legal|operations|logistics|procurement|purchasing|quality|data|science"
    r"|department|dept|.{1,8}(?:部|部门|中心|科|车间)"
)
_JOBS = (
    r"manager|engineer|executive|analyst|representative|director|technician|developer|assistant"
    r"|specialist|officer|clerk|lead|scientist|architect|accountant|consultant|supervisor"
    r"|.*(?:经理|工程师|主管|专员|总监|助理|主任|技术员)"
)
_SCHOOLING = (
    r"degree|bachelor\w*|master\w*|phd|doctor\w*|diploma|high school|college|graduate|sciences"
    r"|medical|medicine|arts|本科|硕士|博士|大专|专科|高中|中专"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ"
    "|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)


def _named(english: str, chinese: str = "") -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{english})(?![a-z])" + (f"|{chinese}" if chinese else ""))


PROMISES: tuple[Promise, ...] = (
    Promise("a day", _DAY, lambda column: column.date_share),
    Promise("an age", AGE, _within(14, 100, whole=True)),
    Promise("days away", DAYS_AWAY, _within(0, 366, whole=False)),
    Promise("money", MONEY, _within(100, 1e9, whole=False), is_mutual=True),
    Promise("a quantity", _QUANTITY, _quantity),
    Promise("a text", _PROSE, _is_prose),
    Promise("a key", _KEY, _is_key),
    Promise("a department", _named("dept|department", "部门"), _spoken(_UNITS)),
    Promise("a job", _named("job role|job title|position|occupation", "岗位|职位"),
            _spoken(_JOBS, whole=False)),
    Promise("schooling", _named("education\\w*|degree", "学历|教育程度"),
            _spoken(_SCHOOLING, whole=False)),
    Promise("a state", _named("state"), _spoken(_STATES)),
    Promise("a status", _named("employment ?status|employee status", "在职状态|员工状态"),
            _spoken("active|inactive|terminated|resigned|retired|leave of absence|future start"
                    "|full time|part time|在职|离职|试用期?|退休", whole=False)),
    Promise("a day of the week", _named("day|weekday|day of week", "星期|周几"),
            _spoken("mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
                    "|(?:星期|周)[一二三四五六日天]")),
    Promise("a quarter", _named("quarter", "季度"),
            _spoken(r"(?:\d{4}[-\s年]?)?(?:q|quarter)?\s?[1-5]|第?[一二三四1-4]季度")),
    Promise("a sex", _named("gender|sex", "性别"), _spoken("m|f|male|female|men|women|男|女")),
    Promise("a region", _named("region", "大区|区域"),
            _spoken("east|west|north|south|central|eastern|western|northern|southern|apac|emea"
                    "|华[东南西北中]|东北|西南|西北")),
    Promise("a segment", _named("segment"),
            _spoken("consumer|corporate|home office|enterprise|small business|retail|wholesale")),
    Promise("a way of shipping", _named("(?:ship\\w*|delivery) (?:mode|method)", "配送方式"),
            _spoken("(?:first|second|third|standard|economy) class|same day|express|air|sea"
                    "|standard|快递|空运|海运")),
    Promise("how often one travels", _named("travel frequency|business travel"),
            _spoken("(?:non-?|no )?travel(?:_?\\w+)?", whole=False)),
    Promise("where applicants came from", _named("recruit\\w* source", "招聘渠道"),
            _spoken("linkedin|indeed|google search|careerbuilder|monster|website|referral|job fair"
                    "|agency|web application|内推|校招|社招|猎头", whole=False)),
    Promise("words", _WORDS, _is_worded),
)  # fmt: skip
"""Every promise, the telling ones first."""
