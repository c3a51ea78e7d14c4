from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st
from tests.golden.sample import sample

from jixiao.reports import render
from jixiao.reports.exports.markdown import plain


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_an_escaped_text_holds_no_markup_and_reads_as_it_was(text):
    shown = plain(text)
    assert "<" not in shown
    assert "\n" not in shown
    assert not re.match(r"(?:[-+=]+|\d+[.)])(?:\s|$)", shown)
    assert not re.search(r"(?<!\\)[`*_\[\]|]", re.sub(r"\\\\", "", shown))
    read = html.unescape(re.sub(r"\\([\\`*_{}\[\]()#|~$.:=+\-])", r"\1", shown))
    assert read == " ".join(text.split())


def test_charts_stand_as_tables_and_sentences_carry_their_numbers():
    text = render(sample("en"), "md").decode()
    assert "| 2025Q4 | 125,000 | 110,000 |" in text
    assert "- Sales rose from 100,000 to 125,000, above the target. <sup>1–3</sup>" in text
    assert "| 3 | Sales · Change | ¥25,000 |" in text
