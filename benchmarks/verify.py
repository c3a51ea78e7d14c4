"""Errors found in generated game reports, beside the errors that people marked.

``python -m benchmarks.verify --data FOLDER [--part look|held|all] [--json]``: any folder of the
shape of the accuracy shared task. The checker is the product's; box scores become facts by the
mapping beside this file, and the human-written summaries are never read.

Scored by the task's rules: a submitted error counts when its tokens overlap a gold error that no
earlier submission has taken, left to right; recall by the gold error's type, precision by the
submitted one's.

Nothing is fitted to the marks by a program, but words are chosen by reading, which is fitting too.
So the games are parted once for all by the SHA-256 of their text ids: on the first half
(``look``) sentences and marks were read and words, forms and labels chosen; of the other half
(``held``) only figures were ever printed. What holds for games nobody read is the ``held`` line.
Intervals are bootstraps over games: 95 % of them, games drawn with replacement.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page import data_folder, write_section
from benchmarks.verify_facts import facts_of, mapping
from jixiao.gate import verify_text

TYPES = ("NUMBER", "NAME", "WORD", "CONTEXT", "NOT_CHECKABLE", "OTHER")


@dataclass(frozen=True)
class Mark:
    """An error: first and last token, counted from 1, and its type."""

    first: int
    last: int
    type: str


@dataclass(frozen=True)
class Text:
    """One generated text with its game and gold errors."""

    id: str
    tokens: tuple[str, ...]
    game: dict[str, Any]
    gold: tuple[Mark, ...]


def main() -> None:
    """Check every text, score, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder of the shared task, or the one that holds it")
    parser.add_argument("--part", choices=["look", "held", "all"], default="all")
    parser.add_argument("--json", action="store_true", help="print figures only, write no page")
    options = parser.parse_args()
    texts = read_texts(_folder(options.data))
    parts = {"look": look_of(texts), "all": texts}
    parts["held"] = [text for text in texts if text not in parts["look"]]
    if options.json:
        print(json.dumps(score(parts[options.part]), indent=1))
        return
    known = mapping()
    counts = {text.id: count(text, known) for text in texts}
    rows = [
        _row(name, [counts[text.id] for text in parts[name]]) for name in ("all", "look", "held")
    ]
    write_section("Checking generated reports against facts", rows, note=_NOTE)


_NOTE = (
    "60 texts of the accuracy shared task (Thomson and Reiter), scored by its rules; R: share of "
    "the marked errors that were found, P: share of the found ones that were marked, with 95 % "
    "intervals by bootstrap over games. Nothing is fitted by a program; words, forms and labels of "
    "the mapping were chosen by reading half of the games (look). Of the other half (held) nobody "
    "read a sentence or a mark, only these figures: they are what to expect of new games. "
    "Published, on the task's own test texts: best automatic 0.691 / 0.756, human and metric "
    "0.841 / 0.879."
)


def _row(name: str, counts: list[Counts]) -> dict[str, Any]:
    found = summary(counts)
    row: dict[str, Any] = {"games": name}
    for short, key, (low, high) in zip("RP", ("recall", "precision"), spread(counts), strict=True):
        row[short] = f"{found['overall'][key]:.3f} ({low:.2f}–{high:.2f})"
    for kind in TYPES[:5]:
        values = found["by_type"][kind]
        row[kind] = " / ".join(
            "–" if values[key] is None else f"{values[key]:.2f}" for key in ("recall", "precision")
        )
    return row


