"""What ``benchmarks.quality`` compares with, on the same columns and the same splits.

In this environment: TF-IDF with a linear SVM, logistic regression, forests and boosted trees at
their defaults. In its own: AutoGluon.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.peers.run import run_peer
from benchmarks.quality_sets import QualitySet, Split
from jixiao.contracts import TaskKind

Answers = npt.NDArray[Any]
Peer = Callable[[QualitySet, Split], Answers]
AUTOGLUON_S = 420
AUTOGLUON_SMALL_S = 45


def tfidf_svm(data: QualitySet, split: Split) -> Answers:
    """Words 1-2 (Chinese: characters 1-2), TF-IDF, linear SVM; everything at its default."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    texts = data.examples().joined_texts()
    analyzer = "char" if data.language == "zh" else "word"
    words = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2))
    train, test = (["".join(texts[i]) for i in part.tolist()] for part in split)
    model = LinearSVC().fit(words.fit_transform(train), data.y[split[0]])
    return np.asarray(model.predict(words.transform(test)))


def _table(data: QualitySet) -> tuple[Any, Any]:
    """Return the inputs for scikit-learn and what prepares them."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = data.frame.drop(data.texts)
    others = [name for name in frame.columns if frame[name].dtype == pl.String]
    numbers = [name for name in frame.columns if name not in others]
    known = frame.with_columns(pl.col(others).fill_null("(none)")).to_pandas()
    scaled = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return known, make_column_transformer((scaled, numbers), (one_hot, others))


def _fitted(data: QualitySet, split: Split, model: Any) -> Answers:
    from sklearn.pipeline import make_pipeline

    frame, prepared = _table(data)
    train, test = split
    fitted = make_pipeline(prepared, model).fit(frame.iloc[train], data.y[train])
    return np.asarray(fitted.predict(frame.iloc[test]))


def linear_regression(data: QualitySet, split: Split) -> Answers:
    """Logistic regression, or ridge regression for a number."""
    from sklearn.linear_model import LogisticRegression, Ridge

    number = data.task.kind is TaskKind.NUMBER
    return _fitted(data, split, Ridge() if number else LogisticRegression(max_iter=2000))


def forest(data: QualitySet, split: Split) -> Answers:
    """A random forest of 500 trees."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    number = data.task.kind is TaskKind.NUMBER
    kind = RandomForestRegressor if number else RandomForestClassifier
    return _fitted(data, split, kind(500, random_state=0, n_jobs=2))


def hist_boosting(data: QualitySet, split: Split) -> Answers:
    """Histogram gradient boosting of scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    number = data.task.kind is TaskKind.NUMBER
    kind = HistGradientBoostingRegressor if number else HistGradientBoostingClassifier
    return _fitted(data, split, kind(random_state=0))


def lightgbm(data: QualitySet, split: Split) -> Answers:
    """LightGBM at its defaults."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    number = data.task.kind is TaskKind.NUMBER
    kind = LGBMRegressor if number else LGBMClassifier
    return _fitted(data, split, kind(random_state=0, verbose=-1, n_jobs=2))


def autogluon(data: QualitySet, split: Split) -> Answers:
    """AutoGluon, medium quality, in an environment of its own."""
    number = data.task.kind is TaskKind.NUMBER
    target = "target" if number else "level"
    answers = data.y if number else data.y.astype(str)
    frame = data.frame.with_columns(pl.Series(target, answers))
    small = data.frame.height < 2000
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.parquet" for name in ("train", "test", "found")}
        frame[split[0].tolist()].write_parquet(paths["train"])
        frame[split[1].tolist()].drop(target).write_parquet(paths["test"])
        request = {
            "train": str(paths["train"]),
            "test": str(paths["test"]),
            "predictions": str(paths["found"]),
            "target": target,
            "problem_type": "regression" if number else None,
            "time_limit_s": AUTOGLUON_SMALL_S if small else AUTOGLUON_S,
        }
        run_peer("autogluon", "autogluon_run.py", request)
        found = pl.read_parquet(paths["found"])["predicted"]
    return found.cast(pl.Float64 if number else pl.Int64).to_numpy()


def target_as_forecast(data: QualitySet, split: Split) -> Answers:
    """The goal that was set, taken as the forecast."""
    return data.frame["targeted_productivity"].to_numpy()[split[1]]


def mean_of_past(data: QualitySet, split: Split) -> Answers:
    """The mean of all earlier rows."""
    return np.full(len(split[1]), data.y[split[0]].mean())


_TABLES: dict[str, Peer] = {
    "logistic regression": linear_regression,
    "random forest": forest,
    "hist gradient boosting": hist_boosting,
    "LightGBM": lightgbm,
    "AutoGluon": autogluon,
}
_SVM: dict[str, Peer] = {"TF-IDF + linear SVM": tfidf_svm}


def peers_of(data: QualitySet) -> dict[str, Peer]:
    """Return the peers of a set by the name under which they are shown."""
    if data.name.startswith("hr_glassdoor_uk"):
        return {**_SVM, "AutoGluon": autogluon}
    if data.texts:
        return _SVM
    if data.in_time_order:
        renamed = {"ridge regression" if n[:3] == "log" else n: f for n, f in _TABLES.items()}
        return {
            "the goal as forecast": target_as_forecast,
            "mean of the past": mean_of_past,
            **renamed,
        }
    return _TABLES
