"""The same verbs from Python, whose results show themselves in a notebook."""

from __future__ import annotations

import json
import shutil

import pytest

import jixiao


def test_a_workspace_opened_from_python_has_the_same_verbs(trained, tmp_path):
    workspace = jixiao.open_workspace(shutil.copytree(trained, tmp_path / "w"))
    assert workspace.exists
    result = workspace.check()
    assert result.counts.used == 240
    assert "240" in result._repr_html_()
    scores = workspace.score([str(trained.parent / "reviews.csv")], tmp_path / "s.parquet")
    assert scores.status == {"scored": 240}
    rule = scores.to_json()["decision_rule"]
    assert rule["kind"] in ("argmax", "cost", "cuts")
    assert workspace.evaluate().to_json()["decision_rule"] == rule
    told = "not always the level with the largest probability" in scores.to_text()
    assert told is (rule["kind"] != "argmax")
    manifest = next((tmp_path / "w").rglob("manifest.json"))
    assert json.loads(manifest.read_text("utf-8"))["decision_rule"] == rule


def test_errors_from_python_are_the_ones_of_the_command_line(tmp_path):
    with pytest.raises(jixiao.JixiaoError, match="jixiao init DIR"):
        jixiao.open_workspace(tmp_path).check()


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jixiao.nothing
    assert set(dir(jixiao)) == set(jixiao.__all__)
