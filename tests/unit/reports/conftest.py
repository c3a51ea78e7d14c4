"""Small invented evidence, built by hand so that every figure can be recomputed by eye."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from jixiao.contracts import (
    Column,
    Contract,
    DataType,
    Role,
    Scale,
    Table,
    Task,
    TaskKind,
)
from jixiao.core import parse_period
from jixiao.reports import Evidence

LEVELS = ("待改进", "合格", "良好", "优秀")


@dataclass
class Company:
    """Rows of an invented company; ``evidence`` bundles them."""

    levels: tuple[str, ...] = LEVELS
    records: list[tuple[str, str | None, str | None, str, str | None]] = field(default_factory=list)
    points: list[tuple[str, str, str, float, float | None]] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, float] = field(default_factory=dict)

    def rate(
        self,
        subject: str,
        period: str,
        level: str | None,
        *,
        team: str | None = None,
        rater: str | None = None,
        text: str = "",
    ) -> int:
        """Add a record and return its row."""
        row = len(self.records)
        self.records.append((subject, team, rater, period, level))
        if text:
            self.texts.append((row, text))
        return row

    def point(
        self, subject: str, period: str, name: str, value: float, target: float | None = None
    ) -> None:
        """Add a figure of an indicator."""
        self.points.append((subject, period, name, value, target))

    def opine(self, row: int, shares: Sequence[float]) -> None:
        """Add a second opinion."""
        top = self.levels[max(range(len(shares)), key=lambda i: shares[i])]
        named = {f"p_{level}": share for level, share in zip(self.levels, shares, strict=True)}
        mean = sum(share * (i + 1) for i, share in enumerate(shares))
        self.scores.append(
            {"_row": row, **named, "expected": mean, "score": top, "status": "scored"}
        )

    def evidence(self, **changes: Any) -> Evidence:
        """Return the bundle."""
        names = ["subject", "team", "rater", "period", "rating"]
        frame = pl.DataFrame(
            self.records, schema=dict.fromkeys(names, pl.String), orient="row"
        ).with_row_index("_row")
        frame = frame.with_columns(pl.col("_row").cast(pl.Int64))
        frame = frame.with_columns(
            pl.Series("upward", [self.answers.get(i) for i in range(frame.height)], pl.Float64)
        )
        given: dict[str, Any] = {
            "frame": frame,
            "contract": contract(self.levels),
            "indicators": self._indicators(),
            "comments": pl.DataFrame(
                [(row, "comment", text) for row, text in self.texts],
                schema={"_row": pl.Int64, "column": pl.String, "text": pl.String},
                orient="row",
            ),
            "scores": pl.DataFrame(self.scores) if self.scores else None,
        }
        return Evidence(**(given | changes))

    def _indicators(self) -> pl.DataFrame | None:
        if not self.points:
            return None
        rows = []
        for subject, period, name, value, target in self.points:
            span = parse_period(period)
            assert span is not None
            rows.append((subject, span.start, span.end, name, value, target))
        days = {"period_start": pl.Date, "period_end": pl.Date}
        numbers = {"value": pl.Float64, "target": pl.Float64}
        schema = {"subject": pl.String, **days, "indicator": pl.String, **numbers}
        return pl.DataFrame(rows, schema=schema, orient="row")


def contract(levels: tuple[str, ...] = LEVELS) -> Contract:
    """Return the contract of the invented tables."""

    def column(name: str, role: Role, kind: DataType = DataType.TEXT, **more: Any) -> Column:
        return Column(name=name, role=role, type=kind, **more)

    number = DataType.NUMBER
    return Contract(
        tables=(Table(name="reviews", source="reviews.csv"),),
        columns=(
            column("subject", Role.SUBJECT),
            column("team", Role.GROUP, DataType.CATEGORY),
            column("rater", Role.RATER),
            column("period", Role.PERIOD, DataType.PERIOD),
            column("comment", Role.TEXT),
            column("upward", Role.CONFIDENTIAL, number, source="upward"),
            column("rating", Role.TARGET, DataType.ORDINAL, levels=levels),
            column("sales", Role.INDICATOR, number, unit="CNY", higher_is_better=True),
            column("complaints", Role.INDICATOR, number, higher_is_better=False),
        ),
        task=Task(kind=TaskKind.ORDINAL, target="rating", scale=Scale(levels=levels)),
    )


@pytest.fixture
def company() -> Callable[..., Company]:
    """A maker of empty companies."""
    return Company


@pytest.fixture
def lin(company: Callable[..., Company]) -> Company:
    """One person, four quarters, two indicators and a review text."""
    one = company()
    for quarter, level in enumerate(("合格", "良好", "合格", "良好"), start=1):
        text = (
            "按时交付了全部版本，但跨部门沟通需要加强。建议下季度参加培训。" if quarter == 4 else ""
        )
        one.rate("E1", f"2025Q{quarter}", level, team="North", rater="M1", text=text)
        one.point("E1", f"2025Q{quarter}", "sales", 100000.0 + 10000 * quarter, 130000.0)
        one.point("E1", f"2025Q{quarter}", "complaints", 6.0 - quarter, 3.0)
    return one


@dataclass
class Shop:
    """Answers of invented customers about products; ``evidence`` bundles them."""

    levels: tuple[str, ...] = ("1", "2", "3", "4", "5")
    kind: TaskKind = TaskKind.ORDINAL
    answers: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, rating: str | None, **cells: Any) -> int:
        """Add an answer (product, channel, text, topics, day, reason…) and return its row."""
        self.answers.append({"rating": rating, **cells})
        return len(self.answers) - 1

    def evidence(self, **changes: Any) -> Evidence:
        """Return the bundle; ``subject`` names the column of the subject, if there is one."""
        subject = changes.pop("subject", None)
        names = ("product", "channel", "text", "customer", "reason")
        cells = {n: [a.get(n) for a in self.answers] for n in names}
        cells = {name: own for name, own in cells.items() if any(own)}
        days = [a.get("day") for a in self.answers]
        rows = {"_row": pl.Series(range(len(self.answers)), dtype=pl.Int64)}
        rating = pl.Series([a["rating"] for a in self.answers], dtype=pl.String)
        frame = pl.DataFrame({**rows, **cells, "rating": rating})
        if any(days):
            frame = frame.with_columns(pl.Series("day", days, dtype=pl.Date))
        texts = [(row, "text", a["text"]) for row, a in enumerate(self.answers) if a.get("text")]
        spoken = [
            (row, "text", topic, words)
            for row, a in enumerate(self.answers)
            for topic, words in a.get("topics", {}).items()
        ]
        schema = {"_row": pl.Int64, "column": pl.String, "text": pl.String}
        topics = {"_row": pl.Int64, "column": pl.String, "topic": pl.String, "mention": pl.String}
        given: dict[str, Any] = {
            "frame": frame,
            "contract": self._contract(frame, subject),
            "comments": pl.DataFrame(texts, schema=schema, orient="row"),
            "topics": pl.DataFrame(spoken, schema=topics, orient="row"),
        }
        return Evidence(**(given | changes))

    def _contract(self, frame: pl.DataFrame, subject: str | None) -> Contract:
        roles = {"text": Role.TEXT, "day": Role.DATE, "rating": Role.TARGET, "reason": Role.IGNORED}
        kinds = {"text": DataType.TEXT, "day": DataType.DATE, "rating": DataType.ORDINAL}
        columns = tuple(
            Column(
                name=name,
                role=Role.SUBJECT if name == subject else roles.get(name, Role.CATEGORY),
                type=kinds.get(name, DataType.CATEGORY),
            )
            for name in frame.columns
            if name != "_row"
        )
        is_scale = self.kind is TaskKind.ORDINAL
        task = Task(
            kind=self.kind,
            target="rating",
            scale=Scale(levels=self.levels) if is_scale else None,
            classes=() if is_scale else self.levels,
        )
        return Contract(tables=(Table(name="answers", source="a.csv"),), columns=columns, task=task)


@pytest.fixture
def shop() -> Callable[..., Shop]:
    """A maker of empty shops."""
    return Shop


@pytest.fixture
def busy(shop: Callable[..., Shop]) -> Shop:
    """Three products of 40, 30 and 3 answers, two channels, two topics."""
    one = shop()
    for place in range(73):
        product = "Lamp" if place < 40 else ("Chair" if place < 70 else "Rug")
        good = place % 4 != 0 if product == "Lamp" else place % 4 == 0
        about = "battery" if place % 2 else "delivery"
        mood = "works great" if good else "was late and poor"
        one.answer(
            "5" if good else "1",
            product=product,
            channel="web" if place % 3 else "shop",
            text=f"The {about} of this thing number {place} {mood}.",
            topics={about: about},
        )
    return one
