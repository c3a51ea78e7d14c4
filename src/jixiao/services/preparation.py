"""From source tables to examples: read, clean, check, join, mask; every row accounted for.

Used by every verb, so that checking, training, scoring and reporting see the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import (
    Column,
    Contract,
    Counts,
    Leak,
    Problem,
    Role,
    Settings,
    StepReport,
    Table,
    WorkspaceStore,
)
from jixiao.core import content_hash
from jixiao.data import (
    PART,
    Checked,
    HeldOut,
    RawTable,
    SeriesBlock,
    Stack,
    check,
    clean,
    count_rows,
    find_leaks,
    held_out,
    indicator_rows,
    join_tables,
    mask_texts,
    match_tables,
    near_duplicate_report,
    read_back,
    read_table,
    series_of,
    stack,
)
from jixiao.services.sources import record_tables
from jixiao.services.strangers import refuse_empty, refuse_strangers


@dataclass(frozen=True)
class Prepared:
    """Everything known about the data once it is read, cleaned, checked, joined and masked.

    Attributes:
        raw: The record tables as read, one below the other.
        frame: Used rows, typed and masked; ``_row`` is the 0-based row of ``raw``.
        contract: The contract with columns matched and suspected leaks kept out.
        counts: Counts over the record tables.
        tables: Counts of every table.
        problems: Everything found, in the order of the tables.
        leaks: Suspected leaks.
        steps: What each cleaning step changed.
        status: One of used, duplicate, quarantined for each row of ``raw``.
        reasons: Why a row of ``raw`` is not used; null where it is.
        quarantine: Unusable rows of each table.
        indicators: Figures of KPI tables, long, for reports; None without any.
        near_duplicates: Groups of ``_row`` whose texts all but agree.
        series: KPI series of the used rows; None without any.
        data_hash: SHA-256 of all that was read.
        roster: Values of id, subject and rater columns of every table, for masking.
    """

    raw: RawTable
    frame: pl.DataFrame
    contract: Contract
    counts: Counts
    tables: dict[str, Counts]
    problems: tuple[Problem, ...]
    leaks: tuple[Leak, ...]
    steps: tuple[StepReport, ...]
    status: pl.Series
    reasons: pl.Series
    quarantine: dict[str, pl.DataFrame]
    series: SeriesBlock | None
    indicators: pl.DataFrame | None
    near_duplicates: tuple[tuple[int, ...], ...]
    data_hash: str
    roster: tuple[str, ...] = ()

    @property
    def is_blocked(self) -> bool:
        """Whether a problem must be mended before anything sensible can be done."""
        return any(problem.blocking for problem in self.problems)


@dataclass(frozen=True)
class _TableWork:
    table: Table
    stack: Stack
    checked: Checked
    steps: list[StepReport]
    held_out: HeldOut | None


def read_all(tables: Sequence[Table], store: WorkspaceStore) -> list[RawTable]:
    """Return the source tables as read, every cell as text."""
    return [read_table(table, store.base, environment=store.environment) for table in tables]


def prepare(settings: Settings, store: WorkspaceStore, *, for_scoring: bool = False) -> Prepared:
    """Read and check all tables of the contract.

    Args:
        settings: The workspace's settings.
        store: Where data paths start from, and where mended rows are kept.
        for_scoring: Rows need no answer and columns are not tested for leaks.

    Raises:
        DataError: If a table cannot be read at all, holds no record, or is one of something else.
    """
    contract = settings.contract
    raws, renamed = matched(contract, store, for_scoring=for_scoring)
    stacked, others = _divide(contract.tables, raws)
    main = _work(stacked, contract, settings, is_records=not for_scoring)
    side = [
        _work([pair], _narrowed(contract, pair[1]), settings, is_records=False) for pair in others
    ]
    records, status, near, near_step = _apart(main, contract, settings, for_scoring=for_scoring)
    sides = [(work.table, work.checked.frame) for work in side]
    joined = join_tables(records, sides, contract)
    series = series_of(joined.frame, contract, sides)
    leaks = () if for_scoring else tuple(find_leaks(joined.frame, contract))
    kept = without_leaks(contract, leaks)
    roster = _roster([main, *side], contract)
    masked, mask_step = mask_texts(
        joined.frame, kept, settings.mask, salt=store.salt(), roster=roster
    )
    works = [main, *side]
    tables = main.stack.counts(status)
    for work in side:
        tables |= work.stack.counts(work.checked.status)
    problems = [*renamed]
    for work in works:
        problems += [*work.stack.raw.problems, *work.checked.problems]
    return Prepared(
        raw=main.stack.raw,
        frame=masked,
        contract=kept,
        counts=count_rows(status),
        tables=tables,
        problems=(*problems, *joined.problems),
        leaks=leaks,
        steps=(*(step for work in works for step in work.steps), near_step, mask_step),
        status=status,
        reasons=main.checked.reasons,
        quarantine={
            name: rows
            for work in works
            for name, rows in work.stack.quarantine(work.checked.quarantine).items()
        },
        series=series,
        indicators=indicator_rows(sides, contract),
        near_duplicates=near,
        data_hash=content_hash(raw.data_hash.encode() for raw in raws),
        roster=tuple(roster),
    )


@dataclass(frozen=True)
class Beside:
    """What rows that come by themselves are joined to and masked by.

    Attributes:
        columns: Columns of the record tables.
        records: Known records as they were read, joined.
        sides: Checked tables that are joined to the records.
        roster: Values of id, subject and rater columns of every table.
    """

    columns: tuple[str, ...]
    records: pl.DataFrame
    sides: tuple[tuple[Table, pl.DataFrame], ...]
    roster: tuple[str, ...]


def prepare_beside(settings: Settings, store: WorkspaceStore) -> Beside:
    """Read everything that rows which come by themselves need beside themselves.

    Raises:
        DataError: If a table cannot be read at all, or is one of something else.
    """
    contract = settings.contract
    raws, _ = matched(contract, store, for_scoring=True)
    stacked, others = _divide(contract.tables, raws)
    main = _work(stacked, contract, settings, is_records=False)
    side = [
        _work([pair], _narrowed(contract, pair[1]), settings, is_records=False) for pair in others
    ]
    sides = tuple((work.table, work.checked.frame) for work in side)
    joined = join_tables(main.checked.frame, sides, contract)
    roster = tuple(_roster([main, *side], contract))
    return Beside(tuple(main.stack.raw.frame.columns), joined.frame, sides, roster)


@dataclass(frozen=True)
class Figures:
    """What is known about the data without their texts.

    Attributes:
        frame: Used rows, typed; no column of texts.
        contract: The contract with columns matched and suspected leaks kept out.
        indicators: Figures of KPI tables, long; None without any.
        data_hash: SHA-256 of all that was read.
    """

    frame: pl.DataFrame
    contract: Contract
    indicators: pl.DataFrame | None
    data_hash: str


def prepare_figures(settings: Settings, store: WorkspaceStore) -> Figures:
    """Read and check the same rows as ``prepare``, without comparing and masking texts.

    That takes nine tenths of the time; near duplicates are looked for where they are left out.

    Raises:
        DataError: If a table cannot be read at all, holds no record, or is one of something else.
    """
    contract = settings.contract
    raws, _ = matched(contract, store, for_scoring=False)
    stacked, others = _divide(contract.tables, raws)
    main = _work(stacked, contract, settings, is_records=True)
    side = [
        _work([pair], _narrowed(contract, pair[1]), settings, is_records=False) for pair in others
    ]
    records = main.checked.frame
    if settings.clean.drop_near_duplicates:
        records = _apart(main, contract, settings, for_scoring=False)[0]
    sides = [(work.table, work.checked.frame) for work in side]
    frame = join_tables(records, sides, contract).frame
    kept = without_leaks(contract, find_leaks(frame, contract))
    texts = [one.name for one in kept.by_role(Role.TEXT) if one.name in frame.columns]
    return Figures(
        frame=frame.drop(texts),
        contract=kept,
        indicators=indicator_rows(sides, contract),
        data_hash=content_hash(raw.data_hash.encode() for raw in raws),
    )


def matched(
    contract: Contract, store: WorkspaceStore, *, for_scoring: bool
) -> tuple[list[RawTable], list[Problem]]:
    """Return the tables with the contract's column names and mended rows, and what was renamed."""
    read = read_all(contract.tables, store)
    refuse_empty(contract.tables, read)
    matched, renamed = match_tables(contract, read)
    if for_scoring or len(record_tables(contract.tables)) < len(matched):
        refuse_strangers(contract, matched)
    return [_with_mended(raw, store) for raw in matched], list(renamed)


