"""What is to be predicted: the target by name, place and values; the task and its scale by values.

An order that nothing shows is asked for, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.contracts import DataType, Role, Scale, Task, TaskKind
from jixiao.core import ContractError
from jixiao.data import vocabulary as words
from jixiao.data.infer_roles import Evidence
from jixiao.data.infer_scale import (
    MOST_CLASSES,
    marked_scale,
    numeric_scale,
    spellings,
    worded_scale,
)
from jixiao.data.labels import to_scale
from jixiao.data.profile import Profile
from jixiao.data.scales import parse_scale, plain_level

_NEVER = {
    *(Role.ID, Role.SUBJECT, Role.RATER, Role.DATE, Role.PERIOD, Role.TEXT, Role.GOAL),
    *(Role.PROTECTED, Role.IGNORED),
}
ONLY_ONE = "the only column that could be an answer"
_SHOWN_LEVELS = 20
_SEPARATORS = (" ", ",", ";", "|", "、", "，", "；", "/")
_SENTIMENT = {"negative", "neutral", "positive", "mixed", "负面", "中性", "正面", "消极", "积极"}


@dataclass(frozen=True)
class TaskGuess:
    """The task, its type of column and why."""

    task: Task
    type: DataType
    why: str


def guess_target(candidates: list[tuple[Evidence, Role]]) -> tuple[str, str] | None:
    """Return the name of the most likely target and why, or None when nothing speaks for one.

    Args:
        candidates: Columns of the first table in order, with the roles they would have.
    """
    scored = [
        (_target_score(evidence, role, len(candidates)), evidence) for evidence, role in candidates
    ]
    possible = [(score, e) for score, e in scored if score is not None]
    named = [(score, e) for score, e in possible if score > 0]
    if named:
        best = max(named, key=lambda pair: pair[0])[1]
        return best.profile.name, "named like an answer" + _place(best, len(candidates))
    if len(possible) == 1:
        return possible[0][1].profile.name, ONLY_ONE
    return None


def _place(e: Evidence, count: int) -> str:
    return ", last column" if e.position == count - 1 else ""


def _target_score(e: Evidence, role: Role, count: int) -> float | None:
    if role in _NEVER and not (role is Role.IGNORED and words.TARGET[9].fullmatch(e.plain)):
        return None
    if e.type in (DataType.DATE, DataType.TEXT, DataType.PERIOD) or e.profile.distinct < 2:
        return None
    weight = 0.0
    for points, pattern in words.TARGET.items():
        if pattern.fullmatch(e.plain):
            weight = max(weight, points)
        elif pattern.search(e.plain):
            weight = max(weight, points - 3)
    if words.NOT_TARGET.search(e.plain):
        weight -= 5
    if not weight > 0:
        return 0.0
    is_few = e.profile.distinct <= 20 and e.profile.distinct_share < 0.5
    edges = {count - 1: 1.0, 0: 0.3}
    return weight + is_few - 6 * (e.profile.missing > 0.3) + edges.get(e.position, 0.0)


def guess_task(column: Evidence, kind: TaskKind | None, scale: str | None) -> TaskGuess:
    """Return the task for a target.

    Args:
        column: The target.
        kind: Kind the user asked for, or None.
        scale: Scale the user wrote, or None.

    Raises:
        ContractError: If the order of a rating is unknown, the column cannot be a target, or the
            scale is not its.
    """
    if scale is not None:
        return _on_scale(column, kind, parse_scale(scale))
    if kind is TaskKind.NUMBER:
        return _number(column)
    if kind is TaskKind.CLASSES:
        return _classes(column, _separator(column.profile) or " ")
    if kind is TaskKind.CLASS:
        return _class(column)
    found = _rating(column, must=kind is TaskKind.ORDINAL)
    if found is not None:
        return found
    if column.type in (DataType.NUMBER, DataType.INTEGER) and not _is_class_code(column):
        return _number(column)
    separator = _separator(column.profile)
    return _classes(column, separator) if separator else _class(column)


def _on_scale(column: Evidence, kind: TaskKind | None, scale: Scale) -> TaskGuess:
    """Return the task on a scale that the user wrote.

    Raises:
        ContractError: If another task was asked for too, or no value of the column is on the scale.
    """
    name = column.profile.name
    if kind not in (None, TaskKind.ORDINAL):
        raise ContractError(
            "JX-E124.task",
            "--scale",
            expected="--task ordinal, or no --task: only ratings have a scale",
            got=f"--task {kind}",
            hint="leave one of the two options out",
        )
    written = column.profile.levels["value"]
    if len(written) and to_scale(written, scale).index.null_count() == len(written):
        few = len(written) <= _SHOWN_LEVELS
        raise ContractError(
            "JX-E121.scale",
            "--scale",
            expected=f"the levels of {name}",
            got=f"{', '.join(scale.levels[:_SHOWN_LEVELS])}, and no value of it is one of them",
            hint="write its own levels, lowest first"
            + (f"; it holds {', '.join(sorted(written.to_list()))}" if few else ""),
        )
    return _ordinal(name, scale, "scale given by option")


def _ordinal(name: str, scale: Scale, why: str) -> TaskGuess:
    task = Task(kind=TaskKind.ORDINAL, target=name, scale=scale)
    return TaskGuess(task, DataType.ORDINAL, f"a rating of {len(scale.levels)} levels; {why}")


def _number(column: Evidence) -> TaskGuess:
    if column.profile.number_share < 0.5:
        raise _unfit(column, "numbers", "choose another --task or --target")
    task = Task(kind=TaskKind.NUMBER, target=column.profile.name)
    return TaskGuess(task, DataType.NUMBER, "a number")


def _class(column: Evidence) -> TaskGuess:
    classes = spellings(column.profile)
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise _unfit(column, f"2 to {MOST_CLASSES} classes", "choose another --target")
    task = Task(kind=TaskKind.CLASS, target=column.profile.name, classes=tuple(sorted(classes)))
    return TaskGuess(task, DataType.CATEGORY, f"one of {len(classes)} classes")


def _classes(column: Evidence, separator: str) -> TaskGuess:
    tokens = _tokens(column.profile, separator)
    least = max(2, round(0.0005 * column.profile.filled)) if column.profile.filled > 200 else 1
    kept = tokens.filter(pl.col("n") >= least)["value"].to_list()
    if len(kept) < 2:
        raise _unfit(column, "several classes in one cell", "choose another --task")
    task = Task(
        kind=TaskKind.CLASSES,
        target=column.profile.name,
        classes=tuple(sorted(kept)),
        separator=separator,
    )
    return TaskGuess(
        task, DataType.CATEGORY, f"several of {len(kept)} classes, separated by {separator!r}"
    )


def _unfit(column: Evidence, expected: str, hint: str) -> ContractError:
    got = f"{column.profile.distinct} different values of type {column.type}"
    return ContractError(
        "JX-E122.target", column.profile.name, expected=expected, got=got, hint=hint
    )


def _is_class_code(column: Evidence) -> bool:
    few = column.profile.distinct == 2 or (
        words.CLASS_NAME.search(column.plain) is not None
        and words.RATING_NAME.search(column.plain) is None
        and column.profile.distinct <= 200
    )
    return few and column.type is DataType.INTEGER


def _rating(column: Evidence, *, must: bool) -> TaskGuess | None:
    name, profile = column.profile.name, column.profile
    is_named = words.RATING_NAME.search(column.plain) is not None
    if column.type in (DataType.NUMBER, DataType.INTEGER):
        scale = None if _is_class_code(column) and not must else numeric_scale(profile, is_named)
        if scale is not None:
            return _ordinal(name, scale, f"numbers from {scale.levels[0]} to {scale.levels[-1]}")
        return _asked(column) if must else None
    scale = marked_scale(profile) or worded_scale(profile)
    if scale is not None and (must or is_named or not _is_sentiment(profile)):
        return _ordinal(name, scale, f"known order, {scale.levels[-1]!r} is highest")
    if must or (is_named and 3 <= len(spellings(profile)) <= 10 and not _is_sentiment(profile)):
        return _asked(column)
    return None


def _asked(column: Evidence) -> TaskGuess:
    levels = spellings(column.profile)
    count = column.profile.distinct
    if count > _SHOWN_LEVELS:
        got, example = f"{count} different values", "C<B<A"
    else:
        got, example = f"{count} levels: {', '.join(levels)}", "<".join(levels)
    raise ContractError(
        "JX-E123.scale-unknown",
        column.profile.name,
        expected="a rating whose order is known",
        got=got,
        hint=f"give the order, lowest first: --scale '{example}' (put them in order), "
        "or --task class if they have none",
    )


def _is_sentiment(column: Profile) -> bool:
    return {plain_level(value) for value in column.levels["value"].head(8)} <= _SENTIMENT


def _tokens(column: Profile, separator: str) -> pl.DataFrame:
    parts = column.levels.with_columns(pl.col("value").str.split(separator)).explode("value")
    cleaned = parts.with_columns(pl.col("value").str.strip_chars()).filter(pl.col("value") != "")
    return cleaned.group_by("value").agg(pl.col("n").sum()).sort("n", descending=True)


def _separator(column: Profile) -> str | None:
    """Return what separates several classes in one cell, or None when cells hold one class.

    Several classes show by combinations: few different parts make many different cells, most
    parts also stand alone, and a part keeps its name in many combinations.
    """
    cells = column.levels
    total = int(cells["n"].sum())
    for separator in _SEPARATORS:
        several = cells.filter(pl.col("value").str.contains(separator, literal=True))
        share = int(several["n"].sum()) / total if total else 0.0
        if share < 0.05 or several.height < 4:
            continue
        tokens = _tokens(column, separator)
        common = tokens.filter(pl.col("n") >= max(2, total // 1000))
        alone = cells["value"].is_in(common["value"].implode()).sum()
        is_few = 2 <= common.height <= 200 and common.height < 0.5 * cells.height
        covered = int(common["n"].sum()) / int(tokens["n"].sum())
        if is_few and covered > 0.95 and alone >= 0.4 * common.height:
            return separator
    return None
