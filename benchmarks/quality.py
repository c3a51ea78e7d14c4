"""Quality on the real data sets: ``python -m benchmarks.quality --data ../shared/data``.

Every model sees the same columns and the same splits. Of ours, the validation part is cut from
the training rows, so no setting is ever chosen on a test row. A result file given with ``--json``
is a store: what stands in it is not computed again, so that long runs can be done in pieces.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import data_folder, write_json, write_section
from benchmarks.quality_peers import peers_of
from benchmarks.quality_sets import SETS, QualitySet, Split, load
from jixiao.contracts import FitContext, Prediction
from jixiao.evaluation import compute_all, judge
from jixiao.models import decide, rule_of
from jixiao.training import LEARNERS
from jixiao.training.folds import make_folds

Row = dict[str, Any]
FIGURES = ("accuracy", "macro_f1", "quadratic_kappa", "mae")
BUDGETS_S = {"hr_glassdoor_uk": 420.0, "hr_glassdoor_uk_text": 900.0, "intents_en_banking77": 360.0}
TUNING_BUDGETS_S = {"intents_en_banking77": 1800.0}
"""Seconds of models that tune a whole encoder, where that is what is asked for."""

SEEDS = {"hr_glassdoor_uk": 3, "hr_glassdoor_uk_text": 3}
BUDGET_S = 240.0


def our_answers(data: QualitySet, split: Split, *, model: str, seed: int) -> tuple[Any, Any]:
    """Return our answers and scores for the test rows of a split."""
    examples = data.examples()
    train = examples.take(split[0])
    if data.in_time_order:
        held = np.arange(round(0.85 * len(train)), len(train))
    else:
        held = make_folds(train, data.task, n_folds=7, seed=seed).parts[0][1]
    rest = np.setdiff1d(np.arange(len(train)), held)
    learner = LEARNERS.get(model)()
    with tempfile.TemporaryDirectory() as folder:
        context = FitContext(
            seed=seed,
            workdir=Path(folder) / "work",
            cache=Path(folder) / "cache",
            deadline=time.monotonic() + budget_s(data, model),
            options=_options(model, data),
        )
        context.workdir.mkdir()
        context.cache.mkdir()
        fitted = learner.fit(train.take(rest), train.take(held), task=data.task, context=context)
    scores = fitted.predict(examples.take(split[1]))
    return decide(scores, data.task, rule_of(fitted)), scores


def budget_s(data: QualitySet, model: str) -> float:
    """Return the seconds a model of ours may take."""
    tuned = TUNING_BUDGETS_S if model.startswith("encoder") else {}
    return data.budget_s or tuned.get(data.name) or BUDGETS_S.get(data.name, BUDGET_S)


def _options(model: str, data: QualitySet) -> dict[str, Any]:
    """Return what a user would set: the figure that matters, and fitting on all rows at last."""
    objective = "balanced" if data.name.startswith("hr_glassdoor") else data.metric
    if model.startswith(("linear", "forest", "boosted")):
        return {"objective": objective, "refit": True}
    return {} if model.startswith(("encoder", "decoder", "lstm")) else {"objective": objective}


def measured(data: QualitySet, split: Split, *, model: str, seed: int) -> Row:
    """Return the figures of one model on one split; peers are known by their shown names."""
    began, cpu = time.perf_counter(), time.process_time()
    if model in LEARNERS:
        answers, scores = our_answers(data, split, model=model, seed=seed)
    else:
        answers = peers_of(data)[model](data, split)
        scores = Prediction(proba=None, value=answers)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    judged = judge(data.y[split[1]], scores, task=data.task, answers=answers)
    found = compute_all(judged)
    times = {"seconds": round(seconds, 2)}
    if model in LEARNERS:  # a peer's processor time is spent in a process of its own
        times["cpu_seconds"] = round(cpu_s, 2)
    return {name: found[name] for name in FIGURES} | times


class Store:
    """Results by set, model, seed and split, kept in a JSON file as they come."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        known = Path(path).read_text() if path and Path(path).exists() else "{}"
        self.rows: dict[str, Row] = json.loads(known)

    @staticmethod
    def key(data: QualitySet, at: int, *, model: str, seed: int) -> str:
        """Return the name a result is kept under."""
        return f"{data.name} | {model} | seed {seed} | split {at}"

    def has(self, data: QualitySet, at: int, *, model: str, seed: int) -> bool:
        """Return whether a result is known."""
        return self.key(data, at, model=model, seed=seed) in self.rows

    def get(self, data: QualitySet, at: int, *, model: str, seed: int) -> Row:
        """Return a result, measured now unless it is known."""
        key = self.key(data, at, model=model, seed=seed)
        if key not in self.rows:
            self.rows[key] = measured(data, data.splits[at], model=model, seed=seed)
            print(key, self.rows[key], file=sys.stderr, flush=True)
            write_json(self.path, self.rows)
        return self.rows[key]


