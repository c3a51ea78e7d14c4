from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jixiao.core import ContractError, JixiaoError
from jixiao.training.generators import GENERATORS, monthly_indicators
from jixiao.training.recipe import Recipe, load_recipe, run_recipe

RECIPE = Path(__file__).parents[3] / "recipes" / "reference-lstm.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = RECIPE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "recipe.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_reference_recipe_is_the_published_design() -> None:
    recipe = load_recipe(RECIPE)
    assert recipe.data.settings["n_subjects"] == 100
    assert recipe.split.train + recipe.split.validation + recipe.split.test == 100
    first = recipe.runs[0].options
    assert (first["optimiser"], first["lr"]) == ("sgd", 0.01)
    made = GENERATORS.get(recipe.data.generator)(1, recipe.data.settings)
    assert made.examples.series is not None
    assert made.examples.series.shape[2] == 5


def test_unknown_keys_and_wrong_values_are_told_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, "split: {train: 70,", "colour: red\nsplit: {train: many,")
    with pytest.raises(JixiaoError) as error:
        load_recipe(path)
    assert "recipe.yaml: colour" in str(error.value)
    assert "recipe.yaml: split.train" in str(error.value)
    assert "keys of a recipe: name, about, data, split, seeds, runs" in str(error.value)


def test_only_registered_names_are_run(tmp_path: Path) -> None:
    path = changed(tmp_path, "model: lstm.v1", "model: os.system")
    with pytest.raises(ContractError, match=r"expected one of .*lstm.v1.*, got 'os.system'"):
        load_recipe(path)
    path = changed(tmp_path, "monthly_indicators.v1", "weekly.v1")
    with pytest.raises(ContractError, match=r"expected one of monthly_indicators.v1, got 'weekly"):
        load_recipe(path)


def test_a_yaml_tag_is_never_constructed(tmp_path: Path) -> None:
    path = changed(tmp_path, "name: reference-lstm", "name: !!python/object/apply:os.getcwd []")
    with pytest.raises(ContractError, match="expected YAML"):
        load_recipe(path)


def test_an_unknown_generator_setting_is_refused() -> None:
    with pytest.raises(ContractError, match="expected one of n_subjects, n_steps, noise"):
        monthly_indicators(0, {"colour": 1})


def test_the_generators_odds_are_those_of_its_ratings() -> None:
    made = monthly_indicators(3, {"n_subjects": 4000})
    assert made.examples.y is not None
    shares = np.bincount(made.examples.y, minlength=5) / 4000
    assert np.allclose(made.best_proba.mean(axis=0), shares, atol=0.02)
    assert np.allclose(made.best_proba.sum(axis=1), 1.0)
    chance = np.log(made.best_proba[np.arange(4000), made.examples.y].clip(1e-9)).mean()
    entropy = (made.best_proba * np.log(made.best_proba.clip(1e-12))).sum(axis=1).mean()
    assert abs(chance - entropy) < 0.03, "the odds are calibrated"


def test_a_split_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    recipe = load_recipe(changed(tmp_path, "train: 70", "train: 90"))
    with pytest.raises(ContractError, match="three sides that share none, got 90"):
        run_recipe(recipe, tmp_path)


def test_a_recipe_gives_every_run_and_what_needs_no_model(tmp_path: Path) -> None:
    recipe = load_recipe(RECIPE)
    short = [
        run.model_copy(update={"options": {**run.options, "epochs": 2, "layers": 1, "units": 8}})
        for run in recipe.runs
    ]
    recipe = Recipe.model_validate(
        {**recipe.model_dump(), "runs": [run.model_dump() for run in short], "seeds": [1]}
    )
    result = run_recipe(recipe, tmp_path)
    names = [row["name"] for row in result["mean"]]
    assert names[2:] == [run.name for run in recipe.runs]
    assert all(0 <= row["accuracy"] <= 1 for row in result["mean"])
    best = result["mean"][1]
    assert best["mse_of_expected"] <= min(row["mse_of_expected"] for row in result["mean"]) + 1e-9
