"""Work by schedule, or when a source of data has changed: kept as options, no other server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from jixiao.contracts.office import Option
from jixiao.core import Conflict, DataError, Missing, Stale
from jixiao.office.access import require
from jixiao.office.imports import upload
from jixiao.office.jobs import start_job
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.uploads import ENDINGS
from jixiao.office.viewer import Viewer

When = Literal["daily", "weekly", "monthly", "new data"]
WHENS: tuple[When, ...] = get_args(When)
KINDS = ("report", "train", "recheck")
"""Kinds of work that can be scheduled; new data can also be brought in by ``import``."""
PREFIX = "schedule."
_FOLDER = "incoming"
"""Folder of the workspace that is watched for new files."""


@dataclass(frozen=True)
class Schedule:
    """Work that is asked for by the clock.

    Attributes:
        id: Its id.
        kind: ``report``, ``train`` or ``recheck``; ``import`` takes files of the watched folder.
        when: How often, or when data in use have changed.
        hour: Hour of the day, 0 to 23, UTC.
        day: 1 for Monday to 7 weekly; 1 to 28 monthly.
        due: When it is asked for next; None where data decide.
        seen: Fingerprint of the data when it was last asked for.
        version: Version of its record.
    """

    id: str
    kind: str
    when: When
    hour: int = 6
    day: int = 1
    due: str | None = None
    seen: str = ""
    version: int = 1

    def kept(self) -> dict[str, Any]:
        """Return what its option holds."""
        return {k: v for k, v in asdict(self).items() if k not in ("id", "version")}


def schedules(office: Office, viewer: Viewer) -> list[Schedule]:
    """Return every schedule.

    Raises:
        Forbidden: If the viewer may not read jobs.
    """
    require(viewer, "job.read")
    return _all(office)


def _all(office: Office) -> list[Schedule]:
    with office.reading() as read:
        found = read.find(Option, id__ge=PREFIX, id__lt=PREFIX + "~")
    return [_of(one) for one in found]


def _of(option: Option) -> Schedule:
    return Schedule(id=option.id.removeprefix(PREFIX), version=option.version, **option.value)


def add_schedule(
    office: Office, viewer: Viewer, kind: str, when: str, *, hour: int = 6, day: int = 1
) -> Schedule:
    """Add a schedule.

    Args:
        office: The application.
        viewer: Who may change data.
        kind: One of ``KINDS``, or ``import`` for the watched folder.
        when: One of ``WHENS``; files are imported when there are new ones.
        hour: Hour of the day, 0 to 23, UTC.
        day: 1 to 7 weekly, 1 to 28 monthly.

    Raises:
        Forbidden: If the viewer may not change data.
        Conflict: If it is none.
    """
    require(viewer, "data.change")
    most = {"weekly": 7, "monthly": 28}.get(when, 28)
    good = kind in KINDS or (kind == "import" and when == "new data")
    if not good or when not in WHENS or not 0 <= hour <= 23 or not 1 <= day <= most:
        raise Conflict(
            "JX-E760",
            "schedule",
            expected=f"{', '.join(KINDS)} daily, weekly (day 1 to 7), monthly (day 1 to 28) or on "
            "new data, or import on new data",
            got="another",
        )
    due = next_due(when, hour, day, office.clock())
    plan = Schedule(
        id=new_id(),
        kind=kind,
        when=when,
        hour=hour,
        day=day,
        due=None if due is None else due.isoformat(),
        seen=_fingerprint(office, kind) if kind != "import" else "",
    )
    with office.changing(viewer, "schedule.add", "schedule", plan.id, work=kind, when=when) as made:
        made.add(Option(id=PREFIX + plan.id, value=plan.kept()))
    return plan


def remove_schedule(office: Office, viewer: Viewer, schedule_id: str) -> None:
    """Remove a schedule.

    Raises:
        Forbidden: If the viewer may not change data.
        Missing: If there is none.
    """
    require(viewer, "data.change")
    with office.changing(viewer, "schedule.remove", "schedule", schedule_id) as change:
        option = change.first(Option, id=PREFIX + schedule_id)
        if option is None:
            raise Missing("JX-E704", "schedule", expected="a known one", got="another one")
        change.remove(option)


def next_due(when: str, hour: int, day: int, after: datetime) -> datetime | None:
    """Return the next moment strictly after another, None where data decide.

    Args:
        when: One of ``WHENS``.
        hour: Hour, 0 to 23, UTC.
        day: 1 to 7 weekly, 1 to 28 monthly.
        after: A moment.
    """
    fits: dict[str, Callable[[datetime], bool]] = {
        "daily": lambda _: True,
        "weekly": lambda one: one.isoweekday() == day,
        "monthly": lambda one: one.day == day,
    }
    if when not in fits:
        return None
    found = after.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    while found <= after or not fits[when](found):
        found += timedelta(days=1)
    return found


def tick(office: Office) -> int:
    """Ask for everything that is due and return how much that was.

    However long nobody looked, each schedule is due once. Of several processes only one moves a
    schedule on, and only that one asks.
    """
    asked = 0
    for plan in _all(office):
        moved = _moved(office, plan)
        if moved is None:
            continue
        try:
            with office.changing("system", "schedule.due", "schedule", plan.id) as change:
                option = change.get(Option, PREFIX + plan.id)
                if option.version != plan.version:
                    raise Stale("JX-E710", "schedule", expected="its last version", got="a newer")
                change.replace(option, value=moved.kept())
        except (Stale, Missing):
            continue
        asked += _ask(office, plan)
    return asked


def _moved(office: Office, plan: Schedule) -> Schedule | None:
    """Return a schedule as it is after it was asked for, None where it is not due."""
    now = office.clock()
    if plan.due is not None:
        if datetime.fromisoformat(plan.due) > now:
            return None
        due = next_due(plan.when, plan.hour, plan.day, now)
        return Schedule(**{**asdict(plan), "due": due.isoformat() if due else None})
    seen = _fingerprint(office, plan.kind)
    return None if seen == plan.seen else Schedule(**{**asdict(plan), "seen": seen})


def _ask(office: Office, plan: Schedule) -> int:
    if plan.kind != "import":
        start_job(office, "system", plan.kind, {})
        return 1
    return sum(_bring(office, path) for path in _incoming(office))


def _bring(office: Office, path: Path) -> int:
    """Bring one file of the watched folder; it is checked and waits for a person to take it in."""
    try:
        with path.open("rb") as file:
            upload(office, "system", file, path.name)
    except DataError:
        path.replace(path.with_name(path.name + ".refused"))
        return 0
    path.unlink()
    return 1


def _incoming(office: Office) -> list[Path]:
    """Return the files of the watched folder that nobody has written to for two seconds."""
    folder = office.workspace.store.base / _FOLDER
    still = office.clock().timestamp() - 2
    endings = tuple(f"{one}{packed}" for one in ENDINGS for packed in ("", ".gz"))
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    return [
        path
        for path in found
        if path.is_file() and path.name.lower().endswith(endings) and path.stat().st_mtime < still
    ]


def _fingerprint(office: Office, kind: str) -> str:
    """Return what changes when the data do: sizes and times of the files they are read from."""
    if kind == "import":
        return _told(_incoming(office))
    sources = [table.source for table in office.workspace.settings().contract.tables]
    return files_state(office.workspace.store.base, sources)


def files_state(base: Path, sources: Sequence[str]) -> str:
    """Return what changes when one of these files does; databases are passed over.

    Args:
        base: Folder that relative paths start from.
        sources: Sources of tables.
    """
    return _told([base / one for one in sources if "://" not in one])


def _told(paths: list[Path]) -> str:
    states = [(path.name, path.stat()) for path in paths if path.is_file()]
    told = "\n".join(f"{name} {one.st_size} {one.st_mtime_ns}" for name, one in states)
    return hashlib.sha256(told.encode()).hexdigest() if told else ""
