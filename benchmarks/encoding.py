"""Text encoding beside sentence-transformers: speed, likeness and accuracy on a task.

``python -m benchmarks.encoding --data ../shared/data``: both sides take turns on the same texts;
the figures are medians of the rounds. ``--runtimes`` compares ONNX Runtime and OpenVINO instead.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.mixes import banking77, mix
from benchmarks.page import data_folder, write_json, write_section
from benchmarks.peers.live import LivePeer
from jixiao.contracts import FitContext
from jixiao.core.seeds import rng
from jixiao.models import decide
from jixiao.models.encoding import TextEncoder
from jixiao.training.frozen import FrozenLearner

_SAMPLES = {40: 512, 180: 160}


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--runtimes", action="store_true", help="compare runtimes instead")
    parser.add_argument("--no-task", action="store_true", help="leave banking77 out")
    options = parser.parse_args()
    data = data_folder(options.data)
    if options.runtimes:
        from benchmarks.runtimes import compare

        found: Any = compare(data, rounds=options.rounds)
        write_section("Scoring runtimes", found, note="Texts per CPU-second; same graphs.")
    else:
        found = [
            row for n in options.threads for row in speed(data, rounds=options.rounds, threads=n)
        ]
        write_section("Text encoding", found, note=_NOTE)
        if not options.no_task:
            task = task_accuracy(data)
            write_section("Text encoding: accuracy on banking77", task)
            found = {"speed": found, "task": task}
    write_json(options.json, found)


_NOTE = (
    "Ratios are medians over rounds of the ratio within a round, to sentence-transformers at its "
    "defaults with the same weights, texts and threads. CPU ratios count processor time instead "
    "of wall time and so are less disturbed by other work on the machine."
)


def speed(data: Path, *, rounds: int, threads: int) -> list[dict[str, Any]]:
    """Return a row per mix and side."""
    ours = {
        "jixiao int8": TextEncoder.open(threads=threads),
        "jixiao fp32": TextEncoder.open(precision="fp32", threads=threads),
    }
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        LivePeer("sentence-transformers", "sentence_transformers_run.py", threads=threads) as peer,
    ):
        for mean_tokens, size in _SAMPLES.items():
            texts = _sample(mix(data, mean_tokens), size)
            path, vectors = Path(folder) / "texts.json", Path(folder) / "vectors.npy"
            path.write_text(json.dumps(texts), "utf-8")
            for encoder in ours.values():
                encoder.encode(texts[:64])
            taken = _rounds(peer, ours, texts, paths=(path, vectors), rounds=rounds)
            tokens = float(np.mean([len(row) for row in ours["jixiao int8"].tokenise(texts)]))
            shown = {"mix (mean tokens)": round(tokens, 1), "threads": threads}
            rows += _rows(taken, ours, texts, theirs=np.load(vectors), shown=shown)
    return rows


def _sample(texts: list[str], size: int) -> list[str]:
    picked = rng(0, "encoding benchmark").permutation(len(texts))[:size]
    return [texts[at] for at in picked.tolist()]


Times = dict[str, list[tuple[float, float]]]


def _rounds(
    peer: LivePeer,
    ours: dict[str, TextEncoder],
    texts: list[str],
    *,
    paths: tuple[Path, Path],
    rounds: int,
) -> Times:
    """Return (wall, CPU) seconds of each side in each round, the sides by turns."""
    taken: Times = {name: [] for name in ("sentence-transformers", *ours)}
    for _ in range(rounds):
        answer = peer.ask({"texts": str(paths[0]), "vectors": str(paths[1])})
        taken["sentence-transformers"].append((answer["wall_s"], answer["cpu_s"]))
        for name, encoder in ours.items():
            started, cpu = time.perf_counter(), time.process_time()
            encoder.encode(texts)
            used = (time.perf_counter() - started, time.process_time() - cpu)
            taken[name].append(used)
    return taken


def _rows(
    taken: Times,
    ours: dict[str, TextEncoder],
    texts: list[str],
    *,
    theirs: Any,
    shown: dict[str, Any],
) -> list[dict[str, Any]]:
    anchor = taken["sentence-transformers"]
    rows = []
    for name, times in taken.items():
        ratios = [
            [theirs_used[at] / used[at] for theirs_used, used in zip(anchor, times, strict=True)]
            for at in (0, 1)
        ]
        cosines = [1.0]
        if name in ours:
            cosines = (ours[name].encode(texts) * theirs).sum(axis=1).tolist()
        rows.append(
            {
                **shown,
                "side": name,
                "texts/s": len(texts) / statistics.median(wall for wall, _ in times),
                "× wall": statistics.median(ratios[0]),
                "× CPU": statistics.median(ratios[1]),
                "cosine mean": float(np.mean(cosines)),
                "cosine least": float(np.min(cosines)),
            }
        )
    return rows


def task_accuracy(data: Path) -> list[dict[str, Any]]:
    """Return banking77's official test accuracy of frozen heads in both precisions."""
    train, test, task = banking77(data)
    order = rng(0, "banking77 validation").permutation(len(train))
    held, rest = order[:1500], order[1500:]
    rows = []
    for precision, words in (("fp32", False), ("int8", False), ("int8", True)):
        with tempfile.TemporaryDirectory() as folder:
            context = FitContext(
                seed=0,
                workdir=Path(folder),
                cache=Path(folder),
                options={"precision": precision, "words": words, "refit": True},
            )
            started, cpu = time.perf_counter(), time.process_time()
            model = FrozenLearner().fit(
                train.take(rest), train.take(held), task=task, context=context
            )
            taken = (time.perf_counter() - started, time.process_time() - cpu)
            right = decide(model.predict(test), task) == test.y
        rows.append(
            {
                "head": "embeddings and n-grams" if words else "embeddings",
                "precision": precision,
                "accuracy": float(np.mean(right)),
                "fit s": taken[0],
                "fit CPU s": taken[1],
            }
        )
    return rows


if __name__ == "__main__":
    main()
