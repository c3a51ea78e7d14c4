"""Workbooks as people keep them: XLSX, XLSM and XLS through fastexcel (calamine)."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import polars as pl

from jixiao.contracts import Problem
from jixiao.core import DataError
from jixiao.data.sources.header import LOOK, HeaderPlan, plan_header
from jixiao.data.sources.limits import Limits, too_large
from jixiao.data.sources.raw import RawTable
from jixiao.data.sources.table import note, without_blank_columns, without_blank_rows
from jixiao.data.sources.workbook import Packed, Workbook, inspect_workbook

_KINDS = {
    "float": "number",
    "int": "number",
    "date": "date",
    "datetime": "date",
    "boolean": "boolean",
}


def read_excel(packed: Packed, name: str, sheet: str | None, limits: Limits) -> RawTable:
    """Read one sheet of a workbook.

    Args:
        packed: The workbook; opened for reading only.
        name: Table name.
        sheet: Sheet name; None takes the first visible sheet that holds a table.
        limits: Bounds checked before anything is parsed.

    Raises:
        DataError: If the workbook is beyond a limit, damaged, or has no such sheet or no table.
    """
    inspected = inspect_workbook(packed, limits) if _starts_zip(packed) else None
    book = _open(packed)
    if sheet is None:
        chosen, told = _first_table(book, packed.name, (inspected, limits))
    else:
        chosen = _named(list(book.sheet_names), packed.name, sheet)
        told = inspected.check_sheet(chosen, limits) if inspected else ()
    problems = (*inspected.problems, *told) if inspected else told
    raw = _cells(book, chosen, packed.name)
    if raw.width > limits.columns:
        raise too_large(
            packed.name, "a sheet", limit=f"{limits.columns} columns", got=f"{raw.width} columns"
        )
    plan = _plan(raw, packed.name)
    kinds = _kinds(book, chosen, plan)
    frame = raw[plan.start :, : len(plan.names)]
    frame.columns = list(plan.names)
    frame = _canonical(without_blank_columns(frame, plan.named))
    table = RawTable(name, packed.name, frame, first_row=plan.start + 1, kinds=kinds)
    return without_blank_rows(replace(table, problems=(*problems, *plan.problems)))


def _starts_zip(packed: Packed) -> bool:
    with packed.open() as file:
        return file.read(2) == b"PK"


def _open(packed: Packed) -> Any:
    import fastexcel

    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    try:
        return fastexcel.read_excel(packed.read())
    except fastexcel.FastExcelError as error:
        raise _damaged(packed.name) from error


def _damaged(file: str) -> DataError:
    return DataError(
        "JX-E203",
        file,
        expected="a workbook that can be opened",
        got="one that is damaged or locked with a password",
        hint="open it in Excel and save it again without a password",
    )


def _cells(book: Any, sheet: str, file: str, n_rows: int | None = None) -> pl.DataFrame:
    import fastexcel

    try:
        loaded = book.load_sheet(
            sheet, header_row=None, skip_rows=0, n_rows=n_rows, dtypes="string"
        )
        frame: pl.DataFrame = loaded.to_polars()
    except fastexcel.FastExcelError as error:
        if "empty" in str(error).lower() or "no data" in str(error).lower():
            return pl.DataFrame()
        raise _damaged(file) from error
    return frame


def _first_table(
    book: Any, file: str, bounds: tuple[Workbook | None, Limits]
) -> tuple[str, tuple[Problem, ...]]:
    """Return the first visible sheet that holds a table; each is counted before it is opened."""
    inspected, limits = bounds
    names = list(book.sheet_names)
    hidden = inspected.hidden if inspected else frozenset()
    visible = [name for name in names if name not in hidden]
    for name in visible:
        told = inspected.check_sheet(name, limits) if inspected else ()
        if _holds_table(_cells(book, name, file, n_rows=200)):
            others = [other for other in names if other != name]
            return name, (*told, *([_chosen(file, name, others)] if others else []))
    raise DataError(
        "JX-E207",
        file,
        expected="a sheet with a table",
        got=f"{len(visible)} visible sheets without one",
        hint="name the sheet with --sheet",
    )


def _named(names: list[str], file: str, sheet: str) -> str:
    for name in names:
        if name.strip().casefold() == sheet.strip().casefold():
            return name
    raise DataError(
        "JX-E207",
        file,
        expected=f"one of the sheets {', '.join(map(repr, names))}",
        got=repr(sheet),
        hint="choose a sheet that is in the workbook",
    )


def _holds_table(frame: pl.DataFrame) -> bool:
    if frame.height < 2:
        return False
    filled = [column.len() - column.null_count() for column in frame]
    rows = frame.select(pl.any_horizontal(pl.all().is_not_null()).sum()).item()
    return rows >= 2 and (sum(1 for count in filled if count >= 2) >= 2 or len(filled) == 1)


def _chosen(file: str, sheet: str, others: list[str]) -> Problem:
    return note(
        "JX-E207.sheet-choice",
        file,
        expected="one sheet, or one named with --sheet",
        got=f"{len(others) + 1} sheets; {sheet!r} is read, the first that holds a table",
        hint=f"the others are {', '.join(map(repr, others))}; name one with --sheet",
    )


def _plan(raw: pl.DataFrame, file: str) -> HeaderPlan:
    plan = plan_header(raw.head(LOOK).rows(), file)
    if plan.names:
        return plan
    raise DataError(
        "JX-E207",
        file,
        expected="a sheet with a table",
        got="an empty sheet",
        hint="name another sheet with --sheet",
    )


def _kinds(book: Any, sheet: str, plan: HeaderPlan) -> dict[str, str]:
    """Return what the cells of each column are in the workbook itself."""
    typed = book.load_sheet(sheet, header_row=None, skip_rows=plan.start, schema_sample_rows=5000)
    found = {info.index: _KINDS.get(info.dtype, "") for info in typed.available_columns()}
    return {name: kind for at, name in enumerate(plan.names) if (kind := found.get(at, ""))}


def _canonical(frame: pl.DataFrame) -> pl.DataFrame:
    """Return dates at midnight as plain ISO days; every other cell stays as it is."""
    return frame.with_columns(
        pl.col(name).str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1")
        for name in frame.columns
        if frame[name].str.ends_with(" 00:00:00").any()
    )
