"""Shared words of the whole product: errors, ids, periods, seeds and registries; no I/O."""

from jixiao.core.errors import (
    ContractError,
    DataError,
    EndpointError,
    JixiaoError,
    ManyErrors,
    ModelError,
    NoAnswer,
    ReportError,
    WorkspaceError,
    raise_all,
)
from jixiao.core.ids import content_hash, json_hash, pseudonym
from jixiao.core.language import language_of
from jixiao.core.periods import Period, parse_period
from jixiao.core.plurals import plural
from jixiao.core.registry import Registry

__all__ = [
    "ContractError",
    "DataError",
    "EndpointError",
    "JixiaoError",
    "ManyErrors",
    "ModelError",
    "NoAnswer",
    "Period",
    "Registry",
    "ReportError",
    "WorkspaceError",
    "content_hash",
    "json_hash",
    "language_of",
    "parse_period",
    "plural",
    "pseudonym",
    "raise_all",
]
