"""Days: none of the past in the future, none before anything meant, no end before its start."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from jixiao.contracts import Column, DataType, Role
from jixiao.core import parse_period
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk
from jixiao.data.vocabulary import plain_name

_AHEAD = re.compile(
    r"(?<![a-z])(?:due|deadline|expir\w*|planned?|target|goal|next|end|until|valid|scheduled?|eta)"
    r"(?![a-z])|到期|截止|计划|有效|预计|目标|下次|结束"
)
_STARTS = re.compile(
    r"(?<![a-z])(?:start\w*|begin\w*|from|hire\w*|join\w*|onboard\w*|order\w*|open\w*|created?"
    r"|admission|entry|effective)(?![a-z])|开始|入职|到岗|起始|下单|起$|生效"
)
_ENDS = re.compile(
    r"(?<![a-z])(?:end\w*|finish\w*|until|to|terminat\w*|leav\w*|exit|ship\w*|deliver\w*|clos\w*"
    r"|complet\w*|expir\w*|resign\w*|due|reviews?|apprais\w*|assess\w*)(?![a-z])|考核|结束|离职|终止|截止|到期|发货|交付|完成|止$"
)
_BIRTH = re.compile(r"(?<![a-z])(?:dob|birth\w*|born)(?![a-z])|出生|生日")
_LONG_AGO = re.compile(
    r"(?<![a-z])(?:releas\w*|publish\w*|publication|found(?:ed|ing|ation)|establish\w*|built"
    r"|premiere\w*)(?![a-z])|上映|出版|发行|成立|建成|首播"
)
"""Days of works and houses, which may lie any number of years back."""
_EPOCH = date(1899, 12, 30)
_OLDEST = date(1900, 1, 1)
_GAP_YEARS = 40
_IN_ORDER, _REVERSED, _MANY = 0.8, 0.95, 30
_FEW = 5


def check_dates(desk: Desk) -> None:
    """Name future days, days too old to be meant and ends before their starts."""
    dated = [
        column
        for column in desk.columns
        if column.type is DataType.DATE and column.role is not Role.IGNORED
    ]
    for column in dated:
        _old(desk, column)
        _future(desk, column)
    for column in desk.columns:
        if column.type is DataType.PERIOD and column.role is not Role.IGNORED:
            _future_period(desk, column)
    for start in dated:
        for end in dated:
            if start is not end and _is_pair(start, end):
                _order(desk, start, end)


def _future(desk: Desk, column: Column) -> None:
    latest = latest_day(column)
    if latest is not None:
        late = (desk.typed[column.name] > latest).fill_null(False) & desk.open_cells(column.name)
        desk.add("future-date", late, column=column.name, expected=f"a day up to {latest}")


def latest_day(column: Column) -> date | None:
    """Return the last day a column of dates may hold today; None where it may look ahead."""
    if _AHEAD.search(plain_name(column.name)):
        return None
    return datetime.now(UTC).date() + timedelta(days=1)


def _future_period(desk: Desk, column: Column) -> None:
    """Name periods that begin more than a year from now."""
    latest = datetime.now(UTC).date() + timedelta(days=366)
    values = desk.cleaned[column.name]
    named = {value: parse_period(value) for value in values.drop_nulls().unique()}
    late = [value for value, period in named.items() if period and period.start > latest]
    rows = values.is_in(late).fill_null(False) & desk.open_cells(column.name)
    desk.add("future-date", rows, column=column.name, expected=f"a period up to {latest.year}")


def _old(desk: Desk, column: Column) -> None:
    days = desk.typed[column.name]
    known = days.drop_nulls()
    if not len(known):
        return
    oldest = _OLDEST
    plain = plain_name(column.name)
    is_recent = not _BIRTH.search(plain) and not _LONG_AGO.search(plain)
    if is_recent and len(known) >= _FEW:
        usual = known.sort()[len(known) // 20]
        if usual.year - _GAP_YEARS > _OLDEST.year:
            oldest = usual.replace(year=usual.year - _GAP_YEARS, day=1)
    old = (days < oldest).fill_null(False) & desk.open_cells(column.name)
    if not old.any():
        return
    first = days.filter(old)[0]
    serial = (first - _EPOCH).days
    got = f"a day in {first.year}"
    if 0 < serial < 3000:
        got += f", which is how a spreadsheet shows the number {serial:,}"
    desk.add("old-date", old, column=column.name, expected=f"a day from {oldest} on", got=got)


def _is_pair(start: Column, end: Column) -> bool:
    first, second = plain_name(start.name), plain_name(end.name)
    if _BIRTH.search(first):
        return not _BIRTH.search(second)
    is_start = _STARTS.search(first) is not None and _ENDS.search(first) is None
    return is_start and _ENDS.search(second) is not None and _STARTS.search(second) is None


def _order(desk: Desk, start: Column, end: Column) -> None:
    first, second = desk.typed[start.name], desk.typed[end.name]
    both = int((first.is_not_null() & second.is_not_null()).sum())
    wrong = (second < first).fill_null(False)
    if both >= _MANY and int(wrong.sum()) >= _REVERSED * both:
        got = f"values of {end.name!r}, and the other way round"
        expected = f"days not after {end.name!r}"
        desk.add(
            "swapped-columns",
            None,
            column=start.name,
            expected=expected,
            got=got,
            effect=Effect.TOLD,
        )
        return
    if not both or int(wrong.sum()) > (1 - _IN_ORDER) * both + 1:
        return
    rows = wrong & desk.open_cells(end.name) & desk.open_cells(start.name)
    got = "an earlier day"
    desk.add(
        "date-order", rows, column=end.name, expected=f"a day not before {start.name!r}", got=got
    )
