"""The real data sets of ``benchmarks.quality``: how each is read, what may be used, how it splits.

One function per set. Columns that identify, protect or leak are left out for us and for every
peer alike; what remains is written once and read by all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Examples, Scale, Task, TaskKind

Split = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
SEED = 0


@dataclass(frozen=True)
class QualitySet:
    """A data set ready to be learnt.

    Attributes:
        name: Folder name, with a part where one folder gives several tasks.
        frame: Inputs: numbers as floats, everything else as strings.
        texts: Columns of ``frame`` that are free text.
        task: What is predicted.
        y: Level or class indices, or numbers.
        splits: (train, test) positions.
        metric: The figure that is compared.
        language: zh, en or none.
        in_time_order: Whether the rows are in time order, and the split by time.
        keys: Period of each row, where there is one.
        budget_s: Seconds a model of ours may take, in place of the set's own.
    """

    name: str
    frame: pl.DataFrame
    texts: tuple[str, ...]
    task: Task
    y: npt.NDArray[Any]
    splits: list[Split]
    metric: str
    language: str = "en"
    in_time_order: bool = False
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    budget_s: float | None = None

    def examples(self) -> Examples:
        """Return all rows as examples."""
        n_rows = self.frame.height
        numbers = [name for name in self.frame.columns if self.frame[name].dtype == pl.Float64]
        others = [c for c in self.frame.columns if c not in numbers and c not in self.texts]
        return Examples(
            rows=np.arange(n_rows),
            texts={name: self.frame[name].fill_null("").to_list() for name in self.texts},
            languages=[self.language] * n_rows if self.texts else [],
            numbers=self.frame.select(numbers).fill_null(np.nan).to_numpy()
            if numbers
            else np.zeros((n_rows, 0)),
            number_names=tuple(numbers),
            categories={name: self.frame[name].to_list() for name in others},
            keys=self.keys,
            y=self.y,
        )


def folds(y: npt.NDArray[Any], n_folds: int = 5) -> list[Split]:
    """Return the stratified folds of seed 0."""
    from sklearn.model_selection import StratifiedKFold

    cut = StratifiedKFold(n_folds, shuffle=True, random_state=SEED)
    return list(cut.split(np.zeros(len(y)), y))


def repeated(y: npt.NDArray[Any], n_splits: int = 20) -> list[Split]:
    """Return repeated stratified splits of four to one."""
    from sklearn.model_selection import StratifiedShuffleSplit

    cut = StratifiedShuffleSplit(n_splits, test_size=0.2, random_state=SEED)
    return list(cut.split(np.zeros(len(y)), y))


def _read(path: Path, **options: Any) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False, encoding="utf8", **options)
    return frame.rename({name: name.strip("\ufeff") for name in frame.columns})


def _tidy(frame: pl.DataFrame, texts: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the frame with blanks stripped, and columns that are numbers throughout as floats."""
    columns = []
    for name in frame.columns:
        values = frame[name].str.strip_chars()
        values = values.set(values == "", None)
        as_number = values.cast(pl.Float64, strict=False)
        is_number = name not in texts and as_number.null_count() == values.null_count()
        columns.append((as_number if is_number else values).alias(name))
    return pl.DataFrame(columns)


def _indices(values: pl.Series, levels: tuple[str, ...]) -> npt.NDArray[np.int64]:
    place = {level: at for at, level in enumerate(levels)}
    return np.array([place[value] for value in values.to_list()], dtype=np.int64)


def _rating(target: str, levels: tuple[str, ...]) -> Task:
    return Task(kind=TaskKind.ORDINAL, target=target, scale=Scale(levels=levels))


def _class(target: str, classes: tuple[str, ...]) -> Task:
    return Task(kind=TaskKind.CLASS, target=target, classes=classes)


def _texts_only(
    name: str, frame: pl.DataFrame, target: str, *, task: Task, language: str
) -> QualitySet:
    kept = frame.filter(frame["text"].str.strip_chars() != "")
    y = _indices(kept[target], task.levels)
    metric = "quadratic_kappa" if task.kind is TaskKind.ORDINAL else "macro_f1"
    return QualitySet(
        name, kept.select("text"), ("text",), task, y, folds(y), metric, language=language
    )


