"""When scheduled work is due: the clock's side of schedules, kept as options, no other server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from jixiao.contracts.office import Option
from jixiao.core import DataError, Missing, Stale
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer
from jixiao.office.work.imports import upload
from jixiao.office.work.jobs import new_job, start_job
from jixiao.office.work.uploads import ENDINGS

When = Literal["daily", "weekly", "monthly", "new data"]
WHENS: tuple[When, ...] = get_args(When)
KINDS = ("report", "train", "recheck")
"""Kinds of work that can be scheduled; new data can also be brought in by ``import``."""
PREFIX = "schedule."
FOLDER = "incoming"
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
        paused: Whether it is off.
        version: Version of its record.
    """

    id: str
    kind: str
    when: When
    hour: int = 6
    day: int = 1
    due: str | None = None
    seen: str = ""
    paused: bool = False
    version: int = 1

    def kept(self) -> dict[str, Any]:
        """Return what its option holds."""
        return {k: v for k, v in asdict(self).items() if k not in ("id", "version")}


def all_schedules(office: Office) -> list[Schedule]:
    """Return every schedule."""
    with office.reading() as read:
        found = read.find(Option, id__ge=PREFIX, id__lt=PREFIX + "~")
    return [schedule_of(one) for one in found]


def schedule_of(option: Option) -> Schedule:
    """Return the schedule that an option holds."""
    return Schedule(id=option.id.removeprefix(PREFIX), version=option.version, **option.value)


def planned(office: Office, plan: Schedule) -> Schedule:
    """Return a schedule that counts from now on: its next moment, and data as they are."""
    due = next_due(plan.when, plan.hour, plan.day, office.clock())
    by_data = plan.when == "new data" and plan.kind != "import"
    seen = _fingerprint(office) if by_data else ""
    return replace(plan, due=None if due is None else due.isoformat(), seen=seen)


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
    schedule on, and only that one asks: for a job in the same change, so that none is lost.
    """
    asked = 0
    for plan in all_schedules(office):
        moved = _moved(office, plan)
        if moved is None:
            continue
        try:
            with office.changing("system", "schedule.due", "schedule", plan.id) as change:
                option = change.get(Option, PREFIX + plan.id)
                if option.version != plan.version:
                    raise Stale("JX-E710", "schedule", expected="its last version", got="a newer")
                change.replace(option, value=moved.kept())
                if plan.kind != "import":
                    job = new_job(office, "system", plan.kind, {})
                    change.add(job)
                    change.entry.detail = {"job": job.id, "work": plan.kind}
        except (Stale, Missing):
            continue
        asked += 1 if plan.kind != "import" else _bring_all(office, "system")
    return asked


def _moved(office: Office, plan: Schedule) -> Schedule | None:
    """Return a schedule as it is after it was asked for, None where it is not due."""
    if plan.paused:
        return None
    if plan.kind == "import":
        return plan if _incoming(office) else None
    now = office.clock()
    if plan.due is not None:
        if datetime.fromisoformat(plan.due) > now:
            return None
        due = next_due(plan.when, plan.hour, plan.day, now)
        return replace(plan, due=due.isoformat() if due else None)
    seen = _fingerprint(office)
    return None if seen == plan.seen else replace(plan, seen=seen)


def ask_for(office: Office, plan: Schedule, by: Viewer | str) -> int:
    """Ask for what a schedule asks for, and return for how much work."""
    if plan.kind != "import":
        start_job(office, by, plan.kind, {})
        return 1
    return _bring_all(office, by)


def _bring_all(office: Office, by: Viewer | str) -> int:
    return sum(_bring(office, path, by) for path in _incoming(office))


def _bring(office: Office, path: Path, by: Viewer | str) -> int:
    """Bring one file of the watched folder; it is checked and waits for a person to take it in."""
    try:
        with path.open("rb") as file:
            upload(office, by, file, path.name)
    except DataError:
        path.replace(path.with_name(path.name + ".refused"))
        return 0
    path.unlink()
    return 1


def _incoming(office: Office) -> list[Path]:
    """Return the files of the watched folder that nobody has written to for two seconds."""
    folder = office.workspace.store.base / FOLDER
    still = office.clock().timestamp() - 2
    endings = tuple(f"{one}{packed}" for one in ENDINGS for packed in ("", ".gz"))
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    return [
        path
        for path in found
        if path.is_file() and path.name.lower().endswith(endings) and path.stat().st_mtime < still
    ]


def _fingerprint(office: Office) -> str:
    """Return what changes when the data do: sizes and times of the files they are read from."""
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
