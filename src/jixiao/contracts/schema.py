"""The data contract: which columns a table has, what each means, and what is to be predicted.

A contract is plain data, frozen, and refuses unknown keys. It is written to ``jixiao.yaml`` by
``jixiao init`` and reused on every later export.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Frozen(BaseModel):
    """Base of every contract and settings object: frozen, strict about keys, self-describing."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Role(StrEnum):
    """What a column is for. Only ``FEATURES`` ever reach a model."""

    ID = "id"
    SUBJECT = "subject"
    GROUP = "group"
    RATER = "rater"
    PERIOD = "period"
    DATE = "date"
    TEXT = "text"
    NUMBER = "number"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    INDICATOR = "indicator"
    GOAL = "goal"
    PROGRESS = "progress"
    CONFIDENTIAL = "confidential"
    TARGET = "target"
    PROTECTED = "protected"
    LEAK = "leak"
    IGNORED = "ignored"


FEATURES = frozenset(
    {
        Role.DATE,
        Role.TEXT,
        Role.NUMBER,
        Role.CATEGORY,
        Role.ORDINAL,
        Role.INDICATOR,
        Role.GROUP,
        Role.PROGRESS,
        Role.CONFIDENTIAL,
    }
)
"""Roles a model may see; goal wordings are text for reports, protected and leaks never enter."""

HIDDEN = frozenset(
    {Role.ID, Role.SUBJECT, Role.RATER, Role.TEXT, Role.PROTECTED, Role.CONFIDENTIAL}
)
"""Roles whose values are never printed; type, length or pattern stands in their place."""


class DataType(StrEnum):
    """How the values of a column are read."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    BOOLEAN = "boolean"
    DATE = "date"
    PERIOD = "period"


class TaskKind(StrEnum):
    """What is predicted: a rating on a scale, one class, several classes at once, or a number."""

    ORDINAL = "ordinal"
    CLASS = "class"
    CLASSES = "classes"
    NUMBER = "number"


class Scale(Frozen):
    """A rating scale, lowest level first."""

    levels: tuple[str, ...]
    """Names of the levels, lowest first."""
    values: tuple[float, ...] = ()
    """Number each level stands for, rising; 1, 2, 3… where the levels are words."""
    synonyms: dict[str, str] = {}
    """Other spellings found in the data, each with the level it means."""

    @model_validator(mode="after")
    def _fill(self) -> Self:
        if len(self.levels) < 2 or len(set(self.levels)) != len(self.levels):
            raise ValueError(f"a scale needs at least two different levels, got {self.levels!r}")
        if not self.values:
            object.__setattr__(self, "values", _level_values(self.levels))
        if len(self.values) != len(self.levels):
            raise ValueError("values must have one number per level")
        if any(b <= a for a, b in zip(self.values, self.values[1:], strict=False)):
            raise ValueError(f"the values of a scale must rise, got {self.values!r}")
        return self


def _level_values(levels: tuple[str, ...]) -> tuple[float, ...]:
    try:
        return tuple(float(level) for level in levels)
    except ValueError:
        return tuple(float(rank) for rank in range(1, len(levels) + 1))


class Task(Frozen):
    """What is to be predicted."""

    kind: TaskKind
    """ordinal, class, classes or number."""
    target: str
    """Column that holds the answer."""
    scale: Scale | None = None
    """Scale of an ordinal task."""
    classes: tuple[str, ...] = ()
    """Known classes of a class or classes task, sorted."""
    separator: str = " "
    """What stands between several classes in one cell."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the outputs: scale levels or classes; empty for a number."""
        return self.scale.levels if self.scale else self.classes

    @property
    def values(self) -> tuple[float, ...]:
        """Number of each level of an ordinal task; empty otherwise."""
        return self.scale.values if self.scale else ()


class Column(Frozen):
    """One column of the joined table."""

    name: str
    """Name as it stands in the data."""
    role: Role
    """What the column is for."""
    type: DataType
    """How its values are read."""
    aliases: tuple[str, ...] = ()
    """Other names the same column has had."""
    unit: str | None = None
    """Unit of a number: ``%``, ``CNY``, ``h``, ``minutes``…; none when it is a plain count."""
    levels: tuple[str, ...] = ()
    """Levels of an ordinal column, lowest first, or the known values of a category."""
    minimum: float | None = None
    """Smallest value that is believable."""
    maximum: float | None = None
    """Largest value that is believable."""
    usual: tuple[float, float, float] | None = None
    """Tenth, fiftieth and ninetieth percentile of the numbers when the contract was written."""
    missing: float | None = None
    """Share of empty cells when the contract was written, 0 to 1; none when not known."""
    day_first: bool | None = None
    """Whether 3/4/2025 is the third of April; none where no value is ambiguous."""
    zero_is_missing: bool = False
    """Whether 0 stands for no answer."""
    required: bool = False
    """Whether a row without a value is unusable."""
    unique: bool = False
    """Whether a value may stand in one row only."""
    target_of: str | None = None
    """Name of the indicator this column is the target value of."""
    higher_is_better: bool | None = None
    """Direction of an indicator; none when unknown, and then no judgement is made of it."""
    source: Literal["survey", "upward", "peer"] | None = None
    """Kind of a confidential source."""
    allow_leak: bool = False
    """Let a column in that was named as a suspected leak; an explicit human decision."""


class NamedIndicator(Frozen):
    """An indicator named inside a KPI table, where no column of its own can say what it is."""

    name: str
    """Name as it stands in the table."""
    unit: str | None = None
    """Unit of its values."""
    higher_is_better: bool | None = None
    """Its direction; none when unknown, and then no judgement is made of it."""


class SeriesLayout(Frozen):
    """How a KPI table is laid out."""

    layout: Literal["long", "wide"]
    """long: one row per subject, period and indicator; wide: one column per period or indicator."""
    indicator: str | None = None
    """Column that names the indicator (long)."""
    value: str | None = None
    """Column that holds the value (long)."""
    period: str | None = None
    """Column that holds the period of a row."""


class Table(Frozen):
    """One source table and how it joins the first."""

    name: str
    """Short name, by default the file name without its ending."""
    source: str
    """Path relative to the workspace, absolute path, or SQL URL; ``${NAME}`` in a URL stands for
    that environment variable, and a password is only ever written so."""
    sheet: str | None = None
    """Sheet of a workbook; the first with a table when none is named."""
    query: str | None = None
    """Query of a SQL URL."""
    key: tuple[str, ...] = ()
    """Columns that join this table to the first one; empty for the first."""
    series: SeriesLayout | None = None
    """Set when the table holds KPI series."""
    part: Literal["all", "train", "test"] = "all"
    """Whether its rows are all one set, or the declared train or test part."""


class Contract(Frozen):
    """Tables, columns and the task."""

    tables: tuple[Table, ...]
    """Source tables, the reviewed records first."""
    columns: tuple[Column, ...]
    """Every column of the joined table."""
    task: Task
    """What is predicted."""
    indicators: tuple[NamedIndicator, ...] = ()
    """Indicators that KPI tables name in a column, with unit and direction."""

    def by_role(self, *roles: Role) -> tuple[Column, ...]:
        """Return the columns that have one of the roles, in table order."""
        return tuple(column for column in self.columns if column.role in roles)

    def one(self, role: Role) -> Column | None:
        """Return the first column of a role, or None."""
        return next(iter(self.by_role(role)), None)

    def column(self, name: str) -> Column:
        """Return the column of a name.

        Raises:
            KeyError: If there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
