"""Durable jobs: asked for, taken by one worker at a time, told about, ended once.

A worker holds a **lease** on its job and renews it; when it dies, the lease runs out and another
worker takes the job over. Whoever lost the lease can neither tell progress nor end the job, so a
job is never brought to its end twice. Start, retry, cancelling and end are entries of the audit
log; progress is a note.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jixiao.contracts.office import Changing, Job
from jixiao.core import Conflict, Missing, Stale
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer

LEASE_S = 15.0
"""Seconds after which a silent worker is taken to be dead."""
MOST_ATTEMPTS = 3
"""How often a job is begun at most before it counts as failed."""
OPEN = frozenset({"waiting", "running"})
_TRIES = 8


class Cancelled(Exception):
    """Somebody asked to cancel the job that is being worked on."""


class Lost(Exception):
    """The job is not this worker's any more."""


def start_job(office: Office, by: Viewer | str, kind: str, arguments: dict[str, Any]) -> Job:
    """Ask for long work; a worker takes it up.

    Args:
        office: The application.
        by: Who asks, or ``system`` for the clock.
        kind: A key of ``work.WORK``.
        arguments: What the work needs; no names and no texts.

    Raises:
        Forbidden: If a viewer may not do such work.
        Conflict: If there is no such kind of work.
    """
    job = new_job(office, by, kind, arguments)
    with office.changing(by, "job.start", "job", job.id, work=kind) as change:
        change.add(job)
    return job


def new_job(office: Office, by: Viewer | str, kind: str, arguments: dict[str, Any]) -> Job:
    """Return a job for a change that asks for it together with something else.

    Args:
        office: The application.
        by: Who asks, or ``system`` for the clock.
        kind: A key of ``work.WORK``.
        arguments: What the work needs; no names and no texts.

    Raises:
        Forbidden: If a viewer may not do such work.
        Conflict: If there is no such kind of work.
    """
    from jixiao.office.work.work import WORK

    if kind not in WORK:
        raise Conflict("JX-E761", "kind", expected=f"one of {', '.join(WORK)}", got="another one")
    if isinstance(by, Viewer):
        require(by, WORK[kind].action)
    return Job(
        id=new_id(),
        kind=kind,
        arguments=arguments,
        by=by.account.id if isinstance(by, Viewer) else "",
        created=office.clock(),
        result={},
    )


def jobs(
    office: Office, viewer: Viewer, *, limit: int = 50, before: str = "", **where: Any
) -> list[Job]:
    """Return jobs, the newest first.

    Args:
        office: The application.
        viewer: Who asks.
        limit: Most jobs.
        before: Id of a job; only older ones then.
        where: Fields and values as in ``Reading.find``.

    Raises:
        Forbidden: If the viewer may not read jobs.
        Missing: If ``before`` is no job.
    """
    require(viewer, "job.read")
    with office.reading() as read:
        found = read.find(Job, order="-created", **where)
    if not before:
        return found[:limit]
    ids = [one.id for one in found]
    if before not in ids:
        raise Missing("JX-E704", "cursor", expected="the one of the last answer", got="another one")
    return found[ids.index(before) + 1 :][:limit]


def one_job(office: Office, viewer: Viewer, job_id: str) -> Job:
    """Return a job.

    Raises:
        Forbidden: If the viewer may not read jobs.
        Missing: If there is none.
    """
    require(viewer, "job.read")
    with office.reading() as read:
        return read.get(Job, job_id)


def cancel_job(office: Office, viewer: Viewer, job_id: str) -> Job:
    """Ask a job to stop: at once when it waits, at its next step when it runs.

    Raises:
        Forbidden: If the viewer may not do it.
        Conflict: If the job has ended.
    """
    require(viewer, "job.cancel")
    for _ in range(_TRIES):
        try:
            with office.changing(viewer, "job.cancel", "job", job_id) as change:
                return _cancelled(office, change, job_id)
        except Stale:
            continue
    raise Stale("JX-E710", "job", expected="a job at rest", got="one that moves", hint="try again")


def _cancelled(office: Office, change: Changing, job_id: str) -> Job:
    job = change.get(Job, job_id)
    if job.state not in OPEN:
        raise Conflict("JX-E762", "job", expected="one that has not ended", got=job.state)
    if job.state == "waiting":
        return change.replace(job, state="cancelled", stop=True, ended=office.clock())
    return change.replace(job, stop=True)