def hr_nine_box_reviews(data: Path) -> QualitySet:
    frame = _read(data / "hr_nine_box_reviews/employee_reviews.csv")
    level = frame["nine_box_category"].str.extract(r"\((\w+) performance", 1)
    frame = frame.select(pl.col("feedback").alias("text"), level.alias("level"))
    task = _rating("level", ("Low", "Moderate", "High"))
    return _texts_only("hr_nine_box_reviews", frame, "level", task=task, language="en")


def csat_zh_hotel(data: Path) -> QualitySet:
    frame = _read(data / "csat_zh_hotel/ChnSentiCorp_htl_all.csv.gz")
    frame = frame.rename({"review": "text"}).drop_nulls("text")
    task = _class("label", ("0", "1"))
    return _texts_only("csat_zh_hotel", frame, "label", task=task, language="zh")


def csat_zh_shopping_10_cats(data: Path) -> QualitySet:
    frame = _read(data / "csat_zh_shopping_10_cats/online_shopping_10_cats.csv.gz")
    frame = frame.rename({"review": "text"}).drop_nulls("text")
    task = _class("label", ("0", "1"))
    return _texts_only("csat_zh_shopping_10_cats", frame, "label", task=task, language="zh")


def rating_zh_douban(data: Path) -> QualitySet:
    frame = _read(data / "rating_zh_douban/reviews.csv").drop_nulls("text")
    task = _rating("stars", ("1", "2", "3", "4", "5"))
    return _texts_only("rating_zh_douban", frame, "stars", task=task, language="zh")


def csat_en_airline_tweets(data: Path) -> QualitySet:
    frame = _read(data / "csat_en_airline_tweets/tweets.csv.gz")
    task = _class("airline_sentiment", ("negative", "neutral", "positive"))
    return _texts_only(
        "csat_en_airline_tweets", frame, "airline_sentiment", task=task, language="en"
    )


def finance_en_phrasebank(data: Path) -> QualitySet:
    path = data / "finance_en_phrasebank/Sentences_50Agree.txt"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    pairs = [line.rsplit("@", 1) for line in lines if "@" in line]
    frame = pl.DataFrame({"text": [p[0] for p in pairs], "label": [p[1].strip() for p in pairs]})
    task = _class("label", ("negative", "neutral", "positive"))
    return _texts_only("finance_en_phrasebank", frame, "label", task=task, language="en")


def _official(name: str, train: pl.DataFrame, test: pl.DataFrame) -> QualitySet:
    both = pl.concat([train, test])
    task = _class("category", tuple(sorted(train["category"].unique().to_list())))
    y = _indices(both["category"], task.classes)
    split = (np.arange(train.height), np.arange(train.height, both.height))
    return QualitySet(name, both.select("text"), ("text",), task, y, [split], "accuracy")


def intents_en_banking77(data: Path) -> QualitySet:
    folder = data / "intents_en_banking77"
    return _official(
        "intents_en_banking77", _read(folder / "train.csv"), _read(folder / "test.csv")
    )


_GLASSDOOR_TEXTS = ("headline", "pros", "cons")


def hr_glassdoor_uk(data: Path) -> QualitySet:
    folder = data / "hr_glassdoor_uk"
    frame = _read(folder / "glassdoor_reviews.csv.gz").with_row_index("rid")
    frame = frame.unique(subset=list(_GLASSDOOR_TEXTS), keep="first", maintain_order=True)
    test_rows = set(_read(folder / "test_rows.csv")["rid"].cast(pl.Int64).to_list())
    in_test = np.array([rid in test_rows for rid in frame["rid"].to_list()])
    task = _rating("overall_rating", ("1", "2", "3", "4", "5"))
    y = _indices(frame["overall_rating"], task.levels)
    day = frame["date_review"].str.to_date("%d/%m/%Y", strict=False)
    years = (day.dt.year() + day.dt.ordinal_day() / 366).cast(pl.Float64)
    inputs = _tidy(frame.drop("rid", "overall_rating", "date_review"), _GLASSDOOR_TEXTS)
    inputs = inputs.with_columns(years.alias("date_review"))
    split = (np.flatnonzero(~in_test), np.flatnonzero(in_test))
    return QualitySet(
        "hr_glassdoor_uk", inputs, _GLASSDOOR_TEXTS, task, y, [split], "quadratic_kappa"
    )


