"""Facts of two invented people and their team, built by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jixiao.gate import FactSet, read_facts

Q2 = {"start": "2025-04-01", "end": "2025-07-01"}
Q3 = {"start": "2025-07-01", "end": "2025-10-01"}


def made(name: str, subject: str, measure: str, value: Any, **more: Any) -> dict[str, Any]:
    """Return a fact as it stands in a file; the third quarter unless another is given."""
    plain = {"unit": None, "period": Q3, "base": None, "formula": "", "rows": []}
    return {"id": name, "subject": subject, "measure": measure, "value": value, **plain, **more}


@pytest.fixture(scope="session", name="fact")
def fact_maker() -> Any:
    """Maker of facts as they stand in a file."""
    return made


@pytest.fixture(scope="session")
def q2() -> dict[str, str]:
    return Q2


@pytest.fixture(scope="session")
def english() -> FactSet:
    facts = [
        made("f1", "Li Na", "sales", 1_200_000, unit="CNY"),
        made("f2", "Li Na", "sales", 1_000_000, unit="CNY", period=Q2),
        made("f3", "Zhang Wei", "sales", 954_000, unit="CNY"),
        made("f4", "Li Na", "sales_target", 1_100_000, unit="CNY"),
        made("f5", "Li Na", "customer satisfaction", 92.5, unit="%"),
        made("f6", "Sales team", "customer satisfaction", 88, unit="%"),
        made("f7", "Li Na", "rating", "Exceeds expectations"),
        made("f8", "Li Na", "complaints", 3),
        made("f9", "Li Na", "complaints", 7, period=Q2),
        made("f10", "Li Na", "sales_rank", 1),
        made("f11", "Zhang Wei", "sales", 900_000, unit="CNY", period=Q2),
        made("f12", "Li Na", "attendance rate", 0.978, unit="ratio"),
        made("f13", "Li Na", "response time", 1.5, unit="h"),
    ]
    said = "She answers customers within the hour and never forgets a follow-up."
    comments = [{"id": "c1", "subject": "Li Na", "text": said}]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))


@pytest.fixture(scope="session")
def chinese() -> FactSet:
    facts = [
        made("f1", "李娜", "销售额", 120, unit="万元"),
        made("f2", "李娜", "销售额", 60, unit="万元", period=Q2),
        made("f3", "张伟", "销售额", 95.4, unit="万元"),
        made("f4", "李娜", "销售额目标", 110, unit="万元"),
        made("f5", "李娜", "客户满意度", 92.5, unit="%"),
        made("f6", "华东销售部", "客户满意度", 88, unit="%"),
        made("f7", "李娜", "评级", "优秀"),
        made("f8", "李娜", "投诉", 3, unit="件"),
        made("f9", "李娜", "投诉", 7, unit="件", period=Q2),
        made("f10", "李娜", "销售额排名", 1),
        made("f11", "李娜", "合格率", 0.333, unit="比例"),
    ]
    comments = [{"id": "c1", "subject": "李娜", "text": "客户来电一小时内必有回复，从不漏跟进。"}]
    return read_facts(json.dumps({"version": 1, "facts": facts, "comments": comments}))


@pytest.fixture(scope="session")
def shops() -> FactSet:
    """Two shops with their people, and words of their field."""
    orders = {"Ann Lee": 9, "Bo J. Carr": 7, "D.J. Fox": 5, "Eve Ray Jr.": 12, "Guy Poe": 4}
    homes = {"Ann Lee": "North", "Bo J. Carr": "North", "D.J. Fox": "North"}
    facts = [
        made(f"o{place}", who, "orders", value) for place, (who, value) in enumerate(orders.items())
    ]
    facts += [
        made("n0", "North", "orders", 21),
        made("n1", "North", "orders in the first half", 8),
        made("n2", "North", "wins", 3),
        made("s0", "South", "orders", 16),
        made("s1", "South", "orders in the first half", 10),
        made("s2", "South", "wins", 4),
    ]
    subjects = {
        who: {"names": [who], "kind": "person", "of": homes.get(who, "South")} for who in orders
    }
    subjects |= {name: {"names": [name], "kind": "group"} for name in ("North", "South")}
    words = {
        "measures": {"orders": ["order"], "orders in the first half": ["first half"]},
        "joining": ["was next", "only other"],
        "against": ["outsold"],
        "beyond": ["over the last"],
        "forms": [
            {
                "pattern": "{n} - {n}",
                "measures": ["", ""],
                "subject": "groups",
                "otherwise": "orders",
            },
            {"pattern": "{n} [win|victory] of the year", "measures": ["wins"]},
        ],
        "labels": [
            {"words": ["outsold"], "measure": "orders", "holds": "above"},
            {"words": ["was [next] with"], "measure": "orders", "holds": "next"},
            {"words": ["busy seller"], "measure": "orders", "holds": ">= 6"},
            {
                "words": ["[only other] busy"],
                "measure": "orders",
                "holds": ">= 9",
                "counts_others": True,
            },
        ],
    }
    content = {"version": 1, "facts": facts, "subjects": subjects, "words": words}
    return read_facts(json.dumps(content))
