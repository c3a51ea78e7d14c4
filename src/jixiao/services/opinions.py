"""Second opinions that are independent: of records the model was not fitted to, or cross-fitted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import polars as pl

from jixiao.contracts import Examples, Predictor, Role, Settings, WorkspaceStore
from jixiao.data import FeatureSpec, build_examples
from jixiao.services.learning import known_split
from jixiao.services.preparation import Prepared
from jixiao.services.scoring import score_table

Unscored = Callable[[Collection[str]], Collection[str]]


def nobody(_: Collection[str]) -> Collection[str]:
    """Return that the model may be asked about every subject."""
    return ()


TRAINED_ON = "the model was trained on this record, so its opinion would not be independent"


def independent_scores(
    prepared: Prepared,
    settings: Settings,
    predictor: Predictor,
    manifest: Mapping[str, Any],
    *,
    store: WorkspaceStore,
    unscored: Unscored = nobody,
) -> pl.DataFrame:
    """Return a score for every record whose opinion is independent of its own label.

    Records of the train and validation parts have the cross-fitted score that training left
    behind, or none; their ``status`` then says why.

    Args:
        prepared: The data.
        settings: The workspace's settings.
        predictor: The model.
        manifest: What it was made of.
        store: The workspace.
        unscored: Of the subjects it is given, returns those for whom the model is not asked;
            their records have no row. A record without a subject counts as subject "".
    """
    barred = _rows_of(prepared, unscored)
    spec = FeatureSpec.from_json(manifest["features"])
    examples = build_examples(prepared.frame, prepared.contract, series=prepared.series, spec=spec)
    split = known_split(prepared, settings, store)
    task = prepared.contract.task
    fresh = examples.take(_without(examples, np.sort(split.test), barred))
    scored = score_table(predictor.predict(fresh), fresh, task=task, predictor=predictor)
    seen = _without(examples, np.sort(np.concatenate([split.train, split.validation])), barred)
    rows = pl.DataFrame({"_row": pl.Series(examples.rows[seen])})
    crossed = store.read_frame(f"opinions/{manifest['id']}")
    known = rows if crossed is None else rows.join(crossed, on="_row", how="left")
    if "status" not in known.columns:
        known = known.with_columns(pl.lit(None, dtype=pl.String).alias("status"))
    missing = pl.col("status").is_null()
    known = known.with_columns(
        pl.when(missing).then(pl.lit("not_scored")).otherwise(pl.col("status")).alias("status"),
    )
    return pl.concat([scored, known], how="diagonal_relaxed").sort("_row")


def _rows_of(prepared: Prepared, unscored: Unscored) -> np.ndarray:
    """Return the ``_row`` of the records of those for whom the model is not asked."""
    column = prepared.contract.one(Role.SUBJECT)
    if column is None:
        return np.empty(0, dtype=np.int64)
    subjects = prepared.frame[column.name].cast(pl.String).fill_null("")
    barred = unscored(frozenset(subjects.unique().to_list()))
    return prepared.frame.filter(subjects.is_in(sorted(barred)))["_row"].to_numpy()


def _without(examples: Examples, positions: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return positions but those of some rows."""
    return positions[~np.isin(examples.rows[positions], rows)]
