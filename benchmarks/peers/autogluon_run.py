"""AutoGluon on one table; runs in the ``autogluon`` environment.

Request: ``train`` and ``test`` (Parquet files), ``target``, ``columns`` (features; all others if
null), ``time_limit_s``, ``presets``, ``eval_metric`` and ``problem_type`` (null lets it guess),
``predictions`` (Parquet to write: ``predicted`` and one ``p_<level>`` per class).
Answer: ``fit_s``, ``predict_s``, ``model`` (its best one) and ``versions``.
"""

from __future__ import annotations

import importlib.metadata as metadata
import json
import sys
import tempfile
import time
from pathlib import Path


def main(asked: str, answered: str) -> None:
    """Fit, predict and write the answer."""
    import pandas as pd
    from autogluon.tabular import TabularPredictor

    request = json.loads(Path(asked).read_text("utf-8"))
    target = request["target"]
    train, test = pd.read_parquet(request["train"]), pd.read_parquet(request["test"])
    columns = request.get("columns") or [name for name in train.columns if name != target]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        predictor = TabularPredictor(
            label=target,
            path=folder,
            problem_type=request.get("problem_type"),
            eval_metric=request.get("eval_metric"),
            verbosity=2,
        ).fit(
            train[[*columns, target]],
            presets=request.get("presets", "medium_quality"),
            time_limit=request.get("time_limit_s", 420),
        )
        fitted = time.perf_counter()
        frame = pd.DataFrame({"predicted": predictor.predict(test[columns])})
        if predictor.problem_type in ("binary", "multiclass"):
            proba = predictor.predict_proba(test[columns])
            for level in proba.columns:
                frame[f"p_{level}"] = proba[level]
        done = time.perf_counter()
        best = predictor.model_best
    frame.reset_index(drop=True).to_parquet(request["predictions"], index=False)
    names = ("autogluon.tabular", "lightgbm", "catboost", "xgboost-cpu", "scikit-learn", "pandas")
    answer = {
        "fit_s": fitted - started,
        "predict_s": done - fitted,
        "model": best,
        "versions": {name: metadata.version(name) for name in names},
    }
    Path(answered).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
