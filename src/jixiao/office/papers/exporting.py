"""A paper as a signed file of any format, exactly as whoever asks may see it."""

from __future__ import annotations

from importlib.metadata import version

from jixiao.office.office import Office
from jixiao.office.papers.shown import Shown, for_export, show
from jixiao.office.viewer import Viewer
from jixiao.reports import Format, Origin, content_hash_of, render, seal, to_json
from jixiao.services.exporting import workspace_signer


def export(office: Office, viewer: Viewer, paper_id: str, kind: Format) -> tuple[str, bytes]:
    """Return name and content of a file; that it was made is written down.

    Args:
        office: The application.
        viewer: Who asks.
        paper_id: Which paper.
        kind: Format.

    Raises:
        Missing: If there is no such paper, or none that may be seen.
    """
    shown = show(office, viewer, paper_id, how=kind)
    return f"{shown.paper.name}.{kind}", _sealed(office, shown, kind)


def _sealed(office: Office, shown: Shown, kind: Format) -> bytes:
    report = for_export(shown)
    content = to_json(report).encode()
    made = content if kind == "json" else render(report, kind)
    now = office.clock().isoformat(timespec="seconds")
    origin = Origin(content_hash_of(content), version("jixiao"), now)
    signer = workspace_signer(office.workspace.store)
    return seal(made, report, kind, origin=origin, signer=signer)
