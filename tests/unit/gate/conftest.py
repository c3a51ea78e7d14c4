"""Facts of two invented people and their team, built by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jixiao.gate import FactSet, read_facts

Q2 = {"start": "2025-04-01", "end": "2025-07-01"}
Q3 = {"start": "2025-07-01", "end": "2025-10-01"}


def fact(name: str, subject: str, measure: str, value: Any, **more: Any) -> dict[str, Any]:
    """Return a fact as it stands in a file; the third quarter unless another is given."""
    plain = {"unit": None, "period": Q3, "base": None, "formula": "", "rows": []}
    return {"id": name, "subject": subject, "measure": measure, "value": value, **plain, **more}


@pytest.fixture(scope="session")
def english() -> FactSet:
    facts = [
        fact("f1", "Li Na", "sales", 1_200_000, unit="CNY"),
        fact("f2", "Li Na", "sales", 1_000_000, unit="CNY", period=Q2),
        fact("f3", "Zhang Wei", "sales", 954_000, unit="CNY"),
        fact("f4", "Li Na", "sales_target", 1_100_000, unit="CNY"),
        fact("f5", "Li Na", "customer satisfaction", 92.5, unit="%"),
        fact("f6", "Sales team", "customer satisfaction", 88, unit="%"),
        fact("f7", "Li Na", "rating", "Exceeds expectations"),
        fact("f8", "Li Na", "complaints", 3),
        fact("f9", "Li Na", "complaints", 7, period=Q2),
        fact("f10", "Li Na", "sales_rank", 1),
        fact("f11", "Zhang Wei", "sales", 900_000, unit="CNY", period=Q2),
        fact("f12", "Li Na", "attendance rate", 0.978, unit="ratio"),
        fact("f13", "Li Na", "response time", 1.5, unit="h"),
    ]
    said = "She answers customers within the hour and never forgets a follow-up."
    comments = [{"id": "c1", "subject": "Li Na", "text": said}]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))


@pytest.fixture(scope="session")
def chinese() -> FactSet:
    facts = [
        fact("f1", "李娜", "销售额", 120, unit="万元"),
        fact("f2", "李娜", "销售额", 60, unit="万元", period=Q2),
        fact("f3", "张伟", "销售额", 95.4, unit="万元"),
        fact("f4", "李娜", "销售额目标", 110, unit="万元"),
        fact("f5", "李娜", "客户满意度", 92.5, unit="%"),
        fact("f6", "华东销售部", "客户满意度", 88, unit="%"),
        fact("f7", "李娜", "评级", "优秀"),
        fact("f8", "李娜", "投诉", 3, unit="件"),
        fact("f9", "李娜", "投诉", 7, unit="件", period=Q2),
        fact("f10", "李娜", "销售额排名", 1),
        fact("f11", "李娜", "合格率", 0.333, unit="比例"),
    ]
    comments = [{"id": "c1", "subject": "李娜", "text": "客户来电一小时内必有回复，从不漏跟进。"}]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))
