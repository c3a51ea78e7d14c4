"""Where the marks and words of a chart stand, for every format that draws: shapes and texts.

The shapes are SVG elements with classes, the words plain text with their places; whoever draws
gives them colours and a font. Bars and lines are laid out on whole units of a fixed width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.contracts import Chart, Language
from jixiao.reports.escaping import escaped
from jixiao.reports.formats import number_text

WIDTH = 380
"""Width of every drawing in its own units; about the pixels it gets on a phone."""
_LEFT, _TOP, _EDGE = 44, 16, 14
_PLOT = 128
_BASE = _TOP + _PLOT
_FONT = 11.0
_ROW = 27

Texts = Sequence[Sequence[str]]
"""Each value of each series as it is read; ``–`` where there is none."""

Word = tuple[str, float, float, str]
"""A text of a drawing: classes, x, y of its base line, and the text itself, not escaped.

The classes say ``tick``, ``num`` or ``name``, and ``end`` or ``mid`` where x is not its start."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart laid out.

    Attributes:
        shapes: SVG elements, their titles escaped.
        words: Texts with their places.
        height: Height in units of ``WIDTH``.
    """

    shapes: str
    words: Sequence[Word]
    height: int


def chart_texts(chart: Chart, language: Language) -> Texts:
    """Return the values of a chart as they are read, one row per series."""
    unit = chart.unit
    return [
        ["–" if v is None else number_text(v, unit, language) for v in series.values]
        for series in chart.series
    ]


def shapes_of(chart: Chart, language: Language, texts: Texts) -> Drawing:
    """Return where everything of a chart stands.

    Args:
        chart: What to draw.
        language: Language of the numbers on the axis.
        texts: Result of ``chart_texts``.
    """
    if chart.kind == "line":
        return _line(chart, texts, language)
    if chart.kind == "distribution" and _fits_upright(chart):
        return _columns(chart, texts[0])
    return _bars(chart, texts)


@lru_cache(maxsize=65536)
def text_width(text: str) -> float:
    """Return about how wide a text is at the charts' font size, in drawing units."""
    wide = sum(1 for letter in text if letter >= "\u2e80")
    return (wide + (len(text) - wide) * 0.6) * _FONT


