import polars as pl

from jixiao.contracts import Contract, Settings, Table, Task
from jixiao.gateways import WorkspaceFolder
from jixiao.services.preparation import prepare
from jixiao.services.scoring import one_row_each

CONTRACT = Contract(
    tables=(Table(name="t", source="t.csv"),),
    columns=(
        {"name": "id", "role": "id", "type": "text"},
        {"name": "note", "role": "text", "type": "text"},
        {"name": "hours", "role": "number", "type": "number"},
        {"name": "y", "role": "target", "type": "number"},
    ),
    task=Task(kind="number", target="y"),
)


def answered(tmp_path, text: str) -> pl.DataFrame:
    (tmp_path / "t.csv").write_text(text)
    settings = Settings(contract=CONTRACT)
    prepared = prepare(settings, WorkspaceFolder(tmp_path), for_scoring=True)
    scores = prepared.frame.select(
        "_row",
        score=pl.col("hours"),
        status=pl.lit("scored"),
        reason=pl.lit(None, pl.String),
    )
    return one_row_each(prepared, scores)


def test_every_row_of_the_file_is_answered_in_its_place(tmp_path):
    found = answered(
        tmp_path,
        "id,note,hours\na,first of the notes,1\na,first of the notes,1\n,,\n"
        "b,second,much\n\nc,third,3\n",
    )
    assert found.columns == ["row", "id", "score", "status", "reason"]
    assert found["row"].to_list() == [0, 1, 2, 3, 4]
    assert found["id"].to_list() == ["a", "a", None, "b", "c"]
    assert found["score"].to_list() == [1.0, 1.0, None, None, 3.0]
    states = ["scored", "scored", "not_scored", "not_scored", "scored"]
    assert found["status"].to_list() == states
    assert found["reason"][2] == "no cell of this row is filled in"
    assert found["reason"][3].startswith("JX-E231.wrong-type hours")
