"""Readers of the user's tables: one file or query in, a table of strings out."""

from jixiao.data.sources.raw import RawTable

__all__ = ["RawTable"]
