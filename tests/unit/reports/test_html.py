from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from jixiao.contracts import Claim, Comment, Fact, Highlight, Report, Section
from jixiao.reports import index_row, make_reports, render_html, render_index
from jixiao.reports.words import words_of

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&{{7*7}}</style></svg>]]>"
VOID = {"meta", "input", "img", "br", "link"}


class Page(HTMLParser):
    """Collects elements and attributes, and checks that elements close in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs


def evil_company(company):
    one = company(levels=(EVIL + "a", EVIL + "b", EVIL + "c"))
    for person in range(12):
        for quarter in (1, 2, 3, 4):
            subject = EVIL if person == 0 else f"E{person}"
            text = f"按时交付 {EVIL}，但需要加强沟通 {EVIL}。建议 {EVIL} 参加培训"
            level = one.levels[(person + quarter) % 3]
            row = one.rate(
                subject, f"2025Q{quarter}", level, team=EVIL + "team", rater=EVIL, text=text
            )
            one.opine(row, [0.1, 0.6, 0.3])
            one.point(subject, f"2025Q{quarter}", EVIL + "kpi", 5.0 * person + quarter, 7.0)
    return one.evidence(
        model=EVIL, provenance={"data_hash": EVIL, EVIL: EVIL, "date": "2026-11-23"}
    )


@pytest.mark.parametrize("level", ["employee", "team", "organisation"])
def test_no_payload_in_any_field_becomes_markup(company, level):
    for report in make_reports(evil_company(company), levels=[level], analyst=True):
        text = render_html(report)
        page = Page(text)
        assert "script" not in page.elements
        assert "img" not in page.elements
        assert not any(name.startswith("on") or name == "style" for name, _ in page.attributes)
        assert "{{7*7}}" in text
        assert "<script>alert" not in text


def test_payloads_stay_readable_as_text(company):
    reports = make_reports(evil_company(company), levels=["employee"], languages=["en"])
    page = render_html(next(iter(reports)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_every_field_of_a_report_is_escaped():
    fact = Fact(id="f1", subject=EVIL, measure=EVIL, value=EVIL, unit=EVIL, base=EVIL, formula=EVIL)
    comment = Comment(id="c1", subject=EVIL, text=EVIL, row=1, column=EVIL, language="en")
    claim = Claim(text=EVIL, facts=("f1",), comments=("c1",))
    report = Report(
        id="x",
        level="employee",
        subject=EVIL,
        title=EVIL,
        language="en",
        period=None,
        highlights=(Highlight(label=EVIL, text=EVIL, note=EVIL),),
        sections=(Section(id="s", title=EVIL, claims=(claim,)),),
        facts=(fact,),
        comments=(comment,),
        provenance={EVIL: EVIL},
    )
    page = Page(render_html(report))
    assert "script" not in page.elements
    assert "img" not in page.elements
    index = Page(render_index([index_row(report, "a.html")], "en"))
    assert index.elements.count("script") == 1
    assert "img" not in index.elements


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_reach_for_nothing_outside(lin, language):
    reports = list(make_reports(lin.evidence(), languages=[language]))
    pages = [render_html(report) for report in reports]
    pages.append(render_index([index_row(r, f"{r.id}.html") for r in reports], language))
    for page in pages:
        assert not re.search(r"https?:|//\w|@import|url\(", page)
        assert not {"link", "iframe", "object", "img"} & set(Page(page).elements)
        assert f'<html lang="{words_of(language).html_lang}">' in page


def test_the_policy_allows_only_the_packaged_style_and_script(lin):
    reports = list(make_reports(lin.evidence(), levels=["employee"], languages=["en"]))
    page = render_html(reports[0])
    index = render_index([index_row(reports[0], "a.html")], "en")
    for text in (page, index):
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert policy is not None
        rules = policy[1].replace("&#39;", "'")
        assert rules.startswith("default-src 'none'; base-uri 'none'; form-action 'none'")
        for tag in ("style", "script"):
            for body in re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL):
                digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
                assert f"{tag}-src 'sha256-{digest}'" in rules
    assert "<script" not in page


def test_each_sentence_opens_to_its_facts_without_a_script(lin):
    (report,) = make_reports(lin.evidence(), levels=["employee"], languages=["en"])
    page = render_html(report)
    claims = [claim for section in report.sections for claim in section.claims]
    assert page.count('<li class="') == len(claims)
    assert page.count("</span><i title=") == len(claims)
    assert "place of the level − place of the previous one" in page
    assert "Source rows: 2, 3" in page


def test_the_foot_counts_and_labels_what_the_page_holds(lin):
    evidence = lin.evidence(provenance={"data_hash": "abc123", "date": "2026-11-23"})
    for language, label in (("en", "No language model wrote any of it"), ("zh", "未使用语言模型")):
        (report,) = make_reports(evidence, levels=["employee"], languages=[language])
        page = render_html(report)
        claims = sum(len(section.claims) for section in report.sections)
        assert f"<b>{len(report.facts)}</b>" in page
        assert f"<b>{claims}/{claims}</b>" in page
        assert label in page
        assert "abc123" in page


def test_every_chart_has_a_name_a_description_and_a_table(lin):
    (report,) = make_reports(lin.evidence(), levels=["employee"], languages=["en"])
    page = render_html(report)
    charts = [chart for section in report.sections for chart in section.charts]
    assert len(charts) >= 3
    assert page.count('role="img"') == page.count("<desc>") == len(charts)
    assert page.count("Table of this chart") == len(charts)


def test_the_index_lists_every_report_with_its_state(company):
    one = company()
    for quarter in (1, 2, 3):
        one.rate("E1", f"2025Q{quarter}", "良好", team="North")
    one.rate("E2", "2025Q3", "优秀", team="North")
    reports = list(make_reports(one.evidence(), levels=["employee"], languages=["zh"]))
    rows = [index_row(report, f"{report.id}.html") for report in reports]
    assert [(r.subject, r.team, r.rating, r.too_little_data) for r in rows] == [
        ("E1", "North", "良好", False),
        ("E2", "North", "", True),
    ]
    page = render_index(rows, "zh")
    assert 'href="employee-E1-2025Q3.html"' in page
    assert page.count("数据不足") == 1


def test_interface_words_of_both_languages_have_the_same_keys():
    zh, en = words_of("zh"), words_of("en")
    assert zh.interface.keys() == en.interface.keys()
    assert zh.measures.keys() == en.measures.keys()
    assert zh.values.keys() == en.values.keys()
    assert zh.units.keys() == en.units.keys()


def test_every_fact_has_a_label_in_both_languages(company):
    one = evil_company(company)
    for language in ("zh", "en"):
        words = words_of(language)
        for report in make_reports(one, languages=[language], analyst=True):
            for fact in report.facts:
                assert words.label(fact.id) != re.sub(r"\d+", "", fact.id), fact.id


def test_formulas_are_read_in_chinese_in_chinese_reports(company):
    one = company()
    for person in range(40):
        for quarter in (1, 2, 3, 4):
            level = one.levels[(person * 7 + quarter) % 4]
            text = "按时交付了全部版本，但跨部门沟通需要加强。"
            subject, period = f"E{person}", f"2025Q{quarter}"
            team, rater = f"T{person % 4}", f"M{person % 8}"
            row = one.rate(subject, period, level, team=team, rater=rater, text=text)
            one.opine(row, [0.1, 0.2, 0.6, 0.1])
            one.answers[row] = 3.0
            one.point(subject, period, "sales", 10.0 * person + quarter, 100.0)
    words = words_of("zh")
    for report in make_reports(one.evidence(), languages=["zh"], analyst=True):
        for fact in report.facts:
            said = words.formula(fact.formula)
            for key in sorted((fact.id for fact in report.facts), key=len, reverse=True):
                said = said.replace(key, "")
            assert not re.search(r"[A-Za-z]{3}", said), (fact.id, said)
