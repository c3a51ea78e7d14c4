"""jixiao (绩效): from recorded performance data to explained, checked and approved reports.

``jixiao.open_workspace("folder")`` gives the same verbs as the command line. Names are handed on
lazily, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jixiao.bootstrap import open_workspace
    from jixiao.core import JixiaoError
    from jixiao.services import Workspace

__all__ = ["JixiaoError", "Workspace", "open_workspace"]

_HOMES = {
    "open_workspace": "jixiao.bootstrap",
    "JixiaoError": "jixiao.core",
    "Workspace": "jixiao.services",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'jixiao' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
