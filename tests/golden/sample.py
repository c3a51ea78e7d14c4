"""One invented report in each language with everything a report can hold."""

from __future__ import annotations

from jixiao.contracts import (
    Chart,
    ChartSeries,
    Claim,
    Comment,
    Fact,
    GateScore,
    Highlight,
    Language,
    RemovedClaim,
    Report,
    Section,
    Span,
)

LAST, NOW = Span(start="2025-07-01", end="2025-10-01"), Span(start="2025-10-01", end="2026-01-01")
SAID = {
    "zh": {
        "title": "E07 · 喆堃玥镕䶮 <b>的报告",
        "rose": "销售额由10万元升至12.5万元，高于目标。",
        "quoted": "评语写道：“按时交付了全部版本。”",
        "opinion": "模型估计评级为“4”，概率60%。",
        "little": "=1+1 的数据不足，不作判断。",
        "removed": "全公司第一。",
        "labels": ("评级", "销售", "与团队对照", "各等级概率", "人数分布"),
        "sections": ("概览", "依据", "参考意见"),
    },
    "en": {
        "title": "E07 <script>alert(1)</script>",
        "rose": "Sales rose from 100,000 to 125,000, above the target.",
        "quoted": "The review says “Delivered every release on time.”",
        "opinion": "The model's estimate is “4”, at a probability of 60%.",
        "little": "=1+1 has too little data for a judgement.",
        "removed": "Best of the whole company.",
        "labels": ("Rating", "Sales", "Beside the team", "Probability", "People"),
        "sections": ("At a glance", "Evidence", "Second opinion"),
    },
}


def sample(language: Language) -> Report:
    """Return the report in a language."""
    said = SAID[language]
    labels, sections = said["labels"], said["sections"]
    facts = (
        Fact(id="rating", subject="E07", measure="rating", value="4", period=NOW, rows=(3,)),
        Fact(id="kpi1", subject="E07", measure=labels[1], value=125000.0, unit="CNY", period=NOW),
        Fact(
            id="kpi1.change",
            subject="E07",
            measure=f"{labels[1]}_change",
            value=25000.0,
            unit="CNY",
            period=NOW,
            base="kpi1.previous",
            formula="kpi1 − kpi1.previous",
            rows=tuple(range(20)),
        ),
        Fact(id="kpi1.previous", subject="E07", measure=labels[1], value=1e5, unit="CNY"),
        Fact(id="opinion.level", subject="E07", measure="opinion", value="4", rows=(3,)),
        Fact(id="data.records", subject="E07", measure="records", value=None, formula="=2*3"),
    )
    quote = Comment(
        id="c1",
        subject="E07",
        text="@按时交付了全部版本。\n+ <img src=x onerror=alert(1)>",
        row=3,
        column="review",
        language="zh",
        period=NOW,
    )
    return Report(
        id="employee-E07-2025Q4",
        level="employee",
        subject="E07",
        title=said["title"],
        language=language,
        period=NOW,
        highlights=(
            Highlight(label=labels[0], text="4", note="+1", tone="good", facts=("rating",)),
            Highlight(label=labels[1], text="125,000", note="−3", tone="bad", facts=("kpi1",)),
        ),
        sections=(
            Section(
                id="summary",
                title=sections[0],
                claims=(
                    Claim(text=said["rose"], facts=("kpi1", "kpi1.previous", "kpi1.change")),
                    Claim(text=said["little"], facts=("data.records",), kind="missing"),
                ),
                charts=_charts(labels),
            ),
            Section(
                id="strengths",
                title=sections[1],
                claims=(Claim(text=said["quoted"], comments=("c1",), kind="strength"),),
            ),
            Section(
                id="opinion",
                title=sections[2],
                claims=(Claim(text=said["opinion"], facts=("opinion.level",), kind="opinion"),),
            ),
        ),
        facts=facts,
        comments=(quote,),
        gate=GateScore(
            claims=5,
            verified=3,
            repaired=1,
            removed=(RemovedClaim(section="summary", text=said["removed"], reasons=("WORD <1>",)),),
        ),
        provenance={"data": "abc123", "model": "m-1", "seed": "0", "writer": "llm"},
    )


def _charts(labels: tuple[str, ...]) -> tuple[Chart, ...]:
    quarters = ("2025Q2", "2025Q3", "2025Q4")
    sales = ChartSeries(name="=SUM(A1)", values=(90000.0, None, 125000.0))
    target = ChartSeries(name="Target", values=(110000.0,) * 3, role="target")
    return (
        Chart(id="k", kind="line", title=labels[1], labels=quarters, series=(sales, target)),
        Chart(
            id="t",
            kind="bar",
            title=labels[2],
            labels=("E07", "-Team <&>"),
            series=(ChartSeries(name="x", values=(4.0, 3.25)),),
            minimum=0.0,
        ),
        Chart(
            id="p",
            kind="probability",
            title=labels[3],
            labels=("3", "4", "5"),
            series=(ChartSeries(name="p", values=(20.0, 60.0, 20.0)),),
            unit="%",
            minimum=0.0,
            maximum=100.0,
        ),
        Chart(
            id="d",
            kind="distribution",
            title=labels[4],
            labels=("1", "2", "3"),
            series=(ChartSeries(name="n", values=(5.0, 12.0, 7.0)),),
        ),
    )
