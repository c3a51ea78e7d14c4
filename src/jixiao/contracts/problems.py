"""What is wrong with data, told without showing it: problems, counts, leaks and step reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem matters; only notes leave the exit code of a check at 0."""

    NOTE = "note"
    """Said aloud so that a person can agree; nothing needs mending."""
    FINDING = "finding"
    """Something is wrong; the rest of the data can be used."""
    BLOCKING = "blocking"
    """Nothing sensible can be done before it is mended."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a file.

    Attributes:
        code: ``JX-E2nn.slug``.
        file: Source file name (or the part of a SQL URL after the credentials).
        row: Row number as a person counts in that file, header included: a CSV's or sheet's first
            data row is usually 2. None when a whole column or file is meant.
        column: Column name; None when a whole row or file is meant.
        expected: What would have been right.
        got: What was found; type, length or pattern for hidden columns.
        hint: What to do next.
        rows: How many rows it concerns.
        severity: Whether it is a note, a finding, or stops the run.
    """

    code: str
    file: str
    row: int | None
    column: str | None
    expected: str
    got: str
    hint: str
    rows: int = 1
    severity: Severity = Severity.FINDING

    @property
    def blocking(self) -> bool:
        """Whether nothing sensible can be done before it is mended."""
        return self.severity is Severity.BLOCKING

    @property
    def is_note(self) -> bool:
        """Whether it is only said aloud and nothing needs mending."""
        return self.severity is Severity.NOTE

    def to_json(self) -> dict[str, Any]:
        """Return plain keys, the first seven in their documented order."""
        return asdict(self)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part)
        several = f" (first of {self.rows:,} rows)" if self.row and self.rows > 1 else ""
        line = f"[{self.code}] {place}: expected {self.expected}, got {self.got}{several}"
        return f"{line}\n  Hint: {self.hint}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of the first table. ``read == used + duplicate + quarantined`` always holds."""

    read: int
    used: int
    duplicate: int
    quarantined: int

    def __post_init__(self) -> None:
        assert self.read == self.used + self.duplicate + self.quarantined, self

    def to_json(self) -> dict[str, int]:
        """Return the four counts."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that all but determines the target.

    Attributes:
        column: Its name.
        evidence: In words, with the figure that shows it.
        strength: Share of the target's uncertainty the column removes, held out, 0 to 1.
    """

    column: str
    evidence: str
    strength: float

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one cleaning step changed.

    Attributes:
        step: Registered name.
        changed: Cells changed by column.
        note: In words, for a person.
        details: Step-specific figures, such as what was mapped to what.
    """

    step: str
    changed: dict[str, int] = field(default_factory=dict)
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return asdict(self)
