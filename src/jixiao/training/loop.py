"""The one training loop of every neural model.

A run is a function of its rows, settings and seed: the order of an epoch and the random numbers of
a step follow from the seed and the step's number, so a run that is killed and started again ends
with the same weights as one that was not, unless a deadline cut it. A deadline shapes the learning
rate: it falls to zero when the planned epochs are done or the time is used up, whichever is first.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import FitContext
from jixiao.core import json_hash
from jixiao.core.seeds import rng
from jixiao.training import checkpoint
from jixiao.training.batches import Rows, grouped_order, sorted_order
from jixiao.training.optimising import WeightAverage, make_optimiser
from jixiao.training.outputs import Judge, Loss
from jixiao.training.precision import faster_precision
from jixiao.training.schedule import Schedule
from jixiao.training.tracking import Curves

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class LoopSettings:
    """How a network is trained; times in seconds.

    Attributes:
        warmup: Share of the run over which the rate rises.
        decay: Whether the rate falls to zero along a line, or stays.
        clip: Largest gradient norm; 0 leaves gradients as they are.
        patience: Judgements without a better score after which training stops; 0 never stops.
        judge_every: Judgements in an epoch.
        average: Decay of the running average of weights; 0 keeps none. Judged and kept weights
            are the averaged ones.
        rates: Factor of the learning rate by weight name; 1 where a name is absent.
        checkpoint_s: Seconds between checkpoints.
        checkpoint_steps: Steps between checkpoints instead; 0 goes by time.
    """

    epochs: int = 3
    batch_size: int = 32
    lr: float = 1e-4
    optimiser: Literal["adamw", "sgd"] = "adamw"
    weight_decay: float = 0.01
    warmup: float = 0.06
    decay: Literal["linear", "none"] = "linear"
    clip: float = 1.0
    patience: int = 0
    judge_every: int = 1
    average: float = 0.0
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    rates: Mapping[str, float] = field(default_factory=dict)
    checkpoint_s: float = 60.0
    checkpoint_steps: int = 0


@dataclass(frozen=True)
class Job:
    """What is trained on what.

    Attributes:
        net: Network from a batch to raw outputs; frozen weights have ``requires_grad`` off.
        loss: Mean loss of raw outputs and targets.
        judge: Validation figures; ``score`` is the one to be raised.
    """

    net: nn.Module
    train: Rows
    validation: Rows
    loss: Loss
    judge: Judge


@dataclass
class LoopResult:
    """What a run came to; the network holds the weights of the best judgement."""

    best: dict[str, float]
    best_step: int
    steps: int
    epochs: float
    seconds: float
    precision: str
    stopped: str
    history: list[dict[str, float]]


def run_loop(job: Job, settings: LoopSettings, context: FitContext) -> LoopResult:
    """Train to the end, to the deadline or until validation no longer gains.

    Raises:
        ModelError: If a tracker is unknown or missing.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, context.threads))
    try:
        with torch.random.fork_rng(devices=[]):
            return _Run(job, settings, context).to_the_end()
    finally:
        torch.set_num_threads(threads)


