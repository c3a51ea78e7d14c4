"""Reports as a use case: evidence put together, second opinions withheld where they must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from jixiao.contracts import (
    Language,
    Level,
    ModelStore,
    ProgressFn,
    Report,
    Settings,
    WorkspaceStore,
)
from jixiao.core import ContractError, ModelError, Period, ReportError, parse_period
from jixiao.reports import (
    Evidence,
    IndexRow,
    comments_of,
    index_row,
    indicators_of,
    make_reports,
    render_html,
    render_index,
    to_json,
)
from jixiao.services.opinions import independent_scores
from jixiao.services.preparation import Prepared
from jixiao.services.results import ReportResult

LEVELS: tuple[Level, ...] = ("employee", "team", "organisation")


@dataclass(frozen=True)
class ReportOptions:
    """Which reports are wanted.

    Attributes:
        analyst: Show the model's second opinion throughout; never for a manager who is yet to
            judge.
        languages: Languages; those of the settings when None.
        levels: Employee, team, organisation; all when None.
        subject: One subject only.
        period: Reviewed period; each subject's last when None.
        out: Folder; ``reports`` of the workspace when None.
    """

    analyst: bool = False
    languages: tuple[Language, ...] | None = None
    levels: tuple[Level, ...] | None = None
    subject: str | None = None
    period: str | None = None
    out: Path | None = None


def write_reports(
    prepared: Prepared,
    settings: Settings,
    options: ReportOptions,
    *,
    store: WorkspaceStore,
    models: ModelStore,
    progress: ProgressFn,
) -> ReportResult:
    """Write every wanted report as HTML and JSON, and an index page in each language.

    Raises:
        ContractError: If the period is not one.
        ReportError: If there is nothing to report on.
    """
    languages = options.languages or settings.report.languages
    evidence, notes = make_evidence(prepared, settings, options, store=store, models=models)
    folder = options.out or Path("reports")
    made: list[dict[str, Any]] = []
    rows: dict[str, list[IndexRow]] = {language: [] for language in languages}
    reports = make_reports(
        evidence,
        levels=options.levels or LEVELS,
        languages=languages,
        analyst=options.analyst,
        seed=settings.seed,
    )
    for done, report in enumerate(reports, start=1):
        if options.subject is not None and report.subject != options.subject:
            continue
        made.append(_write(report, folder, store))
        rows[report.language].append(index_row(report, href=f"{report.id}.html"))
        progress("reports", done, done)
    if not made:
        raise ReportError(
            "JX-E501",
            "report",
            expected="at least one subject to report on",
            got="none" if options.subject is None else f"no report of {options.subject!r}",
            hint="check --subject, --level and --period, and the subject column in jixiao.yaml",
        )
    index: dict[str, Path] = {
        language: store.write_page(
            str(folder / language / "index.html"), render_index(rows[language], language)
        )
        for language in languages
    }
    return ReportResult(store.base / folder, tuple(made), index, tuple(notes))


def make_evidence(
    prepared: Prepared,
    settings: Settings,
    options: ReportOptions,
    *,
    store: WorkspaceStore,
    models: ModelStore,
) -> tuple[Evidence, list[str]]:
    """Return what the reports may lean on, and notes for whoever asked for them."""
    contract = prepared.contract
    scores, model, notes = _scores(prepared, settings, store, models)
    inside = indicators_of(prepared.frame, contract)
    outside = prepared.indicators
    tables = [table for table in (inside, outside) if table is not None and table.height]
    return (
        Evidence(
            frame=prepared.frame,
            contract=contract,
            privacy=settings.privacy,
            report=settings.report,
            indicators=pl.concat(tables, how="diagonal_relaxed") if tables else None,
            comments=comments_of(prepared.frame, contract),
            scores=scores,
            counts=prepared.counts,
            period=_period(options.period),
            model=model,
            provenance={
                "data": prepared.data_hash[:16],
                "model": model,
                "seed": str(settings.seed),
                "date": datetime.now(UTC).date().isoformat(),
            },
        ),
        notes,
    )


def _scores(
    prepared: Prepared, settings: Settings, store: WorkspaceStore, models: ModelStore
) -> tuple[pl.DataFrame | None, str, list[str]]:
    """Return independent second opinions, the model behind them, and notes."""
    if models.current() is None:
        return None, "", ["no model is trained yet: reports hold no second opinion"]
    try:
        predictor, manifest = models.load(prepared.contract.task)
    except ModelError as error:
        return None, "", [f"no second opinion: {error}"]
    scores = independent_scores(prepared, settings, predictor, manifest, store)
    return scores, str(manifest["id"]), []


def _period(text: str | None) -> Period | None:
    if text is None:
        return None
    period = parse_period(text)
    if period is None:
        raise ContractError(
            "JX-E112",
            "--period",
            expected="a period such as 2025Q1, 2025H1, 2025-03 or 2025年第一季度",
            got=repr(text),
            hint="name a period that stands in the data",
        )
    return period


def _write(report: Report, folder: Path, store: WorkspaceStore) -> dict[str, Any]:
    """Write one report in both forms and return what the run's JSON says of it."""
    place = folder / report.language / report.id
    page = store.write_page(f"{place}.html", render_html(report))
    store.write_page(f"{place}.json", to_json(report))
    return {
        "id": report.id,
        "level": report.level,
        "subject": report.subject,
        "language": report.language,
        "too_little_data": report.too_little_data,
        "claims": sum(len(section.claims) for section in report.sections),
        "gate": report.gate.model_dump() if report.gate else None,
        "facts": len(report.facts),
        "path": str(page),
    }