def spread(counts: list[Counts]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the 95 % intervals of recall and precision, by 2,000 bootstraps over games."""
    sums = np.array([[one.gold.total(), one.told.total(), one.hit_gold.total()] for one in counts])
    drawn = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    gold, told, hit = sums[drawn].sum(axis=1).T
    recall, precision = (np.quantile(hit / whole, (0.025, 0.975)) for whole in (gold, told))
    return (float(recall[0]), float(recall[1])), (float(precision[0]), float(precision[1]))


def _folder(argument: str | None) -> Path:
    folder = data_folder(argument)
    inner = folder / "accuracy-shared-task"
    return inner if inner.is_dir() else folder


def read_texts(folder: Path) -> list[Text]:
    """Return the texts of a folder, in the order of their ids."""
    games: dict[str, Any] = {}
    with (folder / "shared_task.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            game = json.loads(line)
            for written_by_people in ("summary", "cleaned_text", "detokenized_text"):
                game.pop(written_by_people, None)
            games[game["shared_task_text_id"]] = game
    gold: dict[str, list[Mark]] = {}
    for row in _rows(folder / "gsml.csv"):
        mark = Mark(int(row["DOC_TOKEN_START"]), int(row["DOC_TOKEN_END"]), row["TYPE"])
        gold.setdefault(row["TEXT_ID"].removesuffix(".txt"), []).append(mark)
    return [
        Text(
            id=row["TEXT_ID"],
            tokens=tuple(row["GENERATED_TEXT"].split()),
            game=games[row["TEXT_ID"]],
            gold=tuple(sorted(gold.get(row["TEXT_ID"], []), key=lambda mark: mark.first)),
        )
        for row in sorted(_rows(folder / "games.csv"), key=lambda row: row["TEXT_ID"])
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def look_of(texts: list[Text]) -> list[Text]:
    """Return the half of the games on which the mapping's words were chosen."""
    order = sorted(texts, key=lambda text: sha256(text.id.encode()).hexdigest())
    chosen = {text.id for text in order[: len(texts) // 2]}
    return [text for text in texts if text.id in chosen]


def submitted(text: Text, known: dict[str, Any]) -> list[Mark]:
    """Return the errors that the product's checker finds in a text."""
    starts, at = [], 0
    for token in text.tokens:
        starts.append(at)
        at += len(token) + 1
    plain = " ".join(text.tokens)
    marks = []
    for span in verify_text(plain, facts_of(text.game, known)).spans:
        if span.fails:
            inside = [
                place
                for place, start in enumerate(starts, start=1)
                if start < span.end and span.start < start + len(text.tokens[place - 1])
            ]
            marks.append(Mark(inside[0], inside[-1], span.type))
    return marks


def matched(found: Iterable[Mark], gold: Iterable[Mark]) -> list[tuple[Mark, Mark]]:
    """Return submissions with the gold errors they take, left to right, one each."""
    free = sorted(gold, key=lambda mark: (mark.first, mark.last))
    pairs = []
    for mark in sorted(found, key=lambda mark: (mark.first, mark.last)):
        hit = next((one for one in free if mark.first <= one.last and one.first <= mark.last), None)
        if hit is not None:
            free.remove(hit)
            pairs.append((mark, hit))
    return pairs


@dataclass(frozen=True)
class Counts:
    """Errors of one text by type: gold ones, submitted ones, and those of each that were hit."""

    gold: Counter[str]
    told: Counter[str]
    hit_gold: Counter[str]
    hit_told: Counter[str]


def count(text: Text, known: dict[str, Any]) -> Counts:
    """Return the errors of a text by type, marked, found and both."""
    found = submitted(text, known)
    pairs = matched(found, text.gold)
    return Counts(
        gold=Counter(mark.type for mark in text.gold),
        told=Counter(mark.type for mark in found),
        hit_gold=Counter(theirs.type for _, theirs in pairs),
        hit_told=Counter(mine.type for mine, _ in pairs),
    )


def score(texts: list[Text]) -> dict[str, Any]:
    """Return recall and precision, overall and by type."""
    known = mapping()
    return summary([count(text, known) for text in texts])


def summary(counts: list[Counts]) -> dict[str, Any]:
    """Return recall and precision of several texts, overall and by type."""
    gold, told = Counter[str](), Counter[str]()
    hit_gold, hit_told = Counter[str](), Counter[str]()
    for one in counts:
        gold.update(one.gold)
        told.update(one.told)
        hit_gold.update(one.hit_gold)
        hit_told.update(one.hit_told)
    overall = _figures(hit_gold.total(), gold.total(), hit_told.total(), told.total())
    by_type = {
        kind: _figures(hit_gold[kind], gold[kind], hit_told[kind], told[kind]) for kind in TYPES
    }
    return {"overall": overall, "by_type": by_type}


def _figures(found: int, gold: int, right: int, told: int) -> dict[str, Any]:
    return {
        "recall": found / gold if gold else None,
        "precision": right / told if told else None,
        "gold": gold,
        "submitted": told,
    }


if __name__ == "__main__":
    main()
