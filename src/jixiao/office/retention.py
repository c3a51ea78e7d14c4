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
from jixiao.core import Conflict, Stale, WorkspaceError
from jixiao.office.access import require
from jixiao.office.keeping import RULES, Rule, remove_papers
from jixiao.office.office import Office
from jixiao.office.options import number
from jixiao.office.viewer import Viewer
from jixiao.services import forget_reports, sweep_parts

HOLD = "legal_hold"
"""Id of the option."""
LAST = "retention.last"
"""Id of the option that says when retention was last applied."""
IN_USE = "JX-E402"
"""Code of a workspace that another process is writing to."""
AT_ONCE = 500
"""Records of one kind that go in one transaction."""
MOST_REASON = 500


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
class Hold:
    """Whether everything is held.

    Attributes:
        is_on: Whether it is.
        since: When it was last set or ended, ISO 8601; empty if never.
        reason: Why, as it was said.
    """

    is_on: bool = False
    since: str = ""
    reason: str = ""


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


def hold_of(read: Reading) -> Hold:
    """Return how the legal hold stands."""
    option = read.first(Option, id=HOLD)
    return Hold(**option.value) if option else Hold()


def refuse_if_held(read: Reading) -> None:
    """Refuse to remove anything under a legal hold.

    Raises:
        Conflict: If there is one.
    """
    if hold_of(read).is_on:
        raise Conflict(
            "JX-E795",
            "legal hold",
            expected="none",
            got="one that is on",
            hint="an administrator ends it under Settings, Retention",
        )


def set_hold(office: Office, viewer: Viewer, *, is_on: bool, reason: str = "") -> Hold:
    """Hold everything that would go, or end that.

    Args:
        office: The application.
        viewer: An administrator.
        is_on: Whether everything is to be held.
        reason: Why, in own words; needed to set it.

    Raises:
        Forbidden: If the viewer may not.
        Conflict: If the reason is missing.
    """
    require(viewer, "option.change")
    reason = reason.strip()[:MOST_REASON]
    if is_on and not reason:
        raise Conflict("JX-E796", "reason", expected="why everything is held", got="none")
    hold = Hold(is_on, office.clock().isoformat(), reason)
    value = {"is_on": hold.is_on, "since": hold.since, "reason": hold.reason}
    with office.changing(viewer, "hold.set" if is_on else "hold.end", "option", HOLD) as change:
        _keep(change, HOLD, value)
    return hold


def _keep(change: Changing, name: str, value: dict[str, Any]) -> None:
    option = change.first(Option, id=name)
    if option is None:
        change.add(Option(id=name, value=value))
    else:
        change.replace(option, value=value)


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
                if not isinstance(by, Viewer) and not _is_due(change, office):
                    raise Stale("JX-E710", "retention", expected="a day without it", got="one with")
                batch, files = _batch(office, change)
                is_done = all(count < AT_ONCE for count in batch.values())
                gone += batch
                change.entry.detail = {name: count for name, count in batch.items() if count}
                if is_done:
                    today = office.clock().date().isoformat()
                    _keep(
                        change, LAST, {"day": today, "gone": {n: c for n, c in gone.items() if c}}
                    )
                _forget_files(office, change, files)
        except Stale:
            return None
    sweep_parts(office.workspace.store.base)
    if gone.total():
        office.store.reclaim()
    return dict(gone)


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
