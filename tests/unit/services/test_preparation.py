import polars as pl

from jixiao.contracts import Contract, Settings, Table, Task
from jixiao.data import read_table
from jixiao.gateways import WorkspaceFolder
from jixiao.services.preparation import mended_name, prepare, prepare_figures


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


def parted(tmp_path, train: str, test: str) -> Settings:
    (tmp_path / "train.csv").write_text("id,note,y\n" + train)
    (tmp_path / "test.csv").write_text("id,note,y\n" + test)
    return Settings(
        contract=contract(
            Table(name="train", source="train.csv", part="train"),
            Table(name="test", source="test.csv", part="test"),
        )
    )


def test_an_unusable_row_of_a_test_file_is_mended_in_its_own_file(tmp_path):
    train = "".join(f"a{i},note number {i},{i}\n" for i in range(30))
    settings = parted(tmp_path, train, "b0,fine enough,1\nb1,late again,much\n")
    store = WorkspaceFolder(tmp_path)
    before = prepare(settings, store)
    assert list(before.quarantine) == ["test"]
    assert before.quarantine["test"]["_row"].to_list() == [1]
    assert before.tables["test"].quarantined == 1
    assert {(p.file, p.row) for p in before.problems} == {("test.csv", 3)}
    raw = read_table(settings.contract.tables[1], tmp_path)
    mended = before.quarantine["test"].with_columns(pl.lit("5").alias("y"))
    store.write_table(mended_name(raw), mended.select(pl.all().cast(pl.String)))
    assert prepare(settings, store).counts.quarantined == 0


def test_near_copies_are_left_out_of_the_training_but_never_of_a_declared_test(tmp_path):
    long = "the quarter went well and every goal that was set in spring was reached on time"
    train = "".join(f"a{i},note number {i} of {i * 7},{i}\n" for i in range(30))
    settings = parted(tmp_path, train + f"t,{long},1\n", f"b0,{long}!,1\nb1,{long}!!,2\n")
    settings = settings.model_copy(
        update={"clean": settings.clean.model_copy(update={"drop_near_duplicates": True})}
    )
    prepared = prepare(settings, WorkspaceFolder(tmp_path))
    assert prepared.status[30:].to_list() == ["duplicate", "used", "used"]
    scored = prepare(settings, WorkspaceFolder(tmp_path), for_scoring=True)
    assert (scored.status == "used").all()


def test_figures_are_the_rows_that_the_whole_preparation_gives_without_their_texts(tmp_path):
    rows = "".join(f"a{i},note number {i // 2},{'much' if i == 3 else i}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("id,note,y\n" + rows)
    store = WorkspaceFolder(tmp_path)
    for drop in (False, True):
        settings = Settings(
            contract=contract(Table(name="t", source="t.csv")),
            clean={"drop_near_duplicates": drop},
        )
        whole, figures = prepare(settings, store), prepare_figures(settings, store)
        assert "note" not in figures.frame.columns
        assert figures.frame.select("_row", "id", "y").equals(whole.frame.select("_row", "id", "y"))
        assert (figures.contract, figures.data_hash) == (whole.contract, whole.data_hash)
        assert (figures.frame.height < 39) is drop
