"""From tables as read to a data contract: every column with a role, a type and a reason.

Options override guesses; what the guess cannot know is asked for. Types and roles are decided in
``infer_types`` and ``infer_roles``, the task in ``infer_task``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.contracts import Contract, Problem, Role, Table
from jixiao.core import ContractError
from jixiao.data.clean.zeros import suggest_zero_missing
from jixiao.data.codes import CODES, severity_of
from jixiao.data.infer_columns import Guessed, finish_column, one_of_each
from jixiao.data.infer_roles import Evidence, guess_role
from jixiao.data.infer_tables import indicators_in, key_of, layout_of, refuse_unjoined
from jixiao.data.infer_task import ONLY_ONE, TaskGuess, guess_target, guess_task
from jixiao.data.infer_types import guess_type
from jixiao.data.join import joined_name
from jixiao.data.key_names import paired_keys, with_key_aliases
from jixiao.data.meant import is_confirmed, meant
from jixiao.data.overrides import Overrides
from jixiao.data.profile import profile
from jixiao.data.sources import RawTable

__all__ = ["Inference", "Overrides", "infer"]


@dataclass(frozen=True)
class Inference:
    """A contract and why it is as it is.

    Attributes:
        contract: Tables, columns and task.
        reasons: One line of words for each column.
        problems: What a person should look at; a blocking one must be settled first.
    """

    contract: Contract
    reasons: dict[str, str]
    problems: tuple[Problem, ...]


def infer(tables: Sequence[RawTable], sources: Sequence[Table], overrides: Overrides) -> Inference:
    """Return the contract that the tables suggest.

    Args:
        tables: Tables as read, the reviewed records first.
        sources: Where each came from, in the same order.
        overrides: What the user said.

    Raises:
        ContractError: If no target can be told, or the order of its levels is unknown.
        ManyErrors: If several options name columns that do not exist, or tables that join none.
    """
    tables, overrides, pairs = paired_keys(tables, overrides)
    found = _as_meant(tables, sources, overrides)
    return replace(found, contract=with_key_aliases(found.contract, pairs))


def _as_meant(
    tables: Sequence[RawTable], sources: Sequence[Table], overrides: Overrides
) -> Inference:
    """Return what the tables suggest as they were probably meant, where a reading bears it out."""
    read = [meant(raw) for raw in tables]
    found = _inferred([one.raw for one in read], sources, overrides)
    if all(
        is_confirmed(raw, found.contract, one.swaps) for raw, one in zip(tables, read, strict=True)
    ):
        return found
    return _inferred(tables, sources, overrides)


def _inferred(
    tables: Sequence[RawTable], sources: Sequence[Table], overrides: Overrides
) -> Inference:
    names = list(dict.fromkeys(name for raw in tables for name in raw.frame.columns))
    overrides.check(names, [raw.name for raw in tables])
    settled = _settle_tables(tables, sources, overrides)
    refuse_unjoined(tables, settled, overrides.key)
    guessed = _columns(tables, settled, overrides)
    task = _task(guessed, tables[0], overrides)
    problems = _weak(task, tables[0])
    guessed = one_of_each([_with_target(one, task) for one in guessed])
    columns = tuple(
        finish_column(one, task.task, has_period=_has_period(guessed)) for one in guessed
    )
    if overrides.allow_leak:
        columns = tuple(
            c.model_copy(update={"allow_leak": c.name in overrides.allow_leak}) for c in columns
        )
    return Inference(
        contract=Contract(
            tables=tuple(settled),
            columns=columns,
            task=task.task,
            indicators=tuple(
                indicator
                for raw, table in zip(tables, settled, strict=True)
                for indicator in indicators_in(raw, table.series)
            ),
        ),
        reasons={one.name: one.why for one in guessed},
        problems=tuple(problems),
    )


def _settle_tables(
    tables: Sequence[RawTable],
    sources: Sequence[Table],
    overrides: Overrides,
) -> list[Table]:
    first = tables[0].frame
    settled = [sources[0]]
    for raw, table in zip(tables[1:], sources[1:], strict=True):
        if _is_more_records(raw, first.columns, table):
            settled.append(table)
            continue
        key = table.key or key_of(first, raw.frame, overrides.key)
        layout = table.series or layout_of(raw, key, asked=raw.name in overrides.series)
        settled.append(table.model_copy(update={"key": key, "series": layout}))
    return settled


def _is_more_records(raw: RawTable, columns: Sequence[str], table: Table) -> bool:
    """Return whether a table holds further records: a declared part, or just the same columns."""
    return table.part == "test" or (not table.key and set(raw.frame.columns) == set(columns))


def _columns(
    tables: Sequence[RawTable], sources: Sequence[Table], overrides: Overrides
) -> list[Guessed]:
    given = overrides.roles()
    found: dict[str, Guessed] = {}
    for at, (raw, table) in enumerate(zip(tables, sources, strict=True)):
        if at and not table.key and table.series is None:
            continue
        records = raw.frame.hash_rows(seed=3).n_unique() if raw.frame.width else 0
        for position, name in enumerate(raw.frame.columns):
            joins = table.series is None and name not in table.key and not _is_period(found, name)
            if name in found and not (at and joins):
                continue
            evidence = _evidence(raw, name, position)
            is_series = table.series is not None or name in overrides.series
            one = _guessed(evidence, given.get(name), is_series=is_series)
            one.is_first, one.records = at == 0, records
            one.is_series = table.series is not None
            one.is_mixed = table.series is not None and table.series.layout == "long"
            one.beside = joined_name(name, raw.name, found) if name in found else ""
            found[one.name] = one
    return list(found.values())


def _is_period(found: dict[str, Guessed], name: str) -> bool:
    """Return whether a name is the period of the records, by which further tables join too."""
    return name in found and found[name].role is Role.PERIOD


def _evidence(raw: RawTable, name: str, position: int) -> Evidence:
    values = raw.frame[name]
    seen = profile(values, raw.kinds.get(name, ""))
    type_, why = guess_type(seen)
    return Evidence(seen, type_, why, values, position)


def _guessed(evidence: Evidence, given: tuple[Role, str] | None, *, is_series: bool) -> Guessed:
    role, why = given or guess_role(evidence)
    if given is None and is_series and role in (Role.NUMBER, Role.ORDINAL, Role.PROGRESS):
        role, why = Role.INDICATOR, "a figure of a KPI table"
    one = Guessed(evidence=evidence, role=role, why=why, is_given=given is not None)
    if role in (Role.NUMBER, Role.ORDINAL, Role.INDICATOR):
        reason = suggest_zero_missing(evidence.profile.name, evidence.profile.numbers)
        one.zero_is_missing = bool(reason)
        one.why += f"; {reason}" if reason else ""
    return one


def _task(guessed: list[Guessed], first: RawTable, overrides: Overrides) -> TaskGuess:
    candidates = [
        (one.evidence, one.role)
        for one in guessed
        if one.is_first and (not one.is_given or one.role is Role.TARGET)
    ]
    why = "given by --target"
    target = overrides.target
    if target is None:
        found = guess_target(candidates)
        if found is None:
            raise ContractError(
                "JX-E120.target",
                first.file,
                expected="a column that could be the answer to predict",
                got=f"none among {', '.join(first.frame.columns)}",
                hint="name it with --target",
            )
        target, why = found
    column = next(one for one in guessed if one.name == target)
    guess = guess_task(column.evidence, overrides.kind, overrides.scale)
    return TaskGuess(guess.task, guess.type, f"{guess.why}; {why}")


def _weak(task: TaskGuess, first: RawTable) -> list[Problem]:
    if ONLY_ONE not in task.why:
        return []
    finding = CODES["guess"]
    target = task.task.target
    told = f"{target!r}, {ONLY_ONE}"
    severity = severity_of(finding.effect)
    return [
        Problem(
            finding.code,
            first.file,
            None,
            target,
            "a named target",
            told,
            finding.hint,
            severity=severity,
        )
    ]


def _with_target(one: Guessed, task: TaskGuess) -> Guessed:
    if one.name == task.task.target:
        one.role, one.why, one.type = Role.TARGET, task.why, task.type
    return one


def _has_period(guessed: list[Guessed]) -> bool:
    return any(one.role is Role.PERIOD for one in guessed)
