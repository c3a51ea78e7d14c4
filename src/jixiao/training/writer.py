"""Tunes a causal language model on approved reports with LoRA, by the one training loop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jixiao.contracts import FitContext, Message
from jixiao.core import ModelError
from jixiao.training.batches import Rows
from jixiao.training.loop import Job, LoopResult, raw_outputs, run_loop
from jixiao.training.neural import loop_settings, read_options
from jixiao.training.tuning import TuningOptions, linear_names, prepare_tuning

if TYPE_CHECKING:
    from torch import Tensor

    from jixiao.models.nets.causal import CausalWriter


class WriterOptions(TuningOptions):
    """Options of tuning a writer."""

    tuning: str = "lora"
    """Low-rank paths; the weights themselves stay until they are merged."""


@dataclass(frozen=True)
class Example:
    """One conversation and the answer to learn."""

    messages: tuple[Message, ...]
    answer: str


@dataclass(frozen=True)
class TunedWriter:
    """A tuned model with its low-rank paths merged.

    Attributes:
        tokenizer: Its tokenizer.
        net: The model, in the layout it came in.
        loss_before: Held-out loss of an answer's token before tuning, in nats.
        loss_after: The same after tuning, merged.
        rows: Examples learnt from, and held out.
        too_long: Examples longer than the model can hold, left out.
        result: What the run came to.
    """

    tokenizer: Any
    net: Any
    loss_before: float
    loss_after: float
    rows: tuple[int, int]
    too_long: int
    result: LoopResult

    def save(self, folder: Path) -> None:
        """Write weights, settings and tokenizer in Hugging Face layout."""
        self.net.config.use_cache = True
        self.net.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder, save_jinja_files=False)


def tune_writer(
    train: Sequence[Example], held_out: Sequence[Example], folder: Path, context: FitContext
) -> TunedWriter:
    """Tune the model of a folder and keep the weights that do best on the held-out examples.

    Args:
        train: What is learnt.
        held_out: What is only judged.
        folder: Weights in Hugging Face layout.
        context: Seed, time, work folder and options.

    Raises:
        ModelError: If the folder cannot be loaded, or no example fits into the model.
    """
    import torch

    from jixiao.models.nets.causal import CausalWriter, load_causal
    from jixiao.models.nets.lora import merge_lora

    options = read_options(WriterOptions, context.options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(context.seed)
        tokenizer, backbone = load_causal(folder)
        net = CausalWriter(backbone)
        learnt, lost = _rows(train, tokenizer, backbone)
        judged, lost_too = _rows(held_out, tokenizer, backbone)
        before = held_out_loss(net, judged)
        prepare_tuning(net, options.model_copy(update={"target_modules": _targets(net, options)}))
    settings = loop_settings(options, epochs=3, batch_size=2, lr=5e-4, judge_every=2)
    job = Job(net, learnt, judged, loss=_loss, judge=_judge)
    result = run_loop(job, settings, context)
    merge_lora(net)
    return TunedWriter(
        tokenizer=tokenizer,
        net=backbone.eval(),
        loss_before=before,
        loss_after=held_out_loss(net, judged),
        rows=(len(learnt), len(judged)),
        too_long=lost + lost_too,
        result=result,
    )


def held_out_loss(net: CausalWriter, rows: Rows) -> float:
    """Return the mean negative log-likelihood of an answer's token, in nats."""
    sums = raw_outputs(net, rows).sum(axis=0)
    return float(sums[0] / sums[1])


def _targets(net: CausalWriter, options: WriterOptions) -> tuple[str, ...]:
    """Return the linear layers with a low-rank path: all but the head that spells the words."""
    if options.target_modules:
        return options.target_modules
    head = net.backbone.get_output_embeddings()
    heads = {name.rsplit(".", 1)[-1] for name, part in net.named_modules() if part is head}
    return tuple(name for name in linear_names(net) if name not in heads)


def _rows(examples: Sequence[Example], tokenizer: Any, net: Any) -> tuple[Rows, int]:
    """Return the examples that fit into the model, whole, and how many do not."""
    from jixiao.models.nets.causal import context_length, end_id, prompt_ids

    most = context_length(net)
    texts: list[list[int]] = []
    prompts: list[int] = []
    for example in examples:
        asked = prompt_ids(tokenizer, [message.model_dump() for message in example.messages])
        said = tokenizer(example.answer, add_special_tokens=False)["input_ids"]
        if len(asked) + len(said) + 1 <= most:
            texts.append([*asked, *said, end_id(tokenizer)])
            prompts.append(len(asked))
    if not texts:
        raise ModelError(
            "JX-E631",
            "weights folder",
            expected=f"a model that holds a report and its prompt; this one holds {most} tokens",
            got=f"{len(examples)} longer examples",
            hint="name a model with a longer context",
        )
    rows = Rows(
        y=np.array(prompts, dtype=np.int64),
        input_ids=list(texts),
        has_text=np.ones(len(texts), dtype=np.int64),
    )
    return rows, len(examples) - len(texts)


def _loss(raw: Tensor, y: Tensor) -> Tensor:
    del y
    return raw[:, 0].sum() / raw[:, 1].sum()


def _judge(raw: Any, y: Any) -> dict[str, float]:
    del y
    loss = float(raw[:, 0].sum() / raw[:, 1].sum())
    return {"score": -loss, "loss": loss, "perplexity": math.exp(min(loss, 50.0))}
