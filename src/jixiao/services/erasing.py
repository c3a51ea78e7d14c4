"""Erasing a person from a workspace's files: rows, reports, opinions, caches, prompts and answers.

Rows about the person go; where others' rows name the person, the name goes. What is made anew by
the next command (caches, findings, answers of language models) is removed whole.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jixiao.contracts import Contract, Role
from jixiao.core import atomic
from jixiao.services.erasing_rows import erase_rows

_CACHES = (".cache", ".work", "answers")
_ROWS = (".csv", ".tsv", ".txt", ".jsonl", ".xlsx", ".parquet", ".gz")
_KEPT = frozenset({"jixiao.yaml", ".signing-key", ".salt", ".lock", "provenance-key.pem"})
_OFFICE = ("office.sqlite", "audit-anchor", "erased")
"""Files of the web application, which cares for its own."""
_MODELS = ("models", "writers")
"""Folders of models, which are trained anew and then removed: a changed file would break them."""
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


@dataclass(frozen=True)
class Traces:
    """By what a person is known.

    Attributes:
        key: Subject id in the data.
        words: Name, e-mail address and whatever else stands for the person; empty ones are left
            out.
    """

    key: str
    words: tuple[str, ...] = ()

    def found_in(self, text: str) -> bool:
        """Return whether a text names the person."""
        return bool(self.pattern().search(text))

    def pattern(self) -> re.Pattern[str]:
        """Return what finds the id, as a word of its own, or any of the words."""
        words = {form for one in self.words if len(one) > 1 for form in written_forms(one)}
        keys = [re.escape(one) for one in sorted(written_forms(self.key))]
        parts = [rf"(?<![0-9A-Za-z]){one}(?![0-9A-Za-z])" for one in keys]
        return re.compile("|".join([*parts, *map(re.escape, sorted(words, key=_longest))]))


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


def written_forms(word: str) -> frozenset[str]:
    r"""Return a word as it stands in a plain text, in JSON and in a CSV file.

    Examples:
        >>> sorted(written_forms('Ann "Bo" Li'))
        ['Ann ""Bo"" Li', 'Ann "Bo" Li', 'Ann \\"Bo\\" Li']
    """
    told = json.dumps(word, ensure_ascii=False)[1:-1]
    return frozenset({word, told, word.replace('"', '""')})


@dataclass
class Erased:
    """What was done to the files.

    Attributes:
        rows: Rows removed.
        files: Files removed.
        changed: Files changed.
        elsewhere: Sources outside the workspace, which their owners must look after.
        left: Files that still name the person, by their place below the workspace.
    """

    rows: int = 0
    files: int = 0
    changed: int = 0
    elsewhere: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def erase_files(base: Path, contract: Contract | None, traces: Traces) -> Erased:
    """Erase a person from every file of a workspace but those of its models.

    Args:
        base: The workspace; nobody else may write to it meanwhile.
        contract: Names the columns that hold subject ids; None where there is no contract.
        traces: By what the person is known.
    """
    done = Erased()
    for name in _CACHES:
        shutil.rmtree(base / name, ignore_errors=True)
    columns = subject_columns(contract)
    for path in list(_files(base)):
        if path.suffix in _ROWS:
            rows, changed = erase_rows(path, columns, traces.key, traces.words)
            done.rows, done.changed = done.rows + rows, done.changed + int(changed)
    _erase_reports(base, traces, done)
    _erase_log(base / ".reported.sqlite", traces)
    for path in list(_files(base)):
        if path.suffix == ".json" and _names(path, traces):
            _erase_json(path, traces)
            done.changed += 1
    done.elsewhere = outside(base, contract)
    done.left = [str(path.relative_to(base)) for path in _files(base) if _names(path, traces)]
    return done


def _files(base: Path) -> Iterator[Path]:
    for path in sorted(base.rglob("*")):
        own = path.name.startswith(_OFFICE) or path.name in _KEPT
        own = own or path.relative_to(base).parts[0] in _MODELS
        if path.is_file() and not path.is_symlink() and not own:
            yield path


def subject_columns(contract: Contract | None) -> frozenset[str]:
    """Return the names that columns of subject ids have in any table."""
    if contract is None:
        return frozenset()
    names = {name for one in contract.by_role(Role.SUBJECT) for name in (one.name, *one.aliases)}
    pairs = [pair for table in contract.tables for pair in table.key]
    for pair in pairs:
        left, _, right = pair.partition("=")
        if left in names and right:
            names.add(right)
    return frozenset(names)


def _names(path: Path, traces: Traces) -> bool:
    if traces.found_in(path.name):
        return True
    content = path.read_bytes()
    return any(traces.found_in(content.decode(one, "ignore")) for one in _ENCODINGS)


def _erase_reports(base: Path, traces: Traces, done: Erased) -> None:
    """Remove every report, in all its formats, that is about the person or names the person."""
    folder = base / "reports"
    files = [path for path in folder.rglob("*") if path.is_file()]
    stems = {path.parent / path.stem for path in files if _names(path, traces)}
    for path in files:
        if path.parent / path.stem in stems:
            path.unlink()
            done.files += 1


def _erase_log(path: Path, traces: Traces) -> None:
    if not path.is_file():
        return
    with closing(sqlite3.connect(path)) as log:
        log.execute("PRAGMA secure_delete = ON")
        rows = log.execute("SELECT place, content FROM reported").fetchall()
        named = [
            (place,)
            for place, content in rows
            if traces.found_in(place) or traces.found_in(zlib.decompress(content).decode())
        ]
        with log:
            log.executemany("DELETE FROM reported WHERE place = ?", named)
        log.execute("VACUUM")


def _erase_json(path: Path, traces: Traces) -> None:
    """Take the person out of a JSON file; one that cannot be read is removed."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError:
        path.unlink()
        return
    atomic.write_json(path, _without(value, traces.found_in))


def _without(value: Any, named: Callable[[str], bool]) -> Any:
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if not named(key) and not _is(one, named)}
        return {key: _without(one, named) for key, one in kept.items()}
    if isinstance(value, list):
        return [_without(one, named) for one in value if not _is(one, named)]
    return value


def _is(value: Any, named: Callable[[str], bool]) -> bool:
    """Return whether a value is, or a record is about, the person."""
    if isinstance(value, str):
        return named(value)
    return isinstance(value, dict) and any(
        isinstance(one, str) and named(one) for one in value.values()
    )


def outside(base: Path, contract: Contract | None) -> list[str]:
    """Return the sources of data that lie outside a workspace: names of files, kinds of databases.

    Args:
        base: The workspace.
        contract: Names the sources; None where there is no contract.
    """
    sources: Collection[str] = () if contract is None else [one.source for one in contract.tables]
    found = []
    for source in sources:
        is_file = "://" not in source
        if not is_file or base not in (base / source).resolve().parents:
            found.append(Path(source).name if is_file else source.partition("://")[0])
    return found
