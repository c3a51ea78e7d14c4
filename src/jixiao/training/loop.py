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
from jixiao.training.outputs import Judge, Loss
from jixiao.training.precision import faster_precision
from jixiao.training.tracking import Curves

if TYPE_CHECKING:
    import torch
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
        self.started = time.monotonic()
        self.step = 0
        self.used_s = 0.0
        self.best: dict[str, float] = {}
        self.best_step = 0
        self.stale = 0
        self.history: list[dict[str, float]] = []
        self.stopped = ""
        self.loss_sum, self.loss_count = 0.0, 0
        self.judge_s = 0.0
        self.saved_at = self.started
        self.per_epoch = math.ceil(len(job.train) / settings.batch_size)
        self.planned = self.per_epoch * settings.epochs
        self.precision = settings.precision
        self.optimiser = _optimiser(job.net, settings)
        self.folder = context.workdir / "loop"
        self.key = json_hash(
            [asdict(settings), context.seed, job.train.fingerprint(), job.validation.fingerprint()]
        )
        self.average: dict[str, Tensor] = {}
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
            seconds=self._elapsed(),
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
            out_of_time = self._fraction() >= 1.0
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
        rate = self._rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        batch = self.job.train.batch(index)
        torch.manual_seed(int(rng(self.context.seed, "step", str(self.step)).integers(2**62)))
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
        self._follow_average()
        self.loss_sum, self.loss_count = self.loss_sum + float(loss.detach()), self.loss_count + 1
        self.context.progress(f"epoch {epoch + 1}/{self.settings.epochs}", *self._progress())

    def _follow_average(self) -> None:
        import torch

        if not self.settings.average:
            return
        weights = checkpoint.trained(self.job.net)
        if not self.average:
            self.average = {name: weight.clone() for name, weight in weights.items()}
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        followers = [self.average[name] for name in weights]
        torch._foreach_lerp_(followers, list(weights.values()), 1.0 - keep)

    # time ------------------------------------------------------------------------------------

    def _elapsed(self) -> float:
        return self.used_s + time.monotonic() - self.started

    def _fraction(self) -> float:
        """Return how much of the run is over, by steps or by time, whichever is more."""
        done = self.step / max(self.planned, 1)
        if self.context.deadline is None:
            return done
        left = self.context.deadline - time.monotonic() - self._judge_estimate()
        elapsed = self._elapsed()
        return max(done, elapsed / max(elapsed + left, 1e-9))

    def _judge_estimate(self) -> float:
        """Return seconds one judgement takes: measured, or guessed from the steps so far."""
        if self.judge_s or not self.step:
            return self.judge_s
        rows = self.step * self.settings.batch_size
        return 0.5 * self._elapsed() / rows * len(self.job.validation)

    def _rate(self) -> float:
        at = self._fraction()
        lr = self.settings.lr
        if self.settings.warmup and at < self.settings.warmup:
            return lr * max(at / self.settings.warmup, 1.0 / max(self.planned, 1))
        if self.settings.decay == "none":
            return lr
        return lr * max(1.0 - at, 0.0) / (1.0 - self.settings.warmup)

    def _progress(self) -> tuple[int, int]:
        """Return steps done and the steps that will have been done when time or plan ends."""
        expected = int(self.step / max(self._fraction(), 1e-9))
        return self.step, max(min(expected, self.planned), self.step)

    # judging and stopping --------------------------------------------------------------------

    def _judge(self, curves: Curves) -> None:
        begun = time.monotonic()
        with _Swapped(self.job.net, self.average):
            raw = raw_outputs(self.job.net, self.job.validation, precision=self.precision)
            found = self.job.judge(raw, self.job.validation.y)
            line = {
                "epoch": round(self.step / self.per_epoch, 4),
                "train_loss": self.loss_sum / max(self.loss_count, 1),
                **found,
            }
            if not self.best or found["score"] > self.best["score"]:
                self.best, self.best_step, self.stale = found, self.step, 0
                best = checkpoint.trained(self.job.net)
                checkpoint.write_tensors(self.folder / "best.safetensors", best, {"key": self.key})
            else:
                self.stale += 1
        self.loss_sum, self.loss_count = 0.0, 0
        self.history.append({"step": self.step, **line})
        curves.log(self.step, line)
        self.judge_s = time.monotonic() - begun

    def _check_stop(self, out_of_time: bool) -> None:
        if self.step >= self.planned:
            self.stopped = "all epochs done"
        elif out_of_time:
            self.stopped = "time used up"
        elif self.settings.patience and self.stale >= self.settings.patience:
            self.stopped = "validation gains no more"

    # checkpoints -----------------------------------------------------------------------------

    def _save_when_due(self) -> None:
        every = self.settings.checkpoint_steps
        if every:
            due = self.step % every == 0
        else:
            due = time.monotonic() - self.saved_at >= self.settings.checkpoint_s
        if due:
            self._save()

    def _save(self) -> None:
        net = self.job.net
        tensors = {f"weight:{name}": value for name, value in checkpoint.trained(net).items()}
        tensors |= {f"average:{name}": value for name, value in self.average.items()}
        tensors |= checkpoint.optimiser_tensors(net, self.optimiser)
        checkpoint.write_tensors(self.folder / "state.safetensors", tensors, self._counters())
        self.saved_at = time.monotonic()

    def _counters(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "step": self.step,
            "used_s": self._elapsed(),
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
        self.step, self.used_s = counters["step"], counters["used_s"]
        self.best, self.best_step = counters["best"], counters["best_step"]
        self.stale, self.history = counters["stale"], counters["history"]
        self.precision, self.stopped = counters["precision"], counters["stopped"]
        self.loss_sum, self.loss_count = counters["loss"]
        if not self.stopped:
            checkpoint.restore_weights(self.job.net, _named(tensors, "weight:"))
            checkpoint.restore_optimiser(self.job.net, self.optimiser, tensors)
            self.average = _named(tensors, "average:")

    def _finish(self) -> None:
        """Keep the best weights and a note that the run is over; the optimiser may go."""
        found = checkpoint.read_tensors(self.folder / "best.safetensors")
        if found is not None:
            checkpoint.restore_weights(self.job.net, found[0])
        checkpoint.write_tensors(self.folder / "state.safetensors", {}, self._counters())
        self.job.net.eval()


class _Swapped:
    """Put averaged weights into a network for a while."""

    def __init__(self, net: nn.Module, average: Mapping[str, Tensor]) -> None:
        self.net, self.average = net, average
        self.kept: dict[str, Tensor] = {}

    def __enter__(self) -> None:
        if self.average:
            self.kept = {n: w.clone() for n, w in checkpoint.trained(self.net).items()}
            checkpoint.restore_weights(self.net, self.average)

    def __exit__(self, *_: object) -> None:
        if self.kept:
            checkpoint.restore_weights(self.net, self.kept)


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


def _named(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name[len(prefix) :]: value.clone()
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _optimiser(net: nn.Module, settings: LoopSettings) -> torch.optim.Optimizer:
    """Return the optimiser with one group per learning rate and weight decay."""
    import torch

    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in net.named_parameters():
        if parameter.requires_grad:
            decay = settings.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((settings.rates.get(name, 1.0), decay), []).append(parameter)
    listed = [
        {"params": parameters, "factor": factor, "weight_decay": decay, "lr": settings.lr * factor}
        for (factor, decay), parameters in groups.items()
    ]
    if settings.optimiser == "sgd":
        return torch.optim.SGD(listed, lr=settings.lr)
    return torch.optim.AdamW(listed, lr=settings.lr, fused=True)
