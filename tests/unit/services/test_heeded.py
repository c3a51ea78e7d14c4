from pathlib import Path

import pytest

from jixiao.contracts import Settings
from jixiao.data import Overrides
from jixiao.services import InitOptions
from jixiao.services.heeded import unheeded
from jixiao.services.results import RunResult

BASE = Path("/w")
SETTINGS = Settings.model_validate(
    {
        "contract": {
            "tables": [
                {"name": "reviews", "source": "/d/reviews.xlsx", "sheet": "Q1"},
                {"name": "roster", "source": "/d/roster.csv", "key": ["id"]},
                {"name": "test", "source": "/d/test.csv", "part": "test"},
            ],
            "columns": [
                {"name": "id", "role": "subject", "type": "text", "aliases": ["no"]},
                {"name": "note", "role": "text", "type": "text", "aliases": ["comment"]},
                {"name": "bonus", "role": "leak", "type": "number"},
                {"name": "sales", "role": "indicator", "type": "number"},
                {"name": "team", "role": "group", "type": "category"},
                {"name": "rating", "role": "target", "type": "ordinal"},
            ],
            "task": {
                "kind": "ordinal", "target": "rating", "scale": {"levels": ["1", "2", "3"]},
            },
        },
        "split": {"method": "column", "column": "part"},
    }
)  # fmt: skip


def notes(**options) -> list[str]:
    tables = {name: options.pop(name, None) for name in ("test", "sheet", "query")}
    told = unheeded(InitOptions(Overrides(**options), **tables), SETTINGS, BASE)
    return [one.partition("; ")[0] for one in told]


def test_the_command_of_last_quarter_stays_quiet():
    assert not notes(
        target="rating", task="ordinal", scale="1..3", subject="id", text=("comment", "note"),
        group=("team",), series=("sales",), key=("id",), ignore=("bonus",), split_column="part",
        sheet="Q1", test="/d/test.csv",
    )  # fmt: skip
    assert not notes(key=("id=no",))
    assert not notes(key=("no=id",))
    assert not notes()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"target": "note"}, "--target note: not heeded, since jixiao.yaml has rating"),
        ({"task": "number"}, "--task number: not heeded, since jixiao.yaml has ordinal"),
        ({"scale": "1..5"}, "--scale 1..5: not heeded, since jixiao.yaml has 1<2<3"),
        ({"drop": ("team",)}, "--drop team: not heeded, since jixiao.yaml has it as group"),
        ({"text": ("words",)}, "--text words: not heeded, since jixiao.yaml has no such column"),
        ({"allow_leak": ("bonus",)}, "--allow-leak bonus: not heeded, since jixiao.yaml has it "
         "not let in"),
        ({"series": ("team",)}, "--series team: not heeded, since jixiao.yaml has it as no series"),
        ({"key": ("team",)}, "--key team: not heeded, since jixiao.yaml has id"),
        ({"split_column": "x"}, "--split-column x: not heeded, since jixiao.yaml has part"),
        ({"test": "/d/t2.csv"}, "--test t2.csv: not heeded, since jixiao.yaml has test.csv"),
        ({"sheet": "Q2"}, "--sheet Q2: not heeded, since jixiao.yaml has Q1"),
        ({"query": "select 1"}, "--query select 1: not heeded, since jixiao.yaml has none"),
    ],
)  # fmt: skip
def test_an_option_that_differs_from_the_contract_is_named(options, told):
    assert notes(**options) == [told]


def test_notes_stand_in_text_and_json():
    result = RunResult({}, ("--target x: not heeded",))
    assert result.to_text() == "note: --target x: not heeded"
    assert result.to_json() == {"notes": ["--target x: not heeded"]}
    assert RunResult({}).to_json() == {"notes": []}
