"""Scoring a file: one output row for each input row, in the same order, whatever its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from jixiao.contracts import (
    Examples,
    ModelStore,
    Prediction,
    Predictor,
    ProgressFn,
    Role,
    Settings,
    Task,
    TaskKind,
    WorkspaceStore,
)
from jixiao.contracts.examples import Floats
from jixiao.core import atomic
from jixiao.data import FeatureSpec, build_examples
from jixiao.models import decide, rule_of
from jixiao.services.preparation import Prepared, prepare
from jixiao.services.results import ScoreResult
from jixiao.services.score_files import write_scores

CHUNK = 2_000
"""Rows scored between two writes to the disk; a killed run loses at most so many."""

SCORED, NOT_SCORED, ABSTAINED = "scored", "not_scored", "abstained"
NOTHING_IN_IT = "no cell of this row is filled in"
NOTHING_TO_GO_ON = "no text, figure or category of this row is filled in"


def score_to_file(
    settings: Settings,
    out: Path,
    *,
    store: WorkspaceStore,
    models: ModelStore,
    model_id: str | None,
    progress: ProgressFn,
) -> ScoreResult:
    """Score the tables of the settings and write one row for each input row, in the same order.

    A killed run goes on where it stood when the same command is given again.
    """
    task = settings.contract.task
    predictor, manifest = models.load(task, model_id)
    prepared = prepare(settings, store, for_scoring=True)
    examples = build_examples(
        prepared.frame,
        prepared.contract,
        series=prepared.series,
        spec=FeatureSpec.from_json(manifest["features"]),
    )
    work = f"score-{manifest['id']}-{prepared.data_hash[:16]}"
    prediction = predict_in_chunks(
        predictor, examples, workdir=store.workdir(work), progress=progress
    )
    scores = score_table(prediction, examples, task=task, predictor=predictor)
    frame = one_row_each(prepared, scores)
    write_scores(frame, out)
    store.clear_workdir(work)
    return ScoreResult(
        out,
        manifest["id"],
        status_counts(frame),
        problems=prepared.problems,
        decision_rule=rule_of(predictor).to_json(),
    )


def predict_in_chunks(
    predictor: Predictor, examples: Examples, *, workdir: Path, progress: ProgressFn
) -> Prediction:
    """Return the scores of many examples; chunks already on the disk are not scored again.

    Args:
        predictor: The model.
        examples: What is scored.
        workdir: Folder that belongs to just this model and these examples.
        progress: Told after each chunk.
    """
    parts = []
    for start in range(0, len(examples), CHUNK):
        path = workdir / f"{start:09d}.parquet"
        if not path.is_file():
            chunk = examples.take(np.arange(start, min(start + CHUNK, len(examples))))
            with atomic.new_file(path) as part:
                _to_frame(predictor.predict(chunk)).write_parquet(part)
        parts.append(pl.read_parquet(path))
        progress("scoring", min(start + CHUNK, len(examples)), len(examples))
    return _from_frame(pl.concat(parts)) if parts else Prediction(proba=None, value=np.zeros(0))


def _to_frame(prediction: Prediction) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    if prediction.proba is not None:
        for level in range(prediction.proba.shape[1]):
            columns[f"p{level}"] = pl.Series(prediction.proba[:, level].astype(np.float64))
    if prediction.value is not None:
        columns["value"] = pl.Series(prediction.value.astype(np.float64))
    return pl.DataFrame(columns)


def _from_frame(frame: pl.DataFrame) -> Prediction:
    levels = [name for name in frame.columns if name.startswith("p")]
    return Prediction(
        proba=frame.select(levels).to_numpy() if levels else None,
        value=frame["value"].to_numpy() if "value" in frame.columns else None,
    )


def score_table(
    prediction: Prediction, examples: Examples, *, task: Task, predictor: Predictor
) -> pl.DataFrame:
    """Return ``_row``, ``score``, ``expected`` for ratings, ``p_<level>``, status and reason."""
    found = score_columns(prediction, examples, task=task, predictor=predictor)
    proba = np.zeros((len(examples), 0)) if found.proba is None else found.proba
    levels = {f"p_{level}": proba[:, at] for at, level in enumerate(task.levels) if proba.size}
    expected = {} if found.expected is None else {"expected": found.expected}
    reasons = [NOTHING_TO_GO_ON if one == ABSTAINED else None for one in found.status]
    return pl.DataFrame(
        {
            "_row": pl.Series(examples.rows),
            "score": found.score,
            **expected,
            **levels,
            "status": pl.Series(found.status, dtype=pl.String),
            "reason": pl.Series(reasons, dtype=pl.String),
        }
    )


@dataclass(frozen=True)
class ScoreColumns:
    """Scores of n examples, each figure rounded to six decimals.

    Attributes:
        score: The answers on the target's own scale, n.
        expected: Mean of the levels of a rating, shape (n,); None for other targets.
        proba: Probabilities, shape (n, K); None for a number.
        status: ``scored``, or ``abstained`` where there is nothing to go on; n.
    """

    score: list[str] | list[float]
    expected: Floats | None
    proba: Floats | None
    status: list[str]


def score_columns(
    prediction: Prediction, examples: Examples, *, task: Task, predictor: Predictor
) -> ScoreColumns:
    """Return what a model's prediction comes to, in the order of the examples."""
    is_mean = task.kind is TaskKind.ORDINAL and prediction.value is not None
    return ScoreColumns(
        _written(decide(prediction, task, rule_of(predictor)), task),
        _rounded(prediction.value) if is_mean else None,
        _rounded(prediction.proba),
        [ABSTAINED if empty else SCORED for empty in _is_empty(examples).tolist()],
    )


