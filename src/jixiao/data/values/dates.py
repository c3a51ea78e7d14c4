"""Dates as people write them; what can be read in two ways is decided by the column, aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from jixiao.data.values.spread import filled, marked, narrowed, spread

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"[t ]+\d{1,2}[:.时点]\d{1,2}(?:[:.分]\d{1,2}(?:[.,]\d+)?)?[秒分]?"
    r"\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|[-+]\d\d:?\d\d)?$"
)
_WEEKDAY = r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+|\s*(?:星期|周)[一二三四五六日天]$"
_SHAPES = {
    "Y-m-d": r"^(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})$",
    "Ymd": r"^(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)$",
    "d-b-y": r"^(?P<d3>\d{1,2})[- ]*(?P<b3>[a-z]{3,9})\.?[-, ]*(?P<y3>\d{4}|\d\d)$",
    "b d, y": r"^(?P<b4>[a-z]{3,9})\.?[- ]*(?P<d4>\d{1,2})[-, ]+(?P<y4>\d{4}|\d\d)$",
    "both": r"^(?P<p5>\d{1,2})-(?P<q5>\d{1,2})-(?P<y5>\d{4}|\d\d)$",
}
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ParsedDates:
    """Dates of n rows.

    Attributes:
        values: Date; null where missing or not readable. A time of day is left out.
        failed: Boolean; true where something stood there that is no day of the calendar.
        format: What most values look like: ``Y-m-d``, ``d/m/Y``, ``m/d/y``, ``d-b-y``,
            ``Ymd`` or ``serial``; ``""`` when nothing was read.
        ambiguous: Whether values that read both ways (3/4/2025) were decided without a value in
            the column that shows which part is the day, or against some.
        day_first: How such values were read; None when the column has none.
        two_digit_years: Rows whose year had two digits.
    """

    values: pl.Series
    failed: pl.Series
    format: str = ""
    ambiguous: bool = False
    day_first: bool | None = None
    two_digit_years: int = 0


def parse_dates(
    values: pl.Series,
    *,
    day_first: bool | None = None,
    not_after: date | None = None,
    serials: bool = False,
) -> ParsedDates:
    """Read dates.

    Args:
        values: Strings.
        day_first: Whether 3/4/2025 is the third of April; found from the column when None.
        not_after: Two-digit years never give a later day: with it, a birth in ``68`` is 1968.
            Without it 69 to 99 mean the last century.
        serials: Whether bare numbers are Excel's day counts; only when the source said date.
    """
    iso = values.str.to_date("%Y-%m-%d", strict=False)
    odd = iso.is_null() & values.is_not_null()
    at = odd.arg_true()
    n_iso = len(iso) - iso.null_count()
    if not len(at):
        return ParsedDates(iso, odd, format="Y-m-d" if n_iso else "")
    parts = spread(values.gather(at), lambda distinct: _parts(distinct, serials=serials))
    decided, ambiguous = _day_first(parts, day_first)
    read = parts.select(_assembled(day_first=bool(decided), not_after=not_after)).to_series()
    return ParsedDates(
        filled(iso, at, read),
        marked(len(values), at, read.is_null() & ~parts["blank"]).alias(values.name),
        format=_format(parts, read, decided, n_iso=n_iso),
        ambiguous=ambiguous,
        day_first=decided,
        two_digit_years=int((parts["short"] & read.is_not_null()).sum()),
    )


def _parts(distinct: pl.Series, *, serials: bool) -> pl.DataFrame:
    """Take strings apart into year, month, day and the two parts that may be swapped."""
    text = pl.col("text")
    plain = (
        text.str.replace(_WEEKDAY, "")
        .str.replace(_TIME, "")
        .str.replace(r"(\d)(?:st|nd|rd|th)\b", "$1")
        .str.replace(r"[日号]\s*$", "")
        .str.replace_all(r"\s*[年月/.\-]\s*", "-")
        .str.strip_chars(" -")
    )
    frame = narrowed(distinct).str.to_lowercase().alias("text").to_frame()
    frame = frame.with_columns(plain.alias("plain"))
    found = frame.with_columns(
        pl.col("plain").str.extract_groups(pattern).alias(shape)
        for shape, pattern in _SHAPES.items()
    ).unnest(*_SHAPES)
    serial = text.str.extract(r"^([1-7]\d{4})(?:\.\d+)?$") if serials else pl.lit(None)
    return found.select(
        _integer("y1", "y2", "y3", "y4", "y5").alias("y"),
        pl.coalesce(_integer("m1", "m2"), _month("b3", "b4")).alias("m"),
        _integer("d1", "d2", "d3", "d4").alias("d"),
        _integer("p5").alias("p"),
        _integer("q5").alias("q"),
        (pl.coalesce("y3", "y4", "y5").str.len_chars() == 2).fill_null(value=False).alias("short"),
        text.str.extract(r"^\s*\d{1,2}\s*([/.\-])").alias("sign"),
        serial.cast(pl.Int32).alias("serial"),
        (text == "").alias("blank"),
        pl.coalesce(
            pl.when(pl.col(f"y{at}").is_not_null()).then(pl.lit(shape))
            for at, shape in enumerate(_SHAPES, 1)
        ).alias("shape"),
    )


def _integer(*names: str) -> pl.Expr:
    return pl.coalesce(*names).cast(pl.Int32, strict=False)


def _month(*names: str) -> pl.Expr:
    numbers = {name: at for at, name in enumerate(_MONTHS, 1)}
    short = pl.coalesce(*names).str.slice(0, 3)
    return short.replace_strict(numbers, default=None, return_dtype=pl.Int32)


def _day_first(parts: pl.DataFrame, given: bool | None) -> tuple[bool | None, bool]:
    """Return how values that read both ways are read, and whether that is in doubt."""
    pairs = parts.select("p", "q", "sign").drop_nulls("p")
    if not pairs.height:
        return None, False
    first = int((pairs["p"] > 12).sum())
    second = int((pairs["q"] > 12).sum())
    both = int(((pairs["p"] <= 12) & (pairs["q"] <= 12) & (pairs["p"] != pairs["q"])).sum())
    if given is not None:
        return given, (second if given else first) > 0 and both > 0
    if first or second:
        return first >= second, min(first, second) > 0 and both > 0
    if pairs["p"].n_unique() == 1 < pairs["q"].n_unique():
        return True, both > 0
    if pairs["q"].n_unique() == 1 < pairs["p"].n_unique():
        return False, both > 0
    return True, both > 0


def _assembled(*, day_first: bool, not_after: date | None) -> pl.Expr:
    """Return the day; a pair that cannot be read the chosen way is read the other way."""
    p, q = pl.col("p"), pl.col("q")
    swapped = (p > 12) | ((q <= 12) & pl.lit(day_first))
    day = pl.coalesce("d", pl.when(swapped).then(p).otherwise(q))
    month = pl.coalesce("m", pl.when(swapped).then(q).otherwise(p))
    year = pl.col("y")
    pivot = 68 if not_after is None else 99
    full = (
        pl.when(~pl.col("short"))
        .then(year)
        .otherwise(year + pl.when(year <= pivot).then(2000).otherwise(1900))
    )
    fits = month.is_between(1, 12) & day.is_between(1, 31) & full.is_between(1800, 2200)
    whole = pl.format(
        "{}-{}-{}",
        full,
        month.cast(pl.String).str.zfill(2),
        day.cast(pl.String).str.zfill(2),
    )
    read = pl.when(fits).then(whole).str.to_date("%Y-%m-%d", strict=False)
    if not_after is not None:
        late = pl.col("short") & (read > not_after)
        read = pl.when(late).then(read.dt.offset_by("-100y")).otherwise(read)
    serial = pl.lit(_EPOCH) + pl.duration(days=pl.col("serial"))
    return pl.coalesce(read, serial).alias("value")


def _format(parts: pl.DataFrame, read: pl.Series, day_first: bool | None, *, n_iso: int) -> str:
    shapes = parts.filter(read.is_not_null()).select(
        pl.when(pl.col("serial").is_not_null())
        .then(pl.lit("serial"))
        .otherwise("shape")
        .alias("shape"),
        "sign",
        "short",
    )
    counted = shapes.group_by("shape", "sign", "short").len().sort("len", descending=True)
    if not counted.height or counted["len"][0] <= n_iso:
        return "Y-m-d" if n_iso else ""
    shape, sign, short, _ = counted.row(0)
    if shape != "both":
        return str(shape)
    order = ("d", "m") if day_first else ("m", "d")
    return f"{sign}".join((*order, "y" if short else "Y"))
