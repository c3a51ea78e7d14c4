"""Shared words of the whole product: errors, ids, periods, seeds and registries; no I/O."""

from jixiao.core.errors import (
    Conflict,
    ContractError,
    DataError,
    DiskFull,
    EndpointError,
    Forbidden,
    Held,
    JixiaoError,
    ManyErrors,
    Missing,
    ModelError,
    NoAnswer,
    OfficeError,
    ReportError,
    SignInNeeded,
    Stale,
    Taken,
    TooMany,
    Unavailable,
    WorkspaceError,
    raise_all,
)
from jixiao.core.ids import content_hash, json_hash, pseudonym
from jixiao.core.language import language_of
from jixiao.core.periods import Period, parse_period
from jixiao.core.plurals import plural
from jixiao.core.registry import Registry
from jixiao.core.system import is_fault_of_system, refused_by_system

__all__ = [
    "Conflict",
    "ContractError",
    "DataError",
    "DiskFull",
    "EndpointError",
    "Forbidden",
    "Held",
    "JixiaoError",
    "ManyErrors",
    "Missing",
    "ModelError",
    "NoAnswer",
    "OfficeError",
    "Period",
    "Registry",
    "ReportError",
    "SignInNeeded",
    "Stale",
    "Taken",
    "TooMany",
    "Unavailable",
    "WorkspaceError",
    "content_hash",
    "is_fault_of_system",
    "json_hash",
    "language_of",
    "parse_period",
    "plural",
    "pseudonym",
    "raise_all",
    "refused_by_system",
]
