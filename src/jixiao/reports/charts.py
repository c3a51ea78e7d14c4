"""Draws charts as plain SVG: crisp, small, readable without colour, and with their own data table.

Colours, fonts and dark mode come from the page's style sheet through classes. Every mark carries
a title, every chart a title and a description, and the numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
"""Each value of each series as it is read, escaped; ``–`` where there is none."""


def chart_texts(chart: Chart, language: Language) -> Texts:
    """Return the values of a chart as they are read, escaped, one row per series."""
    unit = chart.unit
    return [
        ["–" if v is None else number_html(v, unit, language) for v in series.values]
        for series in chart.series
    ]


@lru_cache(maxsize=65536)
def number_html(value: float, unit: str | None, language: Language) -> str:
    """Return a number with its unit, escaped."""
    return escaped(number_text(value, unit, language))


def draw(chart: Chart, language: Language, texts: Texts | None = None) -> str:
    """Return the chart as one ``<svg>`` element; every text in it is escaped.

    Args:
        chart: What to draw.
        language: Language of the numbers.
        texts: Result of ``chart_texts`` where it is known already.
    """
    texts = texts or chart_texts(chart, language)
    labels = [escaped(label) for label in chart.labels]
    if chart.kind == "line":
        body, height = _line(chart, labels, texts, language)
    elif chart.kind == "distribution" and _fits_upright(chart):
        body, height = _columns(chart, labels, texts)
    else:
        body, height = _bars(chart, labels, texts)
    name = escaped(chart.title)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">'
        f"<title>{name}</title><desc>{_told(chart, labels, texts)}</desc>{body}</svg>"
    )


def _told(chart: Chart, labels: Sequence[str], texts: Texts) -> str:
    """Return the values of a chart in one line, for readers who do not see it."""
    return "; ".join(
        [
            f"{escaped(series.name)}: "
            + ", ".join([f"{a} {b}" for a, b in zip(labels, row, strict=True)])
            for series, row in zip(chart.series, texts, strict=True)
        ]
    )


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
    while text and text_width(text) + _FONT > room:
        text = text[:-1]
    return text.rstrip() + "…"


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


def _marks(chart: Chart, known: Sequence[float]) -> tuple[float, ...]:
    low, high = chart.minimum, chart.maximum
    if low is not None and high is not None and high - low <= 10 and low == int(low):
        step = 1 if high - low <= 5 else 2
        return tuple(float(tick) for tick in range(int(low), int(high) + 1, step))
    return ticks(min(known) if low is None else low, max(known) if high is None else high)


def _line(chart: Chart, labels: Sequence[str], texts: Texts, language: Language) -> tuple[str, int]:
    known = [value for series in chart.series for value in series.values if value is not None]
    marks = _marks(chart, known)
    low, high = min(marks[0], min(known)), max(marks[-1], max(known))
    scale = _PLOT / (high - low)
    values = chart.series[0].values
    last = max(i for i, value in enumerate(values) if value is not None)
    right = 16 + 8 * math.ceil(text_width(texts[0][last]) / 8)
    xs = _places(len(labels), right)
    parts = [_grid(marks, low, high, right, language)]
    for series in reversed(chart.series):
        ys = [None if v is None else round(_BASE - (v - low) * scale) for v in series.values]
        path = _path(xs, ys)
        if series.role == "target":
            parts.append(f'<path class="band" d="{path}"/>')
        parts.append(f'<path class="ln {series.role}" d="{path}"/>')
    parts += [
        f'<circle class="dot" cx="{x}" cy="{y}" r="{4.5 if i == last else 3}">'
        f"<title>{label} {text}</title></circle>"
        for i, (x, y, label, text) in enumerate(zip(xs, ys, labels, texts[0], strict=True))
        if y is not None
    ]
    parts.append(f'<text class="num" x="{xs[last] + 9}" y="{(ys[last] or 0) + 4}">')
    parts.append(f"{texts[0][last]}</text>")
    parts.append(_below(chart.labels, right))
    return "".join(parts), _BASE + 26


@lru_cache(maxsize=512)
def _places(count: int, right: int) -> tuple[int, ...]:
    room = WIDTH - _LEFT - right - 8
    return tuple(
        _LEFT + 8 + round(room * (i / (count - 1) if count > 1 else 0.5)) for i in range(count)
    )


@lru_cache(maxsize=8192)
def _grid(marks: tuple[float, ...], low: float, high: float, right: int, language: Language) -> str:
    parts = []
    for mark in marks:
        y = round(_BASE - (mark - low) * _PLOT / (high - low))
        parts.append(
            f'<path class="grid" d="M{_LEFT} {y}H{WIDTH - right + 8}"/>'
            f'<text class="tick end" x="{_LEFT - 6}" y="{y + 4}">'
            f"{number_text(mark, None, language)}</text>"
        )
    return "".join(parts)


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
def _below(labels: tuple[str, ...], right: int) -> str:
    xs = _places(len(labels), right)
    widest = max(text_width(label) for label in labels) + 10
    gap = xs[1] - xs[0] if len(xs) > 1 else WIDTH
    every = max(1, math.ceil(widest / gap))
    parts = []
    for i in range(len(labels) - 1, -1, -every):
        half = text_width(labels[i]) / 2
        x = min(max(xs[i], half), WIDTH - half)
        label = escaped(labels[i])
        parts.append(f'<text class="tick mid" x="{x:.0f}" y="{_BASE + 18}">{label}</text>')
    return "".join(parts)


def _fits_upright(chart: Chart) -> bool:
    slot = (WIDTH - 2 * _EDGE) / len(chart.labels)
    if any(value is not None and value < 0 for value in chart.series[0].values):
        return False
    return slot >= 30 and all(text_width(label) <= slot - 2 for label in chart.labels)


def _columns(chart: Chart, labels: Sequence[str], texts: Texts) -> tuple[str, int]:
    values = chart.series[0].values
    top = max((value for value in values if value is not None), default=1.0) or 1.0
    slot = (WIDTH - 2 * _EDGE) / len(labels)
    wide = round(min(slot * 0.62, 56))
    parts = [f'<path class="axis" d="M{_EDGE} {_BASE}H{WIDTH - _EDGE}"/>']
    for i, (label, value, text) in enumerate(zip(labels, values, texts[0], strict=True)):
        middle = round(_EDGE + slot * (i + 0.5))
        tall = round((_PLOT - 8) * (value or 0.0) / top)
        parts.append(
            f'<rect class="bar" x="{middle - wide // 2}" y="{_BASE - tall}" rx="2" '
            f'width="{wide}" height="{tall}"><title>{label} {text}</title></rect>'
            f'<text class="num mid" x="{middle}" y="{_BASE - tall - 5}">{text}</text>'
            f'<text class="tick mid" x="{middle}" y="{_BASE + 16}">{label}</text>'
        )
    return "".join(parts), _BASE + 24


def _bars(chart: Chart, labels: Sequence[str], texts: Texts) -> tuple[str, int]:
    values, row = chart.series[0].values, texts[0]
    known = [value for series in chart.series for value in series.values if value is not None]
    low, high = min(0.0, chart.minimum or 0.0, *known), max(chart.maximum or 0.0, *known) or 1.0
    names = round(min(150.0, max([text_width(label) for label in chart.labels]))) + 10
    room = WIDTH - names - round(max([text_width(text) for text in row])) - 10
    scale = room / ((high - low) or 1.0)
    zero = names - round(low * scale)
    strong = _strong(chart)
    parts = []
    for i, (label, value, text) in enumerate(zip(labels, values, row, strict=True)):
        y, end = 8 + i * _ROW, zero + round((value or 0.0) * scale)
        tone = "bar" if i in strong else "bar soft"
        name = escaped(shortened(chart.labels[i], names - 8))
        parts.append(
            f'<text class="name end" x="{names - 8}" y="{y + 13}">{name}</text>'
            f'<rect class="track" x="{names}" y="{y}" width="{room}" height="18" rx="2"/>'
            f'<rect class="{tone}" x="{min(zero, end)}" y="{y}" width="{abs(end - zero)}" '
            f'height="18" rx="2"><title>{label} {text}</title></rect>'
            f'<text class="num" x="{names + room + 6}" y="{y + 13}">{text}</text>'
        )
    bottom = 8 + len(labels) * _ROW
    for other, told in zip(chart.series[1:], texts[1:], strict=True):
        place = next((i for i, value in enumerate(other.values) if value is not None), None)
        if place is not None:
            x = zero + round((other.values[place] or 0.0) * scale)
            parts.append(
                f'<path class="ln target" d="M{x} 2V{bottom - 4}">'
                f"<title>{escaped(other.name)} {told[place]}</title></path>"
            )
    return "".join(parts), bottom + 2


def _strong(chart: Chart) -> set[int]:
    """Return the bars in full colour: the likeliest level, the own rating, or all of them."""
    values = [value or 0.0 for value in chart.series[0].values]
    if chart.kind == "probability":
        return {values.index(max(values))}
    is_comparison = chart.kind == "bar" and len(chart.series) == 1
    return {0} if is_comparison else set(range(len(values)))
