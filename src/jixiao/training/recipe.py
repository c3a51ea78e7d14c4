"""Recipes: a whole experiment in a YAML file of registered names, run on data it generates itself.

A recipe says only what differs from the defaults. Unknown keys and names are errors that list the
known ones; nothing in a recipe is ever imported or evaluated.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from pydantic import Field, ValidationError

from jixiao.contracts import Examples, FitContext, Frozen, Prediction, ProgressFn, Task, silent
from jixiao.core import ContractError, JixiaoError, raise_all
from jixiao.core.seeds import rng
from jixiao.evaluation import compute_all, judge
from jixiao.models import decide
from jixiao.training.generators import GENERATORS, Generated
from jixiao.training.registry import LEARNERS

Figures = dict[str, float | None]


class RecipeData(Frozen):
    """What the rows are."""

    generator: str
    """Registered generator."""
    settings: dict[str, float] = Field(default_factory=dict)
    """Settings of the generator that differ from its defaults."""


class RecipeSplit(Frozen):
    """How many subjects stand on each side; they must add up to all."""

    train: int
    """Subjects that weights are fitted to."""
    validation: int
    """Subjects the best epoch is chosen by."""
    test: int
    """Subjects looked at once, at the end."""


class RecipeRun(Frozen):
    """One model of the recipe."""

    name: str
    """Name in the result."""
    model: str
    """Registered learner."""
    target: Literal["ordinal", "class", "number"]
    """How the rating is predicted: in order, as a class, or as a number."""
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)
    """Options of the learner that differ from its defaults."""


class Recipe(Frozen):
    """The whole file."""

    name: str
    """Name of the recipe."""
    about: str = ""
    """What it is for."""
    data: RecipeData
    """Rows."""
    split: RecipeSplit
    """Sides."""
    seeds: tuple[int, ...]
    """One generated data set, split and fit per seed."""
    runs: tuple[RecipeRun, ...]
    """Models."""


def load_recipe(path: Path) -> Recipe:
    """Return the recipe of a YAML file.

    Raises:
        ContractError: If a key or a registered name is unknown or a value does not fit; every
            problem is told at once.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        recipe = Recipe.model_validate(raw)
    except yaml.YAMLError as error:
        raise ContractError(
            "JX-E113", path.name, expected="YAML", got=type(error).__name__, hint="mend the file"
        ) from error
    except ValidationError as error:
        raise_all([_problem(path, found) for found in error.errors()])
        raise AssertionError("a validation error has problems") from error
    GENERATORS.get(recipe.data.generator)
    for run in recipe.runs:
        LEARNERS.get(run.model)
    return recipe


def _problem(path: Path, found: Any) -> JixiaoError:
    place = ".".join(str(part) for part in found["loc"]) or "recipe"
    return ContractError(
        "JX-E114",
        f"{path.name}: {place}",
        expected=found["msg"].lower(),
        got=type(found["input"]).__name__,
        hint=f"keys of a recipe: {', '.join(Recipe.model_fields)}",
    )


@dataclass(frozen=True)
class _Sides:
    train: Examples
    validation: Examples
    test: Examples


def run_recipe(
    recipe: Recipe, folder: Path, *, threads: int = 1, progress: ProgressFn = silent
) -> dict[str, Any]:
    """Run every model on every seed and return all figures.

    Returns:
        ``runs``: one entry a model and seed with its test figures, best epoch and seconds;
        ``baselines``: what needs no model, on the same rows; ``mean``: means over seeds.

    Raises:
        ContractError: If the split does not add up.
    """
    entries: list[dict[str, Any]] = []
    done, total = 0, len(recipe.seeds) * len(recipe.runs)
    for seed in recipe.seeds:
        made = GENERATORS.get(recipe.data.generator)(seed, recipe.data.settings)
        sides = _sides(recipe, made, seed)
        entries += _baselines(made, sides, seed)
        for run in recipe.runs:
            progress(f"{run.name}, seed {seed}", done, total)
            context = FitContext(
                seed=seed,
                workdir=folder / f"{run.name}-{seed}",
                cache=folder / "cache",
                threads=threads,
                options=dict(run.options),
            )
            entries.append(_entry(run, made, sides, context))
            done += 1
    return {"recipe": recipe.model_dump(mode="json"), "runs": entries, "mean": _means(entries)}


