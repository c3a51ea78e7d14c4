import json

import pytest

from jixiao.bootstrap import main
from jixiao.core import DataError
from jixiao.services import verify_file

FACT = {"id": "f1", "subject": "李娜", "measure": "销售额", "value": 120, "unit": "万元"}


@pytest.fixture
def files(tmp_path):
    facts, text = tmp_path / "facts.json", tmp_path / "draft.txt"
    facts.write_text(json.dumps({"version": 1, "facts": [FACT], "comments": []}), encoding="utf-8")
    text.write_text("李娜的销售额为120万元。\n李娜的销售额为130万元。", encoding="utf-8")
    return facts, text


def test_the_verb_prints_spans_and_summary_and_says_by_its_code_what_it_found(files, capsys):
    facts, text = files
    assert main(["verify", "--facts", str(facts), "--text", str(text), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    wrong = [span for span in told["spans"] if span["verdict"] == "contradicted"]
    assert wrong == [
        {"start": 21, "end": 26, "text": "130万元", "type": "NUMBER", "verdict": "contradicted",
         "expected": "120万元", "fact": "f1"}
    ]  # fmt: skip
    assert told["summary"]["claims"] == 2
    assert told["summary"]["verified"] == 1


def test_a_right_text_gives_code_zero(files, capsys):
    facts, text = files
    text.write_text("李娜的销售额为120万元。", encoding="gb18030")
    assert main(["verify", "--facts", str(facts), "--text", str(text)]) == 0
    assert "1 of 1 claims verified" in capsys.readouterr().out


def test_bad_input_gives_code_two_with_place_and_hint(files, capsys):
    facts, text = files
    facts.write_text('{"version": 1}', encoding="utf-8")
    assert main(["verify", "--facts", str(facts), "--text", str(text), "--json"]) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["place"] == "facts.json: facts"
    assert set(error) == {"code", "place", "expected", "got", "hint"}


def test_a_file_that_is_not_there_is_named_by_its_option(files, tmp_path):
    with pytest.raises(DataError, match=r"\[JX-E243\] --text none.txt: expected a file that"):
        verify_file(files[0], tmp_path / "none.txt")
