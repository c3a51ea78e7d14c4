"""Shared words of the whole product: errors, ids, periods, seeds and registries; no I/O."""

from jixiao.core.errors import (
    Conflict,
    ContractError,
    DataError,
    EndpointError,
    Forbidden,
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
    WorkspaceError,
    raise_all,
)
from jixiao.core.ids import content_hash, json_hash, pseudonym
from jixiao.core.language import language_of
from jixiao.core.periods import Period, parse_period
from jixiao.core.plurals import plural
from jixiao.core.registry import Registry

__all__ = [
    "Conflict",
    "ContractError",
    "DataError",
    "EndpointError",
    "Forbidden",
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
    "WorkspaceError",
    "content_hash",
    "json_hash",
    "language_of",
    "parse_period",
    "plural",
    "pseudonym",
    "raise_all",
]
