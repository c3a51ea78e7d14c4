"""Faults planted in true sentences, and how many the gate lets through.

``python -m benchmarks.mutations --data ../shared/data``: real fact tables in both languages, true
sentences written apart from the product, one fault in each. Clean texts of several sentences are
shown to the gate as well: what it stops there it stops wrongly.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.mutation_faults import FAULTS
from benchmarks.mutation_frames import Said, sentences
from benchmarks.mutation_tables import FactTable, load_tables
from benchmarks.page import data_folder, write_json, write_section
from jixiao.gate import FactSet, check_claim

Row = dict[str, Any]
EACH = 40
"""Faults of each kind from each table, where it has so many."""
CLEAN_TEXTS = 500
SENTENCES_A_TEXT = 4
GOALS = {
    **dict.fromkeys(("digit swap", "sign", "unit", "period", "subject swap"), "0 escapes"),
    **dict.fromkeys(("made-up quotation", "stale value"), "0 escapes"),
    "wrong direction": "at most 2 %",
    "invented cause": "at most 10 %",
}


def fact_set(table: FactTable) -> FactSet:
    """Return a table as what the gate checks against."""
    comments = [comment for own in table.comments.values() for comment in own]
    return FactSet(facts=tuple(table.facts.values()), comments=tuple(comments))


def planted(table: FactTable, *, seed: int, each: int) -> Iterator[tuple[str, Said, Said]]:
    """Yield (kind, true sentence, false sentence), at most ``each`` of a kind."""
    draw = random.Random(f"{seed} {table.name}")
    said = sentences(table, draw)
    for kind, fault in FAULTS.items():
        made = 0
        for true in said:
            false = fault(true, table, draw)
            if false is not None and false.text != true.text:
                yield kind, true, false
                made += 1
            if made == each:
                break


def clean_texts(tables: Sequence[FactTable], *, seed: int) -> Iterator[tuple[int, list[Said]]]:
    """Yield texts of true sentences, each with the place of its table."""
    draw = random.Random(f"{seed} clean")
    pools = [sentences(table, draw) for table in tables]
    for number in range(CLEAN_TEXTS):
        at = number % len(tables)
        yield at, draw.sample(pools[at], min(SENTENCES_A_TEXT, len(pools[at])))


def main() -> None:
    """Plant, check and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder of the data sets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=EACH, help="faults of a kind from each table")
    parser.add_argument("--json", metavar="FILE", help="every figure, and what escaped")
    parser.add_argument("--show", type=int, default=0, help="print so many escapes of each kind")
    parser.add_argument("--no-page", action="store_true", help="do not write docs/benchmarks.md")
    asked = parser.parse_args()
    tables = list(load_tables(data_folder(asked.data)))
    sets = [fact_set(table) for table in tables]
    rows, escaped = _faults(tables, sets, asked)
    stopped, texts, took = _clean(tables, sets, seed=asked.seed)
    rows.append(
        {
            "fault": "none: clean texts",
            "planted": texts,
            "caught": len(stopped),
            "escaped": None,
            "escaped %": round(100 * len(stopped) / texts, 2),
            "goal": "at most 2 % stopped",
        }
    )
    for kind, texts_of in {**escaped, "clean": stopped}.items():
        for text in texts_of[: asked.show]:
            print(f"{kind}: {text}")
    for row in rows:
        print(row)
    print(f"milliseconds a sentence: {1000 * took:.3f}")
    write_json(asked.json, {"rows": rows, "escaped": escaped, "stopped": stopped})
    if not asked.no_page:
        write_section("Faults in written sentences", rows, note=NOTE)


def _faults(
    tables: Sequence[FactTable], sets: Sequence[FactSet], asked: argparse.Namespace
) -> tuple[list[Row], dict[str, list[str]]]:
    counts: dict[str, int] = defaultdict(int)
    escaped: dict[str, list[str]] = defaultdict(list)
    for table, facts in zip(tables, sets, strict=True):
        for kind, _, false in planted(table, seed=asked.seed, each=asked.each):
            counts[kind] += 1
            if not check_claim(false.claim(), facts, language=table.language):
                escaped[kind].append(false.text)
    rows = [
        {
            "fault": kind,
            "planted": count,
            "caught": count - len(escaped[kind]),
            "escaped": len(escaped[kind]),
            "escaped %": round(100 * len(escaped[kind]) / count, 2),
            "goal": GOALS[kind],
        }
        for kind, count in counts.items()
    ]
    return rows, dict(escaped)


def _clean(
    tables: Sequence[FactTable], sets: Sequence[FactSet], *, seed: int
) -> tuple[list[str], int, float]:
    """Return what was stopped wrongly, the number of texts, and seconds a sentence."""
    stopped, n_texts, n_sentences = [], 0, 0
    began = time.process_time()
    for at, said in clean_texts(tables, seed=seed):
        language = tables[at].language
        bad = [s.text for s in said if check_claim(s.claim(), sets[at], language=language)]
        n_texts, n_sentences = n_texts + 1, n_sentences + len(said)
        if bad:
            stopped.append(bad[0])
    return stopped, n_texts, (time.process_time() - began) / n_sentences


NOTE = (
    "Escaped: false sentences that the gate let through although they cite their facts. In the "
    "last row, caught counts texts of several true sentences that were stopped wrongly. Fact "
    "tables: Superstore regions by quarter, garment teams by month, shopping reviews and airline "
    "tweets, in Chinese and English. Sentences and faults are made by code that shares nothing "
    "with the gate."
)

if __name__ == "__main__":
    main()
