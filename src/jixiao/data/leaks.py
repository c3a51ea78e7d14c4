"""Finds columns that all but determine the answer, by held-out evidence.

A leak is a column that knows the answer: derived from it, filled in after it, or granted because
of it. A strong honest feature is none. What tells them apart is dependence that is close to a
function on at least part of the range, in one of five ways:

- the column leaves hardly any uncertainty about the answer;
- the answer leaves hardly any about the column (a coarser copy of it, such as "rating over 2");
- whether the column is filled follows from the answer (a reason asked for after bad answers only);
- its words are the answer's own words, and they agree;
- its name speaks of what follows a rating (a raise, a bonus), and from some value on it singles
  out an answer that is rare elsewhere.

Everything is measured by five-fold cross-fitting: ids and near-unique values, whose held-out rows
were never seen, tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from jixiao.contracts import FEATURES, Column, Contract, Leak, Role
from jixiao.data.leak_fit import (
    Answers,
    Fit,
    answers_of,
    cells_of,
    fit_answer,
    fit_back,
    levels_of_answer,
)
from jixiao.data.vocabulary import plain_name

_FEWEST_ROWS = 40
_FEW = 20
_UNCERTAINTY = 0.7
_FUNCTION, _GAIN = 0.98, 0.85
_CHANCE = 1e-6
_AGREE = 0.9
_LIFT, _HALF, _REACH = 3.0, 0.45, 0.4
_CONSEQUENCE = re.compile(
    r"(?<![a-z])(?:(?:salary|pay|wage)\s?(?:hike|raise|increase|rise|adjust\w*|increment)\w*"
    r"|hike|raise|increment|bonus\w*|merit (?:increase|pay)|stock grant|severance|pip"
    r"|promot(?:ed|ion (?:decision|granted|result)))(?![a-z])"
    r"|调薪|加薪|涨薪|涨幅|奖金|年终奖|绩效工资|晋升结果|是否晋升|调级",
)


@dataclass(frozen=True)
class _Case:
    """One column under suspicion: its values, what it tells of the answer, and the answers."""

    column: Column
    values: pl.Series
    fit: Fit
    answers: Answers


def find_leaks(frame: pl.DataFrame, contract: Contract) -> list[Leak]:
    """Return columns that all but determine the target, strongest first.

    Args:
        frame: Typed used rows, joined; rows without an answer are passed over.
        contract: Features and columns already called leaks are looked at; those explicitly let
            in with ``allow_leak`` are not.
    """
    if contract.task.target not in frame.columns:
        return []
    answers, kept = answers_of(frame[contract.task.target], contract.task)
    if len(answers.index) < _FEWEST_ROWS or len(set(answers.index.tolist())) < 2:
        return []
    found: list[Leak] = []
    for column in contract.columns:
        is_seen = column.role in FEATURES or column.role is Role.LEAK
        if not is_seen or column.allow_leak or column.name not in frame.columns:
            continue
        if column.role is Role.TEXT or column.name == contract.task.target:
            continue
        leak = _judged(column, frame[column.name].gather(kept), answers)
        found += [leak] if leak is not None else []
    return sorted(found, key=lambda leak: (-leak.strength, leak.column))


def _judged(column: Column, values: pl.Series, answers: Answers) -> Leak | None:
    if len(values) - values.null_count() < _FEW:
        return None
    case = _Case(column, values, fit_answer(cells_of(values), answers), answers)
    for rule in _RULES:
        evidence = rule(case)
        if evidence:
            strength = round(float(np.clip(case.fit.removed, 0, 1)), 3)
            return Leak(column.name, evidence, strength)
    return None


def _determines(case: _Case) -> str:
    """The column leaves hardly any uncertainty about the answer."""
    fit = case.fit
    if fit.removed < _UNCERTAINTY:
        return ""
    return (
        f"alone it gives the answer in {fit.accuracy:.0%} of rows it was not fitted to, against"
        f" {case.answers.majority:.0%} by the commonest answer; it removes {fit.removed:.0%} of"
        " the uncertainty"
    )


def _follows(case: _Case) -> str:
    """The answer leaves hardly any uncertainty about the column: a coarser copy."""
    cells = cells_of(case.values)
    if len(set(cells.tolist())) > 50 or case.values.null_count() > 0.5 * len(case.values):
        return ""
    right, base = fit_back(cells, case.answers)
    if right < _FUNCTION or 1 - right > (1 - _GAIN) * (1 - base) or base > 0.97:
        return ""
    return (
        f"it follows from the answer: knowing the answer gives its value in {right:.1%} of rows"
        f" held out, against {base:.0%} by its commonest value"
    )


def _filled(case: _Case) -> str:
    """Whether the column is filled follows from the answer."""
    filled = case.values.is_not_null().to_numpy()
    share = float(filled.mean())
    if share > 1 - 1e-9:
        return ""
    right, base = fit_back(filled.astype(np.int64), case.answers)
    if right >= _FUNCTION and 1 - right <= (1 - _GAIN) * (1 - base) and 0.03 <= share <= 0.97:
        return f"it is filled or empty according to the answer in {right:.1%} of rows"
    index, count = np.unique(case.answers.index[filled], return_counts=True)
    top = int(count.argmax())
    usual = float((case.answers.index == index[top]).mean())
    purity = count[top] / filled.sum()
    if purity >= 0.99 and filled.sum() >= _FEW and usual ** int(filled.sum()) < _CHANCE:
        name = case.answers.names[int(index[top])]
        return (
            f"it is filled only where the answer is {name!r}: {int(count[top])} of"
            f" {int(filled.sum())} filled rows, though {usual:.0%} of all have that answer"
        )
    return ""


def _says_the_same(case: _Case) -> str:
    """Its words are the answer's own words, and they agree."""
    own = levels_of_answer(case.values, case.answers)
    if own is None:
        return ""
    known = own >= 0
    if known.sum() < _FEW or known.sum() < 0.95 * (len(own) - case.values.null_count()):
        return ""
    agree = float((own[known] == case.answers.index[known]).mean())
    shares = [
        float((own[known] == level).mean() * (case.answers.index[known] == level).mean())
        for level in range(len(case.answers.names))
    ]
    chance = sum(shares)
    if agree < _AGREE or (agree - chance) < 0.8 * (1 - chance):
        return ""
    return f"where it is filled it says the same as the answer in {agree:.0%} of {known.sum()} rows"


