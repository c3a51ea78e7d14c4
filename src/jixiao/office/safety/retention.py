"""Retention: once a day, what is older than the options say goes; nothing under a legal hold.

Each sweep is one entry of the audit log with how many records of each kind went, also where none
did: it shows that the rule was applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from jixiao.contracts.office import Changing, Option, Paper, Reading, Record, Upload
from jixiao.core import Stale, WorkspaceError
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.options import keep_option, number
from jixiao.office.safety.holding import Hold, hold_of, refuse_if_held
from jixiao.office.safety.keeping import RULES, Rule, remove_papers
from jixiao.office.viewer import Viewer
from jixiao.services import forget_reports, sweep_parts

LAST = "retention.last"
"""Id of the option that says when retention was last applied."""
IN_USE = "JX-E402"
"""Code of a workspace that another process is writing to."""
AT_ONCE = 500
"""Records of one kind that go in one transaction."""


@dataclass(frozen=True)
class Due:
    """What of one kind is older than it is kept.

    Attributes:
        rule: Name of the rule.
        days: Days it is kept.
        kept: How many there are.
        due: How many of them would go now.
    """

    rule: str
    days: int
    kept: int
    due: int


@dataclass(frozen=True)
class RetentionShown:
    """How retention stands.

    Attributes:
        dues: Each kind of record.
        hold: The legal hold.
        last: Day on which it was last applied, ISO 8601; empty if never.
        gone: How many records of each kind went then.
    """

    dues: tuple[Due, ...]
    hold: Hold
    last: str
    gone: dict[str, int]


def show_retention(office: Office, viewer: Viewer) -> RetentionShown:
    """Return what is kept for how long, and what would go now; nothing goes.

    Raises:
        Forbidden: If the viewer may not see options.
    """
    require(viewer, "option.read")
    with office.reading() as read:
        dues = tuple(_due(office, read, rule) for rule in RULES)
        last = read.first(Option, id=LAST)
        hold = hold_of(read)
    told: dict[str, Any] = last.value if last else {"day": "", "gone": {}}
    return RetentionShown(dues, hold, told["day"], told["gone"])


def _due(office: Office, read: Reading, rule: Rule) -> Due:
    old = _old(office, read, rule)
    same = {"state": old["state"]} if rule.kind is Paper else {}
    days = number(read, rule.option)
    return Due(rule.name, days, read.count(rule.kind, **same), read.count(rule.kind, **old))


def _old(office: Office, read: Reading, rule: Rule) -> dict[str, Any]:
    before = office.clock() - timedelta(days=number(read, rule.option))
    return rule.old(read, before, _sources(office) if rule.kind is Upload else ())


def apply_retention(office: Office, by: Viewer | str) -> dict[str, int] | None:
    """Let go what is older than the options say.

    Args:
        office: The application.
        by: An administrator, or ``system`` for the clock, which does it once a day.

    Returns:
        How many records of each kind went; None where it was done today, is held, or has to wait
        for another process that writes to the workspace.

    Raises:
        Forbidden: If a viewer may not.
        Conflict: If a viewer asks while everything is held.
        WorkspaceError: If a viewer asks while another process is writing to the workspace.
    """
    asked = isinstance(by, Viewer)
    if isinstance(by, Viewer):
        require(by, "option.change")
    with office.reading() as read:
        if asked:
            refuse_if_held(read)
        elif not _is_due(read, office):
            return None
    try:
        with office.workspace.store.lock():
            return _swept(office, by)
    except WorkspaceError as error:
        if asked or error.code != IN_USE:
            raise
        return None


def _is_due(read: Reading, office: Office) -> bool:
    last = read.first(Option, id=LAST)
    today = office.clock().date().isoformat()
    return not hold_of(read).is_on and (last is None or last.value["day"] < today)


def _swept(office: Office, by: Viewer | str) -> dict[str, int] | None:
    gone: Counter[str] = Counter()
    is_done = False
    while not is_done:
        try:
            with office.changing(by, "retention.apply", "retention") as change:
                _check_still(office, change, by)
                batch, files = _batch(office, change)
                is_done = all(count < AT_ONCE for count in batch.values())
                gone += batch
                change.entry.detail = {name: count for name, count in batch.items() if count}
                if is_done:
                    today = office.clock().date().isoformat()
                    keep_option(
                        change, LAST, {"day": today, "gone": {n: c for n, c in gone.items() if c}}
                    )
                _forget_files(office, change, files)
        except Stale:
            return None
    sweep_parts(office.workspace.store.base)
    if gone.total():
        office.store.reclaim()
    return dict(gone)


def _check_still(office: Office, change: Changing, by: Viewer | str) -> None:
    """Refuse where meanwhile everything is held, or another process has done it today."""
    if isinstance(by, Viewer):
        refuse_if_held(change)
    elif not _is_due(change, office):
        raise Stale("JX-E710", "retention", expected="a day without it", got="one with")


def _batch(office: Office, change: Changing) -> tuple[Counter[str], list[Record]]:
    """Remove some of each kind and return how many, and the papers and uploads among them."""
    counts: Counter[str] = Counter()
    with_files: list[Record] = []
    for rule in RULES:
        found = change.find(rule.kind, limit=AT_ONCE, **_old(office, change, rule))
        papers = [one for one in found if isinstance(one, Paper)]
        remove_papers(change, papers)
        change.remove(*(() if papers else found))
        with_files += found if rule.kind in (Paper, Upload) else ()
        if found:
            counts[rule.name] = len(found)
    return counts, with_files


def _sources(office: Office) -> frozenset[str]:
    """Return the files that data are read from, below the workspace."""
    if not office.workspace.exists:
        return frozenset()
    return frozenset(one.source for one in office.workspace.settings().contract.tables)


def _forget_files(office: Office, read: Reading, records: Collection[Record]) -> None:
    """Remove what the workspace holds of papers and uploads that are gone."""
    base = office.workspace.store.base
    papers = [one for one in records if isinstance(one, Paper)]
    forget_reports(base, [(one.language, one.report) for one in papers])
    for one in records:
        if isinstance(one, Upload):
            _forget_upload(base, read, one)


def _forget_upload(base: Path, read: Reading, upload: Upload) -> None:
    if not read.count(Upload, digest=upload.digest, ending=upload.ending):
        (base / upload.file).unlink(missing_ok=True)
    (base / f"uploads/{upload.id}.json").unlink(missing_ok=True)
    folder = base / f"uploads/{upload.id}"
    for path in folder.glob("*.csv"):
        path.unlink()
    if folder.is_dir():
        folder.rmdir()
