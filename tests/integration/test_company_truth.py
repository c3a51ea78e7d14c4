"""Every planted effect of the sample company is found by the part that should find it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import jixiao
from jixiao.contracts import Prediction, Role, Settings
from jixiao.core import parse_period
from jixiao.data import build_examples, feature_spec
from jixiao.evaluation import METRICS, Judged, judge, metric
from jixiao.evaluation.slices import slices_of
from jixiao.services.preparation import Prepared, prepare
from jixiao.services.results import CheckResult, ReportResult, TrainResult
from jixiao.solutions.company import BadCell, Company

FILES = ("reviews.csv", "roster.xlsx", "kpi.csv", "survey.csv", "goals.csv")
PRECISION_BAR = 0.5
"""Share of planted rows among as many top suspects as were planted; chance is 0.025."""


@dataclass(frozen=True)
class Checkup:
    """A workspace made from the sample company, checked."""

    workspace: Any
    check: CheckResult
    prepared: Prepared
    seconds: float = 0.0


@pytest.fixture(scope="module")
def checkup(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkup:
    workspace = jixiao.open_workspace(tmp_path_factory.mktemp("truth") / "workspace")
    workspace.init([str(sample_folder / name) for name in FILES])
    check = workspace.check()
    return Checkup(workspace, check, prepare(workspace.settings(), workspace.store))


@pytest.fixture(scope="module")
def trained(checkup: Checkup) -> TrainResult:
    def change(settings: Settings) -> Settings:
        model = settings.model.model_copy(update={"name": "linear", "budget_s": 60.0})
        return settings.model_copy(update={"model": model})

    return checkup.workspace.train(change)


@pytest.fixture(scope="module")
def reported(checkup: Checkup, trained: TrainResult) -> ReportResult:
    return checkup.workspace.report()


def cells(company: Company, table: str, effect: str) -> list[BadCell]:
    return [c for c in company.truth.bad_cells if c.table == table and c.effect == effect]


def named_rows(check: CheckResult, file: str) -> dict[str | None, int]:
    """Return how many rows the problems of each column of a file concern."""
    found: Counter[str | None] = Counter()
    for problem in check.problems:
        if problem.file == file:
            found[problem.column] += problem.rows
    return found


def test_leaks_are_named_and_nothing_else_is(checkup: Checkup, sample_company: Company) -> None:
    assert {leak.column for leak in checkup.check.leaks} == set(sample_company.truth.leaks)
    left_out = {column.name for column in checkup.prepared.contract.by_role(Role.LEAK)}
    assert left_out == set(sample_company.truth.leaks)


def test_exactly_the_planted_copies_are_duplicates(
    checkup: Checkup, sample_company: Company
) -> None:
    status = checkup.prepared.status
    found = [row for row, word in enumerate(status) if word == "duplicate"]
    assert found == [copy.row for copy in sample_company.truth.exact_copies]
    assert checkup.check.counts.duplicate == len(found)


def test_counts_add_up_over_every_table(checkup: Checkup, sample_company: Company) -> None:
    for name, counts in checkup.check.tables.items():
        assert counts.read == sample_company.tables[name].height
        assert counts.read == counts.used + counts.duplicate + counts.quarantined


def test_near_copies_are_listed_and_nothing_else_is(
    checkup: Checkup, sample_company: Company
) -> None:
    planted = {frozenset((copy.row, copy.of)) for copy in sample_company.truth.near_copies}
    found = {frozenset(group) for group in checkup.check.near_duplicates}
    assert found == planted


def test_unusable_reviews_are_exactly_the_planted_ones(
    checkup: Checkup, sample_company: Company
) -> None:
    planted = {cell.row for cell in cells(sample_company, "reviews", "bad")}
    status = checkup.prepared.status
    assert {row for row, word in enumerate(status) if word == "quarantined"} == planted


@pytest.mark.parametrize("table", ["reviews", "kpi", "survey"])
def test_bad_cells_are_named_with_their_column(
    checkup: Checkup, sample_company: Company, table: str
) -> None:
    planted = Counter(cell.column for cell in cells(sample_company, table, "bad"))
    found = named_rows(checkup.check, f"{table}.csv")
    assert all(found[column] >= count for column, count in planted.items())


def test_mended_cells_are_read_as_they_were_meant(
    checkup: Checkup, sample_company: Company
) -> None:
    frame = checkup.prepared.frame
    place = {row: at for at, row in enumerate(frame["_row"].to_list())}
    for cell in cells(sample_company, "reviews", "mended"):
        value = frame[cell.column][place[cell.row]]
        assert same(value, cell.meant), (cell.kind, cell.column)


def same(value: object, meant: str) -> bool:
    if isinstance(value, (int, float)):
        return value == pytest.approx(float(meant.replace(",", "").rstrip("%")))
    return value == meant


def test_protected_columns_and_people_are_never_features(
    checkup: Checkup, sample_company: Company
) -> None:
    prepared = checkup.prepared
    spec = feature_spec(prepared.frame, prepared.contract, series=prepared.series)
    examples = build_examples(prepared.frame, prepared.contract, series=prepared.series, spec=spec)
    features = {*examples.number_names, *examples.categories, *examples.texts}
    truth = sample_company.truth
    review, roster = truth.columns["reviews"], truth.columns["roster"]
    hidden = {*truth.protected, *truth.leaks, roster["name"], roster["short"], roster["manager"]}
    hidden |= {review[key] for key in ("id", "subject", "rater", "rating")}
    assert features & hidden == set()


def test_no_name_is_left_in_a_text(checkup: Checkup, sample_company: Company) -> None:
    roster = sample_company.tables["roster"]
    column = sample_company.truth.columns["reviews"]["text"]
    text = "\n".join(checkup.prepared.frame[column].drop_nulls())
    names = roster["Person / Name"].to_list()
    assert [name for name in names if name in text] == []
    assert "@example.com" not in text


@pytest.mark.slow
def test_mistaken_ratings_lead_the_label_suspects(
    trained: TrainResult, checkup: Checkup, sample_company: Company
) -> None:
    suspects = [suspect["row"] for suspect in trained.label_suspects]
    judged = set(checkup.prepared.frame["_row"].to_list())
    planted = set(sample_company.truth.mislabelled) & judged
    top = suspects[: len(planted)]
    precision = len(planted & set(top)) / len(top)
    assert precision >= PRECISION_BAR, f"{precision:.2f} of {len(top)}"


def shift(judged: Judged) -> float:
    """Mean of the rating given minus the rating expected: what a lenient rater adds."""
    assert judged.proba is not None
    expected = judged.proba @ judged.level_values
    return float(np.mean(judged.level_values[judged.y_true] - expected))


@pytest.fixture(scope="module")
def shifts(checkup: Checkup) -> dict[str, dict[str, float]]:
    """Mean shift by rater and by period, of a model that sees figures only, out of fold."""
    prepared, task = checkup.prepared, checkup.prepared.contract.task
    examples = build_examples(prepared.frame, prepared.contract, series=prepared.series)
    assert examples.y is not None
    figures = [c.name for c in prepared.contract.by_role(Role.NUMBER, Role.PROGRESS)]
    places = [at for at, name in enumerate(examples.number_names) if name in figures]
    columns = [examples.numbers[:, places]]
    if examples.series is not None:
        columns.append(examples.series[:, -1, :])
    model = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=500)
    )
    proba = cross_val_predict(
        model,
        np.concatenate(columns, axis=1),
        examples.y,
        groups=examples.keys["subject"].fill_null(""),
        cv=GroupKFold(5),
        method="predict_proba",
    )
    judged = judge(examples.y, Prediction.of(proba, task), task=task)
    registered = dict(METRICS._things)
    metric("shift.v1", kinds=["ordinal"])(shift)
    try:
        keys = {name: examples.keys[name].to_list() for name in ("rater", "period")}
        slices = slices_of(judged, keys, seed=0)
    finally:
        METRICS._things = registered
    return {
        name: {one["value"]: one["test"]["shift"] for one in found if not one["too_small"]}
        for name, found in slices.items()
    }


def test_planted_raters_stand_apart_in_slices(shifts, sample_company: Company) -> None:
    truth = sample_company.truth
    by_rater = shifts["rater"]
    ranked = sorted(by_rater, key=by_rater.__getitem__)
    strict = {rater for rater in truth.planted_raters if truth.leniency[rater] < 0}
    lenient = set(truth.planted_raters) - strict
    assert strict == set(ranked[: len(strict)])
    assert lenient == set(ranked[-len(lenient) :])


def test_stricter_quarters_stand_apart_in_slices(shifts, sample_company: Company) -> None:
    by_period = {parse_period(period[:10]): value for period, value in shifts["period"].items()}
    starts = {period.start: value for period, value in by_period.items() if period is not None}
    ranked = sorted(starts, key=starts.__getitem__)
    drifted = {parse_period(p).start for p in sample_company.truth.drift_periods}
    assert set(ranked[: len(drifted)]) == drifted


@pytest.mark.slow
def test_newcomers_and_the_small_team_are_not_judged(
    reported: ReportResult, sample_company: Company
) -> None:
    truth = sample_company.truth
    told = {(r["level"], r["subject"]): r for r in reported.reports if r["language"] == "en"}
    employees = {subject for level, subject in told if level == "employee"}
    assert len(employees) > 250
    small = [r for (level, name), r in told.items() if level == "team" and name == truth.small_team]
    assert all(report["too_little_data"] for report in small)
    new = defaultdict(int)
    for report in reported.reports:
        if report["level"] == "employee" and report["too_little_data"]:
            new[report["language"]] += 1
    assert new["en"] == new["zh"] >= len(truth.new_people)