def line(data: QualitySet, results: list[Row], model: str) -> Row:
    """Return one line of the table: means over splits and seeds."""
    shown: Row = {"set": data.name, "model": model, "runs": len(results)}
    for name in FIGURES:
        values = [result[name] for result in results if result[name] is not None]
        shown[name] = round(float(np.mean(values)), 4) if values else None
    compared = [result[data.metric] for result in results]
    shown["compared"] = data.metric
    shown["spread"] = round(float(np.std(compared)), 4) if len(compared) > 1 else None
    shown["median s"] = round(float(np.median([result["seconds"] for result in results])), 1)
    cpu = [result["cpu_seconds"] for result in results if "cpu_seconds" in result]
    shown["median CPU s"] = round(float(np.median(cpu)), 1) if cpu else None
    return shown


def table_of(data: QualitySet, asked: argparse.Namespace, store: Store) -> list[Row]:
    """Return the lines of one set: ours, then its peers."""
    ours = [LEARNERS.full_name(model) for model in asked.model or [_best_of_ours()]]
    peers = [] if asked.no_peers else list(peers_of(data))
    lines = []
    splits = range(min(len(data.splits), asked.splits or len(data.splits)))
    for model in [*ours, *peers]:
        if model == "AutoGluon" and asked.no_autogluon:
            continue
        seeds = range(asked.seeds or SEEDS.get(data.name, 1)) if model in LEARNERS else [0]
        runs = [(seed, at) for seed in seeds for at in splits]
        if asked.stored:
            runs = [(s, at) for s, at in runs if store.has(data, at, model=model, seed=s)]
        if runs:
            found = [store.get(data, at, model=model, seed=seed) for seed, at in runs]
            lines.append(line(data, found, model))
    return lines


def _best_of_ours() -> str:
    return "auto.v1" if "auto.v1" in LEARNERS else "stack.v1"


def main() -> None:
    """Measure the sets asked for and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder of the data sets")
    parser.add_argument("--only", nargs="*", metavar="NAME", help=f"any of {', '.join(SETS)}")
    parser.add_argument("--json", metavar="FILE", help="store of results, read and extended")
    parser.add_argument("--model", nargs="*", help="our models; auto if none")
    parser.add_argument("--splits", type=int, help="only the first so many splits")
    parser.add_argument("--seeds", type=int, help="seeds of our models")
    parser.add_argument("--budget", type=float, help="seconds of our models, on a busy machine")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-autogluon", action="store_true")
    parser.add_argument("--stored", action="store_true", help="only what the store holds already")
    parser.add_argument("--no-page", action="store_true", help="do not write docs/benchmarks.md")
    asked = parser.parse_args()
    store = Store(asked.json)
    rows = [
        row
        for data in load(data_folder(asked.data), asked.only)
        for row in table_of(replace(data, budget_s=asked.budget), asked, store)
    ]
    for row in rows:
        print(row)
    if not asked.no_page:
        write_section("Quality on real data", rows, note=NOTE)


NOTE = (
    "Means over the splits and seeds counted under `runs`; where these are fewer than said here, "
    "the set is measured in part. `spread` is the standard deviation of the compared figure. Text "
    "sets: 5 stratified folds of seed 0; small tables: 20 stratified splits "
    "of four to one; Glassdoor: its fixed test rows; banking77: its official test part; garment: "
    "the first 800 rows in time order, then the rest. Identifiers, protected columns, raters and "
    "leaks are left out for every model. Our models had the set's time budget, or on a busy "
    "machine the one named by `--budget`; CPU seconds count processor time alone, scoring of the "
    "test rows included."
)

if __name__ == "__main__":
    main()
