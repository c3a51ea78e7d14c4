"""Every finding of inference, matching and checking: its code, what it means and what it does.

This table is the one place where a finding gets its code and its effect on rows; the page
docs/problems.md is made from it. Readers and services have their own codes below E230 and above
E289.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jixiao.contracts import Severity


class Effect(StrEnum):
    """What a finding does to the rows it concerns; notes and what is told do nothing."""

    NOTE = "note"
    TOLD = "told"
    QUARANTINE = "quarantine"
    DUPLICATE = "duplicate"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of finding.

    Attributes:
        code: ``JX-E2nn.slug``.
        effect: What it does to its rows; a note needs no mending, blocking stops the run.
        meaning: What was found, in one sentence.
        hint: What a person does about it.
    """

    code: str
    effect: Effect
    meaning: str
    hint: str


_N, _T, _Q, _D, _B = (
    Effect.NOTE, Effect.TOLD, Effect.QUARANTINE, Effect.DUPLICATE, Effect.BLOCKING
)  # fmt: skip

_TABLE: tuple[tuple[str, Effect, str, str], ...] = (
    # columns against the contract
    ("JX-E230.column-missing", _T, "A column of the contract is not in the file.",
     "add it to the export, or take it out of jixiao.yaml"),
    ("JX-E230.column-needed", _B, "A column without which nothing can be done is not in the file.",
     "add it to the export, or name its new name under aliases in jixiao.yaml"),
    ("JX-E230.column-new", _T, "A column is in the file but not in the contract; it is left out.",
     "add it to columns in jixiao.yaml to use it"),
    ("JX-E230.column-renamed", _T, "A column was found under another name.",
     "keep the new name under aliases in jixiao.yaml if it is right"),
    ("JX-E230.column-ambiguous", _B, "A missing column could be one of several new ones.",
     "name the right one under aliases of the column in jixiao.yaml"),
    # types
    ("JX-E231.wrong-type", _Q, "A cell is not of its column's type.",
     "correct the cell, or change the column's type in jixiao.yaml"),
    ("JX-E231.mixed-types", _T, "A column holds numbers and words in considerable shares.",
     "split the column, or change its type in jixiao.yaml"),
    ("JX-E231.ambiguous-date", _N, "Day and month of a date column can be read both ways.",
     "set day_first: true or false for the column in jixiao.yaml"),
    # ranges and units
    ("JX-E232.out-of-range", _Q, "A number lies outside the believable range of its column.",
     "correct the cell, or change minimum and maximum in jixiao.yaml"),
    ("JX-E232.unit-column", _B, "A whole column seems to be in another unit than before.",
     "export it in the old unit, or change minimum, maximum and unit in jixiao.yaml"),
    ("JX-E232.unit-cells", _Q, "Some cells of a column seem to be in another unit than the rest.",
     "bring the cells to the unit of the rest"),
    ("JX-E232.percent-mixed", _Q, "Shares are written both as fractions and as percentages.",
     "write all of them one way"),
    ("JX-E232.mixed-scale", _Q, "Ratings on one scale stand beside ratings on another.",
     "bring the ratings to one scale"),
    ("JX-E232.negative", _Q, "A count or amount that cannot be negative is negative.",
     "correct the cell, or set minimum in jixiao.yaml"),
    # levels
    ("JX-E233.unknown-level", _Q, "A value is no level of its scale or class list.",
     "correct the cell, or add the level or a synonym in jixiao.yaml"),
    ("JX-E233.new-category", _T, "A category holds values that the contract does not know.",
     "models treat them as rare; add them under levels in jixiao.yaml if they are right"),
    ("JX-E233.case-twins", _T, "Values differ only in case, width or blanks.",
     "cleaning joins them; correct the source to be rid of them"),
    ("JX-E233.stray-blanks", _T, "Values begin or end with blanks.",
     "cleaning takes them off; correct the source to be rid of them"),
    # rows
    ("JX-E234.duplicate-row", _D, "A row repeats an earlier one in every cell.",
     "the first is used; remove the others from the source"),
    ("JX-E234.copy-of-test-row", _D, "A training row stands in the declared test part too.",
     "it is left out of the training, and the test row is measured"),
    ("JX-E234.repeated-test-row", _N, "Rows of the declared test part repeat one another.",
     "all of them are measured, as in any figure made on that part"),
    ("JX-E234.duplicate-id", _Q, "A value that may stand once stands in several different rows.",
     "give each record its own id, or remove the wrong rows"),
    ("JX-E234.conflicting-duplicate", _T, "Rows are the same in all but the target.",
     "decide which of the answers is right"),
    ("JX-E234.header-repeated", _Q, "The header stands again among the data.",
     "remove the row"),
    ("JX-E234.total-row", _Q, "A row holds totals and not a record.", "remove the row"),
    ("JX-E234.shifted-row", _Q, "The cells of a row stand one or more columns off.",
     "put the cells under their columns; look for an unquoted delimiter"),
    ("JX-E234.swapped-columns", _B, "Two columns seem to have changed places.",
     "swap the two headers in the file, or the two names in jixiao.yaml"),
    ("JX-E234.swapped-cells", _Q, "The values of two columns seem to have changed places in a row.",
     "swap the two cells"),
    # dates
    ("JX-E235.future-date", _Q, "A day of the past lies in the future.",
     "correct the date; look for a wrong century or swapped day and month"),
    ("JX-E235.old-date", _Q, "A day lies before anything that can be meant.",
     "correct the date; a number may have been turned into a day by a spreadsheet"),
    ("JX-E235.date-order", _Q, "An end lies before its start.", "correct one of the two dates"),
    # damage
    ("JX-E236.mojibake", _T, "Text was read in the wrong encoding somewhere on its way.",
     "export it again as UTF-8"),
    ("JX-E236.spreadsheet-error", _Q, "A cell holds an error of a spreadsheet, such as #REF!.",
     "mend the formula and export again"),
    ("JX-E236.cut-number", _T, "Long numbers were cut to forms such as 1.2E+17.",
     "format the column as text before exporting; the digits are lost"),
    ("JX-E236.formula", _T, "A cell begins like a formula and could run in a spreadsheet.",
     "export values, not formulas"),
    ("JX-E236.apostrophe", _T, "Values begin with a spreadsheet's text mark (').",
     "format the column as text instead"),
    # missing
    ("JX-E237.missing-required", _Q, "A needed cell is empty.", "fill it in"),
    ("JX-E237.missing-code", _T, "Cells hold a code or word that stands for no value.",
     "leave such cells empty, or declare the value"),
    ("JX-E237.missing-number", _Q, "Numbers such as -999 stand where no value was known.",
     "leave such cells empty"),
    ("JX-E237.empty-column", _T, "A column has no values at all.", "export it again, or drop it"),
    ("JX-E237.constant-column", _T, "A column holds the same value in every row.",
     "it tells a model nothing; drop it"),
    # inference
    ("JX-E240.guess", _N, "A guess about a column is weak.",
     "say what the column is with an option or in jixiao.yaml"),
)  # fmt: skip