def _apart(
    main: _TableWork, contract: Contract, settings: Settings, *, for_scoring: bool
) -> tuple[pl.DataFrame, pl.Series, tuple[tuple[int, ...], ...], StepReport]:
    """Return the used records with their part; near duplicates listed, or left out if so set."""
    frame = main.checked.frame
    frame = frame.with_columns(main.stack.parts.gather(frame["_row"]).alias(PART))
    groups, step = near_duplicate_report(frame, contract, settings.clean)
    rows = frame["_row"].to_list()
    near = tuple(tuple(rows[at] for at in group) for group in groups)
    status = main.checked.status
    if settings.clean.drop_near_duplicates and near and not for_scoring:
        tests = set() if main.held_out is None else set(main.held_out.rows.arg_true().to_list())
        extra = sorted(row for group in near for row in _left_out(group, tests))
        frame = frame.filter(~pl.col("_row").is_in(extra))
        status = status.scatter(extra, "duplicate")
    return frame, status, near, step


def _left_out(group: Sequence[int], tests: Set[int]) -> list[int]:
    """Return the rows of near duplicates that go: all but the first, but no declared test row."""
    if tests.isdisjoint(group):
        return list(group[1:])
    return [row for row in group if row not in tests]


def mended_name(raw: RawTable) -> str:
    """Return where mended rows of just this table are kept; another export has another place."""
    return f"mended/{raw.name}-{raw.data_hash[:12]}"


