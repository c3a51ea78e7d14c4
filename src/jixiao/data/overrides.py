"""What a user says about the columns; every name is checked before anything is inferred."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from jixiao.contracts import Role, TaskKind
from jixiao.core import ContractError, JixiaoError, raise_all


@dataclass(frozen=True)
class Overrides:
    """Options of ``init`` that override guesses. Columns are named as in the file.

    Attributes:
        target: Column to be predicted.
        text: Columns of free text.
        subject: Column that says who or what is assessed.
        period: Column of the review period or date.
        rater: Column that says who rated.
        group: Columns of organisational units.
        protected: Protected attributes, never features.
        drop: Columns left out because they must not be used.
        ignore: Columns left out because they say nothing.
        confidential: Columns from confidential sources.
        series: KPI tables, by name, or columns that are indicators.
        key: Columns that join further tables to the first; ``id=no`` where a further table calls
            the first one's ``id`` ``no``.
        task: ordinal, class, classes or number.
        scale: ``1..5`` or ``'合格<良好<优秀'``.
        split_column: Column that names the part of each row.
        id: Columns that identify a row.
        allow_leak: Columns let in although they are suspected leaks.
    """

    target: str | None = None
    text: tuple[str, ...] = ()
    subject: str | None = None
    period: str | None = None
    rater: str | None = None
    group: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    confidential: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    task: TaskKind | str | None = None
    scale: str | None = None
    split_column: str | None = None
    id: tuple[str, ...] = ()
    allow_leak: tuple[str, ...] = ()

    @property
    def kind(self) -> TaskKind | None:
        """The kind of task asked for.

        Raises:
            ContractError: If there is no such kind.
        """
        if self.task is None:
            return None
        try:
            return TaskKind(self.task)
        except ValueError:
            known = ", ".join(TaskKind)
            raise ContractError(
                "JX-E124.task", "--task", expected=f"one of {known}", got=repr(self.task)
            ) from None

    def roles(self) -> dict[str, tuple[Role, str]]:
        """Return the role each named column was given, and the option that gave it."""
        given: dict[str, tuple[Role, str]] = {}
        for option, role in _ROLES.items():
            for name in _names(getattr(self, option)):
                given[name] = (role, f"given by --{option}")
        if self.split_column:
            given[self.split_column] = (Role.IGNORED, "names the part of each row")
        return given

    def check(self, columns: Sequence[str], tables: Sequence[str]) -> None:
        """Refuse names that stand in no table, and columns with two roles, all at once.

        Raises:
            ContractError: If one name is unknown.
            ManyErrors: If several are.
        """
        errors: list[JixiaoError] = []
        for field in fields(self):
            if field.name in ("task", "scale"):
                continue
            known = [*columns, *(tables if field.name == "series" else ())]
            for name in _names(getattr(self, field.name)):
                if name not in known:
                    errors.append(_unknown(field.name, name, known))
        raise_all([*errors, *self._torn()])

    def _torn(self) -> list[JixiaoError]:
        """Return an error for each column that options give different roles."""
        options: dict[str, dict[Role, str]] = {}
        for option, role in (*_ROLES.items(), ("split_column", Role.IGNORED)):
            for name in _names(getattr(self, option)):
                told = f"--{option.replace('_', '-')}"
                options.setdefault(name, {}).setdefault(role, told)
        return [
            ContractError(
                "JX-E125.twice",
                name,
                expected="one role for each column",
                got=" and ".join(given.values()),
                hint="name the column in one of these options only",
            )
            for name, given in options.items()
            if len(given) > 1
        ]


_ROLES = {
    "drop": Role.IGNORED,
    "ignore": Role.IGNORED,
    "id": Role.ID,
    "group": Role.GROUP,
    "confidential": Role.CONFIDENTIAL,
    "protected": Role.PROTECTED,
    "text": Role.TEXT,
    "rater": Role.RATER,
    "period": Role.PERIOD,
    "subject": Role.SUBJECT,
    "target": Role.TARGET,
}


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _unknown(option: str, name: str, known: Sequence[str]) -> ContractError:
    folded = {one.casefold(): one for one in reversed(known)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.4)
    hint = f"did you mean {folded[near[0]]!r}? " if near else ""
    return ContractError(
        "JX-E125.column",
        f"--{option.replace('_', '-')}",
        expected="the name of a column",
        got=repr(name),
        hint=f"{hint}the columns are {', '.join(known)}",
    )
