"""What the neural learners share: options, rows, the run and the export to a torch-free model."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from pydantic import ValidationError

from jixiao.contracts import Examples, FitContext, Frozen, Task
from jixiao.core import ModelError
from jixiao.models.neural_inputs import (
    InputPlan,
    TextPlan,
    fit_plan,
    has_text,
    row_texts,
    series_rows,
    table_rows,
    token_ids,
)
from jixiao.training.batches import Rows
from jixiao.training.loop import Job, LoopResult, LoopSettings, run_loop
from jixiao.training.outputs import Output, known_rows, target_array

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from jixiao.models.nets.fusion import FusionNet, FusionSizes

EXPORT_S = 20.0
"""Seconds kept back from a time budget for export and its checks."""


class NeuralOptions(Frozen):
    """Options every neural learner takes; None leaves a choice to the learner."""

    epochs: int | None = None
    """Most passes over the training rows."""
    batch_size: int | None = None
    """Rows of a step."""
    lr: float | None = None
    """Highest learning rate."""
    weight_decay: float | None = None
    """Weight decay of matrices."""
    dropout: float | None = None
    """Share dropped of the fused vector."""
    smoothing: float | None = None
    """Label smoothing."""
    average: float | None = None
    """Decay of the running average of weights; 0 keeps none."""
    patience: int | None = None
    """Judgements without gain after which training stops; 0 never stops."""
    optimiser: Literal["adamw", "sgd"] | None = None
    """Optimiser."""
    decay: Literal["linear", "none"] | None = None
    """Whether the learning rate falls to zero along a line, or stays."""
    warmup: float | None = None
    """Share of the run over which the learning rate rises."""
    clip: float | None = None
    """Largest gradient norm; 0 leaves gradients as they are."""
    judge_every: int | None = None
    """Judgements in an epoch."""
    max_len: int | None = None
    """Most tokens of a row."""
    use_table: bool = True
    """Whether numbers and categories are read."""
    use_series: bool = True
    """Whether indicator series are read."""
    training_precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Number format of training."""
    precision: Literal["auto", "fp32", "int8"] = "auto"
    """Precision of the saved model; auto keeps int8 where validation loses nothing by it, and
    int8 is refused where only fp32 can be saved."""
    checkpoint_steps: int = 0
    """Steps between checkpoints; 0 writes one a minute."""


T = TypeVar("T", bound=Frozen)


_LOOP_OPTIONS = (
    "epochs",
    "batch_size",
    "lr",
    "weight_decay",
    "average",
    "patience",
    "optimiser",
    "decay",
    "warmup",
    "clip",
    "judge_every",
)


def loop_settings(options: NeuralOptions, **tested: Any) -> LoopSettings:
    """Return the learner's tested settings with the options given in their place."""
    given = {name: getattr(options, name) for name in _LOOP_OPTIONS}
    return LoopSettings(
        **{**tested, **{name: value for name, value in given.items() if value is not None}},
        precision=options.training_precision,
        checkpoint_steps=options.checkpoint_steps,
    )


def read_options(kind: type[T], given: Mapping[str, Any]) -> T:
    """Return the options of a learner; keys whose value is None count as not given.

    Raises:
        ModelError: If a key is unknown or a value does not fit; names the known keys.
    """
    try:
        return kind(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise ModelError(
            "JX-E328",
            f"model option {'.'.join(str(part) for part in first['loc'])}",
            expected=f"one of {', '.join(sorted(kind.model_fields))}, with a fitting value",
            got=first["msg"],
            hint="mend the option in jixiao.yaml or in the recipe",
        ) from error


@dataclass(frozen=True)
class Material:
    """Training and validation rows and the plan by which they became inputs.

    Attributes:
        sample: Some training examples, by which int8 ranges are measured.
        validation_examples: The examples behind ``validation``.
    """

    plan: InputPlan
    train: Rows
    validation: Rows
    tokenizer: Tokenizer | None
    sample: Examples
    validation_examples: Examples


def material_of(
    train: Examples, validation: Examples, *, task: Task, plan: InputPlan, tokenizer: Any
) -> Material:
    """Return rows with a known target; with no validation rows, some of train stand in."""
    train = train.take(known_rows(train, task))
    if len(validation) and validation.y is not None:
        validation = validation.take(known_rows(validation, task))
    else:
        validation = train.take(np.arange(0, len(train), max(len(train) // 200, 1)))
    return Material(
        plan=plan,
        train=rows_of(train, plan, task, tokenizer),
        validation=rows_of(validation, plan, task, tokenizer),
        tokenizer=tokenizer,
        sample=train.take(np.arange(0, len(train), max(len(train) // 400, 1))),
        validation_examples=validation,
    )


def plan_of(
    train: Examples, *, task: Task, text: TextPlan | None, options: NeuralOptions
) -> InputPlan:
    """Return the plan learnt from the training rows with a known target."""
    plan = fit_plan(train.take(known_rows(train, task)), text)
    if not options.use_table:
        plan = replace(plan, table=None)
    return plan if options.use_series else replace(plan, series=None)


def rows_of(examples: Examples, plan: InputPlan, task: Task, tokenizer: Any) -> Rows:
    """Return examples as training rows."""
    ids: list[Sequence[int]] | None = None
    there = None
    if plan.text is not None:
        texts = row_texts(plan.text, examples, tokenizer)
        ids = [*token_ids(texts, tokenizer, plan.text.max_len)]
        there = has_text(plan.text, examples)
    series = series_rows(plan, examples)
    y = target_array(examples.y, task) if examples.y is not None else np.zeros(len(examples))
    return Rows(
        y=y,
        input_ids=ids,
        has_text=there,
        table=table_rows(plan, examples),
        series=None if series is None else series[0],
        series_length=None if series is None else series[1],
    )


def fusion_sizes(plan: InputPlan, *, text: int, series: int, trunk: int = 0) -> FusionSizes:
    """Return the widths of a network for a plan."""
    from jixiao.models.nets.fusion import FusionSizes

    table = len(plan.table.names) if plan.table is not None else 0
    return FusionSizes(
        text=text if plan.text is not None else 0,
        table=table,
        series=series if plan.series is not None else 0,
        table_units=min(64, max(16, table)),
        trunk=trunk,
    )


def train_network(
    net: FusionNet,
    material: Material,
    output: Output,
    *,
    settings: LoopSettings,
    context: FitContext,
) -> LoopResult:
    """Run the loop, keeping time for the export back from the deadline."""
    if context.deadline is not None:
        left = context.deadline - time.monotonic()
        context = replace(context, deadline=context.deadline - min(EXPORT_S, 0.15 * max(left, 0.0)))
    job = Job(net, material.train, material.validation, loss=output.loss, judge=output.judge)
    return run_loop(job, settings, context)


def run_facts(result: LoopResult, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written down of a run beside the model."""
    found = asdict(result)
    found["history"] = found["history"][-200:]
    return {"training": found, "options": dict(options)}


def workdir_of(context: FitContext) -> Path:
    """Return the learner's own folder, made when missing."""
    context.workdir.mkdir(parents=True, exist_ok=True)
    return context.workdir
