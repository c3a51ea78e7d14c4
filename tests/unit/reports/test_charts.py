from __future__ import annotations

import math
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Chart, ChartSeries
from jixiao.reports.chart_shapes import WIDTH, shortened, ticks
from jixiao.reports.charts import draw

VALUES = st.one_of(st.none(), st.floats(-1e9, 1e9, allow_nan=False))


@given(
    kind=st.sampled_from(["line", "bar", "distribution", "probability"]),
    values=st.lists(VALUES, min_size=1, max_size=14).filter(
        lambda values: any(value is not None for value in values)
    ),
    name=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20),
    other=st.booleans(),
)
def test_any_chart_is_well_formed_and_finite(kind, values, name, other):
    series = [ChartSeries(name=name, values=tuple(values))]
    if other:
        target = tuple(1.0 for _ in values)
        series.append(ChartSeries(name=name, values=target, role="target"))
    labels = tuple(f"{name}{i}" for i in range(len(values)))
    chart = Chart(id="c", kind=kind, title=name, labels=labels, series=tuple(series))
    text = draw(chart, "en")
    root = ElementTree.fromstring(text)
    assert "nan" not in text.replace(str(name), "").lower() or "nan" in name.lower()
    assert root.attrib["viewBox"].startswith(f"0 0 {WIDTH} ")
    assert [child.tag for child in root][:2] == ["title", "desc"]
    for rect in root.iter("rect"):
        assert float(rect.attrib["width"]) >= 0
        assert float(rect.attrib["height"]) >= 0
        assert float(rect.attrib["x"]) >= -1


@given(low=st.floats(-1e9, 1e9), span=st.floats(1e-6, 1e9))
def test_ticks_span_the_values_with_few_round_steps(low, span):
    found = ticks(low, low + span)
    slack = 1e-6 * (abs(low) + span)
    assert found[0] <= low + slack
    assert found[-1] >= low + span - slack
    assert 2 <= len(found) <= 7
    assert all(math.isfinite(tick) for tick in found)


def test_long_paths_keep_their_end_and_other_labels_their_beginning():
    assert shortened("Operations/Assembly/Line Three", 110) == "…/Line Three"
    assert shortened("short", 110) == "short"
    assert shortened("a very long label without any end", 110).startswith("a very long")
