"""Reports as a use case: evidence put together, second opinions withheld where they must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from jixiao.contracts import (
    Language,
    Level,
    ModelStore,
    OpenChat,
    ProgressFn,
    Report,
    Settings,
    WorkspaceStore,
)
from jixiao.core import ContractError, ModelError, Period, ReportError, parse_period
from jixiao.data import find_topics, mentions
from jixiao.reports import (
    CUSTOMERS,
    Evidence,
    Format,
    IndexRow,
    about_of,
    comments_of,
    goals_of,
    index_row,
    indicators_of,
    make_reports,
    read_outlines,
    refuse_hidden,
    render_index,
)
from jixiao.services.actions import candidate_table, candidates_of, read_actions
from jixiao.services.exporting import Exporter, workspace_signer
from jixiao.services.opinions import Unscored, independent_scores, nobody
from jixiao.services.preparation import Prepared
from jixiao.services.results import ReportResult
from jixiao.services.writing import LeftAlone, Writing, opened_writing


@dataclass(frozen=True)
class ReportOptions:
    """Which reports are wanted.

    Attributes:
        analyst: Show the model's second opinion throughout; never for a manager who is yet to
            judge.
        languages: Languages; those of the settings when None.
        levels: Whom to report on; what the records are about when None.
        subject: One subject only.
        period: Reviewed period; each subject's last when None.
        writer: Who writes the sentences; the settings say when None.
        out: Folder; ``reports`` of the workspace when None.
        formats: Formats of each report.
        changed: Renew only the reports whose facts changed, and tell what changed.
        opinions: Whether the model is asked at all.
        unscored: Of subjects, returns those for whom the model is not asked.
    """

    analyst: bool = False
    languages: tuple[Language, ...] | None = None
    levels: tuple[Level, ...] | None = None
    subject: str | None = None
    period: str | None = None
    out: Path | None = None
    writer: Literal["outline", "llm"] | None = None
    formats: tuple[Format, ...] = ("html", "json")
    changed: bool = False
    opinions: bool = True
    unscored: Unscored = nobody


def write_reports(
    prepared: Prepared,
    settings: Settings,
    options: ReportOptions,
    *,
    store: WorkspaceStore,
    models: ModelStore,
    progress: ProgressFn,
    open_chat: OpenChat,
    keep: Callable[[Report], None] = lambda _: None,
) -> ReportResult:
    """Write every wanted report in its formats, signed, and an index page in each language.

    Args:
        prepared: The data.
        settings: The workspace's settings.
        options: Which reports.
        store: Where they are kept.
        models: Where second opinions come from.
        progress: Told after each report.
        open_chat: Opens the language model that the settings name.
        keep: Told each report as it is written.

    Raises:
        ContractError: If the period is not one, or the settings of the writer are wrong.
        EndpointError: If a language model is to write and cannot be asked.
        ReportError: If there is nothing to report on.
    """
    languages = options.languages or settings.report.languages
    evidence, notes = make_evidence(prepared, settings, options, store=store, models=models)
    folder = options.out.resolve() if options.out else Path("reports")
    made: list[dict[str, Any]] = []
    rows: dict[Language, list[IndexRow]] = {language: [] for language in languages}
    possible: list[dict[str, str]] = []
    writing = opened_writing(prepared, settings, options.writer, store=store, open_chat=open_chat)
    total = sum(1 for _ in _outlined(evidence, settings, options)) if writing else 0
    signer = workspace_signer(store)
    with store.report_log() as log:
        exporter = Exporter(store, log, signer, folder, options.formats, options.changed)
        outlined = _outlined(evidence, settings, options)
        written = _written(outlined, writing, exporter.left_alone)
        for done, report in enumerate(written, start=1):
            made.append(exporter.write(report))
            keep(report)
            rows[report.language].append(index_row(report, f"{report.id}.{options.formats[0]}"))
            possible += candidates_of(report)
            progress("reports", done, total or done)
    stopped = writing.stopped if writing else ""
    if not made and not stopped:
        if options.subject is not None:
            refuse_hidden(evidence, options.subject)
        raise _nothing(options)
    candidates = candidate_table(possible)
    if candidates is not None:
        store.write_table(str(folder / "action_candidates"), candidates)
    index = _index_pages(rows, store, folder)
    notes += writing.notes() if writing else []
    return ReportResult(store.base / folder, tuple(made), index, tuple(notes), stopped)


def _index_pages(
    rows: Mapping[Language, Sequence[IndexRow]], store: WorkspaceStore, folder: Path
) -> dict[str, Path]:
    """Write the page that lists the reports of each language; return where it stands."""
    return {
        language: store.write_page(
            str(folder / language / "index.html"), render_index(listed, language)
        )
        for language, listed in rows.items()
    }


def _outlined(evidence: Evidence, settings: Settings, options: ReportOptions) -> Iterator[Report]:
    """Yield every wanted report as its outline says it, before a language model is asked."""
    reports = make_reports(
        evidence,
        levels=options.levels,
        languages=options.languages or settings.report.languages,
        analyst=options.analyst,
        seed=settings.seed,
    )
    return (report for report in reports if options.subject in (None, report.subject))


def _written(
    reports: Iterable[Report], writing: Writing | None, left_alone: LeftAlone
) -> Iterator[Report]:
    """Yield the reports as the outline writer or a language model writes them."""
    if writing is None:
        yield from reports
        return
    try:
        yield from writing.written(reports, left_alone)
    finally:
        writing.close()


def _nothing(options: ReportOptions) -> ReportError:
    return ReportError(
        "JX-E501",
        "report",
        expected="at least one subject to report on",
        got="none" if options.subject is None else f"no report of {options.subject!r}",
        hint="check --subject, --level and --period, and the subject column in jixiao.yaml",
    )


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
    scores, model, notes = _scores(prepared, settings, options, store, models)
    inside = indicators_of(prepared.frame, contract)
    outside = prepared.indicators
    tables = [table for table in (inside, outside) if table is not None and table.height]
    evidence = Evidence(
        frame=prepared.frame,
        contract=contract,
        privacy=settings.privacy,
        report=settings.report,
        indicators=pl.concat(tables, how="diagonal_relaxed") if tables else None,
        comments=comments_of(prepared.frame, contract),
        goals=goals_of(prepared.frame, contract),
        actions=read_actions(store, prepared, settings),
        outlines=read_outlines(store.read_texts("outlines", ".yaml")),
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
    )
    return _with_topics(evidence, options.levels), notes


def _with_topics(evidence: Evidence, levels: tuple[Level, ...] | None) -> Evidence:
    """Look for topics in the comments where a report on customers or products is wanted."""
    wanted = levels or about_of(evidence).usual
    comments = evidence.comments
    if comments is None or not set(wanted) & set(CUSTOMERS):
        return evidence
    topics = mentions(comments, find_topics(comments["text"].to_list()))
    return replace(evidence, topics=topics)


def _scores(
    prepared: Prepared,
    settings: Settings,
    options: ReportOptions,
    store: WorkspaceStore,
    models: ModelStore,
) -> tuple[pl.DataFrame | None, str, list[str]]:
    """Return independent second opinions, the model behind them, and notes."""
    if not options.opinions:
        return None, "", ["second opinions are switched off"]
    if models.current() is None:
        return None, "", ["no model is trained yet: reports hold no second opinion"]
    try:
        predictor, manifest = models.load(prepared.contract.task)
    except ModelError as error:
        return None, "", [f"no second opinion: {error}"]
    scores = independent_scores(
        prepared, settings, predictor, manifest, store=store, unscored=options.unscored
    )
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