def _sides(recipe: Recipe, made: Generated, seed: int) -> _Sides:
    parts = recipe.split
    n_rows = len(made.examples)
    if parts.train + parts.validation + parts.test != n_rows:
        raise ContractError(
            "JX-E115",
            "split",
            expected=f"{n_rows} subjects on three sides that share none",
            got=f"{parts.train} + {parts.validation} + {parts.test}",
            hint="let the three numbers add up to the generated subjects",
        )
    order = rng(seed, "recipe split").permutation(n_rows)
    first, second = parts.train, parts.train + parts.validation
    take = made.examples.take
    return _Sides(take(order[:first]), take(order[first:second]), take(order[second:]))


def _entry(run: RecipeRun, made: Generated, sides: _Sides, context: FitContext) -> dict[str, Any]:
    task = made.task(run.target)
    begun = time.monotonic()
    learner = LEARNERS.get(run.model)()
    fitted = [_with_target(side, task, made) for side in (sides.train, sides.validation)]
    model = learner.fit(fitted[0], fitted[1], task=task, context=context)
    seconds = time.monotonic() - begun
    training = getattr(model, "facts", {}).get("training", {})
    return {
        "name": run.name,
        "seed": context.seed,
        "figures": _figures(model.predict(sides.test), task, made, sides.test),
        "best_epoch": _best_epoch(training),
        "seconds": round(seconds, 2),
    }


def _best_epoch(training: dict[str, Any]) -> float | None:
    found = [
        line["epoch"]
        for line in training.get("history", ())
        if line["step"] == training["best_step"]
    ]
    return found[0] if found else None


def _with_target(side: Examples, task: Task, made: Generated) -> Examples:
    from dataclasses import replace

    return side if task.scale or task.classes else replace(side, y=made.numbers(side.y))


def _figures(prediction: Prediction, task: Task, made: Generated, test: Examples) -> Figures:
    """Return figures of the rating scale, whichever way the rating was predicted."""
    scale = made.task("ordinal")
    if prediction.proba is None:
        value = np.asarray(prediction.value)
        levels = np.clip(np.rint(value) - 1, 0, len(scale.levels) - 1).astype(np.int64)
    else:
        levels = np.asarray(decide(prediction, task))
        value = prediction.proba @ np.asarray(scale.values)
    whole = Prediction(np.eye(len(scale.levels))[levels], value)
    assert test.y is not None
    judged = judge(test.y, whole, task=scale, answers=levels)
    kept = compute_all(judged)
    truth = np.asarray(scale.values)[test.y]
    return {
        "accuracy": kept["accuracy"],
        "off_by_one": kept["off_by_one"],
        "quadratic_kappa": kept["quadratic_kappa"],
        "mae": kept["mae"],
        "mse_of_expected": float(((value - truth) ** 2).mean()),
    }


def _baselines(made: Generated, sides: _Sides, seed: int) -> list[dict[str, Any]]:
    """Return what needs no model: the mean or commonest rating of train, and the known truth."""
    task = made.task("ordinal")
    n_test, n_levels = len(sides.test), len(task.levels)
    assert sides.train.y is not None
    shares = np.bincount(sides.train.y, minlength=n_levels) / len(sides.train)
    common = Prediction.of(np.tile(shares, (n_test, 1)), task)
    best = Prediction.of(made.best_proba[sides.test.rows], task)
    return [
        {"name": name, "seed": seed, "figures": _figures(found, task, made, sides.test)}
        for name, found in (
            ("commonest rating of train", common),
            ("best possible (the generator's own odds)", best),
        )
    ]


def _means(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return mean and standard deviation over seeds of each run's figures."""
    rows = []
    for name in dict.fromkeys(entry["name"] for entry in entries):
        same = [entry for entry in entries if entry["name"] == name]
        row: dict[str, Any] = {"name": name, "seeds": len(same)}
        for metric in same[0]["figures"]:
            values = [e["figures"][metric] for e in same if e["figures"][metric] is not None]
            row[metric] = float(np.mean(values)) if values else None
            row[f"{metric}_sd"] = float(np.std(values)) if values else None
        epochs = [entry["best_epoch"] for entry in same if entry.get("best_epoch") is not None]
        row["best_epoch"] = float(np.mean(epochs)) if epochs else None
        rows.append(row)
    return rows
