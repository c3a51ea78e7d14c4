"""Frozen, LoRA, adapter and full tuning of the embedded encoder, side by side on one task.

``python -m benchmarks.tunings --data ../shared/data``: some rows of each class of banking77 train,
of which a fifth choose the epoch; each way is then tested once on rows of the official test part.
Settings are the product's defaults.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import data_folder, write_json, write_section
from benchmarks.quality_sets import QualitySet, intents_en_banking77
from jixiao.contracts import Examples, FitContext
from jixiao.core.seeds import rng
from jixiao.models import decide, load_predictor, rule_of
from jixiao.training import LEARNERS

TUNINGS = ("frozen", "lora", "adapter", "full")
Row = dict[str, Any]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--json")
    parser.add_argument("--rows", type=int, default=10, help="training rows of each class")
    parser.add_argument("--test-rows", type=int, default=1000)
    parser.add_argument("--epochs", type=int, help="the product's own when none")
    parser.add_argument("--tunings", nargs="*", default=TUNINGS)
    asked = parser.parse_args()
    data = intents_en_banking77(data_folder(asked.data))
    parts = parts_of(data, asked.rows, asked.test_rows)
    rows = []
    for tuning in asked.tunings:
        rows.append(measured(data, parts, tuning, asked.epochs))
        print(rows[-1], flush=True)
    write_section("Ways of tuning", rows, note=_NOTE)
    write_json(asked.json, rows)


_NOTE = (
    "banking77, 77 classes, so many rows of each for training as the command says (10 if nothing), "
    "a fifth of them to choose the epoch by; seed 0; tested once. Precision is that of the saved "
    "model, chosen on validation. Reload: largest difference of probabilities between the model "
    "and the same one saved and loaded, bar 1e-5."
)


def parts_of(data: QualitySet, n_each: int, n_test: int) -> tuple[Examples, Examples, Examples]:
    """Return train, validation and test."""
    (train, test), draw = data.splits[0], rng(0, "tunings")
    chosen: list[list[int]] = [[], []]
    for level in range(len(data.task.levels)):
        own = draw.permutation(train[data.y[train] == level])[:n_each].tolist()
        chosen[0] += own[n_each // 5 :]
        chosen[1] += own[: n_each // 5]
    examples = data.examples()
    index = (*map(np.sort, chosen), np.sort(draw.permutation(test)[:n_test]))
    first, second, third = (examples.take(part) for part in index)
    return first, second, third


def measured(
    data: QualitySet,
    parts: tuple[Examples, Examples, Examples],
    tuning: str,
    epochs: int | None,
) -> Row:
    """Return the figures of one way of tuning."""
    train, validation, test = parts
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options: Row = {"tuning": tuning}
        if epochs and tuning != "frozen":
            options["epochs"] = epochs
        context = FitContext(seed=0, workdir=folder, cache=folder, threads=1, options=options)
        began = time.process_time()
        learner = LEARNERS.get("encoder.v1")()
        model = learner.fit(train, validation, task=data.task, context=context)
        spent = time.process_time() - began
        (folder / "model").mkdir()
        model.save(folder / "model")
        size = sum(file.stat().st_size for file in (folder / "model").rglob("*") if file.is_file())
        loaded = load_predictor(model.name, folder / "model", data.task)
        scores, again = model.predict(test), loaded.predict(test)
    assert scores.proba is not None
    assert again.proba is not None
    answers = decide(scores, data.task, rule_of(model))
    return {
        "tuning": tuning,
        "accuracy": float((answers == test.y).mean()),
        "CPU s": round(spent, 1),
        "saved as": getattr(model, "facts", {}).get("precision", "int8"),
        "MB": round(size / 1e6, 1),
        "reload": float(np.abs(scores.proba - again.proba).max()),
    }


if __name__ == "__main__":
    main()
