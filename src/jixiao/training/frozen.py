"""Fits ``frozen.v1``: linear heads on the embeddings of a frozen encoder, helped by n-grams.

Texts are encoded once and cached. Strength, the n-gram expert's share and the decision rule are
chosen on rows held out; the encoder itself is never changed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from jixiao.contracts import (
    Examples,
    FitContext,
    Frozen,
    Prediction,
    Predictor,
    Task,
    TaskKind,
)
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError
from jixiao.models.encoding import TextEncoder
from jixiao.models.frozen import FrozenFeatures, FrozenModel, Words, dense_logits
from jixiao.models.linear import Head
from jixiao.models.text_features import TextFeatures
from jixiao.models.weights import EMBEDDED_LANGUAGES
from jixiao.training.cache import EncodingCache
from jixiao.training.dense import fit_path
from jixiao.training.experts import Mix, fit_mix
from jixiao.training.folds import Folds, Parts, Positions, concat, folds_of, is_later, known
from jixiao.training.linear import why_not
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule
from jixiao.training.solvers import Array, Candidate, Shape, fit_head

OUT_OF_TIME = "JX-E351.time"
"""Code of the error when the time is over before the texts are encoded."""

_ROWS_TO_HOLD_OUT = 300
_N_FOLDS = 4
_MOST_FOREIGN = 0.2
_LEAST_GAIN = 0.002
_SHORT_OF_TIME_S = 20.0


class FrozenOptions(Frozen):
    """Options of ``frozen.v1``."""

    tuning: Literal["frozen"] = "frozen"
    """Set where ``encoder.v1`` hands over."""
    folder: str | None = None
    """Folder with the weights; the embedded English MiniLM when none."""
    precision: Literal["auto", "fp32", "int8"] = "auto"
    """Precision of the encoder; auto is int8."""
    max_len: int | None = None
    """Tokens from which on a text is cut; the encoder's own limit when none."""
    words: bool = True
    """Whether an n-gram expert may help."""
    objective: str = "balanced"
    """What the decision rule is chosen for."""
    refit: bool = False
    """Fit the final heads on train and validation together."""


@LEARNERS.register("frozen.v1")
class FrozenLearner:
    """Fits heads on frozen embeddings."""

    name = "frozen.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return why it cannot be fitted to such data with the embedded encoder, or ``""``."""
        if not any(any(texts) for texts in examples.texts.values()):
            return "there is no text column to encode"
        foreign = _foreign_share(examples)
        if foreign > _MOST_FOREIGN:
            return (
                f"the embedded encoder is English only and {foreign:.0%} of the texts are not; "
                "name a folder with an encoder of their language"
            )
        return why_not(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on train; strength, shares and rule are chosen on rows held out.

        Raises:
            ModelError: If an option or the weights folder is unusable, or the time is over
                before the texts are encoded.
        """
        train, validation = known(train, task), known(validation, task)
        both = concat(train, validation)
        rows = np.arange(len(both) if _read_options(context).refit else len(train))
        folds = _folds(train, validation, task, seed=context.seed)
        return _fitted(both, rows, folds, task=task, context=context)[0]

    def crossfit(
        self, examples: Examples, folds: Folds, *, task: Task, context: FitContext
    ) -> tuple[FrozenModel, Prediction]:
        """Return the model of all rows, and scores of the held-out rows by heads without them."""
        rows = np.arange(len(examples))
        return _fitted(examples, rows, folds, task=task, context=context)


def _fitted(
    examples: Examples, rows: Positions, folds: Folds, *, task: Task, context: FitContext
) -> tuple[FrozenModel, Prediction]:
    """Return a model of ``rows``, and scores of the held-out rows of the folds."""
    options = _read_options(context)
    fitted = examples.take(rows)
    encoder = _open_encoder(fitted, options, context)
    features = FrozenFeatures.fit(fitted)
    seen = features.transform(examples, EncodingCache(context.cache, _Watched(encoder, context)))
    search = _Search(seen, examples, folds, task=task, context=context)
    chosen = search.run(words=options.words)
    head, words = search.final(chosen, rows)
    held = head.prediction(chosen.held_logits, task)
    rule = choose_rule(held, search.held_y, task, objective=options.objective, seed=context.seed)
    model = FrozenModel(task, encoder, features, head, words, rule, chosen.to_json(len(rows)))
    return model, folds.in_row_order(held)


def _read_options(context: FitContext) -> FrozenOptions:
    try:
        return FrozenOptions.model_validate(context.options)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        raise ModelError(
            "JX-E311",
            "options of frozen.v1",
            expected=f"any of {', '.join(sorted(FrozenOptions.model_fields))}",
            got=f"an unusable {names}",
            hint="remove or correct it",
        ) from error


def _foreign_share(examples: Examples) -> float:
    """Return the share of texts in a language the embedded encoder does not know."""
    spoken = [code for code in examples.languages if code]
    return sum(code not in EMBEDDED_LANGUAGES for code in spoken) / len(spoken) if spoken else 0.0


def _open_encoder(train: Examples, options: FrozenOptions, context: FitContext) -> TextEncoder:
    return TextEncoder.open(
        Path(options.folder) if options.folder else None,
        precision="fp32" if options.precision == "fp32" else "int8",
        max_len=options.max_len,
        sample=train.joined_texts(),
        threads=context.threads,
    )


class _Watched:
    """An encoder that tells its progress and stops when the time is over."""

    def __init__(self, encoder: TextEncoder, context: FitContext) -> None:
        self.fingerprint, self.hidden_size = encoder.fingerprint, encoder.hidden_size
        self._encoder, self._context = encoder, context

    def encode(self, texts: Sequence[str], **_: Any) -> Any:
        """Return shape (n, hidden_size)."""
        if self._context.deadline is not None and time.monotonic() > self._context.deadline:
            raise ModelError(
                OUT_OF_TIME,
                "frozen.v1",
                expected="the texts to be encoded within the time budget",
                got="the time is over",
                hint="what is encoded is kept; run it again, or with a larger --budget",
            )
        return self._encoder.encode(texts, progress=self._context.progress)


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


def _folds(train: Examples, validation: Examples, task: Task, *, seed: int) -> Folds:
    """Return the validation part alone where it is large, else folds of all rows."""
    n_train, n_rows = len(train), len(train) + len(validation)
    if len(validation) >= _ROWS_TO_HOLD_OUT:
        return Folds(((np.arange(n_train), np.arange(n_train, n_rows)),))
    ordered = is_later(train, validation)
    both = concat(train, validation)
    return folds_of(both, task, n_folds=_N_FOLDS, seed=seed, in_time_order=ordered)


class _Search:
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
        if len(last[0][1]) < _ROWS_TO_HOLD_OUT:
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
