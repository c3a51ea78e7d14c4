"""What the values of one column look like: counts, parse shares, order and uniqueness.

A profile is evidence, no judgement; which type and role follow from it is decided elsewhere.
Large columns are looked at through an evenly spaced sample of rows, except for uniqueness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from jixiao.core import parse_period
from jixiao.data.typed import share
from jixiao.data.values import parse_dates, parse_numbers
from jixiao.data.vocabulary import MISSING_WORDS, own_name, plain_name

_SAMPLE_ROWS = 50_000
_PERIOD_SAMPLE = 500
_RARE, _FEW_COMMON, _MOST_COMMON = 0.01, 100, 12
_MOST_SLIPS, _SCALED = 0.02, 0.85
_SCIENTIFIC = r"^[+-]?\d(?:\.\d+)?[eE]\+?(?:1\d|2\d)$"
_BOOLEANS = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"是", "否"}, {"有", "无"})


@dataclass(frozen=True)
class Profile:
    """Evidence on one column.

    Attributes:
        name: Name as written.
        rows: Rows of the table.
        sampled: Rows looked at.
        filled: Cells looked at that hold something other than blanks and words for nothing.
        distinct: Different values of the whole column, blanks taken off.
        filled_all: Cells of the whole column that are not empty.
        levels: Different values (``value``, String) and their counts (``n``), commonest first.
        hint: Kind that a typed source told: ``number``, ``date``, ``boolean`` or ``""``.
    """

    name: str
    rows: int
    sampled: int
    filled: int
    distinct: int
    filled_all: int
    levels: pl.DataFrame
    hint: str = ""

    @property
    def plain(self) -> str:
        """The name without case, width and punctuation; of a merged header its lowest cell."""
        return plain_name(own_name(self.name))

    @property
    def missing(self) -> float:
        """Share of the rows without a value, 0 to 1."""
        return 1 - self.filled / self.sampled if self.sampled else 1.0

    @property
    def distinct_share(self) -> float:
        """Different values per filled cell, over 0 to 1; 1 when no value comes twice."""
        return self.distinct / self.filled_all if self.filled_all else 0.0

    @cached_property
    def numbers(self) -> pl.Series:
        """Number of each of ``levels``; null where it is none."""
        return parse_numbers(self.levels["value"]).values

    @cached_property
    def number_share(self) -> float:
        """Share of the filled cells that are numbers, 0 to 1."""
        return self._share(self.numbers.is_not_null())

    @cached_property
    def integer_share(self) -> float:
        """Share of the filled cells that are whole numbers, 0 to 1."""
        whole = (self.numbers == self.numbers.round()) & (self.numbers.abs() < 2**53)
        return self._share(whole.fill_null(False))

    @cached_property
    def unit(self) -> str | None:
        """Unit written in the cells, if any."""
        return parse_numbers(self.levels["value"]).unit

    @cached_property
    def date_share(self) -> float:
        """Share of the filled cells that are days, 0 to 1."""
        return self._share(~parse_dates(self.levels["value"]).failed)

    @cached_property
    def dates_ambiguous(self) -> bool:
        """Whether some day reads both as day/month and month/day and nothing decides."""
        return bool(parse_dates(self.levels["value"]).ambiguous)

    @cached_property
    def period_share(self) -> float:
        """Share of the filled cells that name a quarter, half-year, month or year, 0 to 1."""
        top = self.levels.head(_PERIOD_SAMPLE)
        named = [parse_period(value) is not None for value in top["value"]]
        total = int(top["n"].sum())
        return float((top["n"] * pl.Series(named).cast(pl.Int64)).sum()) / total if total else 0.0

    @cached_property
    def is_boolean(self) -> bool:
        """Whether the only two values are yes and no in some wording."""
        found = {value.lower() for value in self.levels["value"].head(3)}
        return len(found) == 2 and found in _BOOLEANS

    @cached_property
    def is_damaged_id(self) -> bool:
        """Whether long numbers were cut to forms such as 5.70306E+17 by a spreadsheet."""
        return self._share(self.levels["value"].str.contains(_SCIENTIFIC)) > 0.5

    @cached_property
    def mean_length(self) -> float:
        """Mean number of characters of a filled cell; Chinese characters count twice."""
        values = self.levels["value"]
        wide = values.str.count_matches(r"[\u3400-\u9fff]")
        lengths = values.str.len_chars() + wide
        return float((lengths * self.levels["n"]).sum()) / self.filled if self.filled else 0.0

    @cached_property
    def word_share(self) -> float:
        """Share of the filled cells of several words or at least four Chinese characters."""
        values = self.levels["value"]
        return self._share(values.str.contains(r"\S\s+\S+\s+\S|[\u3400-\u9fff].{3,}"))

    @cached_property
    def bounds(self) -> tuple[float, float] | None:
        """Smallest and largest number; None when there is none."""
        found = self.numbers.drop_nulls()
        if not len(found):
            return None
        return float(found.min()), float(found.max())  # type: ignore[arg-type]

    @cached_property
    def common_numbers(self) -> pl.Series:
        """The different numbers but for rare ones that stand apart from all common ones, sorted.

        A rare value one step beside a common one stays: the ends of a scale are often rare.
        """
        known = pl.DataFrame({"v": self.numbers, "n": self.levels["n"]}).drop_nulls()
        known = known.group_by("v").agg(pl.col("n").sum()).sort("v")
        total = int(known["n"].sum())
        often = known.filter(pl.col("n") >= max(3.0, _RARE * total))["v"]
        if total < _FEW_COMMON or not 2 <= len(often) <= _MOST_COMMON:
            return known["v"]
        near = known.filter((pl.col("v") >= often[0] - 1) & (pl.col("v") <= often[-1] + 1))
        steps = often.diff().drop_nulls()
        is_scale = len(often) >= 3 and bool((steps == 1).all()) and 0 <= often[0] <= 2
        least = _SCALED if is_scale and often[-1] <= 10 else 1 - _MOST_SLIPS
        return near["v"] if int(near["n"].sum()) >= least * total else known["v"]

    def quantiles(self, shares: tuple[float, ...]) -> list[float]:
        """Return the values below which each share of the numbers lies."""
        known = pl.DataFrame({"v": self.numbers, "n": self.levels["n"]}).drop_nulls().sort("v")
        reached = known["n"].cum_sum() / max(1, int(known["n"].sum()))
        last = known.height - 1
        at = [min(last, int((reached < share - 1e-12).sum())) for share in shares]
        return [float(known["v"][i]) for i in at]

    def _share(self, which: pl.Series) -> float:
        hit = (self.levels["n"] * which.cast(pl.Int64)).sum()
        return float(hit) / self.filled if self.filled else 0.0


def profile(column: pl.Series, hint: str = "") -> Profile:
    """Return the evidence on one column of strings.

    Args:
        column: Values as written; null is an empty cell.
        hint: Kind of a typed source.
    """
    stripped = column.str.strip_chars()
    rows = len(stripped)
    step = max(1, rows // _SAMPLE_ROWS)
    sample = stripped.gather_every(step) if step > 1 else stripped
    levels = sample.rename("value").drop_nulls().value_counts(sort=True, name="n")
    words = pl.col("value").str.to_lowercase()
    kept = levels.filter(~words.is_in(sorted(MISSING_WORDS | {""})))
    if step > 1:
        distinct, filled_all = stripped.n_unique(), rows - stripped.null_count()
    else:
        distinct, filled_all = kept.height, int(kept["n"].sum())
    order = kept.sort(["n", "value"], descending=[True, False])
    return Profile(
        name=column.name,
        rows=rows,
        sampled=len(sample),
        filled=int(kept["n"].sum()),
        distinct=distinct,
        filled_all=filled_all,
        levels=order.with_columns(pl.col("n").cast(pl.Int64)),
        hint=hint,
    )


def is_counter(column: pl.Series) -> bool:
    """Return whether whole numbers rise by the same small step from row to row.

    Such a column numbers the rows; a few rows may be missing, and none may fall.
    """
    numbers = parse_numbers(column.str.strip_chars()).values
    if len(numbers) < 3 or numbers.null_count():
        return False
    steps = numbers.diff().drop_nulls()
    rising = bool((steps > 0).all())
    return (rising and share(steps == 1) > 0.6) or bool((steps == -1).all())
