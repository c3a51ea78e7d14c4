"""The verbs of the product on one workspace: what the command line, Python and the web call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from jixiao.contracts import (
    ModelStore,
    OpenChat,
    ProgressFn,
    Report,
    Role,
    Settings,
    WorkspaceStore,
    WriterStore,
)
from jixiao.contracts.yaml_file import parse, with_roles
from jixiao.services import checking, evaluating, learning, reporting, scoring, tuning
from jixiao.services.contracting import (
    SETTINGS_FILE,
    InitOptions,
    make_contract,
    refuse_existing,
)
from jixiao.services.heeded import unheeded
from jixiao.services.live import LiveModel, open_live
from jixiao.services.own_rows import rows_about
from jixiao.services.preparation import Prepared, prepare
from jixiao.services.provenance import ProvenanceResult, check_provenance
from jixiao.services.results import (
    CheckResult,
    EvaluateResult,
    InitResult,
    ReportResult,
    RunResult,
    ScoreResult,
    TrainResult,
    TunedResult,
)
from jixiao.services.score_files import check_out
from jixiao.services.sources import stored_source, with_records, with_sources, with_tables
from jixiao.services.staging import Staged, stage

SOURCES = "sources"
"""Document that names the files of the last run."""

Change = Callable[[Settings], Settings]


class Workspace:
    """A folder with ``jixiao.yaml`` and everything made from it.

    Args:
        store: Where the workspace is kept.
        models: Where its models are kept.
        progress: Where progress is told.
        threads: Processor threads a model may use.
        open_chat: Opens the language model that the settings name.
        writers: Where tuned language models are kept.
    """

    def __init__(
        self,
        store: WorkspaceStore,
        models: ModelStore,
        *,
        progress: ProgressFn,
        threads: int,
        open_chat: OpenChat,
        writers: WriterStore,
    ) -> None:
        self.store = store
        self.models = models
        self.progress = progress
        self.threads = threads
        self.open_chat = open_chat
        self.writers = writers

    @property
    def exists(self) -> bool:
        """Whether there is a ``jixiao.yaml``."""
        return self.store.has_settings()

    def telling(self, progress: ProgressFn) -> Workspace:
        """Return the same workspace with progress told elsewhere."""
        return Workspace(
            self.store,
            self.models,
            progress=progress,
            threads=self.threads,
            open_chat=self.open_chat,
            writers=self.writers,
        )

    def init(
        self, data: Sequence[str], options: InitOptions | None = None, *, force: bool = False
    ) -> InitResult:
        """Write ``jixiao.yaml`` from data files.

        Args:
            data: Paths or SQL URLs, the records first.
            options: What overrides the guesses.
            force: Replace a file that is there.

        Raises:
            WorkspaceError: If there is a ``jixiao.yaml`` and ``force`` is not given.
            JixiaoError: If a file cannot be read or the target cannot be told.
        """
        if not force:
            refuse_existing(self.store)
        with self.store.lock():
            result = make_contract(data, options or InitOptions(), store=self.store)
            self.store.write_json(SOURCES, {"data": []})
            return result

    def check(self, data: Sequence[str] = (), *, mended: Path | None = None) -> CheckResult:
        """Say everything that is wrong with the data and write unusable rows to a quarantine file.

        Args:
            data: Files to check in place of the workspace's own.
            mended: A mended quarantine file to read back in.
        """
        with self._held():
            settings = _reading(self.settings(), self._stored(data))
            if mended is not None:
                checking.accept_mended(settings, mended, self.store)
            return checking.write_findings(prepare(settings, self.store), self.store)

    def stage(self, source: str, table: str | None, *, mended: Path | None = None) -> Staged:
        """Check a file as if it stood in for a table, without taking it in.

        Args:
            source: The file.
            table: Table of the contract; the one whose columns fit best when None.
            mended: Corrected rows, in a file named after the table.

        Raises:
            DataError: If the file cannot be read, or fits no table.
        """
        with self._held():
            return stage(self.settings(), self._stored([source])[0], table, self.store, mended)

    def adopt(self, table: str, source: str) -> None:
        """Let a table be read from another file from now on; one write, so all or nothing.

        Raises:
            ContractError: If there is no such table.
        """
        with self._held():
            with_tables(self.settings().contract, {table: source})
            remembered = self.store.read_json(SOURCES) or {"data": []}
            tables = {**remembered.get("tables", {}), table: self._stored([source])[0]}
            self.store.write_json(SOURCES, {**remembered, "tables": tables})

    def set_roles(self, roles: Mapping[str, Role]) -> None:
        """Write other roles of columns into ``jixiao.yaml``; comments and layout stay.

        Raises:
            ContractError: If there is no such column, or the roles contradict one another.
        """
        with self._held():
            text = with_roles(self.store.read_settings(), roles)
            parse(text, SETTINGS_FILE)
            self.store.write_settings(text)

    def train(self, change: Change = lambda settings: settings) -> TrainResult:
        """Train the model the settings name, evaluate nothing, and make it the current one.

        Args:
            change: Settings of this run that differ from ``jixiao.yaml``.

        Raises:
            DataError: If a problem of the data must be mended first.
        """
        with self._held():
            settings = change(self.settings())
            return self._train(settings, self._prepared(settings))

    def tune_writer(self, change: Change = lambda settings: settings) -> TunedResult:
        """Tune a local language model on the approved reports and measure what it writes.

        Args:
            change: Settings of this run that differ from ``jixiao.yaml``.

        Raises:
            DataError: If too few reports are approved.
            ModelError: If the named folder holds no causal language model.
        """
        with self._held():
            settings = change(self.settings())
            tools = tuning.Tools(
                store=self.store,
                writers=self.writers,
                open_chat=self.open_chat,
                progress=self.progress,
                threads=self.threads,
            )
            return tuning.tune(self._prepared(settings), settings, tools)

    def _train(self, settings: Settings, prepared: Prepared) -> TrainResult:
        return learning.train(
            prepared,
            settings,
            store=self.store,
            models=self.models,
            progress=self.progress,
            threads=self.threads,
        )

    def evaluate(self, model_id: str | None = None) -> EvaluateResult:
        """Measure a model on the held-out test part and write the result down."""
        with self._held():
            settings = self.settings()
            return self._evaluate(settings, self._prepared(settings), model_id)

    def _evaluate(
        self, settings: Settings, prepared: Prepared, model_id: str | None = None
    ) -> EvaluateResult:
        predictor, manifest = self.models.load(prepared.contract.task, model_id)
        parts = learning.make_parts(prepared, settings, self.store)
        return evaluating.evaluate_model(
            predictor,
            manifest,
            parts,
            settings=settings.model_copy(update={"contract": prepared.contract}),
            store=self.store,
            threads=self.threads,
        )

    def score(self, data: Sequence[str], out: Path, *, model_id: str | None = None) -> ScoreResult:
        """Score files and write one row for each input row, in the same order.

        Args:
            data: Files with the columns of the contract; the answer may be missing.
            out: Where the scores go: .csv, .tsv, .parquet, .jsonl or .xlsx.
            model_id: A stored model; the current one by default.
        """
        with self._held():
            settings = self.settings()
            known = [table.source for table in settings.contract.tables]
            check_out(out, (*self._stored(data), *known), self.store.base)
            contract = with_records(settings.contract, self._stored(data))
            settings = settings.model_copy(update={"contract": contract})
            return scoring.score_to_file(
                settings,
                out,
                store=self.store,
                models=self.models,
                model_id=model_id,
                progress=self.progress,
            )

    def forget_model(self, model_id: str) -> None:
        """Remove a stored model with its second opinions and what was measured of it.

        Raises:
            ModelError: If it is the current one.
        """
        with self._held():
            self.models.remove(model_id)
            for name in (f"opinions/{model_id}.parquet", f"evaluations/{model_id}.json"):
                (self.store.base / name).unlink(missing_ok=True)

    def live(self) -> LiveModel:
        """Return the current model, ready for rows as they come.

        Raises:
            ModelError: If no model is trained.
        """
        return open_live(self.settings(), self.store, self.models)

    def report(
        self,
        options: reporting.ReportOptions | None = None,
        keep: Callable[[Report], None] = lambda _: None,
    ) -> ReportResult:
        """Write reports for subjects, teams and the organisation, signed, in the wanted formats.

        Args:
            options: Which reports.
            keep: Told each report as it is written.
        """
        with self._held():
            settings = self.settings()
            return self._report(settings, self._prepared(settings), options, keep)

    def provenance(self, file: Path, *, key: Path | None = None) -> ProvenanceResult:
        """Say whether a report's file is as it was signed, and by whose key.

        Args:
            file: A report in any format.
            key: A public key; when None, that of the workspace the file lies in, or this one's.
        """
        return check_provenance(file, key=key, workspace=self.store.base)

    def _report(
        self,
        settings: Settings,
        prepared: Prepared,
        options: reporting.ReportOptions | None = None,
        keep: Callable[[Report], None] = lambda _: None,
    ) -> ReportResult:
        return reporting.write_reports(
            prepared,
            settings,
            options or reporting.ReportOptions(),
            store=self.store,
            models=self.models,
            progress=self.progress,
            open_chat=self.open_chat,
            keep=keep,
        )

    def run(
        self,
        data: Sequence[str],
        options: InitOptions | None = None,
        *,
        change: Change = lambda settings: settings,
        report: reporting.ReportOptions | None = None,
    ) -> RunResult:
        """Do it all: init if there is no contract yet, check, train, evaluate, report.

        Args:
            data: Paths or SQL URLs; a mapping made once is reused on them.
            options: What overrides the guesses when the contract is made; where there is one that
                differs from them, the result has a note.
            change: Settings of this run that differ from ``jixiao.yaml``.
            report: What the reports hold.
        """
        done: dict[str, Any] = {}
        notes: tuple[str, ...] = ()
        if not self.exists:
            done["init"] = self.init(data, options)
        elif options is not None:
            notes = unheeded(options, self.settings(), self.store.base)
        with self._held():
            self._remember(data)
            settings = change(self.settings())
            prepared = self._prepared(settings)
            done["check"] = checking.write_findings(prepared, self.store)
            done["train"] = self._train(settings, prepared)
            done["evaluate"] = self._evaluate(settings, prepared)
            done["report"] = self._report(settings, prepared, report)
        return RunResult(done, notes)

    def settings(self) -> Settings:
        """Return ``jixiao.yaml``, reading the files that the last run was given.

        Raises:
            WorkspaceError: If the folder is no workspace.
            ContractError: If the file says something unknown or impossible.
        """
        settings = parse(self.store.read_settings(), SETTINGS_FILE)
        remembered = self.store.read_json(SOURCES)
        if not remembered:
            return settings
        settings = _reading(settings, remembered["data"])
        contract = with_tables(settings.contract, remembered.get("tables", {}))
        return settings.model_copy(update={"contract": contract})

    def curves(self, model_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return the training curves of a model by part of the work; empty where it has none."""
        kept = self.store.read_json(f"curves/{model_id}") or {}
        found: dict[str, list[dict[str, Any]]] = kept.get("curves", {})
        return found

    def live_curves(self, since: datetime) -> dict[str, list[dict[str, Any]]]:
        """Return the curves of the training under way, where it has written any since a moment."""
        return learning.live_curves(self.store, since)

    def rows_about(self, subject: str) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of the data that are about a person, by table.

        Raises:
            DataError: If a table cannot be read at all.
        """
        return rows_about(self.settings(), self.store, subject)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the workspace against other processes; a folder that is none is left untouched."""
        self.store.read_settings()
        with self.store.lock():
            yield

    def _stored(self, data: Sequence[str]) -> list[str]:
        return [stored_source(source, self.store.base) for source in data]

    def _remember(self, data: Sequence[str]) -> None:
        """Let later commands read the files of this run."""
        self.store.write_json(SOURCES, {"data": self._stored(data)})

    def _prepared(self, settings: Settings) -> Prepared:
        """Return the data, or refuse when a problem must be mended first."""
        prepared = prepare(settings, self.store)
        checking.refuse_blocking(prepared.problems)
        return prepared


def _reading(settings: Settings, sources: Sequence[str]) -> Settings:
    contract = with_sources(settings.contract, sources)
    return settings.model_copy(update={"contract": contract})
