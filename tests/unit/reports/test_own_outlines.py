from __future__ import annotations

from importlib.resources import files

import pytest

from jixiao.core import JixiaoError, ReportError
from jixiao.reports import make_reports, read_outlines

OWN = """
version: 1
level: employee
language: en
title: "Review of {subject}"
builders: [data.v1, ratings.v1]
sections:
  - id: short
    title: In short
    sentences:
      - when: [rating.position]
        variants: ["Rated “{rating}”."]
"""


def packaged():
    folder = files("jixiao.reports").joinpath("outlines")
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_every_packaged_outline_passes_the_strict_reading():
    assert len(read_outlines(packaged())) == 10


def test_an_own_outline_takes_the_place_of_the_packaged_one(lin):
    outlines = read_outlines({"employee.en.yaml": OWN})
    en, zh = make_reports(
        lin.evidence(outlines=outlines), levels=["employee"], languages=["en", "zh"]
    )
    assert en.title == "Review of E1"
    assert [c.text for s in en.sections for c in s.claims] == ["Rated “良好”."]
    assert len(zh.sections) > 3


def test_the_faults_of_all_files_are_told_at_once():
    wrong = OWN.replace("rating.position]", "rating.positon]").replace("ratings.v1", "rating.v1")
    with pytest.raises(JixiaoError) as caught:
        read_outlines(
            {"team.en.yaml": wrong, "employee.zh.yaml": "version: [", "x.yaml": "a: 1\na: 2"}
        )
    told = str(caught.value)
    assert "[JX-E512] team.en.yaml: expected the name employee.en.yaml" in told
    assert (
        "[JX-E513] team.en.yaml: builders: expected a known fact builder, got 'rating.v1'" in told
    )
    assert "got 'rating.positon'\n  Hint: did you mean 'rating.position'?" in told
    assert "[JX-E511] employee.zh.yaml:1: expected YAML" in told
    assert "the key 'a' stands twice" in told


def test_a_fact_is_told_once_however_often_it_is_misnamed():
    wrong = OWN.replace("{rating}", "{ratng} {ratng}")
    with pytest.raises(ReportError, match=r"JX-E514.*section 'short'.*got 'ratng'"):
        read_outlines({"employee.en.yaml": wrong})
