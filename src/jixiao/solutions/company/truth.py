"""What was planted in the sample company, as data: every effect with the rows that carry it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class ReviewTruth:
    """The truth behind one row of the reviews.

    Attributes:
        row: Row in the written file, 0-based, counted from the first data row.
        review: Review id.
        subject: Employee number.
        period: Quarter as written.
        rater: Employee number of the rater.
        latent: True performance, about 0 ± 1.
        meant: Level the rater meant.
        written: Level in the file before any bad cell was planted.
    """

    row: int
    review: str
    subject: str
    period: str
    rater: str
    latent: float
    meant: str
    written: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A row that repeats another one.

    Attributes:
        row: The later row.
        of: The earlier row.
    """

    row: int
    of: int


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that is not as it should be.

    Attributes:
        table: Table name.
        row: Row in that table's file, 0-based.
        column: Column name.
        kind: What is wrong: ``units``, ``future``, ``off_scale``…
        written: The cell as written; None for an empty one.
        meant: The value it should have had.
        effect: ``mended`` when cleaning should read it as meant, ``bad`` when it must be named.
    """

    table: str
    row: int
    column: str
    kind: str
    written: str | None
    meant: str
    effect: Literal["mended", "bad"]


@dataclass(frozen=True)
class Truth:
    """Everything planted in one company.

    Attributes:
        seed: Seed it was made from.
        language: Language of its column names.
        columns: Table to role name to column name.
        reviews: Truth of every row of the reviews, in file order.
        leniency: Rater to shift of what the rater sees, in units of latent performance.
        planted_raters: Raters whose shift was planted.
        leaks: Columns that were set after the rating.
        drift_periods: Quarters with stricter thresholds and new wordings.
        drift_shift: How much stricter, in units of latent performance.
        exact_copies: Rows that repeat a whole earlier row.
        near_copies: Rows whose text is an earlier one with a few words changed.
        mislabelled: Rows whose written level is not the one meant.
        bad_cells: Cells with faults.
        new_people: Subjects with fewer than three reviews.
        small_team: Organisation path of the team that is too small to be shown.
        protected: Columns that must never be features.
    """

    seed: int
    language: str
    columns: dict[str, dict[str, str]]
    reviews: tuple[ReviewTruth, ...]
    leniency: dict[str, float]
    planted_raters: tuple[str, ...]
    leaks: tuple[str, ...]
    drift_periods: tuple[str, ...]
    drift_shift: float
    exact_copies: tuple[Copy, ...]
    near_copies: tuple[Copy, ...]
    mislabelled: tuple[int, ...]
    bad_cells: tuple[BadCell, ...]
    new_people: tuple[str, ...]
    small_team: str
    protected: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return asdict(self)
