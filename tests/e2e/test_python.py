"""The same verbs from Python, whose results show themselves in a notebook."""

from __future__ import annotations

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


def test_errors_from_python_are_the_ones_of_the_command_line(tmp_path):
    with pytest.raises(jixiao.JixiaoError, match="jixiao init DIR"):
        jixiao.open_workspace(tmp_path).check()


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = jixiao.nothing
    assert set(dir(jixiao)) == set(jixiao.__all__)
