"""Learner ``encoder.v1``: BERT-class weights from a local folder, with the table and the series.

Tunings: ``full``, ``lora``, ``adapter``; ``frozen`` is fitted by ``training/frozen.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jixiao.contracts import Examples, FitContext, Predictor, Task, TaskKind
from jixiao.core import ModelError
from jixiao.models.neural_inputs import TextPlan
from jixiao.training.export import Trained, export_predictor, has_int8, refuse_int8
from jixiao.training.head_start import start_head
from jixiao.training.loop import LoopSettings
from jixiao.training.neural import (
    Material,
    fusion_sizes,
    loop_settings,
    material_of,
    plan_of,
    read_options,
    run_facts,
    train_network,
)
from jixiao.training.outputs import Output, output_for
from jixiao.training.registry import LEARNERS
from jixiao.training.search import fit_best
from jixiao.training.tuning import TuningOptions, prepare_tuning

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from jixiao.models.nets.fusion import FusionNet

MANY_CLASSES = 20
"""Classes from which on there are few rows of each, and training is longer; without a head start
it is faster-paced too."""

Tuning = Literal["full", "lora", "adapter", "frozen"]


class EncoderOptions(TuningOptions):
    """Options of ``encoder.v1``."""

    tuning: Tuning = "full"
    """How the weights are tuned."""
    folder: str | None = None
    """Folder with the weights; the embedded English MiniLM when none."""
    layers: int | None = None
    """First layers that are kept; all when none."""
    layer_decay: float | None = None
    """Factor of the learning rate for each layer further from the output."""
    head_rate: float | None = None
    """Factor of the learning rate of head and fusion."""
    train_embeddings: bool | None = None
    """Whether word vectors are trained too."""
    head_start: bool | None = None
    """Whether the head starts as a linear model of the untuned text vectors; when none, only to
    tell classes apart, where it was seen to help."""
    modality_dropout: float = 0.1
    """Probability that a modality is hidden from one example in training."""


@LEARNERS.register("encoder.v1")
class EncoderLearner:
    """Fits an encoder."""

    name = "encoder.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when there is text, else the reason."""
        del task
        return "" if examples.texts else "there is no text column to encode"

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
        if context.options.get("tuning") == "frozen":
            rest = {k: v for k, v in context.options.items() if k != "tuning"}
            frozen = LEARNERS.get("frozen.v1")()
            return frozen.fit(train, validation, task=task, context=replace(context, options=rest))
        options = read_options(EncoderOptions, context.options)
        weights = Weights(self.name, weights_folder(options.folder), _network)
        return fit_weights(
            weights, (train, validation), task=task, options=options, context=context
        )


@dataclass(frozen=True)
class Weights:
    """Pretrained weights and how a network is made of them.

    Attributes:
        name: Registered name of the learner.
        folder: Where the weights and the tokenizer stand.
        network: Called with folder, material, output, options and seed.
    """

    name: str
    folder: Path
    network: Callable[..., FusionNet]


def fit_weights(
    weights: Weights,
    parts: tuple[Examples, Examples],
    *,
    task: Task,
    options: EncoderOptions,
    context: FitContext,
) -> Predictor:
    """Tune weights on the first part, keep the best judgement on the second, and export."""
    train, validation = parts
    if options.head_start is None:
        options = options.model_copy(update={"head_start": task.kind is TaskKind.CLASS})
    tokenizer = load_tokenizer(weights.folder)
    text = text_plan(train, tokenizer, options.max_len or 128)
    plan = plan_of(train, task=task, text=text, options=options)
    material = material_of(train, validation, task=task, plan=plan, tokenizer=tokenizer)
    output = output_for(task, material.train.y, smoothing=options.smoothing or 0.0)
    net = weights.network(weights.folder, material, output, options=options, seed=context.seed)
    if not has_int8(net.text):
        refuse_int8(weights.name, options.precision)
    if options.head_start:
        start_head(net, material, task)
    settings = encoder_settings(
        net, options, n_rows=len(material.train), n_outputs=len(task.levels)
    )
    result = train_network(net, material, output, settings=settings, context=context)
    facts = run_facts(result, options.model_dump(exclude_none=True))
    trained = Trained(weights.name, net, material, task=task, judge=output.judge, facts=facts)
    return export_predictor(trained, precision=options.precision, threads=context.threads)


