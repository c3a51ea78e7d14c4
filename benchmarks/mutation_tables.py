"""Fact tables from real data sets for ``benchmarks.mutations``, in both languages.

Superstore: regions by quarter. Garment factory: teams by month. Shopping reviews and airline
tweets: kinds of goods and airlines, with comments to quote. Every fact is computed here from the
rows; nothing is shared with what checks the sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl

from jixiao.contracts import Comment, Fact, Language, Span


@dataclass(frozen=True)
class Measure:
    """A measure as the table names it, and its unit."""

    name: str
    unit: str | None


@dataclass
class FactTable:
    """Facts about several subjects over periods.

    Attributes:
        name: Data set and language.
        language: Language of subjects, measures and comments.
        kind: What the subjects are, in the plural.
        facts: Fact id to fact.
        series: (subject, measure name) to fact ids, oldest first.
        changes: Fact id to the id of its change on the period before.
        means: (measure name, period start) to the id of the mean over subjects.
        targets: Fact id to the id of its target.
        comments: Subject to comments.
    """

    name: str
    language: Language
    kind: str
    facts: dict[str, Fact] = field(default_factory=dict)
    series: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[str, str] = field(default_factory=dict)
    means: dict[tuple[str, str], str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    comments: dict[str, list[Comment]] = field(default_factory=lambda: defaultdict(list))

    @property
    def subjects(self) -> list[str]:
        """All subjects, sorted."""
        return sorted({subject for subject, _ in self.series})

    def add(
        self,
        subject: str,
        measure: str,
        value: float,
        *,
        unit: str | None,
        period: Span | None,
        base: str | None = None,
        formula: str = "mean of the rows",
    ) -> str:
        """Write a fact down and return its id."""
        name = f"f{len(self.facts) + 1}"
        self.facts[name] = Fact(
            id=name,
            subject=subject,
            measure=measure,
            value=round(value, 6),
            unit=unit,
            period=period,
            base=base,
            formula=formula,
        )
        return name

    def value(self, name: str) -> float:
        """Return the number of a fact."""
        value = self.facts[name].value
        assert isinstance(value, float)
        return value

    def start(self, name: str) -> str:
        """Return the first day of a fact's period; empty without one."""
        period = self.facts[name].period
        return period.start if period else ""


def _next_month(year: int, month: int, months: int) -> date:
    at = year * 12 + month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def span_of(year: int, month: int, months: int) -> Span:
    """Return a period of so many months."""
    first = date(year, month, 1)
    return Span(start=first.isoformat(), end=_next_month(year, month, months).isoformat())


def fill(
    table: FactTable, rows: pl.DataFrame, measures: Mapping[str, Measure], *, months: int
) -> None:
    """Write levels, changes and means down from a frame of subject, year, month and values."""
    for row in rows.sort("subject", "year", "month").iter_rows(named=True):
        period = span_of(row["year"], row["month"], months) if months else None
        for column, measure in measures.items():
            name = table.add(
                row["subject"], measure.name, row[column], unit=measure.unit, period=period
            )
            table.series[row["subject"], measure.name].append(name)
    for measure in measures.values():
        _compare(table, measure)


def _compare(table: FactTable, measure: Measure) -> None:
    by_start: dict[str, list[str]] = defaultdict(list)
    for (_, name), facts in table.series.items():
        if name != measure.name:
            continue
        for fact in facts:
            by_start[table.start(fact)].append(fact)
        for old, new in pairwise(facts):
            _change(table, old, new)
    whole = "all" if table.language == "en" else "全部"
    for start, facts in by_start.items():
        mean = sum(map(table.value, facts)) / len(facts)
        table.means[measure.name, start] = table.add(
            f"{whole} {table.kind}" if table.language == "en" else whole + table.kind,
            f"{measure.name}_mean",
            mean,
            unit=measure.unit,
            period=table.facts[facts[0]].period,
            formula=f"mean({', '.join(facts)})",
        )


def _change(table: FactTable, old: str, new: str) -> None:
    fact = table.facts[new]
    unit = {"%": "pp"}.get(fact.unit or "", fact.unit)
    table.changes[new] = table.add(
        fact.subject,
        f"{fact.measure}_change",
        table.value(new) - table.value(old),
        unit=unit,
        period=fact.period,
        base=old,
        formula=f"{new} − {old}",
    )


_REGIONS = {"Central": "中部", "East": "东部", "South": "南部", "West": "西部"}


def superstore(data: Path, language: Language) -> FactTable:
    """Sales, orders and profit margin of regions by quarter."""
    rows = pl.read_csv(data / "market_superstore/superstore_2019_2021.csv.gz", infer_schema=False)
    day = pl.col("Order Date").str.to_date("%d/%m/%y")
    money = [pl.col(name).cast(pl.Float64) for name in ("Sales", "Profit")]
    rows = rows.with_columns(*money, day.alias("day"))
    if language == "zh":
        rows = rows.with_columns(pl.col("Region").replace_strict(_REGIONS))
    quarter = (pl.col("day").dt.quarter().cast(pl.Int64) - 1) * 3 + 1
    grouped = rows.group_by(
        pl.col("Region").alias("subject"),
        pl.col("day").dt.year().alias("year"),
        quarter.alias("month"),
    ).agg(
        pl.col("Sales").sum().alias("sales"),
        pl.col("Order ID").n_unique().cast(pl.Float64).alias("orders"),
        (100 * pl.col("Profit").sum() / pl.col("Sales").sum()).alias("margin"),
    )
    english = language == "en"
    table = FactTable(f"superstore {language}", language, "regions" if english else "地区")
    measures = {
        "sales": Measure("sales", "USD") if english else Measure("销售额", "元"),
        "orders": Measure("order count", None) if english else Measure("订单数", "单"),
        "margin": Measure("profit margin", "%") if english else Measure("利润率", "%"),
    }
    fill(table, grouped, measures, months=3)
    return table


