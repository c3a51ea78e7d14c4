"""Numbers as people write them: 12.5 %, 1,234, 1.234,56, ¥1.2万, (300), １２, 三十二."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from jixiao.data.values.spread import filled, marked, narrowed, spread

_CURRENCIES = {
    "¥": "CNY", "￥": "CNY", "元": "CNY", "人民币": "CNY", "rmb": "CNY", "cny": "CNY",
    "us$": "USD", "$": "USD", "usd": "USD", "美元": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "£": "GBP", "gbp": "GBP", "英镑": "GBP",
    "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "nt$": "TWD", "日元": "JPY", "jpy": "JPY",
}  # fmt: skip
_MEASURES = {
    "%": "%", "‰": "‰", "percent": "%", "pct": "%",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "小时": "h", "个小时": "h",
    "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes",
    "分钟": "minutes", "d": "days", "day": "days", "days": "days", "天": "days",
    "year": "years", "years": "years", "yrs": "years", "岁": "years",
    "个": "", "次": "", "件": "", "人": "", "单": "", "台": "", "pts": "", "points": "",
}  # fmt: skip
_FACTORS = {
    "千万": 1e7, "百万": 1e6, "十亿": 1e9, "万亿": 1e12, "万": 1e4, "亿": 1e8, "千": 1e3,
    "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "million": 1e6, "billion": 1e9, "thousand": 1e3,
}  # fmt: skip


def _either(words: dict[str, str] | dict[str, float]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SHAPE = (
    rf"^(?P<open>\()?(?P<sign>[-+])?(?P<before>{_either(_CURRENCIES)})?(?P<sign2>[-+])?"
    rf"(?P<core>\d[\d.,']*|\.\d+)(?P<power>e[-+]?\d{{1,3}})?"
    rf"(?P<factor>{_either(_FACTORS)})?(?P<after>{_either(_CURRENCIES)}|{_either(_MEASURES)})?"
    rf"(?P<sign3>-)?(?P<close>\))?$"
)
_DECIMAL_COMMA = r"^(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,}))$"
_DECIMAL_POINT = r"^(?:\d{1,3}(?:,\d{3})+\.\d+|\d*\.(?:\d{1,2}|\d{4,}))$"
_POINT = r"^(?:\d+|\d{1,3}(?:[,']\d{2,3})*[,']\d{3})?(?:\.\d+|\.)?$"
_COMMA = r"^(?:\d+|\d{1,3}(?:[.']\d{3})+)(?:,\d+)?$"
_MANY_THOUSANDS = r"^\d{1,3}(?:\.\d{3}){2,}$"
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")
_DIGITS = {character: at for at, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_PLACES = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class ParsedNumbers:
    """Numbers of n rows.

    Attributes:
        values: Float64, always finite; null where missing or not readable. ``12.5 %`` is 12.5.
        failed: Boolean; true where something stood there that is no number.
        unit: Unit most values bear (``%``, ``CNY``, ``h``…); None when most bear none.
        units: Each unit written out, with its count of distinct or repeated values.
        decimal_comma: Whether the column writes 1.234,56; None when nothing shows it.
        ambiguous: Whether some value, such as 1,234 beside 3,5, can be read in two ways.
    """

    values: pl.Series
    failed: pl.Series
    unit: str | None = None
    units: tuple[tuple[str, int], ...] = ()
    decimal_comma: bool | None = None
    ambiguous: bool = False


def parse_numbers(values: pl.Series) -> ParsedNumbers:
    """Read numbers; plain ones by one cast, all others by their distinct spellings.

    The decimal sign is decided for the column as a whole: one 1.234,56 makes 1.234 a thousand.
    """
    plain = values.cast(pl.Float64, strict=False)
    if plain.is_infinite().any() or plain.is_nan().any():
        plain = plain.set(~plain.is_finite().fill_null(value=True), None)
    odd = plain.is_null() & values.is_not_null()
    at = odd.arg_true()
    if not len(at):
        return ParsedNumbers(plain, odd)
    shapes = spread(values.gather(at), _shapes)
    comma, point = bool(shapes["comma"].any()), bool(shapes["point"].any())
    if comma and not point:
        point = bool(values.filter(~odd).str.contains(_DECIMAL_POINT).any())
    is_comma = comma and not point
    if is_comma:
        at = values.is_not_null().arg_true()
        shapes = spread(values.gather(at), _shapes)
    read = shapes.select(_value(is_comma=is_comma)).to_series()
    units = _units(shapes)
    most = units[0][0] if units and units[0][1] * 2 > len(values) - values.null_count() else None
    return ParsedNumbers(
        filled(plain, at, read),
        marked(len(values), at, read.is_null() & ~shapes["blank"]).alias(values.name),
        unit=most,
        units=units,
        decimal_comma=True if is_comma else (False if point else None),
        ambiguous=comma and bool(shapes["both"].any()),
    )


def _shapes(distinct: pl.Series) -> pl.DataFrame:
    """Take strings apart: sign, core, factor and unit; nothing is computed yet."""
    plain = narrowed(distinct).str.to_lowercase().str.replace_all(r"\s+", "")
    frame = plain.alias("text").to_frame()
    parts = frame.select(pl.col("text").str.extract_groups(_SHAPE)).to_series().struct.unnest()
    negative = (
        (pl.col("open").is_not_null() & pl.col("close").is_not_null())
        | (pl.col("sign") == "-").fill_null(value=False)
        | (pl.col("sign2") == "-").fill_null(value=False)
        | pl.col("sign3").is_not_null()
    )
    whole = pl.col("open").is_not_null() == pl.col("close").is_not_null()
    unit = pl.coalesce("before", "after").replace(_CURRENCIES).replace(_MEASURES)
    factor = pl.col("factor").replace_strict(_FACTORS, default=1.0, return_dtype=pl.Float64)
    core = pl.when(whole).then(pl.col("core"))
    chinese = _chinese(plain)
    return parts.select(
        core.alias("core"),
        (pl.when(negative).then(-factor).otherwise(factor)).alias("factor"),
        pl.col("power").fill_null("").alias("power"),
        pl.when(core.is_not_null()).then(unit.replace("", None)).alias("unit"),
        core.str.contains(_DECIMAL_COMMA).fill_null(value=False).alias("comma"),
        core.str.contains(_DECIMAL_POINT).fill_null(value=False).alias("point"),
        core.str.contains(r"^\d{1,3},\d{3}$").fill_null(value=False).alias("both"),
    ).with_columns((plain == "").alias("blank"), chinese.alias("chinese"))


def _value(*, is_comma: bool) -> pl.Expr:
    core = pl.col("core")
    if is_comma:
        fits = core.str.contains(_COMMA)
        digits = core.str.replace_all(r"[.']", "").str.replace(",", ".", literal=True)
    else:
        european = core.str.contains(_DECIMAL_COMMA) | core.str.contains(_MANY_THOUSANDS)
        fits = core.str.contains(_POINT) | european
        digits = (
            pl.when(european)
            .then(core.str.replace_all(r"[.']", "").str.replace(",", ".", literal=True))
            .otherwise(core.str.replace_all(r"[,']", ""))
        )
    number = (digits + pl.col("power")).cast(pl.Float64, strict=False) * pl.col("factor")
    number = pl.when(fits & number.is_finite()).then(number)
    return pl.coalesce(number, pl.col("chinese")).alias("value")


def _units(shapes: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    counted = shapes["unit"].drop_nulls().value_counts(sort=True)
    return tuple((str(unit), int(count)) for unit, count in counted.rows())


def _chinese(plain: pl.Series) -> pl.Series:
    """Return the values of Chinese numerals such as 三十二; null for everything else."""
    written = plain.str.contains(r"^[零〇一二两三四五六七八九十百千万亿]+$").fill_null(value=False)
    if not written.any():
        return pl.Series(values=[None], dtype=pl.Float64).new_from_index(0, plain.len())
    distinct = plain.filter(written).unique().to_list()
    numbers = {text: chinese_number(text) for text in distinct}
    return plain.replace_strict(numbers, default=None, return_dtype=pl.Float64)


def chinese_number(text: str) -> float | None:
    """Return the number a Chinese numeral means, None when it is none.

    Examples:
        >>> chinese_number("三十二"), chinese_number("一万二千"), chinese_number("二〇二五")
        (32.0, 12000.0, 2025.0)
    """
    if not _CHINESE.fullmatch(text):
        return None
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return float("".join(str(_DIGITS[character]) for character in text))
    total = middle = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _PLACES:
            section += (digit or 1) * _PLACES[character]
            digit = 0
        elif character == "万":
            middle, section, digit = (section + digit) * 10_000, 0, 0
        else:
            total, middle, section, digit = (total + middle + section + digit) * 10**8, 0, 0, 0
    return float(total + middle + section + digit)