def _network(
    folder: Path, material: Material, output: Output, *, options: EncoderOptions, seed: int
) -> FusionNet:
    import torch

    from jixiao.models.nets.transformer import TextTransformer

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        text = TextTransformer.from_folder(folder, layers=options.layers)
        prepare_tuning(text, options)
        return fused(text, material, output, options)


def fused(text: Any, material: Material, output: Output, options: Any) -> FusionNet:
    """Return the network of a text module, the table and the series of a plan."""
    from jixiao.models.nets.fusion import FusionNet, head_width
    from jixiao.models.nets.lstm import SeriesLstm

    sizes = fusion_sizes(material.plan, text=text.width, series=64)
    dropout = 0.1 if options.dropout is None else options.dropout
    net = FusionNet(
        sizes,
        output.head(head_width(sizes)),
        dropout=dropout,
        modality_dropout=options.modality_dropout,
    )
    net.text = text
    if sizes.series and material.plan.series is not None:
        net.series = SeriesLstm(material.plan.series.width, units=64, layers=1)
    return net


def encoder_settings(
    net: FusionNet, options: EncoderOptions, *, n_rows: int, n_outputs: int
) -> LoopSettings:
    """Return the tested defaults by tuning and size, with the given options in their place."""
    from jixiao.models.nets.transformer import layer_rates

    full, naive = options.tuning == "full", not options.head_start
    many = n_outputs > MANY_CLASSES
    names = [name for name, p in net.named_parameters() if p.requires_grad]
    layers = getattr(net.text.backbone.config, "num_hidden_layers", 0)  # type: ignore[union-attr]
    rates = layer_rates(names, n_layers=layers, decay=options.layer_decay or 1.0)
    head_rate = options.head_rate or (5.0 if full and naive else 1.0)
    rates = {n: f * (1.0 if n.startswith("text.") else head_rate) for n, f in rates.items()}
    return loop_settings(
        options,
        epochs=_default_epochs(n_rows, many, naive=naive),
        batch_size=32 if n_rows >= 1_000 else 16,
        lr=(2e-4 if many and naive else 1e-4) if full else 1e-3,
        rates=rates,
    )


def _default_epochs(n_rows: int, many_classes: bool, *, naive: bool) -> int:
    """Return passes over the rows: more for few rows or many classes, for enough steps of each."""
    if n_rows < 1_000:
        return 10
    if many_classes:
        return 8 if naive else 5
    return 5 if n_rows < 4_000 else 3


def weights_folder(folder: str | None) -> Path:
    """Return the named folder, or the embedded encoder's."""
    if folder is not None:
        return Path(folder)
    from jixiao.models.weights import find_encoder

    return find_encoder().folder


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the fast tokenizer of a folder of weights.

    Raises:
        ModelError: If it has no ``tokenizer.json``.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(
            "JX-E330",
            "model.folder",
            expected="a tokenizer.json beside the weights",
            got="none",
            hint="save the tokenizer with transformers' save_pretrained into the folder",
        )
    return Tokenizer.from_file(str(path))


def text_plan(train: Examples, tokenizer: Tokenizer, max_len: int) -> TextPlan:
    """Return how the text columns are joined: by the model's own separator where it has one."""
    known = next((s for s in ("[SEP]", "</s>") if tokenizer.token_to_id(s) is not None), None)
    return TextPlan(
        columns=tuple(train.texts), separator=f" {known} " if known else "\n", max_len=max_len
    )
