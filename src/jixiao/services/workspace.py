"""The verbs of the product on one workspace: what the command line, Python and the web call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jixiao.contracts import (
    ModelStore,
    OpenChat,
    ProgressFn,
    Settings,
    Table,
    WorkspaceStore,
)
from jixiao.contracts.yaml_file import parse, render
from jixiao.core import DataError, WorkspaceError, raise_all
from jixiao.data import FeatureSpec, Overrides, build_examples, infer, read_back, read_table
from jixiao.services import evaluating, learning, reporting, scoring
from jixiao.services.preparation import Prepared, mended_name, prepare, read_all, without_leaks
from jixiao.services.results import (
    CheckResult,
    EvaluateResult,
    InitResult,
    ReportResult,
    RunResult,
    ScoreResult,
    TrainResult,
)
from jixiao.services.sources import make_tables, stored_source, with_sources

SOURCES = "sources"
"""Document that names the files of the last run."""

Change = Callable[[Settings], Settings]


@dataclass(frozen=True)
class InitOptions:
    """How ``init`` departs from its guesses."""

    overrides: Overrides = field(default_factory=Overrides)
    test: str | None = None
    sheet: str | None = None
    query: str | None = None
    split_column: str | None = None


class Workspace:
    """A folder with ``jixiao.yaml`` and everything made from it.

    Args:
        store: Where the workspace is kept.
        models: Where its models are kept.
        progress: Where progress is told.
        threads: Processor threads a model may use.
        open_chat: Opens the language model that the settings name.
    """

    def __init__(
        self,
        store: WorkspaceStore,
        models: ModelStore,
        *,
        progress: ProgressFn,
        threads: int,
        open_chat: OpenChat,
    ) -> None:
        self.store = store
        self.models = models
        self.progress = progress
        self.threads = threads
        self.open_chat = open_chat

    @property
    def exists(self) -> bool:
        """Whether there is a ``jixiao.yaml``."""
        return self.store.has_settings()

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
        chosen = options or InitOptions()
        if self.exists and not force:
            raise WorkspaceError(
                "JX-E404",
                "jixiao.yaml",
                expected="a new workspace",
                got="a workspace that has its contract already",
                hint="edit jixiao.yaml, or write it anew with --force",
            )
        with self.store.lock():
            return self._init(data, chosen)

    def _init(self, data: Sequence[str], options: InitOptions) -> InitResult:
        tables = make_tables(
            data, self.store.base, sheet=options.sheet, query=options.query, test=options.test
        )
        raws = read_all(tables, self.store.base)
        guess = infer(raws, tables, options.overrides)
        settings = Settings(contract=guess.contract)
        if options.split_column:
            split = {"method": "column", "column": options.split_column}
            settings = settings.model_copy(
                update={"split": settings.split.model_copy(update=split)}
            )
        prepared = prepare(settings, self.store)
        reasons = dict(guess.reasons)
        reasons.update({leak.column: f"suspected leak: {leak.evidence}" for leak in prepared.leaks})
        contract = without_leaks(guess.contract, prepared.leaks)
        settings = settings.model_copy(update={"contract": contract})
        self.store.write_settings(render(settings, reasons))
        self.store.write_json(SOURCES, {"data": []})
        return InitResult(
            path=self.store.base / "jixiao.yaml",
            columns=tuple(
                (column.name, column.role.value, column.type.value, reasons.get(column.name, ""))
                for column in contract.columns
            ),
            task=contract.task.model_dump(mode="json"),
            problems=(*guess.problems, *prepared.problems),
            leaks=prepared.leaks,
        )

    def check(self, data: Sequence[str] = (), *, mended: Path | None = None) -> CheckResult:
        """Say everything that is wrong with the data and write unusable rows to a quarantine file.

        Args:
            data: Files to check in place of the workspace's own.
            mended: A mended quarantine file to read back in.
        """
        with self.store.lock():
            settings = _reading(self.settings(), self._stored(data))
            if mended is not None:
                self._accept(settings, mended)
            return self._checked(prepare(settings, self.store))

    def train(self, change: Change = lambda settings: settings) -> TrainResult:
        """Train the model the settings name, evaluate nothing, and make it the current one.

        Args:
            change: Settings of this run that differ from ``jixiao.yaml``.

        Raises:
            DataError: If a problem of the data must be mended first.
        """
        with self.store.lock():
            settings = change(self.settings())
            return self._train(settings, self._prepared(settings))

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
        with self.store.lock():
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
        scoring.check_out(out, data, self.store)
        with self.store.lock():
            settings = _reading(self.settings(), self._stored(data))
            task = settings.contract.task
            predictor, manifest = self.models.load(task, model_id)
            prepared = prepare(settings, self.store, for_scoring=True)
            spec = FeatureSpec.from_json(manifest["features"])
            examples = build_examples(
                prepared.frame, prepared.contract, series=prepared.series, spec=spec
            )
            work = f"score-{manifest['id']}-{prepared.data_hash[:16]}"
            prediction = scoring.predict_in_chunks(
                predictor, examples, workdir=self.store.workdir(work), progress=self.progress
            )
            scores = scoring.score_table(prediction, examples, task=task, predictor=predictor)
            frame = scoring.one_row_each(prepared, scores)
            scoring.write_scores(frame, out)
            self.store.clear_workdir(work)
        return ScoreResult(out, manifest["id"], scoring.status_counts(frame), prepared.problems)

    def report(self, options: reporting.ReportOptions | None = None) -> ReportResult:
        """Write reports for subjects, teams and the organisation as HTML and JSON."""
        with self.store.lock():
            settings = self.settings()
            return self._report(settings, self._prepared(settings), options)

    def _report(
        self,
        settings: Settings,
        prepared: Prepared,
        options: reporting.ReportOptions | None = None,
    ) -> ReportResult:
        return reporting.write_reports(
            prepared,
            settings,
            options or reporting.ReportOptions(),
            store=self.store,
            models=self.models,
            progress=self.progress,
            open_chat=self.open_chat,
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
            options: What overrides the guesses when the contract is made.
            change: Settings of this run that differ from ``jixiao.yaml``.
            report: What the reports hold.
        """
        done: dict[str, Any] = {}
        if not self.exists:
            done["init"] = self.init(data, options)
        with self.store.lock():
            self._remember(data)
            settings = change(self.settings())
            prepared = self._prepared(settings)
            done["check"] = self._checked(prepared)
            done["train"] = self._train(settings, prepared)
            done["evaluate"] = self._evaluate(settings, prepared)
            done["report"] = self._report(settings, prepared, report)
        return RunResult(done)

    def settings(self) -> Settings:
        """Return ``jixiao.yaml``, reading the files that the last run was given.

        Raises:
            WorkspaceError: If the folder is no workspace.
            ContractError: If the file says something unknown or impossible.
        """
        settings = parse(self.store.read_settings(), "jixiao.yaml")
        remembered = self.store.read_json(SOURCES)
        return _reading(settings, remembered["data"]) if remembered else settings

    def _stored(self, data: Sequence[str]) -> list[str]:
        return [stored_source(source, self.store.base) for source in data]

    def _remember(self, data: Sequence[str]) -> None:
        """Let later commands read the files of this run."""
        self.store.write_json(SOURCES, {"data": self._stored(data)})

    def _prepared(self, settings: Settings) -> Prepared:
        """Return the data, or refuse when a problem must be mended first."""
        prepared = prepare(settings, self.store)
        blocking = [problem for problem in prepared.problems if problem.blocking]
        raise_all(
            [
                DataError(
                    problem.code,
                    ":".join(str(part) for part in (problem.file, problem.column) if part),
                    expected=problem.expected,
                    got=problem.got,
                    hint=problem.hint,
                )
                for problem in blocking
            ]
        )
        return prepared

    def _accept(self, settings: Settings, mended: Path) -> None:
        """Keep a mended quarantine file; its rows stand in for the unusable ones of that export.

        Raises:
            DataError: If it bears the name of no table, or does not fit the table as it is now.
        """
        tables = {table.name: table for table in settings.contract.tables}
        if mended.stem not in tables:
            raise DataError(
                "JX-E295",
                "--mended",
                expected=f"a file named after its table: {', '.join(f'{n}.csv' for n in tables)}",
                got=repr(mended.suffix),
                hint="mend the file that check wrote into the folder quarantine",
            )
        frame = read_table(Table(name=mended.stem, source=str(mended.resolve())), mended).frame
        raw = read_table(tables[mended.stem], self.store.base)
        read_back(raw, frame)
        self.store.write_table(mended_name(raw), frame)

    def _checked(self, prepared: Prepared) -> CheckResult:
        """Write what is unusable to quarantine files and say what was found."""
        paths = []
        for name in prepared.tables:
            if name in prepared.quarantine:
                frame = prepared.quarantine[name]
                paths.append(self.store.write_table(f"quarantine/{name}", frame))
            else:
                self.store.remove(f"quarantine/{name}")
        result = CheckResult(
            counts=prepared.counts,
            tables=prepared.tables,
            problems=prepared.problems,
            leaks=prepared.leaks,
            steps=prepared.steps,
            quarantine=tuple(paths),
            near_duplicates=prepared.near_duplicates,
        )
        self.store.write_json("check", result.to_json())
        return result


def _reading(settings: Settings, sources: Sequence[str]) -> Settings:
    contract = with_sources(settings.contract, sources)
    return settings.model_copy(update={"contract": contract})
