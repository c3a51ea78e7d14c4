"""Draws charts as plain SVG: crisp, small, readable without colour, and with their own data table.

Colours, fonts and dark mode come from the page's style sheet through classes. Every mark carries
a title, every chart a title and a description, and the numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import escape

from jixiao.contracts import Chart, Language
from jixiao.reports.formats import number_text

WIDTH = 380
"""Width of every drawing in its own units; about the pixels it gets on a phone."""
_LEFT, _RIGHT, _TOP = 44, 14, 16
_PLOT = 128
_FONT = 11.0


def draw(chart: Chart, language: Language) -> str:
    """Return the chart as one ``<svg>`` element; every text in it is escaped."""
    if chart.kind == "line":
        body, height = _line(chart, language)
    elif chart.kind == "distribution" and _fits_upright(chart):
        body, height = _columns(chart, language)
    else:
        body, height = _bars(chart, language)
    name = str(escape(chart.title))
    told = str(escape(describe(chart, language)))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{name}">'
        f"<title>{name}</title><desc>{told}</desc>{body}</svg>"
    )


def describe(chart: Chart, language: Language) -> str:
    """Return the values of a chart in one line, for readers who do not see it."""
    stop = "；" if language == "zh" else "; "
    return stop.join(
        f"{series.name}: "
        + ", ".join(
            f"{label} {number_text(value, chart.unit, language)}"
            for label, value in zip(chart.labels, series.values, strict=True)
            if value is not None
        )
        for series in chart.series
    )


def text_width(text: str) -> float:
    """Return about how wide a text is at the charts' font size, in drawing units."""
    wide = sum(1 for letter in text if letter >= "\u2e80")
    return (wide * 1.0 + (len(text) - wide) * 0.56) * _FONT


