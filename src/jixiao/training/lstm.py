"""Learner ``lstm.v1``: the reference LSTM over indicator series and over tokens, with the table.

Tokens come from an own vocabulary learnt from the training rows; Chinese goes by characters, or by
words where asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jixiao.contracts import Examples, FitContext, Predictor, Task
from jixiao.models.neural_inputs import TextPlan, row_texts
from jixiao.training.export import Trained, export_predictor, refuse_int8
from jixiao.training.loop import LoopSettings
from jixiao.training.neural import (
    Material,
    NeuralOptions,
    fusion_sizes,
    loop_settings,
    material_of,
    plan_of,
    read_options,
    run_facts,
    train_network,
)
from jixiao.training.outputs import Output, known_rows, output_for
from jixiao.training.registry import LEARNERS
from jixiao.training.search import fit_best

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from jixiao.models.nets.fusion import FusionNet

SEPARATOR = "[SEP]"


class LstmOptions(NeuralOptions):
    """Options of ``lstm.v1``."""

    units: int = 100
    """Hidden units of a layer."""
    layers: int = 3
    """Stacked layers."""
    embedding: int = 100
    """Length of a token's vector."""
    vocabulary: int = 20_000
    """Most tokens of the vocabulary."""
    segments: bool = False
    """Whether Chinese is cut into words; characters otherwise."""
    use_text: bool = True
    """Whether texts are read."""
    modality_dropout: float = 0.1
    """Probability that a modality is hidden from one example in training."""


@LEARNERS.register("lstm.v1")
class LstmLearner:
    """Fits the reference LSTM."""

    name = "lstm.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when there is anything to read, else the reason."""
        del task
        has_series = examples.series is not None and examples.series.shape[1] > 0
        if examples.texts or has_series or examples.number_names or examples.categories:
            return ""
        return "there is no text, number, category or indicator series to learn from"

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on ``train``, keep the best judgement on ``validation``.

        With ``trials`` among the options, the best of a search is returned.

        Raises:
            ModelError: If an option is wrong or no target is known.
        """
        if context.options.get("trials"):
            return fit_best(self, train, validation, task=task, context=context)
        options = read_options(LstmOptions, context.options)
        refuse_int8(self.name, options.precision)
        text, tokenizer = _text_plan(train, task, options)
        plan = plan_of(train, task=task, text=text, options=options)
        material = material_of(train, validation, task=task, plan=plan, tokenizer=tokenizer)
        output = output_for(task, material.train.y, smoothing=options.smoothing or 0.0)
        net = _network(material, output, options, context.seed)
        settings = _settings(options, len(material.train))
        result = train_network(net, material, output, settings=settings, context=context)
        facts = run_facts(result, options.model_dump(exclude_none=True))
        trained = Trained(self.name, net, material, task=task, judge=output.judge, facts=facts)
        return export_predictor(trained, precision=options.precision, threads=context.threads)


def _settings(options: LstmOptions, n_rows: int) -> LoopSettings:
    return loop_settings(
        options, epochs=40, batch_size=16 if n_rows < 1_000 else 64, lr=2e-3, patience=8
    )


def _network(material: Material, output: Output, options: LstmOptions, seed: int) -> FusionNet:
    import torch

    from jixiao.models.nets.fusion import FusionNet, head_width
    from jixiao.models.nets.lstm import SeriesLstm, TokenLstm

    dropout = 0.2 if options.dropout is None else options.dropout
    sizes = fusion_sizes(material.plan, text=options.units, series=options.units)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = output.head(head_width(sizes))
        net = FusionNet(sizes, head, dropout=dropout, modality_dropout=options.modality_dropout)
        shape = {"units": options.units, "layers": options.layers}
        if sizes.text and material.tokenizer is not None:
            n_tokens = material.tokenizer.get_vocab_size()
            net.text = TokenLstm(n_tokens, embedding=options.embedding, dropout=dropout, **shape)
        if sizes.series and material.plan.series is not None:
            net.series = SeriesLstm(material.plan.series.width, dropout=dropout, **shape)
    return net


def _text_plan(
    train: Examples, task: Task, options: LstmOptions
) -> tuple[TextPlan | None, Tokenizer | None]:
    """Return the text plan and the vocabulary learnt from the training rows, or neither."""
    if not train.texts or not options.use_text:
        return None, None
    plan = TextPlan(
        columns=tuple(train.texts),
        separator=f" {SEPARATOR} ",
        max_len=options.max_len or 128,
        segments=options.segments,
    )
    known = train.take(known_rows(train, task))
    return plan, learn_vocabulary(plan, known, options.vocabulary)


def learn_vocabulary(plan: TextPlan, train: Examples, most: int) -> Tokenizer:
    """Return a word-level tokenizer of the training texts; padding is 0, unknown words are 1."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    made: Any = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(
        lowercase=True, handle_chinese_chars=not plan.segments
    )
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = [text for name in plan.columns for text in row_texts_of(plan, train, name)]
    trainer = trainers.WordLevelTrainer(
        vocab_size=most,
        min_frequency=2 if len(train) > 200 else 1,
        special_tokens=["[PAD]", "[UNK]", SEPARATOR],
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    return made  # type: ignore[no-any-return]


def row_texts_of(plan: TextPlan, examples: Examples, name: str) -> list[str]:
    """Return one column's texts as the plan prepares them."""
    single = TextPlan((name,), plan.separator, plan.max_len, plan.segments)
    return row_texts(single, examples, None)  # type: ignore[arg-type]
