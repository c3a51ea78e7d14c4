"""Column names of the same meaning, in English and Chinese."""

from __future__ import annotations

from jixiao.data.vocabulary import plain_name

_GROUPS: tuple[tuple[str, ...], ...] = (
    ("emp id", "emp no", "emp number", "employee id", "employee no", "employee number",
     "employee code", "staff id", "staff no", "staff number", "personnel number", "person id",
     "worker id", "工号", "员工编号", "员工号", "员工工号", "员工id", "人员编号", "职工号",
     "职工编号"),
    ("employee name", "emp name", "staff name", "full name", "name", "person name", "姓名",
     "员工姓名", "名字"),
    ("dept", "department", "department name", "dept name", "部门", "部门名称", "所属部门",
     "所在部门"),
    ("team", "team name", "团队", "小组", "班组", "所属团队"),
    ("manager", "manager name", "supervisor", "supervisor name", "line manager", "direct manager",
     "上级", "直属上级", "直接上级", "主管", "直属主管", "上级姓名", "经理"),
    ("manager id", "supervisor id", "manager number", "上级工号", "主管工号", "上级编号"),
    ("reviewer", "rater", "evaluator", "appraiser", "reviewer name", "评价人", "考核人", "评分人",
     "评估人"),
    ("performance rating", "performance score", "performance grade", "performance level",
     "overall rating", "overall score", "final rating", "review rating", "rating", "绩效等级",
     "绩效评级", "考核等级", "绩效结果", "考核结果", "评级", "最终评级", "绩效"),
    ("review", "review text", "comment", "comments", "feedback", "review comment",
     "review comments", "manager comment", "manager comments", "评语", "评价", "评价内容",
     "考核评语",
     "绩效评语", "上级评语", "评论", "点评"),
    ("period", "review period", "cycle", "review cycle", "quarter", "appraisal period",
     "performance period", "rating period", "考核周期", "周期", "考核期", "绩效周期", "评估周期",
     "季度", "考核季度"),
    ("date", "review date", "date review", "rating date", "日期", "考核日期", "评价日期",
     "评估日期"),
    ("gender", "sex", "性别"),
    ("age", "年龄"),
    ("dob", "date of birth", "birth date", "birthday", "birthdate", "出生日期", "生日",
     "出生年月"),
    ("race", "race desc", "ethnicity", "ethnic group", "民族", "种族"),
    ("marital status", "marital desc", "婚姻状况", "婚姻状态", "婚姻", "婚否"),
    ("hire date", "date of hire", "dateof hire", "start date", "join date", "date joined",
     "入职日期", "入职时间", "到岗日期"),
    ("termination date", "date of termination", "dateof termination", "end date", "leave date",
     "离职日期", "离职时间"),
    ("position", "job title", "title", "job role", "role", "岗位", "职位", "岗位名称", "职务"),
    ("level", "job level", "grade", "job grade", "职级", "级别", "岗位级别", "职等"),
    ("salary", "base salary", "annual salary", "pay", "wage", "工资", "薪资", "薪酬", "月薪",
     "年薪"),
    ("location", "city", "office", "work location", "地点", "工作地点", "城市", "办公地点"),
    ("self review", "self assessment", "self evaluation", "自评", "自我评价", "员工自评"),
    ("goal", "goals", "objective", "objectives", "目标", "绩效目标", "工作目标"),
    ("progress", "completion", "completion rate", "goal progress", "完成率", "完成度", "进度",
     "达成率"),
    ("attendance", "attendance rate", "出勤率", "考勤"),
    ("sales", "revenue", "sales amount", "销售额", "销售收入", "营收", "业绩"),
    ("satisfaction", "csat", "customer satisfaction", "满意度", "客户满意度"),
)  # fmt: skip
_GROUP_OF = {
    plain_name(name).replace(" ", ""): at for at, group in enumerate(_GROUPS) for name in group
}


def same_meaning(first: str, second: str) -> bool:
    """Return whether two column names are known to mean the same.

    Examples:
        >>> same_meaning("EmpNumber", "工号"), same_meaning("Age", "Salary")
        (True, False)
    """
    groups = [_GROUP_OF.get(plain_name(name).replace(" ", "")) for name in (first, second)]
    return groups[0] is not None and groups[0] == groups[1]
