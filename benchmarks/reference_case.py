"""Runs the reference recipe and writes its figures into docs/reference-case.md.

``python -m benchmarks.reference_case [--seeds N] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.page import ROOT, machine, table, write_json
from jixiao.training.recipe import load_recipe, run_recipe

PAGE = ROOT / "docs" / "reference-case.md"
RECIPE = ROOT / "recipes" / "reference-lstm.yaml"
FIGURES = re.compile(r"(<!-- figures -->\n).*?(\n<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    """Run the recipe and write page and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, help="only the first N seeds")
    parser.add_argument("--json")
    options = parser.parse_args()
    recipe = load_recipe(RECIPE)
    if options.seeds:
        recipe = recipe.model_copy(update={"seeds": recipe.seeds[: options.seeds]})
    with tempfile.TemporaryDirectory() as folder:
        result = run_recipe(recipe, Path(folder), progress=_say)
    write_json(options.json, result)
    rows = [_row(found) for found in result["mean"]]
    n_seeds = len(recipe.seeds)
    note = f"Means over {n_seeds} invented companies (± standard deviation); {machine()}."
    text = f"{table(rows)}\n\n{note}"
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(FIGURES.sub(lambda m: m[1] + text + m[2], page), encoding="utf-8")


def _row(found: dict[str, Any]) -> dict[str, Any]:
    def spread(name: str) -> str:
        return f"{found[name]:.3f} ± {found[name + '_sd']:.3f}"

    epoch = found["best_epoch"]
    return {
        "model": found["name"],
        "accuracy": spread("accuracy"),
        "off by at most one": spread("off_by_one"),
        "quadratic kappa": spread("quadratic_kappa"),
        "MAE": spread("mae"),
        "MSE of the expected rating": spread("mse_of_expected"),
        "best epoch": None if epoch is None else round(epoch),
    }


def _say(stage: str, done: int, total: int) -> None:
    print(f"{stage} ({done}/{total})", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
