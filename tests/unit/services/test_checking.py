import polars as pl

from jixiao.contracts import Contract, Settings, Table, Task
from jixiao.gateways import WorkspaceFolder
from jixiao.services.checking import accept_mended, write_findings
from jixiao.services.preparation import prepare

SETTINGS = Settings(
    contract=Contract(
        tables=(Table(name="t", source="t.csv"),),
        columns=(
            {"name": "id", "role": "id", "type": "text"},
            {"name": "review text", "role": "text", "type": "text"},
            {"name": "y", "role": "target", "type": "number"},
        ),
        task=Task(kind="number", target="y"),
    )
)


def test_a_quarantine_file_is_mended_though_the_export_renamed_a_column(tmp_path):
    rows = "".join(f"a{i},note number {i},{'much' if i == 3 else i}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("id,Review-Text,y\n" + rows)
    before = (tmp_path / "t.csv").read_bytes()
    store = WorkspaceFolder(tmp_path)
    result = write_findings(prepare(SETTINGS, store), store)
    (path,) = result.quarantine
    frame = pl.read_csv(path, infer_schema=False)
    mended = tmp_path / "mended" / "t.csv"
    mended.parent.mkdir()
    frame.with_columns(pl.lit("3").alias("y")).write_csv(mended)
    accept_mended(SETTINGS, mended, store)
    result = write_findings(prepare(SETTINGS, store), store)
    assert result.counts.to_json() == {"read": 40, "used": 40, "duplicate": 0, "quarantined": 0}
    assert not path.exists()
    assert (tmp_path / "t.csv").read_bytes() == before
