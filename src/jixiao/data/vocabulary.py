"""Words by which columns and cells are known, in English and Chinese.

Names are compared in their plain form (:func:`plain_name`): camel case opened, full width made
half, lower case, punctuation to single blanks. A kind is a regular expression over that form.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MARKS = re.compile(r"[^\w\u3400-\u9fff]+|_")

_SIGNS = ("-", "--", "---", ".", "?", "??", "/", "—", "——")
_NOTHING = ("na", "n/a", "#n/a", "nan", "null", "none", "nil", "unknown", "unk", "missing")
_NOTHING_ZH = ("无", "未知", "不详", "缺失", "空", "暂无", "未填", "未填写", "不适用", "没有")
MISSING_WORDS = frozenset(
    (*_SIGNS, *_NOTHING, *_NOTHING_ZH, "#null!", "not available", "not applicable")
)
"""Cells, in lower case, that say there is no value."""

MISSING_NUMBERS = frozenset({-9.0, -99.0, -999.0, -9999.0, -99999.0, 9999.0, 99999.0, 999999.0})
"""Numbers that often stand for no value, when far from all others of their column."""


MERGED = " / "
"""Stands between a merged header cell and the one below it in the name of a column."""


def own_name(name: str) -> str:
    """Return the lowest cell of a merged header, or the name as it is.

    Examples:
        >>> own_name("Person / Age"), own_name("Age")
        ('Age', 'Age')
    """
    return name.rpartition(MERGED)[2]


def plain_name(name: str) -> str:
    """Return a column name without case, width, camel case and punctuation.

    Examples:
        >>> plain_name("EmpNumber"), plain_name("Date_of Hire"), plain_name(" 绩效等级 ")
        ('emp number', 'date of hire', '绩效等级')
    """
    opened = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    return _MARKS.sub(" ", opened).strip().casefold()


_BEFORE = "直属|直接|隔级|所属|所在|最终|年度|季度|本期|综合|员工|一级|二级|三级|上级|我的|工作"
_AFTER = "名称|姓名|编号|工号|代码|id|名"


def _kind(english: str, chinese: str = "") -> re.Pattern[str]:
    parts = [rf"(?<![a-z0-9])(?:{english})(?![a-z])"] if english else []
    if chinese:
        parts.append(f"(?:{_BEFORE})*(?:{chinese})(?:{_AFTER})*")
    return re.compile("|".join(parts))


PROTECTED = {
    "gender": _kind(r"gender(?: id)?|sex(?: id)?|male|female|pronouns?", "性别|男女"),
    "race or ethnicity": _kind(
        r"race(?: desc| id)?|ethnic\w*|hispanic\w*|latino|nationality|tribe|minority"
        r"|(?:from )?diversity job fair(?: id)?",
        "民族|种族|国籍|籍贯|族别",
    ),
    "age": _kind(r"age|age (?:group|band|years)|ages", r"年龄|岁数|周岁"),
    "date of birth": _kind(r"dob|birth ?(?:date|day|year)|date ?of ?birth|born", "出生|生日"),
    "marital status": _kind(r"marital\w*(?: status)?(?: id| desc)?|marri(?:ed|age)(?: id)?|spouse",
                            "婚姻|婚否|婚育|已婚"),
    "citizenship": _kind(r"citizen\w*(?: desc| id)?|immigration|visa status", "公民|户籍|户口"),
    "religion": _kind(r"religio\w*|faith|church", "宗教|信仰"),
    "political affiliation": _kind(r"party member\w*|political\w*", "政治面貌|党员|党派"),
    "health or disability": _kind(
        r"disab\w*|handicap\w*|veteran(?: status)?|pregnan\w*|health (?:status|condition)",
        "残疾|健康状况|孕|病史",
    ),
    "sexual orientation": _kind(r"sexual orientation|lgbt\w*"),
    "family": _kind(r"dependents|number of (?:kids|children)", "子女|生育"),
}  # fmt: skip
"""Protected attributes, never features; the key says which one."""

ROW_NUMBER = _kind(
    r"row(?: (?:id|no|nr|num|number|index))?|index|idx|unnamed(?: \d+)?|s ?no|sr ?no|serial(?: no)?"
    r"|line(?: no| number)?|no|nr|rownum|record (?:no|number)",
    r"^序号$|^行号$|^编号$|^序$|^no$",
)
ID = _kind(
    r"id|ids|uuid|guid|key|code|number|num|no|nr|hash|ref(?:erence)?",
    "编号|编码|代码|号码|单号|证号|号$|^id$",
)
SUBJECT = _kind(
    r"(?:emp|employee|staff|person|worker|personnel|associate|agent|member|student|seller|subject"
    r"|reviewee|ratee|appraisee|product|item|movie|film|clothing|sku|store|branch|asin|book|hotel)"
    r"(?: ?(?:id|number|no|nr|num|code|key))?",
    "员工编号|员工号|工号|员工id|人员编号|员工代码|被评人|被考核人|被评价人|职工号|职工编号|商品编号|商品id|产品编号|门店编号",
)
PERSON_NAME = _kind(
    r"(?:emp|employee|staff|person|worker|full|first|last|family|given|customer|client|user|student"
    r"|member|patient|contact|reviewee)(?: ?name)|surname|forename|person name|full ?name",
    "姓名|名字|客户名$|联系人",
)
RATER = _kind(
    r"(?:manager|supervisor|rater|reviewer|evaluator|appraiser|boss|assessor|author|line manager"
    r"|reports ?to|leader|lead)(?: ?(?:name|id|code|number|no))?|user(?: ?id| ?name)?|customer id"
    r"|reviewed by|rated by",
    "上级|主管|评价人|考核人|评分人|评审人|评估人|经理|领导|评论人|用户(?:id|编号|名)?$",
)
GROUP = _kind(
    r"(?:dept|department|team|division|unit|business unit|bu|org|organi[sz]ation|company|firm"
    r"|section|branch|region|site|plant|squad|cost cent(?:er|re))(?: ?(?:name|path|desc))?"
    r"|emp department",
    "部门|团队|班组|事业部|组织|公司|单位|分公司|小组|中心$|科室|车间",
)
PERIOD = _kind(
    r"(?:review |rating |appraisal |performance |evaluation )?(?:period|cycle)|quarter|fiscal year"
    r"|fy|half ?year|year ?month|reporting period",
    "周期|考核期|季度|年度|考核年|月份|期间|期次|年份|考核时间",
)
DATE = _kind(
    r"date\w*|day|time|timestamp|datetime|created(?: at)?|updated(?: at)?|when|\w+ date|as ?of",
    "日期|时间|日$",
)
TEXT = _kind(
    r"text|review(?: text)?|reviews|verified reviews|comments?|feedback|sentences?|remarks?|notes?"
    r"|narrative|message|pros|cons|headline|title|summary|body|content|opinion|advice|description"
    r"|strengths?|weakness\w*|utterance|question|query|tweet|self (?:review|assessment)|free ?text",
    "评语|评论|评价$|点评|意见|建议|反馈|内容|文本|备注|总结|自评$|述职|描述|留言|优点|缺点|标题|问题$",
)
GOAL = _kind(
    r"goals?|objectives?|okrs?|goal (?:text|title)|key results?", "目标$|目标内容|关键结果|目标描述"
)
PROGRESS = _kind(
    r"(?:goal |okr |objective )?(?:progress|completion|attainment|achievement)"
    r"(?: rate| pct| percent)?",
    "(?:目标|完成|达成)?(?:完成率|达成率|进度|完成度|达成度)",
)
CONFIDENTIAL: dict[Literal["survey", "upward", "peer"], re.Pattern[str]] = {
    "survey": _kind(r"survey \w+|pulse|enps|anonymous\w*", "匿名|问卷"),
    "upward": _kind(r"upward|subordinate (?:feedback|rating|score)", "下级评价|下属评价|向上"),
    "peer": _kind(r"peer (?:feedback|review|rating|score|comments?)|360", "同事评价|同级|互评|360"),
}
TARGET = {
    9: _kind(
        r"target|label|labels|y|performance (?:rating|score|grade|level)|overall (?:rating|score)"
        r"|final (?:rating|score|grade)|review rating|nine box \w+|rating|stars|ground truth"
        r"|outcome",
        "绩效等级|绩效评级|考核等级|考核结果|评级|绩效结果|星级|标签|最终得分|等级$|评分$|总评"
        "|绩效得分|绩效分",
    ),
    7: _kind(r"(?:\w+ )?sentiment|intent|domain|class|category|grade|actual \w+|default\b.*|churn"
             r"|score|attrition|polarity|verdict",
             "情感|意图|类别|类$|得分|分数|成绩|结果|分类|主题|话题"),
    4: _kind(r"topics?|emotion|recommend\w*|productivity|satisfaction|result", "满意度"),
}  # fmt: skip
"""How much a name speaks for the answer that is to be predicted."""
NOT_TARGET = _kind(
    r"id|confidence|gold|count|number|reason|target(?:ed)? \w+|previous|last|prior|self|date"
    r"|level id|goal|class name|division|department|work|culture|career|comp|senior|ind",
    "编号|上期|上次|上季|自评|目标|去年|原因|人数|日期",
)
RATING_NAME = _kind(
    r"rating|stars?|grade|score|level|performance|satisfaction|rank|appraisal|evaluation|likert",
    "等级|评级|评分|星级|绩效|满意|考核|打分|得分|评价|水平|职级|级别",
)
CLASS_NAME = _kind(r"labels?|class(?:es)?|category|type|code|kind|intent|domain|sentiment|topic",
                   "标签|类别|类型|分类|类$|代码|意图|情感|话题|主题")  # fmt: skip
CODE = _kind(
    r"zip(?: code)?|postal(?: code)?|post ?code|postcode|area code|position id|dept id|status id"
    r"|[\w ]+ (?:id|code)",
    "邮编|邮政编码|区号|代码|编码",
)
JOB = _kind(
    r"(?:job |position |emp )?(?:title|position|job role|role|job)", "职位|岗位|职务|职称|职级"
)
CONTACT = _kind(
    r"e ?mail(?: address)?|phone(?: numbers?)?|mobile|tel(?:ephone)?|address|ssn|passport|iban"
    r"|(?:id )?card (?:no|numbers?)|url|link|ip(?: address)?|imdb url|\w+ url",
    "邮箱|电话|手机|地址|身份证|银行卡|护照|网址|链接|微信|住址",
)
COUNT = _kind(
    r"counts?|num(?:ber)?|no of|days|hours|times|years|qty|quantity|absences|headcount",
    "人数|次数|天数|数量|时长|个数|年限|工龄|件数|单数",
)
INDICATOR = _kind(r"indicator|kpi|metric|measure", "指标|kpi")
VALUE = _kind(r"value|actual|amount|figure|result", "数值|值$|实际|实绩|完成值")
LOWER_IS_BETTER = _kind(
    r"error\w*|defect\w*|complaint\w*|cost\w*|absen\w*|late|delay\w*|overdue|turnover|attrition"
    r"|churn|idle\w*|rework|incident\w*|downtime|returns?|response time|handling time|days late\w*",
    "差错|缺陷|不良|投诉|成本|缺勤|迟到|延期|逾期|流失|离职|返工|事故|停机|退货|响应时间|时长|损耗",
)
HIGHER_IS_BETTER = _kind(
    r"sales|revenue|profit|productivity|output|quality|satisfaction|attainment|completed?|closed"
    r"|throughput|margin|score|accuracy|on ?time|conversion|retention",
    "销售|收入|利润|产量|质量|满意|准时|准点|及时|评分|达成|完成|合格率|准确|转化|留存|业绩|产出|效率",
)
TOTAL = re.compile(
    r"(?:grand ?)?totals?|sub ?totals?|sum|averages?|mean|合计|总计|小计|汇总|平均值?|总和|共计",
    re.IGNORECASE,
)
"""The whole of a cell that makes its row a total and not a record."""
