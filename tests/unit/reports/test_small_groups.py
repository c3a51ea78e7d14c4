from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import PrivacySettings
from jixiao.reports import make_reports, render_html, to_json
from jixiao.reports.bands import in_bands
from jixiao.reports.small_groups import SmallGroups

SIZES = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 14), max_size=6)


def subsets(names):
    names = sorted(names)
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


@given(sizes=SIZES, loose=st.integers(0, 7), minimum=st.integers(2, 6))
def test_no_difference_of_shown_groups_and_the_whole_is_small(sizes, loose, minimum):
    total = sum(sizes.values()) + loose
    shown = set(sizes) - SmallGroups(minimum).hidden(sizes, total=total)
    assert all(sizes[name] >= minimum for name in shown)
    for some in subsets(shown):
        rest = total - sum(sizes[name] for name in some)
        assert rest == 0 or rest >= minimum or not shown


@given(counts=st.lists(st.integers(0, 12), min_size=2, max_size=8), minimum=st.integers(2, 6))
def test_bands_cover_every_level_once_and_hold_nobody_or_enough(counts, minimum):
    bands = SmallGroups(minimum).merged_bands(counts)
    assert [i for low, high, _ in bands for i in range(low, high + 1)] == list(range(len(counts)))
    assert all(n == sum(counts[low : high + 1]) for low, high, n in bands)
    if len(bands) > 1:
        assert all(n == 0 or n >= minimum for _, _, n in bands)


@given(
    teams=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), max_size=5),
    loose=st.lists(st.integers(0, 4), min_size=4, max_size=4),
)
def test_no_difference_of_shown_distributions_holds_few_people(teams, loose):
    minimum = 5
    counts = {f"T{i}": team for i, team in enumerate(teams)}
    total = [sum(cell) for cell in zip(*teams, loose, strict=True)]
    common = SmallGroups(minimum).common_bands(counts, total)
    for some in subsets(common.groups):
        rest = in_bands(total, common.bands)
        for name in some:
            own = in_bands(counts[name], common.bands)
            rest = [left - n for left, n in zip(rest, own, strict=True)]
        assert all(n == 0 or n >= minimum for n in rest)


def firm(company, sizes):
    one = company()
    for team, size in sizes.items():
        for person in range(size):
            for quarter in (1, 2, 3):
                level = ("合格", "良好", "优秀")[(person + quarter) % 3]
                one.rate(f"{team}{person}", f"2025Q{quarter}", level, team=team, rater=f"M{team}")
                one.point(f"{team}{person}", f"2025Q{quarter}", "sales", 100.0 + person, 103.0)
    return one


def by_subject(evidence, level):
    reports = make_reports(evidence, levels=[level], languages=["en"])
    return {report.subject: report for report in reports}


def test_a_small_team_hides_itself_and_the_team_that_would_give_it_away(company):
    reports = by_subject(firm(company, {"Alpha": 3, "Beta": 7, "Gamma": 9}).evidence(), "team")
    hidden = {name for name, report in reports.items() if report.too_little_data}
    assert hidden == {"Alpha", "Beta"}
    for name in hidden:
        assert {fact.id for fact in reports[name].facts} == {"rating.hidden", "data.too_little"}
        assert all(fact.rows == () for fact in reports[name].facts)
    assert any(fact.id == "rating.mean" for fact in reports["Gamma"].facts)


def test_the_organisation_report_names_only_teams_that_are_shown(company):
    evidence = firm(company, {"Alpha": 3, "Beta": 7, "Gamma": 9, "Delta": 8}).evidence()
    (report,) = by_subject(evidence, "organisation").values()
    page = to_json(report) + render_html(report)
    assert "Alpha" not in page
    assert "Beta" not in page
    assert "Gamma" in page
    assert "2 of 4 teams" in render_html(report) or "Of 4 teams, 2 are" in render_html(report)


def test_total_less_shown_teams_is_never_about_few_people(company):
    evidence = firm(company, {"Alpha": 3, "Beta": 7, "Gamma": 9, "Delta": 8}).evidence()
    (whole,) = by_subject(evidence, "organisation").values()
    teams = by_subject(evidence, "team")
    for name in ("rating.n", "kpi1.n", "kpi1.met_n"):
        total = next(f.value for f in whole.facts if f.id == name)
        shown = [f.value for r in teams.values() for f in r.facts if f.id == name]
        assert total - sum(shown) >= 5


