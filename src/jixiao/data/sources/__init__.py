"""Readers of source tables: any encoding, separator, workbook or query, within limits.

Every source becomes a ``RawTable``: all cells as text, exactly as written, with the row numbers a
person counts. Judging the cells is the business of the check.
"""

from jixiao.data.sources.credentials import parse_url
from jixiao.data.sources.limits import Limits
from jixiao.data.sources.raw import RawTable
from jixiao.data.sources.read import read_table
from jixiao.data.sources.sql import is_url

__all__ = ["Limits", "RawTable", "is_url", "parse_url", "read_table"]
