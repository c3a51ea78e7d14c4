"""Learner ``decoder.v1``: GPT-class weights from a local folder, read at the last real token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jixiao.contracts import Examples, FitContext, Predictor, Task
from jixiao.core import ModelError
from jixiao.training.encoder import EncoderOptions, Weights, fit_weights, fused
from jixiao.training.neural import Material, read_options
from jixiao.training.outputs import Output
from jixiao.training.registry import LEARNERS
from jixiao.training.search import fit_best
from jixiao.training.tuning import prepare_tuning

if TYPE_CHECKING:
    from pathlib import Path

    from jixiao.models.nets.fusion import FusionNet


class DecoderOptions(EncoderOptions):
    """Options of ``decoder.v1``; there are no embedded decoder weights, so a folder is needed."""


@LEARNERS.register("decoder.v1")
class DecoderLearner:
    """Fits a decoder with an ordinal, class, classes or number head."""

    name = "decoder.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when there is text, else the reason."""
        del task
        return "" if examples.texts else "there is no text column to read"

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on ``train``, keep the best judgement on ``validation``.

        With ``trials`` among the options, the best of a search is returned.

        Raises:
            ModelError: If an option, the folder or the targets are unusable.
        """
        if context.options.get("trials"):
            return fit_best(self, train, validation, task=task, context=context)
        options = read_options(DecoderOptions, context.options)
        weights = Weights(self.name, _folder(options.folder), _network)
        return fit_weights(
            weights, (train, validation), task=task, options=options, context=context
        )


def _folder(folder: str | None) -> Path:
    from pathlib import Path

    if folder is None:
        raise ModelError(
            "JX-E331",
            "model.folder",
            expected="a folder with GPT-class weights",
            got="none",
            hint="no decoder is embedded; name a local folder with config, weights and tokenizer",
        )
    return Path(folder)


def _network(
    folder: Path, material: Material, output: Output, *, options: DecoderOptions, seed: int
) -> FusionNet:
    import torch

    from jixiao.models.nets.decoder import TextDecoder

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = TextDecoder.from_folder(folder)
        if options.tuning == "frozen":
            module.requires_grad_(False)
        else:
            prepare_tuning(module, options)
        return fused(module, material, output, options)