def _granted(case: _Case) -> str:
    """Its name speaks of what follows a rating, and it singles out a rare answer."""
    if not _CONSEQUENCE.search(plain_name(case.column.name)):
        return ""
    if case.fit.removed >= 0.3:
        told = f"it removes {case.fit.removed:.0%} of the uncertainty about the answer"
        return f"named like something granted because of the rating, and {told}"
    for level, name in enumerate(case.answers.names):
        mine = case.answers.index == level
        usual = float(mine.mean())
        sure = case.fit.proba[:, level] >= max(_HALF, _LIFT * usual)
        if not 0 < usual < 1 / _LIFT or sure.sum() < _FEW // 2:
            continue
        hits = float(mine[sure].mean())
        reach = float((mine & sure).sum() / mine.sum())
        if hits >= max(_HALF, _LIFT * usual) and reach >= _REACH:
            return (
                f"named like something granted because of the rating; {_range(case, sure)} the"
                f" answer is {name!r} in {hits:.0%} of rows, against {usual:.0%} in all, and"
                f" {reach:.0%} of such answers lie there; it removes {case.fit.removed:.0%} of the"
                " uncertainty"
            )
    return ""


def _range(case: _Case, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    values = case.values.filter(pl.Series(rows)).drop_nulls()
    if values.dtype.is_numeric() and len(values):
        return f"from {values.quantile(0.05):g} to {values.quantile(0.95):g}"
    return "for some of its values"


_RULES: tuple[Callable[[_Case], str], ...] = (
    _says_the_same,
    _follows,
    _filled,
    _determines,
    _granted,
)
