from __future__ import annotations

import time

import pytest
import torch
from torch import nn

from jixiao.training.optimising import WeightAverage, make_optimiser
from jixiao.training.schedule import Schedule


def schedule(deadline: float | None = None, **changed: object) -> Schedule:
    return Schedule(
        **{"planned": 100, "deadline": deadline, "warmup": 0.1, "decay": "linear"} | changed
    )  # type: ignore[arg-type]


def test_the_rate_rises_then_falls_to_zero_at_the_last_step() -> None:
    plan = schedule()
    assert plan.rate(0) == 0.01
    assert plan.rate(5) == pytest.approx(0.5)
    assert plan.rate(10) == pytest.approx(1.0)
    assert plan.rate(55) == pytest.approx(0.5)
    assert plan.rate(100) == 0.0


def test_a_rate_without_decay_stays() -> None:
    assert {schedule(decay="none", warmup=0.0).rate(step) for step in (0, 50, 99)} == {1.0}


def test_the_clock_counts_when_it_is_ahead_of_the_steps() -> None:
    now = time.monotonic()
    plan = schedule(now + 10.0, started=now - 30.0)
    assert plan.fraction(10) == pytest.approx(0.75, abs=0.01)
    assert plan.fraction(90) == 0.9
    done, expected = plan.progress(30)
    assert done == 30
    assert expected in (39, 40)


def test_time_for_judging_is_kept_back() -> None:
    now = time.monotonic()
    assert schedule(now + 10.0, started=now - 30.0, judge_s=5.0).fraction(1) > 0.85
    guessed = schedule(now + 40.0, started=now - 30.0, judged_rows=20.0)
    assert guessed.fraction(10) == pytest.approx(0.75, abs=0.01), "half a step's time a batch"


def test_a_resumed_run_counts_the_time_it_had_used() -> None:
    now = time.monotonic()
    assert schedule(now + 10.0, used_s=30.0).fraction(0) == pytest.approx(0.75, abs=0.01)


def test_groups_have_their_own_rate_and_vectors_no_decay() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    net[1].weight.requires_grad_(False)
    made = make_optimiser(net, "adamw", lr=0.1, decay=0.5, rates={"0.weight": 0.2})
    found = {(g["factor"], g["weight_decay"]): len(g["params"]) for g in made.param_groups}
    assert found == {(0.2, 0.5): 1, (1.0, 0.0): 2}


def test_the_average_is_swapped_in_and_out_again() -> None:
    net = nn.Linear(1, 1, bias=False)
    average = WeightAverage(net, 0.5)
    for step, value in ((1, 1.0), (2, 3.0)):
        with torch.no_grad():
            net.weight.fill_(value)
        average.follow(step)
    with average.swapped_in():
        assert net.weight.item() == pytest.approx(1.0 + 2.0 * (1 - 3 / 12))
    assert net.weight.item() == 3.0


def test_without_a_decay_there_is_no_average() -> None:
    net = nn.Linear(1, 1)
    average = WeightAverage(net, 0.0)
    average.follow(1)
    assert average.weights == {}
    with average.swapped_in():
        pass
