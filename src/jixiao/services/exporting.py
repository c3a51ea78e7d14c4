"""Writing one report: rendered in every wanted format, signed, and compared with the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jixiao.contracts import Report, ReportLog, WorkspaceStore
from jixiao.core import ReportError
from jixiao.reports import (
    Change,
    Format,
    Origin,
    Signer,
    changes_between,
    content_hash_of,
    from_json,
    render,
    seal,
    to_json,
    with_changes,
)

KEY_FILE = "provenance-key.pem"
"""The public key of a workspace, beside its ``jixiao.yaml``."""


@dataclass(frozen=True)
class Exporter:
    """Writes reports of one run.

    Attributes:
        store: Where files go.
        log: What was written before.
        signer: The workspace's key.
        folder: Folder of the reports, relative to the workspace or absolute.
        formats: Formats of each report.
        only_changed: Leave reports alone whose facts are as they were, and tell what changed.
    """

    store: WorkspaceStore
    log: ReportLog
    signer: Signer
    folder: Path
    formats: Sequence[Format]
    only_changed: bool

    def write(self, report: Report) -> dict[str, Any]:
        """Write one report and return what the run's JSON says of it."""
        place = str(self.folder / report.language / report.id)
        paths = self._paths(place)
        changed = self._changes(report, place) if self.only_changed else None
        told: dict[str, Any] = {}
        if self.only_changed:
            state = "new" if changed is None else ("changed" if changed[1] else "unchanged")
            told = {"state": state, "changes": [c.to_json() for c in changed[1]] if changed else []}
        answered = changed and _is_unanswered(changed[0]) and not _is_unanswered(report)
        if not changed or changed[1] or answered or not self._is_there(paths, changed[2]):
            self._write(report, changed, place)
        return {
            "id": report.id,
            "level": report.level,
            "subject": report.subject,
            "language": report.language,
            "writer": report.provenance.get("writer", ""),
            "too_little_data": report.too_little_data,
            "claims": sum(len(section.claims) for section in report.sections),
            "facts": len(report.facts),
            "gate": report.gate.model_dump(mode="json") if report.gate else None,
            "path": str(next(iter(paths.values()))),
            "paths": {kind: str(path) for kind, path in paths.items()},
            **told,
        }

    def left_alone(self, report: Report) -> Report | None:
        """Return the last report where this one would leave it as it is; None where it is written.

        A report for which a language model gave no answer is written anew when it is asked again.

        Args:
            report: The report as facts alone make it.
        """
        if not self.only_changed:
            return None
        place = str(self.folder / report.language / report.id)
        found = self._changes(report, place)
        if found is None or found[1] or not self._is_there(self._paths(place), found[2]):
            return None
        return None if _is_unanswered(found[0]) else found[0]

    def _changes(
        self, report: Report, place: str
    ) -> tuple[Report, tuple[Change, ...], frozenset[str]] | None:
        """Return the last report, what changed since, and its formats; None if it is the first."""
        kept = self.log.last(place)
        if kept is None:
            return None
        try:
            last = from_json(kept[0].decode())
        except ReportError:  # written by an older version: nothing to compare with
            return None
        return last, changes_between(last, report), kept[1]

    def _paths(self, place: str) -> dict[Format, Path]:
        return {kind: self.store.base / f"{place}.{kind}" for kind in self.formats}

    def _is_there(self, paths: dict[Format, Path], written: frozenset[str]) -> bool:
        return written >= set(paths) and all(path.is_file() for path in paths.values())

    def _write(
        self,
        report: Report,
        changed: tuple[Report, tuple[Change, ...], frozenset[str]] | None,
        place: str,
    ) -> None:
        own = to_json(report).encode()
        shown = with_changes(report, changed[1]) if changed else report
        content = own if shown is report else to_json(shown).encode()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        origin = Origin(content_hash_of(content), _version(), now)
        for kind in self.formats:
            made = content if kind == "json" else render(shown, kind)
            signed = seal(made, shown, kind, origin=origin, signer=self.signer)
            self.store.write_file(f"{place}.{kind}", signed)
        self.log.keep(place, own, self.formats)


def _is_unanswered(report: Report) -> bool:
    return report.gate is not None and report.gate.unanswered


@lru_cache(maxsize=1)
def _version() -> str:
    return version("jixiao")


def workspace_signer(store: WorkspaceStore) -> Signer:
    """Return the signer of a workspace; its public key lies beside ``jixiao.yaml``."""
    signer = Signer(store.signing_key())
    pem = signer.public_pem()
    path = store.base / KEY_FILE
    if not path.is_file() or path.read_text(encoding="utf-8") != pem:
        store.write_page(KEY_FILE, pem)
    return signer
