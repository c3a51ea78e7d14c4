"""Invented contracts and tables for the tests of the data room."""

from __future__ import annotations

from typing import Any

import polars as pl

from jixiao.contracts import Column, Contract, DataType, Role, Scale, Table, Task, TaskKind

TYPES = {
    Role.NUMBER: DataType.NUMBER,
    Role.CATEGORY: DataType.CATEGORY,
    Role.ORDINAL: DataType.ORDINAL,
    Role.DATE: DataType.DATE,
    Role.PERIOD: DataType.PERIOD,
    Role.TARGET: DataType.ORDINAL,
    Role.GROUP: DataType.CATEGORY,
    Role.PROTECTED: DataType.CATEGORY,
}
FIVE = Scale(levels=("1", "2", "3", "4", "5"))


def column(name: str, role: Role, type_: DataType | None = None, **more: Any) -> Column:
    """A column whose type follows from its role when none is given."""
    return Column(name=name, role=role, type=type_ or TYPES.get(role, DataType.TEXT), **more)


def contract(*columns: Column, task: Task | None = None) -> Contract:
    """A contract of the columns; its task rates ``rating`` from 1 to 5 when none is given."""
    task = task or Task(kind=TaskKind.ORDINAL, target="rating", scale=FIVE)
    return Contract(tables=(Table(name="t", source="t.csv"),), columns=columns, task=task)


def reviews(n_subjects: int, n_each: int) -> tuple[pl.DataFrame, Contract]:
    """Records of subjects over periods, every text different, ratings 1 to 5."""
    rows = [
        {
            "_row": subject * n_each + at,
            "review": f"r{subject}-{at}",
            "employee": f"E{subject:04d}",
            "manager": f"M{subject % 12:02d}",
            "quarter": f"{2023 + at // 4}Q{at % 4 + 1}",
            "comment": f"record {subject * 7919 % 10007} of quarter {at} told in its own words",
            "rating": str((subject * 3 + at) % 5 + 1),
        }
        for subject in range(n_subjects)
        for at in range(n_each)
    ]
    made = contract(
        column("review", Role.ID),
        column("employee", Role.SUBJECT),
        column("manager", Role.RATER),
        column("quarter", Role.PERIOD),
        column("comment", Role.TEXT),
        column("rating", Role.TARGET),
    )
    return pl.DataFrame(rows), made
