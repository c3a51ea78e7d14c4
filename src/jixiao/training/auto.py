"""Learner ``auto.v1``: candidates that fit the data, a measured bake-off, and the reason in words.

Cheap candidates are fitted first, out of fold on all rows, and the costly one with the time that
is left. What is best on rows no candidate was fitted to is chosen, be it one model or several
combined.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jixiao.contracts import Examples, FitContext, Predictor, Task
from jixiao.core import ModelError
from jixiao.training.bake_off import Bakery, Candidate, Trial
from jixiao.training.choice import Choice
from jixiao.training.folds import known
from jixiao.training.registry import LEARNERS
from jixiao.training.search import OUT_OF_TIME, SPACES

TUNED_TOKENS_PER_S = 2_500
"""Tokens a second and thread that full tuning of the embedded encoder takes, both ways; a guess
that only decides whether it is tried at all: the loop measures its own speed."""

READ_TOKENS_PER_S = 12_000
"""Tokens a second and thread that the embedded encoder reads in int8; a guess of the same use."""

FEWEST_TO_TUNE = 400
"""Rows below which tuning an encoder is not tried."""

FOREST_ROWS = 5_000
"""Rows up to which random forests are tried."""


@LEARNERS.register("auto.v1")
class AutoLearner:
    """Chooses a model by measuring; ``story`` then says which, why and beside what."""

    name = "auto.v1"

    def __init__(self) -> None:
        self.story: dict[str, Any] = {}

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when any candidate can be fitted, else why the plainest cannot."""
        if candidates(examples, task, {}):
            return ""
        return LEARNERS.get("linear.v1")().supports(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit the candidates and return what is best on rows they were not fitted to.

        Raises:
            ModelError: If no candidate can be fitted.
        """
        bakery = Bakery(known(train, task), known(validation, task), task, context)
        trials: list[Trial] = []
        skipped: list[dict[str, Any]] = []
        for candidate in candidates(train, task, context.options):
            told = _tried(candidate, bakery, trials)
            if told:
                skipped.append({"model": candidate.label, "skipped": told})
        if not trials:
            raise ModelError(
                "JX-E320",
                "auto",
                expected="text, table columns or indicator series to learn from",
                got="none of them",
                hint="check the roles in jixiao.yaml: ids, protected columns and leaks never enter",
            )
        choice = Choice(bakery)
        best = choice.best(trials)
        told = best.reason + _limits(train) + _unsearched(bakery, trials)
        self.story = {"reason": told, "bake_off": [*choice.table, *skipped]}
        return best.predictor


def _tried(candidate: Candidate, bakery: Bakery, trials: list[Trial]) -> str:
    """Fit a candidate and add it to the trials, or return why it was left out."""
    left = bakery.left_s()
    if trials and left < candidate.needs_s:
        return f"needs about {candidate.needs_s:.0f} s, {max(left, 0):.0f} s are left"
    try:
        trials.append(bakery.bake(candidate, trials))
    except ModelError as error:
        if error.code != OUT_OF_TIME:
            raise
        return f"{error.got} ({error.expected})"
    return ""


def _unsearched(bakery: Bakery, trials: list[Trial]) -> str:
    """Return that trials were asked for where no candidate has anything to search."""
    if not bakery.trials or any(trial.candidate.name in SPACES for trial in trials):
        return ""
    return f"; no trials: only {', '.join(sorted(SPACES))} have options that are searched"


def candidates(examples: Examples, task: Task, options: dict[str, Any]) -> list[Candidate]:
    """Return what is worth trying on such data, in the order it is tried.

    Args:
        examples: The training part.
        task: What is predicted.
        options: ``folder`` names a user's own encoder, which is then tried in any language;
            ``precision`` and ``tuning`` are handed to the candidates they fit.
    """
    has_text = any(any(texts) for texts in examples.texts.values())
    has_table = bool(examples.number_names or examples.categories or examples.series_names)
    own = {name: options[name] for name in ("folder", "precision") if options.get(name)}
    tuned = own | ({"tuning": options["tuning"]} if options.get("tuning") else {})
    english = has_text and ("folder" in own or english_share(examples) >= 0.8)
    found = []
    if has_text and has_table:
        why = "n-grams alone, for trees to read"
        found.append(Candidate("linear.v1", why, 0.2, texts_alone=True))
    found.append(Candidate("linear.v1", "n-grams and table columns: the model to beat", 0.2))
    if english:
        why = "the encoder's embeddings with n-grams, each text encoded once"
        needs_s = 1.5 * reading_s(examples)
        found.append(Candidate("frozen.v1", why, 0.4, needs_s, own, texts_alone=has_table))
    if has_table:
        found.append(Candidate("boosted.v1", "trees over the table, texts read out of fold", 0.25))
    if has_table and len(examples) <= FOREST_ROWS:
        found.append(Candidate("forest.v1", "few rows: forests vary least", 0.4, 3.0))
    if english and len(examples) >= FEWEST_TO_TUNE and options.get("tuning") != "frozen":
        why = "the encoder tuned on texts, table and series together"
        found.append(Candidate("encoder.v1", why, 1.0, 1.2 * epoch_s(examples), tuned))
    series_alone = not has_text and examples.series is not None
    if series_alone and len(examples) >= FEWEST_TO_TUNE and own.get("precision") != "int8":
        found.append(Candidate("lstm.v1", "indicator series", 0.5, 30.0))
    return [one for one in found if "folder" in one.options or not _refusal(one, examples, task)]


def _refusal(one: Candidate, examples: Examples, task: Task) -> str:
    return LEARNERS.get(one.name)().supports(examples, task)


def english_share(examples: Examples) -> float:
    """Return the share of texts that are English, among rows with text; 0 without any."""
    spoken = [language for language in examples.languages if language]
    return sum(language == "en" for language in spoken) / len(spoken) if spoken else 0.0


def epoch_s(examples: Examples, *, threads: int = 2) -> float:
    """Return about how many seconds one pass of full tuning takes over the examples."""
    return _tokens(examples) / (TUNED_TOKENS_PER_S * threads)


def reading_s(examples: Examples, *, threads: int = 2) -> float:
    """Return about how many seconds a frozen encoder takes to read the examples."""
    return _tokens(examples) / (READ_TOKENS_PER_S * threads)


def _tokens(examples: Examples) -> float:
    sample = examples.joined_texts()[:: max(1, len(examples) // 500)]
    return float(np.mean([min(len(text) / 4.2, 128.0) for text in sample])) * len(examples)


def _limits(train: Examples) -> str:
    """Return what a reader should know about the languages of the texts."""
    if any(train.languages) and english_share(train) < 0.8:
        return (
            "; no Chinese encoder is embedded: name a folder with one (--weights) to try tuning it"
        )
    return ""
