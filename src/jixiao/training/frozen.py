"""Fits ``frozen.v1``: linear heads on the embeddings of a frozen encoder, helped by n-grams.

Texts are encoded once and cached. Strength, the n-gram expert's share and the decision rule are
chosen on rows held out; the encoder itself is never changed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
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
)
from jixiao.core import ModelError
from jixiao.models.encoding import TextEncoder
from jixiao.models.frozen import FrozenFeatures, FrozenModel
from jixiao.models.weights import EMBEDDED_LANGUAGES
from jixiao.training.cache import EncodingCache
from jixiao.training.folds import Folds, Positions, concat, folds_of, is_later, known
from jixiao.training.frozen_search import ROWS_TO_HOLD_OUT, Search
from jixiao.training.linear import why_not
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule
from jixiao.training.search import OUT_OF_TIME

_N_FOLDS = 4
_MOST_FOREIGN = 0.2


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
    search = Search(seen, examples, folds, task=task, context=context)
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


def _folds(train: Examples, validation: Examples, task: Task, *, seed: int) -> Folds:
    """Return the validation part alone where it is large, else folds of all rows."""
    n_train, n_rows = len(train), len(train) + len(validation)
    if len(validation) >= ROWS_TO_HOLD_OUT:
        return Folds(((np.arange(n_train), np.arange(n_train, n_rows)),))
    ordered = is_later(train, validation)
    both = concat(train, validation)
    return folds_of(both, task, n_folds=_N_FOLDS, seed=seed, in_time_order=ordered)