def garment(data: Path, language: Language) -> FactTable:
    """Productivity and overtime of a factory's teams by month, with targets."""
    path = data / "kpi_garment_productivity/garments_worker_productivity.csv"
    rows = pl.read_csv(path, infer_schema=False)
    rows = rows.rename({rows.columns[0]: "day_text"})
    day = pl.col("day_text").str.to_date("%m/%d/%Y")
    rows = rows.with_columns(day.alias("date")).filter(pl.col("date").dt.year() == 2015)
    english = language == "en"
    word = pl.lit("team ") + pl.col("team") if english else pl.col("team") + pl.lit("号班组")
    numbers = ("actual_productivity", "targeted_productivity", "over_time")
    rows = rows.with_columns(pl.col(name).cast(pl.Float64) for name in numbers)
    grouped = rows.group_by(
        word.alias("subject"),
        pl.lit(2015).alias("year"),
        pl.col("date").dt.month().cast(pl.Int64).alias("month"),
    ).agg(
        (100 * pl.col("actual_productivity").mean()).alias("productivity"),
        (100 * pl.col("targeted_productivity").mean()).alias("target"),
        pl.col("over_time").mean().alias("overtime"),
    )
    table = FactTable(f"garment {language}", language, "teams" if english else "班组")
    productivity = Measure("productivity" if english else "生产率", "%")
    overtime = Measure("overtime", "minutes") if english else Measure("加班时长", "分钟")
    fill(table, grouped, {"productivity": productivity, "overtime": overtime}, months=1)
    wanted = {(row["subject"], row["month"]): row["target"] for row in grouped.to_dicts()}
    for subject in table.subjects:
        for name in table.series[subject, productivity.name]:
            fact = table.facts[name]
            target = wanted[subject, int(table.start(name)[5:7])]
            table.targets[name] = table.add(
                subject, f"{fact.measure}_target", target, unit="%", period=fact.period
            )
    return table


def _quotable(text: str, language: Language) -> str | None:
    """Return a clause of a text that can stand in quotation marks, or None."""
    least, most = (8, 40) if language == "zh" else (25, 110)
    for clause in (
        text.replace("\n", " ")
        .replace("！", "。")
        .replace("!", ".")
        .split("。" if language == "zh" else ".")
    ):
        plain = clause.strip()
        if least <= len(plain) <= most and not any(mark in plain for mark in "\"'“”‘’「」@#&<>/"):
            return plain
    return None


def _comments(table: FactTable, rows: pl.DataFrame) -> None:
    for subject in table.subjects:
        mine = rows.filter(pl.col("subject") == subject)["text"].to_list()
        for row, text in enumerate(mine):
            quote = _quotable(text or "", table.language)
            if quote is None or len(table.comments[subject]) >= 60:
                continue
            name = f"c{sum(map(len, table.comments.values())) + 1}"
            table.comments[subject].append(
                Comment(
                    id=name,
                    subject=subject,
                    text=text,
                    row=row,
                    column="text",
                    language=table.language,
                )
            )


def reviews(data: Path, language: Language) -> FactTable:
    """Counts and shares of comments on kinds of goods (zh) or airlines (en), with comments."""
    if language == "zh":
        path = data / "csat_zh_shopping_10_cats/online_shopping_10_cats.csv.gz"
        rows = pl.read_csv(path, infer_schema=False).drop_nulls("review")
        good = pl.col("label") == "1"
        rows = rows.select(
            pl.col("cat").alias("subject"), pl.col("review").alias("text"), good.alias("good")
        )
        counts, share, kind = Measure("评论数", "条"), Measure("好评率", "%"), "品类"
    else:
        path = data / "csat_en_airline_tweets/tweets.csv.gz"
        rows = pl.read_csv(path, infer_schema=False)
        good = pl.col("airline_sentiment") == "positive"
        rows = rows.select(
            pl.col("airline").alias("subject"), pl.col("text").alias("text"), good.alias("good")
        )
        counts, share, kind = (
            Measure("comment count", None),
            Measure("positive share", "%"),
            "airlines",
        )
    table = FactTable(f"reviews {language}", language, kind)
    grouped = rows.group_by("subject").agg(
        pl.len().cast(pl.Float64).alias("count"), (100 * pl.col("good").mean()).alias("share")
    )
    grouped = grouped.with_columns(pl.lit(0).alias("year"), pl.lit(0).alias("month"))
    fill(table, grouped, {"count": counts, "share": share}, months=0)
    _comments(table, rows.sort("subject", maintain_order=True))
    return table


def quote_of(comment: Comment) -> str:
    """Return the clause of a comment that is quoted."""
    found = _quotable(comment.text, "zh" if comment.language == "zh" else "en")
    assert found is not None
    return found


def load_tables(data: Path) -> Iterator[FactTable]:
    """Yield every table in both languages."""
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        yield superstore(data, language)
        yield garment(data, language)
        yield reviews(data, language)
