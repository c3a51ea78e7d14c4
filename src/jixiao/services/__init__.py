"""Use cases: what people ask of a workspace, one verb each."""

from jixiao.services.archive import BESIDE, DATABASE, pack, unpack
from jixiao.services.contracting import InitOptions
from jixiao.services.demo import make_demo
from jixiao.services.erasing import Erased, Traces, erase_files, outside, written_forms
from jixiao.services.explaining import Explanation, Part, explained, with_variants
from jixiao.services.forgetting import forget_reports, sweep_parts
from jixiao.services.live import LiveModel, RowScore
from jixiao.services.reporting import ReportOptions
from jixiao.services.results import Result
from jixiao.services.sources import table_named
from jixiao.services.verifying import verify_file
from jixiao.services.workspace import Change, Workspace

__all__ = [
    "BESIDE",
    "DATABASE",
    "Change",
    "Erased",
    "Explanation",
    "InitOptions",
    "LiveModel",
    "Part",
    "ReportOptions",
    "Result",
    "RowScore",
    "Traces",
    "Workspace",
    "erase_files",
    "explained",
    "forget_reports",
    "make_demo",
    "outside",
    "pack",
    "sweep_parts",
    "table_named",
    "unpack",
    "verify_file",
    "with_variants",
    "written_forms",
]