def _with_mended(raw: RawTable, store: WorkspaceStore) -> RawTable:
    mended = store.read_table(mended_name(raw))
    return raw if mended is None else read_back(raw, mended)


def without_leaks(contract: Contract, leaks: Sequence[Leak]) -> Contract:
    """Return the contract with suspected leaks kept out, save those explicitly let in."""
    named = {leak.column for leak in leaks}

    def keep_out(column: Column) -> Column:
        if column.name in named and not column.allow_leak and column.role is not Role.TARGET:
            return column.model_copy(update={"role": Role.LEAK})
        return column

    return contract.model_copy(update={"columns": tuple(map(keep_out, contract.columns))})


def _divide(
    tables: Sequence[Table], raws: Sequence[RawTable]
) -> tuple[list[tuple[Table, RawTable]], list[tuple[Table, RawTable]]]:
    """Return record tables (the first, and those stacked on it) and the tables joined to them."""
    pairs = list(zip(tables, raws, strict=True))
    names = {table.name for table in record_tables(tables)}
    records = [pair for pair in pairs if pair[0].name in names]
    return records, [pair for pair in pairs if pair[0].name not in names]


def _work(
    pairs: Sequence[tuple[Table, RawTable]],
    contract: Contract,
    settings: Settings,
    *,
    is_records: bool,
) -> _TableWork:
    """Return tables checked as one; only records with answers need a target and have a part."""
    stacked = stack(pairs)
    raw = stacked.raw
    held = held_out(raw.frame, stacked.parts, settings.split) if is_records else None
    cleaned, steps = clean(raw.frame, contract, settings.clean)
    checked = check(raw, cleaned, contract, needs_target=is_records, held_out=held)
    return _TableWork(pairs[0][0], stacked, checked, steps, held)


def _narrowed(contract: Contract, raw: RawTable) -> Contract:
    present = set(raw.frame.columns)
    columns = tuple(column for column in contract.columns if column.name in present)
    return contract.model_copy(update={"columns": columns})


def _roster(works: Sequence[_TableWork], contract: Contract) -> list[str]:
    return names_in([work.stack.raw.frame for work in works], contract)


def names_in(frames: Sequence[pl.DataFrame], contract: Contract) -> list[str]:
    """Return the names of people that stand in id, subject and rater columns of any table."""
    roles = {Role.ID, Role.SUBJECT, Role.RATER}
    names = [
        frame[column.name].unique().alias("name")
        for frame in frames
        for column in contract.columns
        if column.role in roles and column.name in frame.columns
    ]
    return pl.concat(names).drop_nulls().unique().sort().to_list() if names else []
