"""Options of the service: what an administrator may set, with bounds and words for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jixiao.contracts.office import Changing, Option, Reading
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.upload_bounds import UploadLimits
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer


@dataclass(frozen=True)
class Bounds:
    """A whole number that may be set.

    Attributes:
        usual: What it is until somebody sets it.
        low: Least value.
        high: Greatest value.
    """

    usual: int
    low: int
    high: int


KEPT: dict[str, Bounds] = {
    "keep_reports_days": Bounds(2555, 90, 10950),
    "keep_drafts_days": Bounds(365, 30, 3650),
    "keep_judgements_days": Bounds(2555, 90, 10950),
    "keep_forms_days": Bounds(1095, 90, 3650),
    "keep_viewings_days": Bounds(1095, 30, 3650),
    "keep_notices_days": Bounds(1095, 30, 3650),
    "keep_refusals_days": Bounds(1095, 30, 3650),
    "keep_delegations_days": Bounds(1095, 30, 3650),
    "keep_uploads_days": Bounds(180, 7, 3650),
    "keep_jobs_days": Bounds(365, 7, 3650),
    "keep_deliveries_days": Bounds(90, 1, 3650),
    "keep_letters_days": Bounds(30, 1, 3650),
    "keep_sessions_days": Bounds(30, 1, 365),
    "keep_attempts_days": Bounds(30, 1, 365),
    "keep_keys_days": Bounds(365, 1, 3650),
    "keep_key_uses_days": Bounds(365, 1, 3650),
    "keep_recoveries_days": Bounds(30, 1, 365),
    "keep_replays_days": Bounds(1, 1, 30),
}
"""Days for which each kind of record of ``keeping.RULES`` is kept."""
NUMBERS: dict[str, Bounds] = {
    "contest_days": Bounds(14, 1, 90),
    "upload_mb": Bounds(50, 1, 60),
    "upload_rows": Bounds(1_000_000, 1_000, 20_000_000),
    "api_per_minute": Bounds(12_000, 60, 1_000_000),
    "scores_per_minute": Bounds(600_000, 60, 10_000_000),
    **KEPT,
}
"""Options that are whole numbers, by name."""
HOSTS = "hook_hosts"
"""Option that lists the hosts hooks may be sent to."""


@dataclass(frozen=True)
class OptionShown:
    """An option as it stands.

    Attributes:
        name: Its name.
        value: What it is set to.
        version: Version of its record; 0 while it is as usual.
    """

    name: str
    value: Any
    version: int


def number(read: Reading, name: str) -> int:
    """Return an option that is a whole number.

    Args:
        read: Records.
        name: A key of ``NUMBERS``.
    """
    option = read.first(Option, id=name)
    return NUMBERS[name].usual if option is None else int(option.value["number"])


def hosts(read: Reading) -> tuple[str, ...]:
    """Return the hosts, or host:port, that hooks may be sent to."""
    option = read.first(Option, id=HOSTS)
    return () if option is None else tuple(option.value["hosts"])


def upload_limits(read: Reading) -> UploadLimits:
    """Return what an upload may weigh."""
    return UploadLimits(file_mb=number(read, "upload_mb"), rows=number(read, "upload_rows"))


def keep_option(change: Changing, name: str, value: dict[str, Any]) -> None:
    """Set an option within a change, whether it was set before or not.

    Args:
        change: A change under way.
        name: Id of the option.
        value: What it is set to.
    """
    option = change.first(Option, id=name)
    if option is None:
        change.add(Option(id=name, value=value))
    else:
        change.replace(option, value=value)


def show_options(office: Office, viewer: Viewer) -> dict[str, OptionShown]:
    """Return every option.

    Raises:
        Forbidden: If the viewer may not see them.
    """
    require(viewer, "option.read")
    with office.reading() as read:
        versions = {one.id: one.version for one in read.find(Option)}
        shown = {n: OptionShown(n, number(read, n), versions.get(n, 0)) for n in NUMBERS}
        shown[HOSTS] = OptionShown(HOSTS, hosts(read), versions.get(HOSTS, 0))
    return shown


def set_options(
    office: Office, viewer: Viewer, values: Mapping[str, Any], versions: Mapping[str, int]
) -> int:
    """Set options and return how many changed.

    Args:
        office: The application.
        viewer: An administrator.
        values: Whole numbers by name, and a sequence of hosts under ``hook_hosts``.
        versions: Version of each as whoever sets it has seen it.

    Raises:
        Forbidden: If the viewer may not set options.
        Conflict: If a value is out of bounds.
        Stale: If somebody else has set one since.
    """
    require(viewer, "option.change")
    wanted = {name: _checked(name, value) for name, value in values.items()}
    shown = show_options(office, viewer)
    changed = {n: v for n, v in wanted.items() if _plain(v) != shown[n].value}
    if not changed:
        return 0
    names = sorted(changed)
    with office.changing(viewer, "option.change", "option", names[0], names=names) as change:
        for name in names:
            option = change.first(Option, id=name)
            if option is None:
                change.add(Option(id=name, value=changed[name]))
            else:
                option = same_version(option, versions.get(name, 0))
                change.replace(option, value=changed[name])
    return len(changed)


def _plain(value: Mapping[str, Any]) -> Any:
    return value["number"] if "number" in value else tuple(value["hosts"])


def _checked(name: str, value: Any) -> dict[str, Any]:
    from jixiao.office.addresses import is_host

    if name == HOSTS:
        found = sorted({str(one).strip().lower() for one in value if str(one).strip()})
        if not all(map(is_host, found)) or len(found) > 50:
            raise Conflict(
                "JX-E757",
                name,
                expected="host names such as hooks.example.org or hooks.example.org:8443",
                got="something else",
                hint="one a line, without https:// and without a path",
            )
        return {"hosts": found}
    bounds = NUMBERS.get(name)
    if bounds is None:
        raise Conflict("JX-E756", "option", expected=f"one of {', '.join(NUMBERS)}", got="another")
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or not bounds.low <= int(text) <= bounds.high:
        expected = f"a whole number from {bounds.low:,} to {bounds.high:,}"
        raise Conflict("JX-E756", name, expected=expected, got="something else")
    return {"number": int(text)}