def shortened(text: str, room: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room."""
    if text_width(text) <= room:
        return text
    while "/" in text:  # of a path, the end tells more
        text = text.partition("/")[2].strip()
        if text_width(text) + 2 * _FONT <= room:
            return f"…/{text}"
    text = text[: max(0, int(room / (0.6 * _FONT)))]  # no letter is narrower
    while text and text_width(text) + _FONT > room:
        text = text[:-1]
    return text.rstrip() + "…"


_MOST_VALUE = 150.0
"""Most drawing units for a value with its unit beside a mark; its title and the table hold all."""
_FINEST = 1e-9
"""Distance below which figures are the same on an axis; ticks are told to ten decimals."""


@lru_cache(maxsize=8192)
def ticks(low: float, high: float, *, most: int = 4) -> tuple[float, ...]:
    """Return round numbers that span the values.

    Examples:
        >>> ticks(0.0, 4.3)
        (0.0, 2.0, 4.0, 6.0)
        >>> ticks(71.0, 79.0)
        (70.0, 75.0, 80.0)
    """
    span = next(size for size in (high - low, abs(high), 1.0) if size > _FINEST)
    raw = span / (most - 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(first + 1, math.ceil(high / step - 1e-9))
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def axis_marks(chart: Chart) -> tuple[float, ...]:
    """Return the values that stand along the axis, rising."""
    known = [value for series in chart.series for value in series.values if value is not None]
    low, high = chart.minimum, chart.maximum
    if low is not None and high is not None and high - low <= 10 and low == int(low):
        step = 1 if high - low <= 5 else 2
        return tuple(float(tick) for tick in range(int(low), int(high) + 1, step))
    return ticks(min(known) if low is None else low, max(known) if high is None else high)


def _line(chart: Chart, texts: Texts, language: Language) -> Drawing:
    known = [value for series in chart.series for value in series.values if value is not None]
    marks = axis_marks(chart)
    low, high = min(marks[0], min(known)), max(marks[-1], max(known))
    scale = _PLOT / (high - low)
    values = chart.series[0].values
    last = max(i for i, value in enumerate(values) if value is not None)
    newest = shortened(texts[0][last], _MOST_VALUE)
    right = 16 + 8 * math.ceil(text_width(newest) / 8)
    xs = _places(len(chart.labels), right)
    grid, words = _grid(marks, low, high, right, language)
    parts = [grid]
    ys: list[int | None] = []
    for series in reversed(chart.series):  # the own values last, above the others
        ys = [None if v is None else round(_BASE - (v - low) * scale) for v in series.values]
        path = _path(xs, ys)
        if series.role == "target":
            parts.append(f'<path class="band" d="{path}"/>')
        parts.append(f'<path class="ln {series.role}" d="{path}"/>')
    parts += [
        f'<circle class="dot" cx="{x}" cy="{y}" r="{4.5 if i == last else 3}">'
        f"<title>{escaped(label)} {escaped(text)}</title></circle>"
        for i, (x, y, label, text) in enumerate(zip(xs, ys, chart.labels, texts[0], strict=True))
        if y is not None
    ]
    own = ("num", xs[last] + 9, (ys[last] or 0) + 4, newest)
    return Drawing("".join(parts), [*words, own, *_below(chart.labels, right)], _BASE + 26)


@lru_cache(maxsize=512)
def _places(count: int, right: int) -> tuple[int, ...]:
    room = WIDTH - _LEFT - right - 8
    return tuple(
        _LEFT + 8 + round(room * (i / (count - 1) if count > 1 else 0.5)) for i in range(count)
    )


@lru_cache(maxsize=8192)
def _grid(
    marks: tuple[float, ...], low: float, high: float, right: int, language: Language
) -> tuple[str, tuple[Word, ...]]:
    parts, words = [], []
    for mark in marks:
        y = round(_BASE - (mark - low) * _PLOT / (high - low))
        parts.append(f'<path class="grid" d="M{_LEFT} {y}H{WIDTH - right + 8}"/>')
        words.append(("tick end", _LEFT - 6, y + 4, number_text(mark, None, language)))
    return "".join(parts), tuple(words)


def _path(xs: Sequence[int], ys: Sequence[int | None]) -> str:
    if None not in ys:
        return "M" + "L".join([f"{x} {y}" for x, y in zip(xs, ys, strict=True)])
    path, pen = [], "M"
    for x, y in zip(xs, ys, strict=True):
        if y is not None:
            path.append(f"{pen}{x} {y}")
        pen = "M" if y is None else "L"
    return "".join(path)


@lru_cache(maxsize=4096)
def _below(labels: tuple[str, ...], right: int) -> tuple[Word, ...]:
    xs = _places(len(labels), right)
    widest = max(text_width(label) for label in labels) + 10
    gap = xs[1] - xs[0] if len(xs) > 1 else WIDTH
    every = max(1, math.ceil(widest / gap))
    words = []
    for i in range(len(labels) - 1, -1, -every):
        half = text_width(labels[i]) / 2
        x = min(max(xs[i], half), WIDTH - half)
        words.append(("tick mid", round(x), _BASE + 18, labels[i]))
    return tuple(words)


def _fits_upright(chart: Chart) -> bool:
    slot = (WIDTH - 2 * _EDGE) / len(chart.labels)
    if any(value is not None and value < 0 for value in chart.series[0].values):
        return False
    return slot >= 30 and all(text_width(label) <= slot - 2 for label in chart.labels)


def _columns(chart: Chart, row: Sequence[str]) -> Drawing:
    values, labels = chart.series[0].values, chart.labels
    top = max((value for value in values if value is not None), default=1.0) or 1.0
    slot = (WIDTH - 2 * _EDGE) / len(labels)
    wide = round(min(slot * 0.62, 56))
    parts = [f'<path class="axis" d="M{_EDGE} {_BASE}H{WIDTH - _EDGE}"/>']
    words: list[Word] = []
    for i, (label, value, text) in enumerate(zip(labels, values, row, strict=True)):
        middle = round(_EDGE + slot * (i + 0.5))
        tall = round((_PLOT - 8) * (value or 0.0) / top)
        parts.append(
            f'<rect class="bar" x="{middle - wide // 2}" y="{_BASE - tall}" rx="2" '
            f'width="{wide}" height="{tall}">{_title(label, text)}</rect>'
        )
        words.append(("num mid", middle, _BASE - tall - 5, text))
        words.append(("tick mid", middle, _BASE + 16, label))
    return Drawing("".join(parts), words, _BASE + 24)


def _title(label: str, text: str) -> str:
    return f"<title>{escaped(label)} {escaped(text)}</title>"


def _bars(chart: Chart, texts: Texts) -> Drawing:
    values, row, labels = chart.series[0].values, texts[0], chart.labels
    known = [value for series in chart.series for value in series.values if value is not None]
    low, high = min(0.0, chart.minimum or 0.0, *known), max(chart.maximum or 0.0, *known) or 1.0
    names = round(min(150.0, max([text_width(label) for label in labels]))) + 10
    shown = [shortened(text, _MOST_VALUE) for text in row]
    room = WIDTH - names - round(max([text_width(text) for text in shown])) - 10
    scale = room / ((high - low) or 1.0)
    zero = names - round(low * scale)
    strong = _strong(chart)
    parts, words = [], []
    for i, (label, value, text) in enumerate(zip(labels, values, row, strict=True)):
        y, end = 8 + i * _ROW, zero + round((value or 0.0) * scale)
        tone = "bar" if i in strong else "bar soft"
        parts.append(
            f'<rect class="track" x="{names}" y="{y}" width="{room}" height="18" rx="2"/>'
            f'<rect class="{tone}" x="{min(zero, end)}" y="{y}" width="{abs(end - zero)}" '
            f'height="18" rx="2">{_title(label, text)}</rect>'
        )
        words.append(("name end", names - 8, y + 13, shortened(label, names - 8)))
        words.append(("num", names + room + 6, y + 13, shown[i]))
    bottom = 8 + len(labels) * _ROW
    for other, told in zip(chart.series[1:], texts[1:], strict=True):
        place = next((i for i, value in enumerate(other.values) if value is not None), None)
        if place is not None:
            x = zero + round((other.values[place] or 0.0) * scale)
            line = f'<path class="ln target" d="M{x} 2V{bottom - 4}">'
            parts.append(f"{line}{_title(other.name, told[place])}</path>")
    return Drawing("".join(parts), words, bottom + 2)


def _strong(chart: Chart) -> set[int]:
    """Return the bars in full colour: the likeliest level, the own rating, or all of them."""
    values = [value or 0.0 for value in chart.series[0].values]
    if chart.kind == "probability":
        return {values.index(max(values))}
    is_comparison = chart.kind == "bar" and len(chart.series) == 1
    return {0} if is_comparison else set(range(len(values)))
