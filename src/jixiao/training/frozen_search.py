"""Looks for the strength of a head on frozen embeddings and for an n-gram expert beside it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from jixiao.contracts import Examples, FitContext, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.frozen import Words, dense_logits
from jixiao.models.linear import Head
from jixiao.models.text_features import TextFeatures
from jixiao.training.dense import fit_path
from jixiao.training.experts import Mix, fit_mix
from jixiao.training.folds import Folds, Parts, Positions
from jixiao.training.solvers import Array, Candidate, Shape, fit_head

ROWS_TO_HOLD_OUT = 300
"""Held-out rows that are enough to choose by."""

_LEAST_GAIN = 0.002
_SHORT_OF_TIME_S = 20.0


@dataclass(frozen=True)
class Chosen:
    """What the search found.

    Attributes:
        strength: C of the head on embeddings.
        shared: Whether all thresholds of a scale share its weights.
        words: Way of fitting the n-gram expert; None for none.
        mix: How much each expert counts.
        held_logits: Joined logits of the held-out rows.
    """

    strength: float
    shared: bool
    words: Candidate | None
    mix: Mix
    held_logits: Floats

    def to_json(self, n_rows: int) -> dict[str, Any]:
        """Return it in words and figures."""
        return {
            "strength": self.strength,
            "shared": self.shared,
            "words": self.words.label() if self.words else None,
            "factors": [round(float(factor), 4) for factor in self.mix.factors],
            "held_out_loss": round(self.mix.loss, 5),
            "n": n_rows,
        }


class Search:
    """Looks for the strength of the head and for the n-gram expert on rows held out.

    Where one fold holds rows enough, they are looked for on the last one alone, and only what is
    found is fitted in every fold.
    """

    def __init__(
        self, seen: Any, both: Examples, folds: Folds, *, task: Task, context: FitContext
    ) -> None:
        assert both.y is not None
        self.seen, self.both, self.y, self.folds = seen, both, both.y, folds
        self.task, self.context = task, context
        self._hold(folds.parts)

    def _hold(self, parts: Parts) -> None:
        self.parts = parts
        self.held_y: Array = np.concatenate([self.y[held] for _, held in parts])

    def run(self, *, words: bool) -> Chosen:
        """Return the best choice, with the logits of every held-out row."""
        last = self.folds.parts[-1:]
        if len(last[0][1]) < ROWS_TO_HOLD_OUT:
            return self._look(words=words)
        self._hold(last)
        found = self._look(words=words)
        self._hold(self.folds.parts)
        return found if len(self.parts) == 1 else self._again(found)

    def _again(self, found: Chosen) -> Chosen:
        """Return a choice with its experts fitted and weighed in every fold."""
        logits = [self._dense(found.strength, shared=found.shared)]
        if found.words is not None:
            logits.append(self._word_logits(found.words))
        mix = fit_mix(logits, self.held_y, self.kind)
        return replace(found, mix=mix, held_logits=mix.apply(logits))

    def _dense(self, strength: float, *, shared: bool) -> Floats:
        """Return the logits of the held-out rows by heads of one strength."""
        found = []
        for fit, held in self.parts:
            path = fit_path(
                self.seen[fit], self.y[fit], task=self.task, strengths=(strength,), shared=shared
            )
            found.append(dense_logits(next(iter(path))[1], self.seen[held]))
        return np.concatenate(found)

    def _look(self, *, words: bool) -> Chosen:
        best = self._best_head()
        if not words or self._short_of_time() or not self.both.texts:
            return best
        for candidate in _word_candidates(self.task):
            logits = self._word_logits(candidate)
            alone = self._dense_logits[(best.strength, best.shared)]
            mix = fit_mix([alone, logits], self.held_y, self.kind)
            if mix.loss < best.mix.loss - _LEAST_GAIN * abs(best.mix.loss) and mix.factors[1] > 0:
                joined = mix.apply([alone, logits])
                best = Chosen(best.strength, best.shared, candidate, mix, joined)
            if self._short_of_time():
                break
        return best

    def _short_of_time(self) -> bool:
        deadline = self.context.deadline
        return deadline is not None and deadline - time.monotonic() < _SHORT_OF_TIME_S

    def _best_head(self) -> Chosen:
        self._dense_logits: dict[tuple[float, bool], Floats] = {}
        ways = (False, True) if self.task.kind is TaskKind.ORDINAL else (False,)
        found = [choice for shared in ways for choice in self._path(shared)]
        return min(found, key=lambda choice: choice.mix.loss)

    def _path(self, shared: bool) -> list[Chosen]:
        """Return a choice per strength, stopping when more strength has stopped to help."""
        paths = [
            iter(fit_path(self.seen[fit], self.y[fit], task=self.task, shared=shared))
            for fit, _ in self.parts
        ]
        found: list[Chosen] = []
        for step in zip(*paths, strict=True):
            self.kind = step[0][1].kind
            strength = step[0][0]
            logits = np.concatenate(
                [
                    dense_logits(head, self.seen[held])
                    for (_, head), (_, held) in zip(step, self.parts, strict=True)
                ]
            )
            mix = fit_mix([logits], self.held_y, self.kind)
            self._dense_logits[(strength, shared)] = logits
            found.append(Chosen(strength, shared, None, mix, mix.apply([logits])))
            worse = [after.mix.loss > before.mix.loss for before, after in pairwise(found[-3:])]
            if (len(worse) == 2 and all(worse)) or self._short_of_time():
                break
        return found

    def _word_logits(self, candidate: Candidate) -> Floats:
        """Return the n-gram expert's logits of the held-out rows."""
        found = []
        for fit, held in self.parts:
            expert = self._words(candidate, fit)
            found.append(expert.logits(self.both.take(held)))
        return np.concatenate(found)

    def _words(self, candidate: Candidate, rows: Positions) -> Words:
        part = self.both.take(rows)
        features = TextFeatures.fit(part)
        shape = Shape(self.task, features.width, self.context.seed)
        matrix = features.transform(part)
        return Words(features, fit_head(matrix, self.y[rows], candidate=candidate, shape=shape))

    def final(self, chosen: Chosen, rows: Positions) -> tuple[Head, Words | None]:
        """Return both experts fitted on some rows, scaled so that their logits add up."""
        path = fit_path(
            self.seen[rows],
            self.y[rows],
            task=self.task,
            strengths=(chosen.strength,),
            shared=chosen.shared,
        )
        head = next(iter(path))[1]
        if chosen.words is None:
            return chosen.mix.scaled([head])[0], None
        words = self._words(chosen.words, rows)
        first, second = chosen.mix.scaled([head, words.head])
        return first, Words(words.features, second)


def _word_candidates(task: Task) -> tuple[Candidate, ...]:
    if task.kind is TaskKind.NUMBER:
        return (Candidate("ridge", 1.0),)
    if task.kind is TaskKind.ORDINAL:
        return (Candidate("svm", 0.3, ratios=True, cumulative=True),)
    return (Candidate("svm", 0.3),)