CODES: dict[str, Finding] = {row[0].split(".")[1]: Finding(*row) for row in _TABLE}
"""Every finding by its slug."""


def severity_of(effect: Effect) -> Severity:
    """Return how much a finding of an effect matters."""
    if effect is Effect.BLOCKING:
        return Severity.BLOCKING
    return Severity.NOTE if effect is Effect.NOTE else Severity.FINDING


def page() -> str:
    """Return docs/problems.md: one table of all findings, in the order of their codes."""
    effects = {
        Effect.NOTE: "a note; the exit code stays 0",
        Effect.TOLD: "told only",
        Effect.QUARANTINE: "row to quarantine",
        Effect.DUPLICATE: "row counted as duplicate",
        Effect.BLOCKING: "blocks the run",
    }
    lines = [
        "# What a check can find",
        "",
        "Made from `jixiao.data.codes`; do not edit by hand.",
        "",
        "Only a note leaves the exit code of `jixiao check` at 0. How a file was read (its"
        " encoding, title rows, the sheet) is told under codes below `JX-E230`, as notes too.",
        "",
        "| code | what was found | effect | what to do |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{one.code}` | {one.meaning} | {effects[one.effect]} | {one.hint} |"
        for one in CODES.values()
    ]
    return "\n".join(lines) + "\n"
