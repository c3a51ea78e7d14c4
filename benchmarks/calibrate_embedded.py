"""Measures the embedded encoder's activations on the real English sets and stores the ranges.

Run once after a change of the graph or of the smoothing; the result is package data.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from pathlib import Path

from benchmarks.page import ROOT, data_folder
from jixiao.models.quantise import calibrate
from jixiao.models.weights import embedded_encoder

TARGET = ROOT / "src" / "jixiao" / "models" / "embedded_int8.json"


def sample_texts(data: Path) -> list[str]:
    """Return reviews, their joined pairs and questions, from training rows only."""
    with (data / "hr_glassdoor_uk" / "test_rows.csv").open(encoding="utf-8") as file:
        test = {int(row["rid"]) for row in csv.DictReader(file)}
    reviews = data / "hr_glassdoor_uk" / "glassdoor_reviews.csv.gz"
    with gzip.open(reviews, "rt", encoding="utf-8", newline="") as file:
        rows = [row for at, row in enumerate(csv.DictReader(file)) if at not in test]
    texts = [f"{row['headline']} {row['pros']} {row['cons']}" for row in rows[::97]]
    texts += [
        " ".join(row["cons"] for row in rows[start : start + 5])
        for start in range(0, len(rows) - 5, 193)
    ]
    with (data / "intents_en_banking77" / "train.csv").open(encoding="utf-8") as file:
        texts += [row["text"] for row in list(csv.DictReader(file))[::250]]
    return texts


def main() -> None:
    """Write ``embedded_int8.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    options = parser.parse_args()
    found = calibrate(embedded_encoder(), sample_texts(data_folder(options.data)))
    TARGET.write_text(json.dumps(_short(found.to_json()), separators=(",", ":")) + "\n")


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