def _rounded(values: Floats | None) -> Floats | None:
    return None if values is None else values.astype(np.float64).round(6)


def _written(answer: np.ndarray, task: Task) -> list[str] | list[float]:
    """Return the answers on the target's own scale."""
    if task.kind is TaskKind.NUMBER:
        return [float(value) for value in answer]
    if task.kind is TaskKind.CLASSES:
        return [
            task.separator.join(name for name, on in zip(task.levels, row, strict=True) if on)
            for row in answer
        ]
    return [task.levels[index] for index in answer]


def _is_empty(examples: Examples) -> np.ndarray:
    """Return which examples have nothing a model could go on."""
    empty = np.ones(len(examples), dtype=bool)
    for texts in examples.texts.values():
        empty &= np.array([not text.strip() for text in texts], dtype=bool)
    for values in examples.categories.values():
        empty &= np.array([value is None for value in values], dtype=bool)
    if examples.number_names:
        empty &= np.isnan(examples.numbers).all(axis=1)
    if examples.series is not None:
        empty &= np.isnan(examples.series).all(axis=(1, 2))
    return empty


def one_row_each(prepared: Prepared, scores: pl.DataFrame) -> pl.DataFrame:
    """Return a row for every input row: ids, score columns, status and reason.

    A duplicate row gets the score of the row it repeats.
    """
    contract = prepared.contract
    ids = [
        column.name
        for column in contract.by_role(Role.ID, Role.SUBJECT, Role.PERIOD)
        if column.name in prepared.raw.frame.columns
    ]
    n = prepared.raw.frame.height
    row = pl.int_range(n, dtype=pl.Int64, eager=True).alias("row")
    base = pl.DataFrame([row, _original(prepared).alias("_row")])
    base = base.hstack(prepared.raw.frame.select(ids).get_columns())
    joined = base.join(scores, on="_row", how="left", maintain_order="left").drop("_row")
    reasons = prepared.reasons.cast(pl.String)
    missing = joined["status"].is_null()
    joined = joined.with_columns(
        pl.when(missing).then(pl.lit(NOT_SCORED)).otherwise(pl.col("status")).alias("status"),
        pl.when(missing).then(reasons).otherwise(pl.col("reason")).alias("reason"),
    )
    rest = [name for name in joined.columns if name not in ("row", *ids, "status", "reason")]
    ordered = joined.select("row", *ids, *rest, "status", "reason")
    return _with_blank_rows(ordered, prepared.raw.left_out)


def _with_blank_rows(frame: pl.DataFrame, left_out: Sequence[int]) -> pl.DataFrame:
    """Return the rows numbered as in the file, with an answer for each row that was left out."""
    if not left_out:
        return frame
    every = pl.Series("row", range(frame.height + len(left_out)), dtype=pl.Int64)
    kept = every.filter(~every.is_in(list(left_out)))
    blank = pl.DataFrame({"row": left_out}, schema={"row": pl.Int64}).with_columns(
        pl.lit(NOT_SCORED).alias("status"), pl.lit(NOTHING_IN_IT).alias("reason")
    )
    return pl.concat([frame.with_columns(kept), blank], how="diagonal").sort("row")


def _original(prepared: Prepared) -> pl.Series:
    """Return, for each raw row, the row whose score it gets: itself, or the one it repeats."""
    frame = prepared.raw.frame
    keyed = frame.with_row_index("_at").with_columns(pl.struct(frame.columns).hash().alias("_key"))
    first = keyed.with_columns(
        pl.when(prepared.status == "used").then(pl.col("_at")).otherwise(None).alias("_used")
    ).with_columns(pl.col("_used").min().over("_key").alias("_same"))
    is_duplicate = prepared.status == "duplicate"
    return first.select(
        pl.when(is_duplicate).then(pl.col("_same")).otherwise(pl.col("_at")).cast(pl.Int64)
    ).to_series()


def status_counts(frame: pl.DataFrame) -> dict[str, int]:
    """Return how many rows have which status."""
    counted = frame["status"].value_counts(sort=True)
    return {str(name): int(count) for name, count in counted.iter_rows()}
