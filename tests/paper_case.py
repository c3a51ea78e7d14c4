"""Invented reports about the people of ``office_case``, for tests of papers and their way."""

from __future__ import annotations

from tests.office_case import viewer

from jixiao.contracts import (
    Chart,
    ChartSeries,
    Claim,
    Comment,
    Fact,
    GateScore,
    Language,
    RemovedClaim,
    Report,
    Section,
    Span,
)
from jixiao.contracts.office import Paper
from jixiao.office import Office
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.papers import take_in
from jixiao.office.papers.reviews import approve, release, submit
from jixiao.office.papers.shown import show
from jixiao.office.people.refusals import record_notice

QUARTER = Span(start="2025-10-01", end="2026-01-01")
SECRET = "the level Bluebell"
"""Words that stand nowhere but in the second opinion."""
SENTENCE = "Output came to 92."
QUOTE = "“Kept the line running through the move”, says the review."
YAML = """version: 1
tables: [{name: reviews, source: reviews.csv}]
task: {kind: ordinal, target: Rating, scale: {levels: ["1", "2", "3", "4", "5"]}}
columns:
  - {name: Employee, role: subject, type: text}
  - {name: Rating, role: target, type: ordinal, levels: ["1", "2", "3", "4", "5"]}
  - {name: Remarks, role: text, type: text}
"""


def report(
    subject: str = "E3",
    *,
    output: float = 92.0,
    span: Span = QUARTER,
    language: Language = "en",
    writer: str = "outline",
) -> Report:
    """Return a report with three sentences, a comment and a second opinion."""

    def fact(name: str, value: float | str, unit: str | None = None) -> Fact:
        measure = {"kpi1": "Output", "kpi1.target": "Output_target"}.get(name, name)
        return Fact(id=name, subject=subject, measure=measure, value=value, unit=unit, period=span)

    facts = (fact("kpi1", output), fact("kpi1.target", 90.0))
    opinion = (
        fact("opinion.level", "4"),
        fact("opinion.share", 61.0, "%"),
        fact("opinion.low", "3"),
        fact("opinion.high", "4"),
    )
    shares = ChartSeries(name="p", values=(39.0, 61.0), facts=("opinion.share", "opinion.share"))
    return Report(
        id=f"employee-{subject}-{span.start[:4]}Q{(int(span.start[5:7]) + 2) // 3}",
        level="employee",
        subject=subject,
        title=subject,
        language=language,
        period=span,
        sections=(
            Section(
                id="summary",
                title="At a glance",
                claims=(
                    Claim(text=f"Output came to {output:g}.", facts=("kpi1",)),
                    Claim(text="The target was 90.", facts=("kpi1.target",)),
                    Claim(text=f"It looks like {SECRET}.", facts=("opinion.level",)),
                ),
            ),
            Section(id="strengths", title="Strengths", claims=(_quoted(),)),
            Section(
                id="opinion",
                title="Second opinion",
                claims=(Claim(text=f"Likely {SECRET}.", facts=("opinion.level",), kind="opinion"),),
                charts=(
                    Chart(
                        id="opinion",
                        kind="probability",
                        title=f"Chances of {SECRET}",
                        labels=("3", "4"),
                        series=(shares,),
                    ),
                ),
            ),
        ),
        facts=(*facts, *opinion),
        comments=(_comment(subject, span),),
        gate=GateScore(
            claims=6,
            verified=5,
            removed=(RemovedClaim(section="summary", text=f"{SECRET} again", reasons=("W",)),),
        ),
        provenance={"writer": writer, "data": "d" * 16, "model": "boosted.v1-x"},
    )


def _quoted() -> Claim:
    return Claim(text=QUOTE, comments=("c1",), kind="strength")


def _comment(subject: str, span: Span) -> Comment:
    return Comment(
        id="c1",
        subject=subject,
        text="Kept the line running through the move",
        row=0,
        column="Remarks",
        language="en",
        period=span,
    )


def with_scale(office: Office) -> None:
    """Give the workspace a scale of five levels."""
    (office.workspace.store.base / "jixiao.yaml").write_text(YAML, encoding="utf-8")


def with_paper(office: Office, *, subject: str = "E3", **more: object) -> Paper:
    """Return the paper of a report that an analyst took in, everybody having been told."""
    with_scale(office)
    record_notice(office, "test", None)
    take_in(office, viewer(office, "analyst"), [report(subject, **more)])  # type: ignore[arg-type]
    return current(office, subject)


def current(office: Office, subject: str = "E3", language: str = "en") -> Paper:
    """Return a subject's newest paper as it is now."""
    with office.reading() as read:
        found = read.find(Paper, subject=subject, language=language, order="-start", limit=1)
    return found[0]


def approved(office: Office, paper: Paper, login: str = "manager") -> Paper:
    """Return a paper that a manager has judged, seen and approved."""
    submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    by = viewer(office, login)
    judge(office, by, paper.id, rating="3", reason="Output held up.")
    shown = show(office, by, paper.id, how="page")
    approve(office, by, paper.id, version=shown.paper.version, text=shown.hash)
    return current(office, paper.subject)


def released(office: Office, paper: Paper, login: str = "manager") -> Paper:
    """Return a paper that was approved and released."""
    paper = approved(office, paper, login)
    release(office, viewer(office, login), paper.id, version=paper.version)
    return current(office, paper.subject)
