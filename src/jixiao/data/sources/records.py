"""JSON tables: JSON lines, a list of objects, a list of lists, or an object of such lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from jixiao.contracts import Problem
from jixiao.core import DataError
from jixiao.data.sources.delimited import Text
from jixiao.data.sources.limits import Limits, too_large
from jixiao.data.sources.raw import RawTable
from jixiao.data.sources.table import string_frame

_HINT = "give JSON lines, a list of objects or a list of lists"


def read_json(text: Text, name: str, limits: Limits) -> RawTable:
    """Read a table from JSON.

    Rows are counted from 1: there is no header line. Nested values stay as JSON text.

    Raises:
        DataError: If it is not JSON, holds no table, or is beyond a limit.
    """
    text = text.sure()
    whole = text.whole()
    if _is_lines(whole):
        return _lines(text, whole, name, limits)
    try:
        value = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise _not_json(text.file, error) from error
    parts, records = _records(value, text.file)
    return _table(text, name, limits, records=records, parts=parts)


def _is_lines(whole: str) -> bool:
    start = whole.lstrip()
    first, _, rest = start.partition("\n")
    if not rest.strip() or first.strip()[-1:] not in ("}", "]"):
        return False
    try:
        return isinstance(json.loads(first), dict | list)
    except (ValueError, RecursionError):
        return False


def _not_json(file: str, error: Exception) -> DataError:
    line = getattr(error, "lineno", None)
    got = f"a mistake in line {line}" if line else "nesting or numbers beyond any table"
    return DataError("JX-E209", file, expected="JSON", got=got, hint=_HINT)


def _records(value: Any, file: str) -> tuple[list[str] | None, list[Any]]:
    while isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, list):
        return None, value
    if isinstance(value, dict) and value and all(isinstance(v, list) for v in value.values()):
        parts = [str(part) for part, records in value.items() for _ in records]
        return parts, [record for records in value.values() for record in records]
    if isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
        return [str(key) for key in value], list(value.values())
    kind = "an object" if isinstance(value, dict) else type(value).__name__
    raise DataError("JX-E209", file, expected="a table in JSON", got=kind, hint=_HINT)


def _lines(text: Text, whole: str, name: str, limits: Limits) -> RawTable:
    records: list[Any] = []
    numbers: list[int] = []
    broken: dict[int, str] = {}
    for number, line in enumerate(whole.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line))
        except (ValueError, RecursionError):
            broken[len(records)] = "a line that is not JSON"
            records.append({})
        numbers.append(number)
    table = _table(text, name, limits, records=records, parts=None)
    rows = None
    if numbers != list(range(1, len(numbers) + 1)):
        rows = pl.Series("row", numbers, dtype=pl.Int64)
    told = [
        Problem(
            "JX-E209.json-line",
            text.file,
            numbers[at],
            None,
            "JSON",
            reason,
            _HINT,
            rows=len(broken),
        )
        for at, reason in list(broken.items())[:1]
    ]
    return RawTable(
        name,
        text.file,
        table.frame,
        first_row=1,
        row_numbers=rows,
        problems=(*table.problems, *told),
        kinds=table.kinds,
        bad_rows={**table.bad_rows, **broken},
    )


def _table(
    text: Text, name: str, limits: Limits, *, records: list[Any], parts: list[str] | None
) -> RawTable:
    if len(records) > limits.rows:
        raise too_large(
            text.file, "a table", limit=f"{limits.rows} rows", got=f"{len(records)} rows"
        )
    rows = [_as_object(record) for record in records]
    names = list(dict.fromkeys(key for row in rows for key in row))
    if not names:
        raise DataError("JX-E209", text.file, expected="a table", got="no records", hint=_HINT)
    if len(names) > limits.columns:
        raise too_large(
            text.file, "a table", limit=f"{limits.columns} columns", got=f"{len(names)} columns"
        )
    kinds = {key: kind for key in names if (kind := _kind(row.get(key) for row in rows))}
    cells: list[Sequence[str | None]] = [[_cell(row.get(key)) for key in names] for row in rows]
    if parts is not None:
        label = "part" if "part" not in names else "part_2"
        names, cells = [label, *names], [[p, *row] for p, row in zip(parts, cells, strict=True)]
    frame = string_frame(cells, names)
    return RawTable(name, text.file, frame, first_row=1, problems=text.problems, kinds=kinds)


def _as_object(record: Any) -> dict[str, Any]:
    if isinstance(record, dict):
        return record
    values = record if isinstance(record, list) else [record]
    return {f"column_{at}": value for at, value in enumerate(values, 1)}


def _kind(values: Iterable[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, float}:
        return "number"
    return "boolean" if kinds == {bool} else ""


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
