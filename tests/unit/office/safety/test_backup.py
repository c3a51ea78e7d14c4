import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.office_case import KEY, make_office, viewer

from jixiao.bootstrap import open_workspace
from jixiao.contracts.office import Account, Person, Post
from jixiao.core import WorkspaceError
from jixiao.gateways.database import open_database
from jixiao.office import Office, back_up, erase_person, put_back, verify_trail
from jixiao.services import unpack


@pytest.fixture
def made(tmp_path: Path) -> Office:
    """Return an application whose workspace holds a few files."""
    folder = tmp_path / "at work"
    folder.mkdir()
    office = make_office(folder)
    office.workspace.store.signing_key()
    (folder / "data").mkdir()
    (folder / "data" / "reviews.csv").write_text("Employee ID,Text\nE3,good\nE4,fine\n", "utf-8")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "vectors").write_bytes(b"1")
    return office


def restored(folder: Path, file: Path, *, url: str | None = None, force: bool = False) -> Office:
    unpack(file, folder, force=force)
    office = Office(open_database(folder, KEY, url=url), open_workspace(folder), KEY)
    put_back(office, "command line")
    return office


def rows(office: Office) -> dict[str, list[object]]:
    with office.reading() as read:
        return {one.__name__: list(read.find(one)) for one in (Account, Person, Post)}


def test_a_backup_brings_back_every_record_and_file(made: Office, tmp_path: Path) -> None:
    back_up(made, "command line", tmp_path / "b.tar")
    again = restored(tmp_path / "again", tmp_path / "b.tar")
    assert rows(again) == rows(made)
    kept = {str(p.relative_to(tmp_path / "again")) for p in (tmp_path / "again").rglob("*")}
    assert {"data/reviews.csv", ".signing-key", "audit-anchor.txt"} <= kept
    assert not any("cache" in one or "backup" in one for one in kept)
    result = verify_trail(again.store)
    assert (result.faults, result.restored) == ((), 1)
    assert [one.action for one in again.store.entries()][-1:] == ["backup.restore"]
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0
    deleting = sa.text("DELETE FROM audit_entries")
    with (
        again.store.engine.begin() as connection,
        pytest.raises(sa.exc.DBAPIError, match="guard: audit entries are never deleted"),
    ):
        connection.execute(deleting)


def made_entries(office: Office) -> list[dict[str, object]]:
    return [dict(one.detail) for one in office.store.entries() if one.action == "backup.make"]


def test_the_audit_log_tells_the_hash_of_a_backup_that_exists(made: Office, tmp_path: Path) -> None:
    out = tmp_path / "b.tar"
    files = back_up(made, "command line", out)
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    assert made_entries(made) == [{"files": files, "sha256": sha256}]
    assert not (tmp_path / "b.tar.part").exists()


def test_what_fails_before_the_entry_leaves_no_file_and_no_entry(
    made: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jixiao.office.safety.backup.pack", full)
    with pytest.raises(OSError, match="No space"):
        back_up(made, "command line", tmp_path / "b.tar")
    assert made_entries(made) == []
    monkeypatch.undo()
    monkeypatch.setattr(type(made.store), "changing", full)
    with pytest.raises(OSError, match="No space"):
        back_up(made, "command line", tmp_path / "b.tar")
    assert [one.name for one in tmp_path.glob("b.tar*")] == []


def test_a_crash_after_the_entry_leaves_the_whole_file_that_it_names(
    made: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, replace = tmp_path / "b.tar", Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target == out:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        back_up(made, "command line", out)
    monkeypatch.undo()
    part = tmp_path / "b.tar.part"
    told = made_entries(made)[0]["sha256"]
    assert told == hashlib.sha256(part.read_bytes()).hexdigest()
    assert rows(restored(tmp_path / "again", part)) == rows(made)
    with pytest.raises(WorkspaceError, match="a backup was stopped here"):
        back_up(made, "command line", out)


def test_a_backup_moves_between_the_two_databases(
    made: Office, tmp_path: Path, postgres: Callable[[], str]
) -> None:
    back_up(made, "command line", tmp_path / "one.tar")
    on_server = restored(tmp_path / "server", tmp_path / "one.tar", url=postgres())
    assert rows(on_server) == rows(made)
    back_up(on_server, "command line", tmp_path / "two.tar")
    back = restored(tmp_path / "back", tmp_path / "two.tar")
    assert rows(back) == rows(made)
    assert verify_trail(on_server.store).faults == verify_trail(back.store).faults == ()
    on_server.store.close()


def test_every_damaged_backup_is_refused_and_nothing_is_touched(
    made: Office, tmp_path: Path
) -> None:
    back_up(made, "command line", tmp_path / "b.tar")
    content = (tmp_path / "b.tar").read_bytes()
    place = content.index(b"good")
    for number, damaged in enumerate(
        (
            content[: len(content) // 2],
            content[:place] + b"evil" + content[place + 4 :],
            content[: content.index(b'"seal": "') + 9]
            + b"0" * 64
            + content[content.index(b'"seal": "') + 73 :],
            b"",
            b"no archive at all",
        )
    ):
        file = tmp_path / f"bad{number}.tar"
        file.write_bytes(damaged)
        with pytest.raises(WorkspaceError, match="JX-E430"):
            unpack(file, tmp_path / "target", force=False)
        assert not (tmp_path / "target").exists()
    assert not list(tmp_path.glob(".target*"))


def test_nothing_is_written_over_unless_it_is_asked_for(made: Office, tmp_path: Path) -> None:
    back_up(made, "command line", tmp_path / "b.tar")
    with pytest.raises(WorkspaceError, match="still free"):
        back_up(made, "command line", tmp_path / "b.tar")
    with pytest.raises(WorkspaceError, match="missing or empty"):
        unpack(tmp_path / "b.tar", made.workspace.store.base, force=False)
    base = made.workspace.store.base
    (base / "data" / "reviews.csv").write_text("other", "utf-8")
    made.store.close()
    again = restored(base, tmp_path / "b.tar", force=True)
    assert "good" in (base / "data" / "reviews.csv").read_text("utf-8")
    assert verify_trail(again.store).faults == ()


def test_whoever_was_erased_after_the_backup_is_erased_again_after_a_restore(
    made: Office, tmp_path: Path
) -> None:
    back_up(made, "command line", tmp_path / "b.tar")
    erase_person(made, viewer(made, "administrator"), "p-E3")
    base = made.workspace.store.base
    made.store.close()
    again = restored(base, tmp_path / "b.tar", force=True)
    with again.reading() as read:
        assert read.get(Person, "p-E3").erased
        assert read.get(Person, "p-E3").name == ""
    assert "good" not in (base / "data" / "reviews.csv").read_text("utf-8")
    assert verify_trail(again.store).faults == ()
