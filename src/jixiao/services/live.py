"""Scoring rows as they come: everything that does not change between them is made once.

A row gets the score it would get in a file of its own. What only a whole file can tell (copies,
exchanged columns, units) is not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from jixiao.contracts import Examples, ModelStore, Predictor, Role, Settings, Table, WorkspaceStore
from jixiao.core import DataError
from jixiao.data import (
    FeatureSpec,
    Masker,
    build_examples,
    clean,
    join_tables,
    judge_cells,
    masker_of,
    name_columns,
    own_names,
    prose_columns,
    series_of,
    single_steps,
)
from jixiao.services.preparation import prepare_beside
from jixiao.services.scoring import (
    ABSTAINED,
    NOT_SCORED,
    NOTHING_TO_GO_ON,
    score_columns,
)

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class RowScore:
    """The score of a row.

    Attributes:
        status: scored, abstained or not_scored.
        score: The model's answer on the scale of the target.
        expected: Mean of the levels by their probabilities, for ratings.
        probabilities: Probability of each level or class.
        reason: Why there is no score.
    """

    status: str
    score: str | float | None = None
    expected: float | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True)
class LiveModel:
    """The current model, with what rows are joined to and masked by.

    Attributes:
        model_id: The model.
        columns: Columns a row may have.
        subject: Column that says who or what is assessed; empty where none does.
        needed: Columns a row must have.
    """

    model_id: str
    columns: tuple[str, ...]
    subject: str
    needed: tuple[str, ...]
    _settings: Settings
    _predictor: Predictor
    _spec: FeatureSpec
    _sides: tuple[tuple[Table, pl.DataFrame], ...]
    _masker: Masker | None
    _names: tuple[str, ...]

    @property
    def read(self) -> frozenset[str]:
        """Columns that the model reads."""
        spec = self._spec
        numbers = {name for one in spec.numbers for name in (one.column, one.other) if name}
        categories = (one.column for one in spec.categories)
        return frozenset({*spec.texts, *numbers, *categories, *spec.series})

    def check(self, rows: Sequence[Mapping[str, Cell]]) -> None:
        """Refuse rows with columns that no record has.

        Raises:
            DataError: If there are some.
        """
        known = set(self.columns)
        strange = sorted({name for row in rows for name in row} - known)
        if strange:
            raise DataError(
                "JX-E299",
                "rows",
                expected=f"columns of the records: {', '.join(self.columns)}",
                got=f"{len(strange)} other names",
                hint="send each value under the name its column has in jixiao.yaml",
            )

    def subjects(self, rows: Sequence[Mapping[str, Cell]]) -> list[str]:
        """Return whom or what each row is about, cleaned as for scoring; empty where it is open."""
        if not self.subject:
            return [""] * len(rows)
        cells = pl.DataFrame(
            {self.subject: [_text(row.get(self.subject)) for row in rows]},
            schema={self.subject: pl.String},
        )
        cleaned, _ = clean(cells, self._settings.contract, single_steps(self._settings.clean))
        return [value or "" for value in cleaned[self.subject].to_list()]

    def score(self, rows: Sequence[Mapping[str, Cell]]) -> list[RowScore]:
        """Return a score for each row.

        Args:
            rows: Values by column; what is missing is empty.
        """
        if not rows:
            return []
        data = {name: [_text(row.get(name)) for row in rows] for name in self.columns}
        frame = pl.DataFrame(data, schema=dict.fromkeys(self.columns, pl.String))
        contract = self._settings.contract
        used, reasons = judge_cells(frame, contract, self._settings.clean)
        found: dict[int, RowScore] = {}
        if used.height:
            joined = join_tables(used, self._sides, contract).frame
            series = series_of(joined, contract, self._sides)
            examples = build_examples(
                self._masked(joined), contract, series=series, spec=self._spec
            )
            found = dict(zip(examples.rows.tolist(), self._predicted(examples), strict=True))
        return [
            found.get(at) or RowScore(NOT_SCORED, reason=reason)
            for at, reason in enumerate(reasons.to_list())
        ]

    def _predicted(self, examples: Examples) -> list[RowScore]:
        task = self._settings.contract.task
        prediction = self._predictor.predict(examples)
        found = score_columns(prediction, examples, task=task, predictor=self._predictor)
        scores: Sequence[str | float] = found.score
        means = [None] * len(scores) if found.expected is None else found.expected.tolist()
        rows = [[]] * len(scores) if found.proba is None else found.proba.tolist()
        return [
            RowScore(
                status,
                score,
                mean,
                dict(zip(task.levels, row, strict=False)),
                NOTHING_TO_GO_ON if status == ABSTAINED else None,
            )
            for status, score, mean, row in zip(found.status, scores, means, rows, strict=True)
        ]

    def _masked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows masked, each by the roster and its own names alone."""
        if self._masker is None:
            return frame
        own = own_names(frame, [name for name in self._names if name in frame.columns])
        prose = prose_columns(frame, self._settings.contract)
        return frame.with_columns(
            [self._masker.mask_column(frame[name], own).alias(name) for name in prose]
        )


def _text(cell: Cell) -> str | None:
    if cell is None:
        return None
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def open_live(settings: Settings, store: WorkspaceStore, models: ModelStore) -> LiveModel:
    """Return the current model, ready for rows as they come.

    Raises:
        ModelError: If no model is trained.
        DataError: If a table that rows are joined to cannot be read.
    """
    predictor, manifest = models.load(settings.contract.task)
    beside = prepare_beside(settings, store)
    contract, target = settings.contract, settings.contract.task.target
    own = set(beside.columns) - {target}
    subject = contract.one(Role.SUBJECT)
    mask = settings.mask
    masker = masker_of(beside.records, contract, mask, roster=beside.roster) if mask.on else None
    return LiveModel(
        model_id=str(manifest["id"]),
        columns=tuple(c.name for c in contract.columns if c.name in own),
        subject=subject.name if subject is not None and subject.name in own else "",
        needed=tuple(c.name for c in contract.columns if c.required and c.name in own),
        _settings=settings,
        _predictor=predictor,
        _spec=FeatureSpec.from_json(manifest["features"]),
        _sides=beside.sides,
        _masker=masker,
        _names=tuple(name_columns(beside.records, contract, mask)) if mask.on else (),
    )
