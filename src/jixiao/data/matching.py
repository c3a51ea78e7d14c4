"""Finds the contract's columns in a later export: renamed, reordered, added or removed.

Names come first (exact, declared aliases, the same but for case, width and punctuation, known
synonyms in both languages), then values. Whatever is not exact is told with its evidence; what
could be meant in two ways is never chosen silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jixiao.contracts import Column, Contract, Problem, Role
from jixiao.data.codes import CODES, Effect, severity_of
from jixiao.data.match_values import Likeness, likeness
from jixiao.data.sources import RawTable
from jixiao.data.synonyms import same_meaning
from jixiao.data.vocabulary import plain_name

_SURE = 0.75
_CLEAR = 0.12


@dataclass(frozen=True)
class Match:
    """Where one column of the contract was found.

    Attributes:
        column: Its name in the contract.
        found: Its name in the file.
        evidence: Why they are the same, in words; ``""`` for a declared alias.
    """

    column: str
    found: str
    evidence: str


def match_tables(
    contract: Contract, tables: Sequence[RawTable]
) -> tuple[tuple[RawTable, ...], tuple[Problem, ...]]:
    """Return the tables with the contract's own column names, and what was not exact.

    Args:
        contract: The contract made from an earlier export.
        tables: Tables as read, in the contract's order.
    """
    matches, problems = _matched(contract, tables)
    names = {match.found: match.column for match in matches}
    renamed = []
    for raw in tables:
        here = {old: new for old, new in names.items() if old in raw.frame.columns}
        here = {old: new for old, new in here.items() if new not in raw.frame.columns}
        kinds = {here.get(name, name): kind for name, kind in raw.kinds.items()}
        renamed.append(replace(raw, frame=raw.frame.rename(here), kinds=kinds) if here else raw)
    return tuple(renamed), problems


def match_columns(
    contract: Contract, tables: Sequence[RawTable]
) -> tuple[Contract, tuple[Problem, ...]]:
    """Return the contract with the names that columns have in these tables, and what changed.

    The old name of a renamed column becomes an alias. To keep the contract's names, as a trained
    model needs, rename the tables instead: :func:`match_tables`.

    Args:
        contract: The contract made from an earlier export.
        tables: Tables as read, in the contract's order.
    """
    matches, problems = _matched(contract, tables)
    names = {match.column: match.found for match in matches}
    if not names:
        return contract, problems

    def renamed(column: Column) -> Column:
        new = names.get(column.name)
        if new is None:
            return column
        aliases = tuple(dict.fromkeys((*column.aliases, column.name)))
        return column.model_copy(update={"name": new, "aliases": aliases})

    task = contract.task
    target = names.get(task.target, task.target)
    found = tuple(
        table.model_copy(update={"key": tuple(names.get(key, key) for key in table.key)})
        for table in contract.tables
    )
    return contract.model_copy(
        update={
            "columns": tuple(renamed(column) for column in contract.columns),
            "task": task.model_copy(update={"target": target}),
            "tables": found,
        }
    ), problems


def _torn_keys(contract: Contract, tables: Sequence[RawTable]) -> set[str]:
    """Return keys that one of the tables they join lacks: renamed there and not in the other."""
    first = tables[0].frame.columns
    return {
        key
        for table, raw in zip(contract.tables[1:], tables[1:], strict=False)
        for key in table.key
        if key not in first or key not in raw.frame.columns
    }


def _matched(
    contract: Contract, tables: Sequence[RawTable]
) -> tuple[list[Match], tuple[Problem, ...]]:
    present = {name for raw in tables for name in raw.frame.columns}
    suffixes = tuple(f"_{raw.name}" for raw in tables[1:])
    names = {column.name for column in contract.columns}
    torn = _torn_keys(contract, tables)
    missing = [
        c for c in contract.columns if c.name in torn or not _is_there(c.name, present, suffixes)
    ]
    extra = {
        name: raw for raw in tables for name in raw.frame.columns if name not in names
    }  # of equal names in two tables the last stands for both
    matches: list[Match] = []
    problems: list[Problem] = []
    for rule in (_by_alias, _by_spelling, _by_meaning):
        _take(rule, (missing, extra), matches)
    missing = [c for c in missing if c.name not in {m.column for m in matches}]
    _by_values(contract, (missing, extra), matches, problems)
    found = {match.column for match in matches}
    ambiguous = {problem.column for problem in problems}
    file = tables[0].file
    problems += [_renamed(match, extra[match.found].file) for match in matches if match.evidence]
    for column in missing:
        if column.name not in found | ambiguous and column.role is not Role.TARGET:
            problems.append(_missing(column, file))
    taken = {match.found for match in matches}
    problems += [_new(raw, name) for name, raw in extra.items() if name not in taken]
    return matches, tuple(problems)


def _is_there(name: str, present: set[str], suffixes: tuple[str, ...]) -> bool:
    """Return whether a column is in a table, by itself or under the name a join gives it."""
    if name in present:
        return True
    return any(name.endswith(s) and name.removesuffix(s) in present for s in suffixes)


_Open = tuple[list[Column], dict[str, RawTable]]


def _take(rule: Callable[[Column, str], str | None], open_: _Open, matches: list[Match]) -> None:
    missing, extra = open_
    for column in missing:
        taken = {match.found for match in matches}
        if column.name in {match.column for match in matches}:
            continue
        evidence = {name: rule(column, name) for name in extra if name not in taken}
        hits = {name: told for name, told in evidence.items() if told is not None}
        if len(hits) == 1:
            ((name, told),) = hits.items()
            matches.append(Match(column.name, name, told))


def _by_alias(column: Column, name: str) -> str | None:
    return "" if name in column.aliases else None


def _by_spelling(column: Column, name: str) -> str | None:
    plain = plain_name(name).replace(" ", "")
    own = {plain_name(known).replace(" ", "") for known in (column.name, *column.aliases)}
    return "the same name but for case, width or punctuation" if plain in own else None


def _by_meaning(column: Column, name: str) -> str | None:
    return "a name of the same meaning" if same_meaning(column.name, name) else None


def _by_values(
    contract: Contract, open_: _Open, matches: list[Match], problems: list[Problem]
) -> None:
    """Match what names do not tell by values, best pair first, and name what stays open."""
    missing, extra = open_
    taken = {match.found for match in matches}
    pairs: list[tuple[float, Column, str, Likeness]] = []
    for column in missing:
        if column.role is Role.IGNORED:
            continue
        for name, raw in extra.items():
            if name not in taken:
                like = likeness(column, raw.frame[name], contract.task)
                pairs.append((like.score, column, name, like))
    best: dict[str, list[tuple[float, Column, str, Likeness]]] = {}
    for pair in sorted(pairs, key=lambda p: -p[0]):
        if pair[0] >= _SURE:
            best.setdefault(pair[1].name, []).append(pair)
    claims = _claims(best)
    for name, found in best.items():
        rivals = [pair for pair in found if found[0][0] - pair[0] < _CLEAR]
        wanted = [other for other in claims[found[0][2]] if other != name]
        if len(rivals) > 1 or wanted:
            problems.append(_ambiguous(found[0][1], [pair[2] for pair in rivals], extra))
            continue
        matches.append(Match(name, found[0][2], found[0][3].evidence))


def _claims(
    best: dict[str, list[tuple[float, Column, str, Likeness]]],
) -> dict[str, list[str]]:
    """Return for each new column the missing columns whose best match it is, closely."""
    claims: dict[str, list[tuple[float, str]]] = {}
    for name, found in best.items():
        claims.setdefault(found[0][2], []).append((found[0][0], name))
    close: dict[str, list[str]] = {}
    for new, claimed in claims.items():
        top = max(score for score, _ in claimed)
        close[new] = [name for score, name in claimed if top - score < _CLEAR]
    return close


def _problem(
    slug: str, file: str, column: str, *, expected: str, got: str, effect: Effect | None = None
) -> Problem:
    finding = CODES[slug]
    return Problem(
        code=finding.code,
        file=file,
        row=None,
        column=column,
        expected=expected,
        got=got,
        hint=finding.hint,
        rows=0,
        severity=severity_of(effect or finding.effect),
    )


def _renamed(match: Match, file: str) -> Problem:
    got = f"{match.found!r}: {match.evidence}"
    return _problem("column-renamed", file, match.column, expected=repr(match.column), got=got)


def _missing(column: Column, file: str) -> Problem:
    return _problem(
        "column-missing",
        file,
        column.name,
        expected=f"the {column.role} column",
        got="none like it",
    )


def _new(raw: RawTable, name: str) -> Problem:
    return _problem(
        "column-new", raw.file, name, expected="a column of the contract", got="a new one"
    )


def _ambiguous(column: Column, names: list[str], extra: dict[str, RawTable]) -> Problem:
    shown = " or ".join(repr(name) for name in names)
    found = _problem(
        "column-ambiguous",
        extra[names[0]].file,
        column.name,
        expected=f"one column that could be {column.name!r}",
        got=shown,
    )
    hint = f"add aliases: [{names[0]}] to {column.name!r} in jixiao.yaml if that is the one"
    return replace(found, hint=hint)