def hr_glassdoor_uk_text(data: Path) -> QualitySet:
    whole = hr_glassdoor_uk(data)
    frame = whole.frame.select(_GLASSDOOR_TEXTS)
    return QualitySet(
        "hr_glassdoor_uk_text",
        frame,
        _GLASSDOOR_TEXTS,
        whole.task,
        whole.y,
        whole.splits,
        whole.metric,
    )


_HR14_LEFT_OUT = (
    # identities, codes that repeat a named column, and the rater
    *("Employee_Name", "EmpID", "EmpStatusID", "DeptID", "PositionID", "Zip"),
    *("ManagerName", "ManagerID"),
    # the target under another name
    "PerfScoreID",
    # protected
    *("MarriedID", "MaritalStatusID", "MaritalDesc", "GenderID", "Sex", "DOB", "Age"),
    *("CitizenDesc", "HispanicLatino", "RaceDesc", "FromDiversityJobFairID"),
)


def hr_dataset_v14(data: Path) -> QualitySet:
    frame = _read(data / "hr_dataset_v14/HRDataset_v14.csv")
    levels = ("PIP", "Needs Improvement", "Fully Meets", "Exceeds")
    y = _indices(frame["PerformanceScore"].str.strip_chars(), levels)
    days = [
        frame[name].str.to_date("%m/%d/%y", strict=False).to_physical().cast(pl.Float64).alias(name)
        for name in ("DateofHire", "DateofTermination", "LastPerformanceReview_Date")
    ]
    inputs = _tidy(frame.drop("PerformanceScore", *_HR14_LEFT_OUT)).with_columns(days)
    task = _rating("PerformanceScore", levels)
    return QualitySet("hr_dataset_v14", inputs, (), task, y, repeated(y), "accuracy", language="")


def hr_inx_performance(data: Path) -> QualitySet:
    frame = _read(data / "hr_inx_performance/inx_employee_performance.csv")
    task = _rating("PerformanceRating", ("2", "3", "4"))
    y = _indices(frame["PerformanceRating"], task.levels)
    left_out = ("EmpNumber", "Gender", "Age", "MaritalStatus", "EmpLastSalaryHikePercent")
    inputs = _tidy(frame.drop("PerformanceRating", *left_out))
    return QualitySet(
        "hr_inx_performance", inputs, (), task, y, repeated(y), "accuracy", language=""
    )


def kpi_garment_productivity(data: Path) -> QualitySet:
    frame = _read(data / "kpi_garment_productivity/garments_worker_productivity.csv")
    y = frame["actual_productivity"].cast(pl.Float64).to_numpy()
    day = frame["year"].str.to_date("%m/%d/%Y", strict=False)
    first = day.set(day.dt.year() < 2000, None).fill_null(strategy="backward")
    number = (first - first.min()).dt.total_days().cast(pl.Float64).alias("date")
    inputs = _tidy(frame.drop("actual_productivity", "year"))
    inputs = inputs.with_columns(number, inputs["team"].cast(pl.Int64).cast(pl.String))
    task = Task(kind=TaskKind.NUMBER, target="actual_productivity")
    split = (np.arange(800), np.arange(800, frame.height))
    return QualitySet(
        "kpi_garment_productivity",
        inputs,
        (),
        task,
        y,
        [split],
        "mae",
        language="",
        in_time_order=True,
        keys=pl.DataFrame({"period": first}),
    )


SETS: dict[str, Callable[[Path], QualitySet]] = {
    function.__name__: function
    for function in (
        hr_nine_box_reviews,
        csat_zh_hotel,
        csat_zh_shopping_10_cats,
        rating_zh_douban,
        csat_en_airline_tweets,
        finance_en_phrasebank,
        hr_dataset_v14,
        hr_inx_performance,
        kpi_garment_productivity,
        intents_en_banking77,
        hr_glassdoor_uk_text,
        hr_glassdoor_uk,
    )
}
"""Name to the function that loads the set."""


def load(data: Path, only: list[str] | None) -> Iterator[QualitySet]:
    """Yield the sets of these names, or all.

    Raises:
        SystemExit: If a name is unknown; lists the known ones.
    """
    for name in only or SETS:
        if name not in SETS:
            raise SystemExit(f"unknown set {name!r}; known: {', '.join(SETS)}")
        yield SETS[name](data)


def safe(name: str) -> str:
    """Return a name fit for a file."""
    return re.sub(r"\W+", "_", name)
