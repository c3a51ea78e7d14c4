import polars as pl

from jixiao.contracts import Contract, Settings, Table, Task
from jixiao.gateways import WorkspaceFolder
from jixiao.services.preparation import mended_name, prepare


def contract(*tables: Table) -> Contract:
    return Contract(
        tables=tables,
        columns=(
            {"name": "id", "role": "id", "type": "text"},
            {"name": "note", "role": "text", "type": "text"},
            {"name": "y", "role": "target", "type": "number"},
        ),
        task=Task(kind="number", target="y"),
    )


def test_a_ragged_row_of_a_test_file_is_quarantined_in_its_own_place(tmp_path):
    train = "id,note,y\n" + "".join(f"a{i},note number {i},{i}\n" for i in range(30))
    (tmp_path / "train.csv").write_text(train)
    (tmp_path / "test.csv").write_text("id,note,y\nb0,fine,1\nb1,one,two,three,4\nb2,fine too,2\n")
    settings = Settings(
        contract=contract(
            Table(name="train", source="train.csv", part="train"),
            Table(name="test", source="test.csv", part="test"),
        )
    )
    prepared = prepare(settings, WorkspaceFolder(tmp_path))
    assert prepared.counts.to_json() == {
        "read": 33,
        "used": 32,
        "duplicate": 0,
        "quarantined": 1,
    }
    assert prepared.status[31] == "quarantined"
    assert prepared.frame["_part"].value_counts().sort("_part").rows() == [
        ("test", 2),
        ("train", 30),
    ]


def test_mended_rows_stand_in_for_the_unusable_ones(tmp_path):
    rows = "".join(f"a{i},note number {i},{'much' if i == 3 else i}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("id,note,y\n" + rows)
    store = WorkspaceFolder(tmp_path)
    settings = Settings(contract=contract(Table(name="t", source="t.csv")))
    before = prepare(settings, store)
    assert before.counts.quarantined == 1
    mended = before.quarantine["t"].with_columns(pl.lit("3").alias("y"))
    store.write_table(mended_name(before.raw), mended.select(pl.all().cast(pl.String)))
    after = prepare(settings, store)
    assert after.counts.quarantined == 0
    assert after.frame["y"].to_list() == [float(i) for i in range(40)]


def test_mended_rows_of_one_export_never_stand_in_for_rows_of_the_next(tmp_path):
    rows = "".join(f"a{i},note number {i},{'much' if i == 3 else i}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("id,note,y\n" + rows)
    store = WorkspaceFolder(tmp_path)
    settings = Settings(contract=contract(Table(name="t", source="t.csv")))
    before = prepare(settings, store)
    mended = before.quarantine["t"].with_columns(pl.lit("3").alias("y"))
    store.write_table(mended_name(before.raw), mended.select(pl.all().cast(pl.String)))
    (tmp_path / "t.csv").write_text("id,note,y\n" + rows.replace("a", "b").replace("much", "77"))
    later = prepare(settings, store)
    assert later.frame["id"].to_list() == [f"b{i}" for i in range(40)]
    assert later.frame["y"][3] == 77
