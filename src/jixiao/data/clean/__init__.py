"""Cleaning: pure steps from a table of strings to a table of strings, same rows, same order.

Each registered step says what it changed. Typing and judging values is left to the check.
"""

from jixiao.data.clean import blanks, empty, entities, twins, width, years, zeros  # noqa: F401
from jixiao.data.clean.near import near_duplicate_report, near_duplicates
from jixiao.data.clean.steps import STEPS, Step, clean
from jixiao.data.clean.zeros import suggest_zero_missing

__all__ = [
    "STEPS",
    "Step",
    "clean",
    "near_duplicate_report",
    "near_duplicates",
    "suggest_zero_missing",
]
