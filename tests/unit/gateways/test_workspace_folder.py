import polars as pl
import pytest

from jixiao.core import WorkspaceError
from jixiao.gateways import WorkspaceFolder


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    store = WorkspaceFolder(tmp_path)
    assert not store.has_settings()
    with pytest.raises(WorkspaceError, match=r"jixiao init DIR --data FILE"):
        store.read_settings()


def test_a_stored_table_reads_back_with_every_cell_as_text(tmp_path):
    store = WorkspaceFolder(tmp_path)
    frame = pl.DataFrame({"姓名": ["王芳", None], "a": ['"x",\n', "007"]})
    path = store.write_table("quarantine/reviews", frame)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert store.read_table("quarantine/reviews").equals(frame)
    store.remove("quarantine/reviews")
    assert store.read_table("quarantine/reviews") is None


def test_a_typed_table_keeps_its_types(tmp_path):
    store = WorkspaceFolder(tmp_path)
    frame = pl.DataFrame({"_row": [1, 2], "p": [0.25, None]})
    store.write_frame("opinions/m", frame)
    assert store.read_frame("opinions/m").equals(frame)
    assert store.read_frame("opinions/none") is None


def test_a_damaged_document_is_named_with_its_line(tmp_path):
    store = WorkspaceFolder(tmp_path)
    store.write_json("split", {"rows": "RVT"})
    assert store.read_json("split") == {"rows": "RVT"}
    (tmp_path / "split.json").write_text("{\n  half")
    with pytest.raises(WorkspaceError, match=r"split\.json: expected JSON, got a syntax error in"):
        store.read_json("split")


def test_two_commands_never_write_one_workspace_at_once(tmp_path):
    first, second = WorkspaceFolder(tmp_path), WorkspaceFolder(tmp_path)
    with first.lock(), pytest.raises(WorkspaceError, match="another jixiao process"), second.lock():
        pass
    with second.lock():
        pass


def test_the_secret_of_a_workspace_stays_and_is_its_owners_alone(tmp_path):
    store = WorkspaceFolder(tmp_path)
    assert store.salt() == WorkspaceFolder(tmp_path).salt()
    assert (tmp_path / ".salt").stat().st_mode & 0o077 == 0


def test_unfinished_work_stays_until_it_is_cleared(tmp_path):
    store = WorkspaceFolder(tmp_path)
    (store.workdir("train-1") / "half").write_text("x")
    assert (store.workdir("train-1") / "half").exists()
    store.clear_workdir("train-1")
    assert not (store.workdir("train-1") / "half").exists()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "taken").write_text("x")
    with (
        pytest.raises(WorkspaceError, match=r"JX-E405.*taken: expected a folder"),
        WorkspaceFolder(tmp_path / "taken").lock(),
    ):
        pass


def test_the_signing_key_stays_and_is_its_owners_alone(tmp_path):
    store = WorkspaceFolder(tmp_path)
    key = store.signing_key()
    assert len(key) == 32
    assert WorkspaceFolder(tmp_path).signing_key() == key
    assert (tmp_path / ".signing-key").stat().st_mode & 0o077 == 0


def test_a_damaged_signing_key_is_named_and_not_replaced(tmp_path):
    store = WorkspaceFolder(tmp_path)
    store.signing_key()
    (tmp_path / ".signing-key").write_text("xyz")
    with pytest.raises(WorkspaceError, match=r"\.signing-key: expected 64 hexadecimal digits"):
        store.signing_key()
    assert (tmp_path / ".signing-key").read_text() == "xyz"


def test_a_stored_table_holds_no_formula_and_reads_back_exactly(tmp_path):
    store = WorkspaceFolder(tmp_path)
    frame = pl.DataFrame({"=a": ["=1+1", "'=1", None, "-5", "+x"]})
    path = store.write_table("quarantine/r", frame)
    assert path.read_text("utf-8-sig") == "'=a\n'=1+1\n''=1\n\n-5\n'+x\n"
    assert store.read_table("quarantine/r").equals(frame)


def test_whoever_holds_the_workspace_removes_what_a_killed_command_left(tmp_path):
    store = WorkspaceFolder(tmp_path)
    whole = store.write_page("reports/en/index.html", "<p>whole</p>")
    left = [whole.parent / ".E1.html.abc.part", tmp_path / ".check.json.abc.part"]
    for part in left:
        part.write_text("<p>ha", encoding="utf-8")
    with store.lock():
        assert not any(part.exists() for part in left)
    assert whole.read_text(encoding="utf-8") == "<p>whole</p>"
