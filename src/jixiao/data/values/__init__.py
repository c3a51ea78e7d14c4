"""Strings to numbers, dates and booleans, a whole column at a time.

Null in is null out; blank text counts as null; what cannot be read is null and marked in
``failed``. Nothing here decides whether a column should have been a number in the first place.
"""

from jixiao.data.values.booleans import ParsedBooleans, parse_booleans
from jixiao.data.values.dates import ParsedDates, parse_dates
from jixiao.data.values.numbers import ParsedNumbers, parse_numbers

__all__ = [
    "ParsedBooleans",
    "ParsedDates",
    "ParsedNumbers",
    "parse_booleans",
    "parse_dates",
    "parse_numbers",
]
