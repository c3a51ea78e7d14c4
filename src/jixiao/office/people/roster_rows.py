"""A roster as a table, read into rows: columns are found by their names in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from jixiao.core import OfficeError, raise_all
from jixiao.data import RawTable, own_name, parse_dates, plain_name, same_meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """What one row of a roster says of a person.

    Attributes:
        place: Number of the row, as a person counts it in the file.
        key: Subject id; empty where the cell is.
        name: Name; empty where the cell is.
        email: Address; empty where there is none.
        manager: Id, address or name of the direct manager, as written; empty at the top; None
            where the roster has no column for it.
        unit: Path of the unit; None where the roster has no column for it.
        title: Job title; None where the roster has no column for it.
        since: First day of this post; None where the roster does not say.
        until: First day after this post; None where it lasts or the roster does not say.
        joined: First day at the organisation.
        left: First day no longer there.
    """

    place: int
    key: str
    name: str
    email: str = ""
    manager: str | None = None
    unit: str | None = None
    title: str | None = None
    since: date | None = None
    until: date | None = None
    joined: date | None = None
    left: date | None = None


_MEANINGS: dict[str, tuple[str, ...]] = {
    "key": ("employee id",),
    "name": ("employee name",),
    "email": (),
    "manager": ("manager id", "manager"),
    "unit": (),
    "division": (),
    "department": ("department",),
    "team": ("team",),
    "title": ("job title",),
    "since": (),
    "until": (),
    "joined": ("hire date",),
    "left": ("termination date",),
}
"""A known name of each field's column; ``data.synonyms`` knows the others of the same meaning."""
_MORE: dict[str, tuple[str, ...]] = {
    "key": ("id", "编号"),
    "name": ("preferred name",),
    "email": ("email", "e mail", "email address", "work email", "邮箱", "电子邮箱", "工作邮箱"),
    "manager": (
        "manager email", "supervisor email", "reports to", "上级邮箱", "直属上级工号",
        "直接上级工号", "直属上级邮箱", "汇报对象", "汇报上级",
    ),
    "unit": (
        "unit", "unit path", "organisation", "organization", "organisation unit",
        "organization unit", "org unit", "org path", "组织", "组织路径", "组织单元", "所属组织",
        "单位",
    ),
    "division": ("division", "business unit", "事业部", "中心", "一级部门"),
    "department": ("二级部门",),
    "team": ("三级部门", "科室"),
    "since": (
        "effective date", "valid from", "post start", "position start", "in post since",
        "生效日期", "任职开始", "任职日期", "任岗日期", "调岗日期",
    ),
    "until": ("valid to", "valid until", "post end", "position end", "失效日期", "任职结束"),
    "left": ("last day", "leaving date", "date left", "最后工作日"),
}  # fmt: skip
_LAST_DAYS = ("until", "left")
"""Dates that name the last day; what is kept is the day after it."""
_INITIAL = re.compile(r"[A-Za-z]\.?")
_UNIT_STEPS = ("division", "department", "team")


def roster_columns(names: Sequence[str]) -> dict[str, str]:
    """Return the column of each field that a table has, the first where several fit.

    Examples:
        >>> roster_columns(["工号", "姓名", "上级工号", "Employment / Job Title"])
        {'key': '工号', 'name': '姓名', 'manager': '上级工号', 'title': 'Employment / Job Title'}
    """
    found: dict[str, str] = {}
    for field in _MEANINGS:
        column = next((name for name in names if _names(field, name)), None)
        if column is not None:
            found[field] = column
    return found


def _names(field: str, column: str) -> bool:
    plain = plain_name(own_name(column))
    known = any(same_meaning(plain, word) for word in _MEANINGS[field])
    return known or plain in _MORE.get(field, ())


def is_roster(names: Sequence[str]) -> bool:
    """Return whether a table with such columns says who there is and where they stand."""
    found = roster_columns(names)
    units = found.keys() & {"unit", *_UNIT_STEPS}
    return "key" in found and "name" in found and ("manager" in found or bool(units))