def shortened(text: str, room: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room."""
    if text_width(text) <= room:
        return text
    while text and text_width(text) + _FONT > room:
        text = text[:-1]
    return text.rstrip() + "…"


def ticks(low: float, high: float, *, most: int = 4) -> list[float]:
    """Return round numbers that span the values.

    Examples:
        >>> ticks(0.0, 4.3)
        [0.0, 2.0, 4.0, 6.0]
        >>> ticks(1.0, 5.0)
        [0.0, 2.0, 4.0, 6.0]
    """
    span = high - low or abs(high) or 1.0
    raw = span / (most - 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(first + 1, math.ceil(high / step - 1e-9))
    return [round(i * step, 10) for i in range(first, last + 1)]


def _known(chart: Chart) -> list[float]:
    return [value for series in chart.series for value in series.values if value is not None]


def _scale_ticks(chart: Chart) -> list[float]:
    low, high = chart.minimum, chart.maximum
    if low is not None and high is not None and high - low <= 10 and low == int(low):
        step = 1 if high - low <= 5 else 2
        return [float(tick) for tick in range(int(low), int(high) + 1, step)]
    known = _known(chart)
    lowest = min(known) if low is None else low
    return ticks(lowest, max(known) if high is None else high)


def _line(chart: Chart, language: Language) -> tuple[str, float]:
    marks = _scale_ticks(chart)
    low, high = min(marks[0], *_known(chart)), max(marks[-1], *_known(chart))
    room = WIDTH - _LEFT - _RIGHT
    count = len(chart.labels)
    xs = [_LEFT + 8 + (room - 16) * (i / (count - 1) if count > 1 else 0.5) for i in range(count)]

    def height(value: float) -> float:
        return _TOP + _PLOT * (1 - (value - low) / (high - low))

    parts = [
        f'<path class="grid" d="M{_LEFT} {height(m):.1f}H{WIDTH - _RIGHT}"/>'
        f'<text class="tick end" x="{_LEFT - 6}" y="{height(m) + 4:.1f}">'
        f"{number_text(m, None, language)}</text>"
        for m in marks
    ]
    for series in reversed(chart.series):
        places = [
            (x, None if v is None else height(v)) for x, v in zip(xs, series.values, strict=True)
        ]
        parts += _target(places) if series.role == "target" else _curve(series.role, places)
    ys = [height(v or 0.0) for v in chart.series[0].values]
    parts += _points(chart, xs, ys, language)
    parts += _below(chart.labels, xs, _TOP + _PLOT + 18)
    return "".join(parts), _TOP + _PLOT + 26


def _path(places: Sequence[tuple[float, float | None]]) -> str:
    path, pen = [], "M"
    for x, y in places:
        if y is None:
            pen = "M"
        else:
            path.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
    return "".join(path)


def _curve(role: str, places: Sequence[tuple[float, float | None]]) -> list[str]:
    return [f'<path class="line {role}" d="{_path(places)}"/>']


def _target(places: Sequence[tuple[float, float | None]]) -> list[str]:
    path = _path(places)
    return [f'<path class="band" d="{path}"/><path class="line target" d="{path}"/>']


def _points(
    chart: Chart, xs: Sequence[float], ys: Sequence[float], language: Language
) -> Iterator[str]:
    series = chart.series[0]
    last = max(i for i, value in enumerate(series.values) if value is not None)
    for i, (x, y, value) in enumerate(zip(xs, ys, series.values, strict=True)):
        if value is None:
            continue
        text = number_text(value, chart.unit, language)
        told = escape(f"{chart.labels[i]} {text}")
        size = 4.5 if i == last else 3
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{size}"'
        yield f'<circle class="dot" {place}><title>{told}</title></circle>'
    value = series.values[last]
    if value is not None:
        text = number_text(value, chart.unit, language)
        at = y_label(ys, last)
        yield f'<text class="value end" x="{xs[last] + 6:.1f}" y="{at:.1f}">{escape(text)}</text>'


def y_label(ys: Sequence[float], last: int) -> float:
    """Return where the last value's label stands: above its point, or below a steep fall."""
    falls = last > 0 and ys[last] - ys[last - 1] > 8
    above = ys[last] - 9
    below = ys[last] + 18
    return below if (falls and below < _TOP + _PLOT) or above < 9 else above


def _below(labels: Sequence[str], xs: Sequence[float], y: float) -> Iterator[str]:
    widest = max(text_width(label) for label in labels) + 10
    gap = xs[1] - xs[0] if len(xs) > 1 else WIDTH
    every = max(1, math.ceil(widest / gap))
    for i in range(len(labels) - 1, -1, -every):
        side = "end" if i == len(labels) - 1 and len(xs) > 1 else ("start" if i == 0 else "mid")
        x = xs[i] + {"end": 10, "mid": 0, "start": -10}[side]
        yield f'<text class="tick {side}" x="{x:.1f}" y="{y:g}">{escape(labels[i])}</text>'


def _fits_upright(chart: Chart) -> bool:
    slot = (WIDTH - 2 * _RIGHT) / len(chart.labels)
    return slot >= 30 and all(text_width(label) <= slot - 2 for label in chart.labels)


def _columns(chart: Chart, language: Language) -> tuple[str, float]:
    series = chart.series[0]
    top = max((value for value in series.values if value is not None), default=1.0) or 1.0
    slot = (WIDTH - 2 * _RIGHT) / len(chart.labels)
    wide, floor = min(slot * 0.62, 56), _TOP + _PLOT
    parts = [f'<path class="axis" d="M{_RIGHT} {floor}H{WIDTH - _RIGHT}"/>']
    for i, (label, value) in enumerate(zip(chart.labels, series.values, strict=True)):
        middle = _RIGHT + slot * (i + 0.5)
        tall = (_PLOT - 8) * (value or 0.0) / top
        text = escape(number_text(value or 0.0, chart.unit, language))
        parts.append(
            f'<rect class="bar" x="{middle - wide / 2:.1f}" y="{floor - tall:.1f}" rx="2" '
            f'width="{wide:.1f}" height="{tall:.1f}"><title>{escape(label)} {text}</title></rect>'
            f'<text class="value mid" x="{middle:.1f}" y="{floor - tall - 5:.1f}">{text}</text>'
            f'<text class="tick mid" x="{middle:.1f}" y="{floor + 16}">{escape(label)}</text>'
        )
    return "".join(parts), floor + 24


def _bars(chart: Chart, language: Language) -> tuple[str, float]:
    series = chart.series[0]
    known = _known(chart)
    low, high = min(0.0, chart.minimum or 0.0, *known), max(chart.maximum or 0.0, *known) or 1.0
    names = min(150.0, max(text_width(label) for label in chart.labels)) + 10
    texts = ["" if v is None else number_text(v, chart.unit, language) for v in series.values]
    right = max(text_width(text) for text in texts) + 10
    room = WIDTH - names - right
    zero = names + room * (0.0 - low) / (high - low)
    strong = _strong(chart)
    parts = []
    for i, (label, value) in enumerate(zip(chart.labels, series.values, strict=True)):
        y = 8 + i * 27
        end = names + room * ((value or 0.0) - low) / (high - low)
        start, wide = min(zero, end), abs(end - zero)
        tone = "bar" if i in strong else "bar soft"
        parts.append(
            f'<text class="name end" x="{names - 8:.1f}" y="{y + 13}">'
            f"{escape(shortened(label, names - 8))}<title>{escape(label)}</title></text>"
            f'<rect class="track" x="{names:.1f}" y="{y}" width="{room:.1f}" height="18" rx="2"/>'
            f'<rect class="{tone}" x="{start:.1f}" y="{y}" width="{wide:.1f}" height="18" rx="2">'
            f"<title>{escape(label)} {escape(texts[i])}</title></rect>"
            f'<text class="value" x="{names + room + 6:.1f}" y="{y + 13}">{escape(texts[i])}</text>'
        )
    bottom = 8 + len(chart.labels) * 27
    for other in chart.series[1:]:
        level = next((value for value in other.values if value is not None), None)
        if level is not None:
            x = names + room * (level - low) / (high - low)
            told = escape(f"{other.name} {number_text(level, chart.unit, language)}")
            parts.append(
                f'<path class="line target" d="M{x:.1f} 2V{bottom - 4}">'
                f"<title>{told}</title></path>"
            )
    return "".join(parts), bottom + 2


def _strong(chart: Chart) -> set[int]:
    """Return the bars in full colour: the likeliest level, the own rating, or all of them."""
    values = [value or 0.0 for value in chart.series[0].values]
    if chart.kind == "probability":
        return {values.index(max(values))}
    is_comparison = chart.kind == "bar" and len(chart.series) == 1
    return {0} if is_comparison else set(range(len(values)))
