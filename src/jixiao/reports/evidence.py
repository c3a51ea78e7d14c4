"""What a report is made from: one frozen bundle of tables that the services put together.

The bundle holds used records, KPI figures, masked texts and scores as plain tables. It says
nothing about where they came from and does not read files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from jixiao.contracts import (
    Contract,
    Counts,
    Language,
    Level,
    PrivacySettings,
    ReportSettings,
    Role,
)
from jixiao.core import Period
from jixiao.reports.outline import Outline


@dataclass(frozen=True)
class Evidence:
    """Everything the reports of one run may lean on.

    Attributes:
        frame: Used records, typed, columns named as in the contract, plus Int64 ``_row``: the
            position in the checked table. The target holds level or class names, or numbers.
        contract: Roles of the columns, and the task.
        privacy: Smallest groups that are shown.
        report: What reports say and when there is too little data.
        indicators: Long table ``subject, period_start, period_end, indicator, value, target``
            (days as Date, target null where there is none; ``_row`` optional), or None.
        comments: Masked texts, long: ``_row, column, text`` and optionally ``language``; None
            when there are none. Texts in ``frame`` are never read.
        goals: Goals of records: ``_row``, ``column``, ``text`` (masked), ``progress`` (percent or
            null) and ``due`` (Date or null); None when there are none.
        actions: Agreed next steps: ``subject``, ``about`` (an indicator, ``rating`` or anything),
            ``text`` (masked), ``owner`` (an id, may be null), ``due`` (Date or null), ``done``,
            ``period_start``, ``period_end`` (when it was agreed), ``_row``; None without any.
        topics: What texts speak of: ``_row``, ``column``, ``topic`` (its name) and ``mention``, the
            words of the text that say so; None where none were looked for.
        scores: A model's second opinion: ``_row``, ``p_<level>`` per level, ``expected`` (null
            unless ordinal or a number), ``score`` (level or class name, or number), ``status``
            (``scored`` or a reason); None without a model.
        counts: Rows read, used, duplicate and quarantined, for the data section.
        period: Period to report on; each subject's own latest when None.
        model: Name of the model behind ``scores``.
        outlines: The organisation's own outlines; packaged ones take the place of those not here.
        provenance: Data hash, versions and date, shown at the foot of each report.
    """

    frame: pl.DataFrame
    contract: Contract
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    indicators: pl.DataFrame | None = None
    comments: pl.DataFrame | None = None
    goals: pl.DataFrame | None = None
    actions: pl.DataFrame | None = None
    topics: pl.DataFrame | None = None
    scores: pl.DataFrame | None = None
    counts: Counts | None = None
    period: Period | None = None
    model: str = ""
    outlines: Mapping[tuple[Level, Language], Outline] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)


def comments_of(masked: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return the masked text columns as a long table, without empty texts.

    Goals and confidential sources are left out: the first are wishes, the second have their own
    threshold.

    Args:
        masked: Checked records whose texts are masked, with ``_row``.
        contract: Roles of the columns.

    Returns:
        Columns ``_row``, ``column``, ``text``, by row and then in table order.
    """
    names = [c.name for c in contract.by_role(Role.TEXT) if c.name in masked.columns]
    parts = [
        pl.DataFrame({"_row": masked["_row"], "text": masked[name]}).with_columns(
            pl.lit(name).alias("column")
        )
        for name in names
    ]
    if not parts:
        return pl.DataFrame(schema={"_row": pl.Int64, "column": pl.String, "text": pl.String})
    long = pl.concat(parts).select("_row", "column", "text")
    return long.filter(pl.col("text").str.strip_chars() != "").sort("_row", maintain_order=True)


_DUE = re.compile(r"due|deadline|截止|到期|完成日期", re.IGNORECASE)


def goals_of(masked: pl.DataFrame, contract: Contract) -> pl.DataFrame | None:
    """Return the goals of the records, or None where the contract names none.

    The progress is that of the first progress column, the due day that of the first column of
    days that is named so.

    Args:
        masked: Checked records whose texts are masked, with ``_row``.
        contract: Roles of the columns.
    """
    known = [c for c in contract.columns if c.name in masked.columns]
    wording = next((c.name for c in known if c.role is Role.GOAL), None)
    if wording is None:
        return None
    progress = next((c.name for c in known if c.role is Role.PROGRESS), None)
    due = next((c.name for c in known if c.role is Role.DATE and _DUE.search(c.name)), None)
    nothing = pl.Series([None] * masked.height, dtype=pl.Float64)
    days = masked[due] if due and masked[due].dtype.is_temporal() else nothing
    return pl.DataFrame(
        {
            "_row": masked["_row"],
            "column": pl.Series([wording] * masked.height, dtype=pl.String),
            "text": masked[wording],
            "progress": (masked[progress] if progress else nothing).cast(pl.Float64),
            "due": days.cast(pl.Date),
        }
    ).filter(pl.col("text").str.strip_chars() != "")


def indicators_of(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return indicator columns that stand in the records themselves as a long table.

    Args:
        frame: Used records with ``_row``; the period column as read by ``period_of``.
        contract: Roles; a column with ``target_of`` holds the target of another.

    Returns:
        The long table that ``Evidence.indicators`` describes, with ``_row``; empty when the
        contract has no subject or no indicators.
    """
    from jixiao.reports.spans import periods_of

    subject = contract.one(Role.SUBJECT)
    targets = {c.target_of: c.name for c in contract.columns if c.target_of}
    kept = [
        c.name
        for c in contract.by_role(Role.INDICATOR)
        if c.name in frame.columns and not c.target_of
    ]
    spans = periods_of(frame, contract)
    base = {
        "subject": frame[subject.name].cast(pl.String) if subject else pl.Series(dtype=pl.String),
        "period_start": pl.Series([s.start if s else None for s in spans], dtype=pl.Date),
        "period_end": pl.Series([s.end if s else None for s in spans], dtype=pl.Date),
    }
    nothing = pl.Series([None] * frame.height, dtype=pl.Float64)
    parts = [
        pl.DataFrame(
            {
                **base,
                "indicator": pl.Series([name] * frame.height, dtype=pl.String),
                "value": frame[name].cast(pl.Float64),
                "target": frame[targets[name]].cast(pl.Float64) if name in targets else nothing,
                "_row": frame["_row"],
            }
        )
        for name in (kept if subject else [])
    ]
    if not parts:
        days = {"period_start": pl.Date, "period_end": pl.Date}
        words = {"subject": pl.String, "indicator": pl.String}
        return pl.DataFrame(schema={**words, **days, "value": pl.Float64, "target": pl.Float64})
    return pl.concat(parts).filter(pl.col("value").is_not_null())
