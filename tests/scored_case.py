"""Records of ten people with a linear model that has learnt them."""

from pathlib import Path
from typing import Any

import polars as pl

from jixiao.bootstrap import open_workspace

WORDS = ("missed every date", "was often late", "kept the plan", "went beyond it", "led the others")


def _records(folder: Path) -> list[dict[str, str]]:
    rows = [
        {
            "Employee ID": f"E{1 + at % 10}",
            "Quarter": f"202{4 + at // 80}Q{1 + at // 20 % 4}",
            "Comments": f"In project {at} the colleague {WORDS[at % 5]} and told us why.",
            "Goals Met": str(60 + 8 * (at % 5)),
            "Rating": str(1 + at % 5),
        }
        for at in range(120)
    ]
    pl.DataFrame(rows).write_csv(folder / "reviews.csv")
    return rows


def make_scored(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    """Return a folder with a trained model, and its records."""
    rows = _records(folder)
    workspace = open_workspace(folder / "w")
    workspace.init([str(folder / "reviews.csv")])

    def linear(settings: Any) -> Any:
        model = settings.model.model_copy(update={"name": "linear"})
        return settings.model_copy(update={"model": model})

    workspace.train(linear)
    return folder / "w", rows