class _Run:
    """One run's counters and the steps that change them."""

    def __init__(self, job: Job, settings: LoopSettings, context: FitContext) -> None:
        self.job, self.settings, self.context = job, settings, context
        self.step = 0
        self.best: dict[str, float] = {}
        self.best_step = 0
        self.stale = 0
        self.history: list[dict[str, float]] = []
        self.stopped = ""
        self.loss_sum, self.loss_count = 0.0, 0
        self.saved_at = time.monotonic()
        self.per_epoch = math.ceil(len(job.train) / settings.batch_size)
        self.schedule = Schedule(
            planned=self.per_epoch * settings.epochs,
            deadline=context.deadline,
            warmup=settings.warmup,
            decay=settings.decay,
            judged_rows=len(job.validation) / settings.batch_size,
        )
        self.precision = settings.precision
        self.optimiser = make_optimiser(
            job.net,
            settings.optimiser,
            lr=settings.lr,
            decay=settings.weight_decay,
            rates=settings.rates,
        )
        self.folder = context.workdir / "loop"
        self.key = json_hash(
            [asdict(settings), context.seed, job.train.fingerprint(), job.validation.fingerprint()]
        )
        self.average = WeightAverage(job.net, settings.average)
        self.best_weights: dict[str, Tensor] = {}
        self.best_saved = 0
        self._resume()
        if self.precision == "auto":
            self.precision = faster_precision()

    def to_the_end(self) -> LoopResult:
        curves = Curves(self.context.workdir, self.context.trackers, from_step=self.step)
        try:
            while not self.stopped:
                self._epoch(curves)
        finally:
            curves.close()
        self._finish()
        return LoopResult(
            best=self.best,
            best_step=self.best_step,
            steps=self.step,
            epochs=self.step / max(self.per_epoch, 1),
            seconds=self.schedule.elapsed(),
            precision=self.precision,
            stopped=self.stopped,
            history=self.history,
        )

    def _epoch(self, curves: Curves) -> None:
        """Go on from where the epoch stands to its end, or to a stop."""
        epoch = self.step // self.per_epoch
        generator = rng(self.context.seed, "order", str(epoch))
        order = grouped_order(self.job.train.lengths, self.settings.batch_size, generator)
        marks = _marks(self.per_epoch, self.settings.judge_every)
        for index in order[self.step % self.per_epoch :]:
            self._train_step(index, epoch)
            out_of_time = self.schedule.fraction(self.step) >= 1.0
            at = (self.step - 1) % self.per_epoch + 1
            if at in marks or out_of_time:
                self._judge(curves)
                self._check_stop(out_of_time)
            if self.stopped:
                return
            self._save_when_due()

    def _train_step(self, index: npt.NDArray[np.int64], epoch: int) -> None:
        import torch

        net = self.job.net
        net.train()
        rate = self.settings.lr * self.schedule.rate(self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        batch = self.job.train.batch(index)
        seed = int(rng(self.context.seed, "step", str(self.step)).integers(2**62))
        torch.default_generator.manual_seed(seed)  # torch.manual_seed also keeps a stack trace
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bf16"):
            raw = net(batch)
        loss = self.job.loss(raw.float(), batch["y"])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.settings.clip:
            trained = [p for p in net.parameters() if p.requires_grad]
            torch.nn.utils.clip_grad_norm_(trained, self.settings.clip, foreach=True)
        self.optimiser.step()
        self.step += 1
        self.average.follow(self.step)
        self.loss_sum, self.loss_count = self.loss_sum + float(loss.detach()), self.loss_count + 1
        stage = f"epoch {epoch + 1}/{self.settings.epochs}"
        self.context.progress(stage, *self.schedule.progress(self.step))

    def _judge(self, curves: Curves) -> None:
        begun = time.monotonic()
        with self.average.swapped_in():
            raw = raw_outputs(self.job.net, self.job.validation, precision=self.precision)
            found = self.job.judge(raw, self.job.validation.y)
            line = {
                "epoch": round(self.step / self.per_epoch, 4),
                "train_loss": self.loss_sum / max(self.loss_count, 1),
                **found,
            }
            if not self.best or found["score"] > self.best["score"]:
                self.best, self.best_step, self.stale = found, self.step, 0
                weights = checkpoint.trained(self.job.net)
                self.best_weights = {name: weight.clone() for name, weight in weights.items()}
            else:
                self.stale += 1
        self.loss_sum, self.loss_count = 0.0, 0
        self.history.append({"step": self.step, **line})
        curves.log(self.step, line)
        self.schedule.judge_s = time.monotonic() - begun

    def _check_stop(self, out_of_time: bool) -> None:
        if self.step >= self.schedule.planned:
            self.stopped = "all epochs done"
        elif out_of_time:
            self.stopped = "time used up"
        elif self.settings.patience and self.stale >= self.settings.patience:
            self.stopped = "validation gains no more"

    def _save_when_due(self) -> None:
        every = self.settings.checkpoint_steps
        if every:
            due = self.step % every == 0
        else:
            due = time.monotonic() - self.saved_at >= self.settings.checkpoint_s
        if due:
            self._save()

    def _save(self) -> None:
        self._save_best()
        net = self.job.net
        tensors = {f"weight:{name}": value for name, value in checkpoint.trained(net).items()}
        tensors |= {f"average:{name}": value for name, value in self.average.weights.items()}
        tensors |= checkpoint.optimiser_tensors(net, self.optimiser)
        checkpoint.write_tensors(self.folder / "state.safetensors", tensors, self._counters())
        self.saved_at = time.monotonic()

    def _save_best(self) -> None:
        """Write the best weights when they are newer than the file; before the counters."""
        if self.best_step != self.best_saved:
            path = self.folder / "best.safetensors"
            checkpoint.write_tensors(path, self.best_weights, {"key": self.key})
            self.best_saved = self.best_step

    def _counters(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "step": self.step,
            "used_s": self.schedule.elapsed(),
            "best": self.best,
            "best_step": self.best_step,
            "stale": self.stale,
            "history": self.history,
            "precision": self.precision,
            "loss": [self.loss_sum, self.loss_count],
            "stopped": self.stopped,
        }

    def _resume(self) -> None:
        """Take up the counters and tensors of a killed run of the same rows and settings."""
        found = checkpoint.read_tensors(self.folder / "state.safetensors")
        if found is None or found[1].get("key") != self.key:
            return
        tensors, counters = found
        self.step, self.schedule.used_s = counters["step"], counters["used_s"]
        self.best, self.best_step = counters["best"], counters["best_step"]
        self.stale, self.history = counters["stale"], counters["history"]
        self.precision, self.stopped = counters["precision"], counters["stopped"]
        self.loss_sum, self.loss_count = counters["loss"]
        if best := checkpoint.read_tensors(self.folder / "best.safetensors"):
            self.best_weights, self.best_saved = best[0], self.best_step
        if not self.stopped:
            checkpoint.restore_weights(self.job.net, checkpoint.named(tensors, "weight:"))
            checkpoint.restore_optimiser(self.job.net, self.optimiser, tensors)
            self.average.weights = checkpoint.named(tensors, "average:")

    def _finish(self) -> None:
        """Keep the best weights and a note that the run is over; the optimiser may go."""
        self._save_best()
        checkpoint.restore_weights(self.job.net, self.best_weights)
        checkpoint.write_tensors(self.folder / "state.safetensors", {}, self._counters())
        self.job.net.eval()


def raw_outputs(
    net: nn.Module, rows: Rows, *, precision: str = "fp32", batch_size: int = 64
) -> npt.NDArray[np.float32]:
    """Return raw outputs (n, n_outputs) of all rows in their order, without dropout."""
    import torch

    net.eval()
    out: npt.NDArray[np.float32] | None = None
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        for index in sorted_order(rows.lengths, batch_size):
            part = net(rows.batch(index)).float().numpy()
            if out is None:
                out = np.empty((len(rows), part.shape[1]), dtype=np.float32)
            out[index] = part
    return np.zeros((0, 1), dtype=np.float32) if out is None else out


def _marks(per_epoch: int, judge_every: int) -> set[int]:
    """Return the steps within an epoch after which validation is judged; the last is one."""
    times = max(1, min(judge_every, per_epoch))
    return {round(per_epoch * k / times) for k in range(1, times + 1)}
