"""Kinds of long work: what each calls of the workspace, and what is kept of its outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Protocol

from jixiao.contracts import ModelSettings, Report, Settings
from jixiao.contracts.office import Job, Upload
from jixiao.core import Conflict
from jixiao.office.office import Office
from jixiao.office.people.refusals import not_to_score
from jixiao.office.safety.stop import is_stopped
from jixiao.reports import kind_of
from jixiao.services import ReportOptions

Run = Callable[[Office, Job, "Tell"], dict[str, Any]]


class Tell(Protocol):
    """Hears how far work is; stops it where that was asked for."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear a step."""


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Attributes:
        run: Does it and returns what came of it; a kill at any point leaves nothing half.
        action: What whoever asks for it must be allowed to do.
    """

    run: Run
    action: str


def _check(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Check an uploaded file as if it stood in for its table."""
    upload = _staged(office, job)
    tell("checking", 0, 0)
    folder = office.workspace.store.base / f"uploads/{upload.id}"
    mended = next(iter(sorted(folder.glob("*.csv"))), None)
    staged = office.workspace.telling(tell).stage(
        _path(office, upload), upload.table or None, mended=mended
    )
    office.workspace.store.write_json(f"uploads/{upload.id}", staged.to_json())
    with office.changing("system", "data.check", "upload", upload.id, digest=upload.digest) as made:
        made.replace(made.get(Upload, upload.id), table=staged.table)
    return {"upload": upload.id, "counts": staged.counts, "blocked": staged.blocked}


def _import(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Let a table be read from an uploaded file: one write, so whole or not at all.

    A file that was taken in already, before a kill, is only checked again.
    """
    upload = _staged(office, job)
    if upload.state != "imported":
        _take_in(office, upload, tell)
    tell("checking", 1, 2)
    counts = office.workspace.telling(tell).check().counts.to_json()
    return {"upload": upload.id, "counts": counts}


def _take_in(office: Office, upload: Upload, tell: Tell) -> None:
    found = office.workspace.store.read_json(f"uploads/{upload.id}")
    if found is None or found["blocked"]:
        raise Conflict(
            "JX-E752",
            "upload",
            expected="a file that was checked and can be used",
            got="one that cannot be used yet",
            hint="mend what the check names, and check it again",
        )
    tell("importing", 0, 2)
    office.workspace.telling(tell).adopt(upload.table, _path(office, upload))
    detail = {"digest": upload.digest, "table": upload.table}
    with office.changing("system", "data.import", "upload", upload.id, **detail) as change:
        change.replace(change.get(Upload, upload.id), state="imported")


def _staged(office: Office, job: Job) -> Upload:
    with office.reading() as read:
        upload = read.get(Upload, str(job.arguments["upload"]))
    if upload.state == "discarded":
        raise Conflict("JX-E753", "upload", expected="a file that is kept", got="one discarded")
    return upload


def _path(office: Office, upload: Upload) -> str:
    return str(office.workspace.store.base / upload.file)


def _recheck(office: Office, job: Job, tell: Tell) -> dict[str, Any]:  # noqa: ARG001
    """Check the data as they are."""
    tell("checking", 0, 0)
    return {"counts": office.workspace.telling(tell).check().counts.to_json()}


def _train(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Train a model, make it the current one, and measure it."""

    def change(settings: Settings) -> Settings:
        model = {**settings.model.model_dump(), **job.arguments}
        return settings.model_copy(update={"model": ModelSettings.model_validate(model)})

    done = office.workspace.telling(tell).train(change)
    told = {"model": done.model_id, "name": done.name, "seconds": round(done.seconds, 1)}
    return {**told, **_evaluated(office, done.model_id, tell)}


def _retrain(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Train anew as the current model was, and remove the models that saw other data."""
    old = [str(one) for one in job.arguments["instead_of"]]
    models = office.workspace.models
    kept = models.manifest(models.current() or old[-1])["settings"]["model"]
    wanted = ModelSettings.model_validate(kept)
    done = office.workspace.telling(tell).train(
        lambda now: now.model_copy(update={"model": wanted})
    )
    for model_id in old:
        office.workspace.forget_model(model_id)
    detail = {"model": done.model_id, "removed": len(old)}
    with office.changing("system", "model.replace", "model", done.model_id, **detail):
        pass
    return {**detail, **_evaluated(office, done.model_id, tell)}


def _evaluate(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Measure a stored model."""
    return _evaluated(office, str(job.arguments["model"]), tell)


def _evaluated(office: Office, model_id: str, tell: Tell) -> dict[str, Any]:
    tell("evaluating", 0, 0)
    found = office.workspace.telling(tell).evaluate(model_id)
    office.workspace.store.write_json(f"evaluations/{model_id}", found.figures)
    return {"model": model_id, "rows": found.figures["n"]}


def _report(office: Office, job: Job, tell: Tell) -> dict[str, Any]:
    """Make reports, and hand them on as papers; nobody who refuses is scored."""
    from jixiao.office.papers.papers import take_in

    with office.reading() as read:
        stopped = is_stopped(read)
    settings = office.workspace.settings()
    about_people = kind_of(settings.contract, settings.report) == "people"

    def unscored(subjects: Collection[str]) -> frozenset[str]:
        with office.reading() as read:
            return not_to_score(read, subjects, about_people=about_people)

    options = ReportOptions(**{k: _listed(v) for k, v in job.arguments.items()})
    options = replace(options, opinions=not stopped, unscored=unscored)
    made: list[Report] = []
    result = office.workspace.telling(tell).report(options, made.append)
    tell("papers", 0, len(made))
    papers = take_in(office, "system", made)
    return {"reports": len(made), "papers": papers, "stopped": bool(result.stopped)}


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


WORK: dict[str, Work] = {
    "check": Work(_check, "data.change"),
    "import": Work(_import, "data.change"),
    "recheck": Work(_recheck, "data.change"),
    "train": Work(_train, "model.train"),
    "retrain": Work(_retrain, "model.train"),
    "evaluate": Work(_evaluate, "model.train"),
    "report": Work(_report, "report.make"),
}
"""Every kind of work by its name."""