def roster_rows(raw: RawTable) -> list[RosterRow]:
    """Return the rows of a roster.

    Args:
        raw: Table as read, every cell as text.

    Raises:
        OfficeError: If ids and names cannot be found.
        ManyErrors: If cells are no days.
    """
    columns = roster_columns(raw.frame.columns)
    missing = [field for field in ("key", "name") if field not in columns]
    if missing:
        raise OfficeError(
            "JX-E770",
            raw.file,
            expected="columns for id and name, such as 'Employee ID' and 'Name' or 工号 and 姓名",
            got=f"no column for {' and '.join(missing)}",
            hint="rename the column, or take the table that has it",
        )
    days = _days(raw, columns)
    if "manager" in columns:
        columns["manager"] = _manager_column(raw, columns)
    texts = {field: _cells(raw, name) for field, name in columns.items() if field not in days}
    return [_row(raw.row_number(at), at, texts, days) for at in range(raw.frame.height)]


def spoken(name: str) -> str:
    """Return a name as it is spoken: given name first, without initials.

    Examples:
        >>> spoken("Smith, Jo A."), spoken("Jo Smith"), spoken("王 小明")
        ('jo smith', 'jo smith', '王 小明')
    """
    last, comma, given = name.partition(",")
    words = [*given.split(), *last.split()] if comma else name.split()
    return " ".join(word for word in words if not _INITIAL.fullmatch(word)).casefold()


def _cells(raw: RawTable, name: str) -> list[str]:
    return raw.frame[name].fill_null("").str.strip_chars().to_list()


def _manager_column(raw: RawTable, columns: dict[str, str]) -> str:
    """Return the column of managers that names most people of the table, the first of equals.

    Exports often have two, such as a name and a number that is not the number of the person.
    """
    fitting = [name for name in raw.frame.columns if _names("manager", name)]
    people = {
        form
        for field in ("key", "email", "name")
        if field in columns
        for cell in _cells(raw, columns[field])
        for form in (cell.casefold(), spoken(cell))
    } - {""}

    def known(column: str) -> int:
        return sum(
            {cell.casefold(), spoken(cell)} & people != set() for cell in _cells(raw, column)
        )

    return max(fitting, key=known)


def _days(raw: RawTable, columns: dict[str, str]) -> dict[str, list[date | None]]:
    """Return the days of every column of days, or say which cells are none."""
    found: dict[str, list[date | None]] = {}
    faults: list[OfficeError] = []
    for field in ("since", "until", "joined", "left"):
        if field not in columns:
            continue
        cells = raw.frame[columns[field]].cast(pl.String)
        parsed = parse_dates(cells, serials=raw.kinds.get(columns[field]) == "date")
        faults += [
            OfficeError(
                "JX-E771",
                f"row {raw.row_number(at)}, {columns[field]}",
                expected="a day such as 2025-03-31",
                got="another text",
            )
            for at in parsed.failed.arg_true().to_list()
        ]
        step = timedelta(days=1 if field in _LAST_DAYS else 0)
        found[field] = [None if day is None else day + step for day in parsed.values.to_list()]
    raise_all(faults)
    return found


def _row(
    place: int, at: int, texts: dict[str, list[str]], days: dict[str, list[date | None]]
) -> RosterRow:
    cells = {field: column[at] for field, column in texts.items()}
    dates = {field: column[at] for field, column in days.items()}
    return RosterRow(
        place=place,
        key=cells["key"],
        name=cells["name"],
        email=cells.get("email", "").casefold(),
        manager=cells.get("manager"),
        unit=_unit(cells),
        title=cells.get("title"),
        **dates,
    )


def _unit(cells: dict[str, str]) -> str | None:
    """Return the path of a unit: as written, or put together from its steps; None without any."""
    if "unit" in cells:
        steps = cells["unit"].split("/")
    elif cells.keys() & set(_UNIT_STEPS):
        steps = [cells.get(field, "").replace("/", "·") for field in _UNIT_STEPS]
    else:
        return None
    return "/".join(step.strip() for step in steps if step.strip())
