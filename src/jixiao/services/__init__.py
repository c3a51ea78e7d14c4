"""Use cases: what people ask of a workspace, one verb each."""

from jixiao.services.contracting import InitOptions
from jixiao.services.demo import make_demo
from jixiao.services.reporting import ReportOptions
from jixiao.services.results import Result
from jixiao.services.sources import table_named
from jixiao.services.verifying import verify_file
from jixiao.services.workspace import Change, Workspace

__all__ = [
    "Change",
    "InitOptions",
    "ReportOptions",
    "Result",
    "Workspace",
    "make_demo",
    "table_named",
    "verify_file",
]
