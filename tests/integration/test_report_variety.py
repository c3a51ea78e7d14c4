"""The outline writer on the whole sample company: varied, and never the same sentence twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import jixiao
from jixiao.core.seeds import rng
from jixiao.reports.figures import Figures
from jixiao.reports.ledger import read_ledger
from jixiao.reports.make import gather, views
from jixiao.reports.outline import packaged_outline
from jixiao.reports.slots import Scope
from jixiao.reports.words import words_of
from jixiao.reports.writer import Draft, OutlineWriter
from jixiao.services.preparation import prepare
from jixiao.services.reporting import ReportOptions, make_evidence
from jixiao.solutions.company import make_company, write_company

LARGEST_SHARE = 0.15
"""Largest share of a page's sentences that may come from one template."""


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Draft, list[str]]]:
    """What was said on every page of the company, in both languages."""
    folder = tmp_path_factory.mktemp("variety")
    write_company(make_company(seed=11, n_people=90, n_quarters=5), folder / "data")
    workspace = jixiao.open_workspace(folder)
    names = ("reviews.csv", "roster.xlsx", "survey.csv", "goals.csv", "kpi.csv")
    workspace.init([str(folder / "data" / name) for name in names])
    settings = workspace.settings()
    evidence, _ = make_evidence(
        prepare(settings, workspace.store),
        settings,
        ReportOptions(),
        store=workspace.store,
        models=workspace.models,
    )
    return list(_drafts(Figures(read_ledger(evidence))))


def _drafts(figures: Figures) -> Iterator[tuple[str, Draft, list[str]]]:
    for level in ("employee", "team", "organisation"):
        for view in views(figures, level, analyst=False):
            outlines = [packaged_outline(level, language) for language in ("zh", "en")]
            material = gather(view, outlines)
            facts = {fact.id: fact for fact in material.facts}
            comments = {comment.id: comment for comment in material.comments}
            for outline in outlines:
                words = words_of(outline.language)
                draw = int(rng(0, "reports", level, view.subject).integers(1 << 30))
                draft = Draft(draw)
                sections = OutlineWriter(outline, words).sections(
                    Scope(facts, comments, words), draw=draw, draft=draft
                )
                said = [claim.text for section in sections for claim in section.claims]
                yield f"{level} {outline.language}", draft, said


def test_no_template_makes_more_than_a_seventh_of_a_page(drafts) -> None:
    worn = [
        (page, template, count, len(said))
        for page, draft, said in drafts
        for template, count in draft.used.items()
        if count > max(1, LARGEST_SHARE * len(said))
    ]
    assert len(drafts) > 150
    assert worn == []


def test_no_page_says_a_sentence_twice(drafts) -> None:
    assert [page for page, _, said in drafts if len(set(said)) != len(said)] == []


def test_every_sentence_is_whole(drafts) -> None:
    for _, _, said in drafts:
        for text in said:
            assert text[-1] in ".。"
            assert "{" not in text
            assert "  " not in text
            assert ".." not in text
            assert "。。" not in text