def test_an_employee_of_a_small_team_is_told_why_no_team_figure_is_given(company):
    evidence = firm(company, {"Alpha": 3, "Beta": 7, "Gamma": 9}).evidence()
    reports = by_subject(evidence, "employee")
    small, large = reports["Alpha0"], reports["Gamma0"]
    assert not any(f.id in ("team.mean", "team.n", "team.median") for f in small.facts)
    assert next(f.value for f in small.facts if f.id == "team.hidden") == 5
    assert next(f.value for f in large.facts if f.id == "team.n") == 9


def test_five_others_must_stand_behind_a_team_mean_in_a_persons_own_report(company):
    evidence = firm(company, {"Alpha": 5, "Beta": 6, "Gamma": 9}).evidence()
    reports = by_subject(evidence, "employee")
    assert any(f.id == "team.hidden" for f in reports["Alpha0"].facts)
    assert any(f.id == "team.mean" for f in reports["Beta0"].facts)


def test_the_thresholds_come_from_the_settings(company):
    settings = PrivacySettings(min_scores=3)
    evidence = firm(company, {"Alpha": 3, "Beta": 7}).evidence(privacy=settings)
    reports = by_subject(evidence, "team")
    assert not any(report.too_little_data for report in reports.values())


def test_confidential_answers_need_enough_people_and_never_list_rows(company):
    one = company()
    for rater in range(6):
        for quarter in (1, 2, 3):
            row = one.rate("E1", f"2025Q{quarter}", "良好", rater=f"R{rater}")
            if quarter == 3 or rater < 4:
                one.answers[row] = 1.0 + rater
    enough = by_subject(one.evidence(), "employee")["E1"]
    facts = {fact.id: fact for fact in enough.facts}
    assert facts["conf1.mean"].value == 3.5
    assert facts["conf1.n"].value == 6
    assert all(f.rows == () for name, f in facts.items() if name.startswith("conf"))
    one.answers = dict(list(one.answers.items())[:4])
    assert len(one.answers) == 4


def test_names_of_people_who_moved_need_a_large_team_and_carry_no_figures(company):
    def moved(size):
        one = company()
        for person in range(size):
            one.rate(f"E{person}", "2025Q1", "合格", team="Alpha")
            one.rate(f"E{person}", "2025Q2", "优秀" if person == 0 else "合格", team="Alpha")
        return by_subject(one.evidence(), "team")["Alpha"]

    assert not any(f.id.startswith("movers") for f in moved(9).facts)
    (fact,) = [f for f in moved(10).facts if f.id.startswith("movers")]
    assert fact.value == "E0"


def test_raters_are_never_named_in_group_reports(company):
    one = company()
    for person in range(40):
        for quarter in (1, 2, 3):
            level = ("合格", "良好", "优秀")[(person + quarter) % 3]
            rater = f"Boss{person % 6}"
            one.rate(f"E{person}", f"2025Q{quarter}", level, team="Alpha", rater=rater)
    for level in ("team", "organisation"):
        for report in make_reports(one.evidence(), levels=[level]):
            assert "Boss" not in to_json(report)
            assert any(fact.id == "raters.n" and fact.value == 6 for fact in report.facts)


def test_own_survey_answers_never_stand_in_a_persons_report_but_count_in_the_groups(company):
    from tests.unit.reports.conftest import contract

    one = firm(company, {"Beta": 7, "Gamma": 9})
    one.answers = dict.fromkeys(range(len(one.records)), 4.0)
    kept = contract().columns
    changed = tuple(
        c.model_copy(update={"source": "survey"}) if c.name == "upward" else c for c in kept
    )
    evidence = one.evidence(contract=contract().model_copy(update={"columns": changed}))
    for report in by_subject(evidence, "employee").values():
        assert not any(fact.id.startswith("conf") for fact in report.facts)
    teams = by_subject(evidence, "team")
    answered = {name: f.value for name, r in teams.items() for f in r.facts if f.id == "conf1.n"}
    assert answered == {"Beta": 7, "Gamma": 9}


@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=5))
def test_bands_that_others_chose_are_shown_only_where_nobody_few_is_left(
    counts: list[list[int]],
) -> None:
    """Counts are those whom a viewer does not know; the last are in no group."""
    *groups, rest = counts
    total = [sum(level) for level in zip(*counts, strict=True)]
    shared = [(0, 1), (2, 3)]
    named = {str(at): own for at, own in enumerate(groups)}
    shown = SmallGroups().safe_beside(named, total, shared)
    if shown is None:
        return
    outside = [*(named[one] for one in named.keys() - shown), rest]
    together = [sum(level) for level in zip(*outside, strict=True)]
    for cells in (*(named[one] for one in shown), together, total):
        for low, high in shared:
            cell = sum(cells[low : high + 1])
            assert cell == 0 or cell >= 5