def retry_job(office: Office, viewer: Viewer, job_id: str) -> Job:
    """Let a job that failed or was cancelled be done after all; unfinished work is gone on with.

    Raises:
        Forbidden: If the viewer may not do such work.
        Conflict: If the job waits, runs or is done.
    """
    from jixiao.office.work.work import WORK

    with office.changing(viewer, "job.retry", "job", job_id) as change:
        job = change.get(Job, job_id)
        require(viewer, WORK[job.kind].action)
        if job.state not in ("failed", "cancelled"):
            raise Conflict("JX-E762", "job", expected="one that failed", got=job.state)
        return change.replace(
            job,
            state="waiting",
            stop=False,
            attempts=0,
            worker="",
            lease=None,
            result={},
            ended=None,
            stage="",
            done=0,
            total=0,
        )


def claim(office: Office, worker: str) -> Job | None:
    """Take the oldest job that waits, or whose worker has died; None when there is none.

    A job that was begun too often fails instead. On PostgreSQL two workers may read the same job;
    only one of them can take that version of it.
    """
    for _ in range(_TRIES):
        try:
            with office.store.noting() as note:
                job = _next(office, note)
                if job is None or job.attempts < MOST_ATTEMPTS:
                    return None if job is None else _taken(office, note, job, worker)
                job = _taken(office, note, job, worker)
        except Stale:
            continue
        error = {
            "code": "JX-E763",
            "place": "job",
            "expected": "work that comes to an end",
            "got": f"{MOST_ATTEMPTS} beginnings without one",
            "hint": "is there enough memory? then try it again",
        }
        end(office, job, "failed", {"error": error})
    return None


def _next(office: Office, note: Changing) -> Job | None:
    now = office.clock()
    waiting = note.find(Job, state="waiting", order="created")
    dead = note.find(Job, state="running", lease__lt=now, order="created")
    ready = [one for one in waiting if one.lease is None or one.lease <= now]
    return min([*dead, *ready], key=lambda job: job.created, default=None)


def _taken(office: Office, note: Changing, job: Job, worker: str) -> Job:
    return note.replace(
        job,
        state="running",
        worker=worker,
        attempts=job.attempts + 1,
        lease=office.clock() + timedelta(seconds=LEASE_S),
    )


def renew(office: Office, job: Job, **told: Any) -> Job:
    """Keep hold of a job and note how far it is; return it as it is now.

    Args:
        office: The application.
        job: As it was claimed.
        told: ``stage``, ``done`` and ``total``.

    Raises:
        Lost: If the job is not this worker's any more.
    """
    lease = office.clock() + timedelta(seconds=LEASE_S)
    for _ in range(_TRIES):
        try:
            with office.store.noting() as note:
                return note.replace(_own(note, job), lease=lease, **told)
        except Stale:
            continue
    raise Lost


def put_back(office: Office, job: Job, *, after_s: float) -> None:
    """Give a job back that cannot be done now; the beginning does not count."""
    later = office.clock() + timedelta(seconds=after_s)
    with office.store.noting() as note:
        now = _own(note, job)
        attempts = max(0, now.attempts - 1)
        note.replace(now, state="waiting", worker="", lease=later, attempts=attempts)


def end(office: Office, job: Job, state: str, result: dict[str, Any]) -> Job:
    """End a job in one transaction with its entry, if it still is this worker's.

    Args:
        office: The application.
        job: As it was claimed.
        state: ``done``, ``failed`` or ``cancelled``.
        result: What came of it; no names and no texts.

    Raises:
        Lost: If the job is not this worker's any more; nothing is kept then.
    """
    detail = {"work": job.kind, "state": state}
    for _ in range(_TRIES):
        try:
            with office.changing("system", "job.end", "job", job.id, **detail) as change:
                now = _own(change, job)
                return change.replace(
                    now, state=state, result=result, ended=office.clock(), lease=None
                )
        except Stale:
            continue
    raise Lost


def _own(change: Changing, job: Job) -> Job:
    """Return the job as it is now, if it still is the claimed one."""
    now = change.first(Job, id=job.id)
    held = now is not None and (now.state, now.worker, now.attempts) == (
        "running",
        job.worker,
        job.attempts,
    )
    if now is None or not held:
        raise Lost
    return now
