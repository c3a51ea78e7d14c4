"""Key and anchor outside the workspace, as commands are typed: moved, asked for, backed up."""

import shutil
from pathlib import Path

import pytest
from tests.paper_case import YAML

from jixiao.app.cli.main import main
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts.office import Person
from jixiao.office import erase_person
from jixiao.office.people.roster import import_roster
from jixiao.office.people.roster_rows import RosterRow


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a workspace whose log has an entry, key and anchor still within."""
    made = tmp_path / "w"
    made.mkdir()
    (made / "jixiao.yaml").write_text(YAML, "utf-8")
    (made / "reviews.csv").write_text("Employee,Rating,Remarks\nE3,3,fine\n", "utf-8")
    assert run("user", "add", str(made), "boss", "--role", "administrator") == 0
    return made


def run(*words: str) -> int:
    return main(words, open_workspace, open_office)


def places(tmp_path: Path) -> list[str]:
    safe = tmp_path / "safe"
    return ["--key", str(safe / "key"), "--anchor", str(safe / "anchor.txt")]


def test_key_and_anchor_move_out_and_the_log_stays_whole(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = places(tmp_path)
    assert run("audit-log", "verify", str(base), *elsewhere) == 0
    assert not (base / "audit-anchor.txt").exists()
    assert run("user", "recover", str(base), "boss", *elsewhere) == 0
    assert run("audit-log", "verify", str(base), *elsewhere) == 0
    capsys.readouterr()
    assert run("audit-log", "verify", str(base)) == 2
    assert "JX-E409" in capsys.readouterr().err, "without them nothing is opened, nor made anew"
    assert not (base / "audit-anchor.txt").exists()


def test_the_environment_names_them_for_every_command(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_KEY", str(tmp_path / "safe" / "key"))
    monkeypatch.setenv("JIXIAO_ANCHOR", str(tmp_path / "safe" / "anchor.txt"))
    assert run("audit-log", "verify", str(base)) == 0
    assert sorted(one.name for one in (tmp_path / "safe").iterdir()) == ["anchor.txt", "key"]
    assert open_workspace(base).store.signing_key().hex() == (tmp_path / "safe/key").read_text()


def test_whoever_holds_the_workspace_alone_cannot_forge_the_anchor(
    base: Path, tmp_path: Path
) -> None:
    """An anchor sealed with what lies in the workspace is not genuine."""
    from jixiao.gateways.database.chain import Anchor

    elsewhere = places(tmp_path)
    assert run("audit-log", "verify", str(base), *elsewhere) == 0
    found = b"".join(one.read_bytes() for one in base.rglob("*") if one.is_file())
    key = (tmp_path / "safe" / "key").read_text()
    assert key.encode() not in found
    assert bytes.fromhex(key) not in found
    forged = Anchor(tmp_path / "safe" / "anchor.txt", (base / ".signing-key").read_bytes())
    forged.add("kept", 9, "0" * 64)
    assert run("audit-log", "verify", str(base), *elsewhere) == 1


def test_a_backup_without_the_key_is_restored_with_it_anchor_and_erasures_included(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = places(tmp_path)
    office = open_office(base, anchor=elsewhere[3], key=elsewhere[1])
    row = RosterRow(place=1, key="E3", name="Canary Zhu", unit="A")
    import_roster(office, "command line", [row])
    with office.reading() as read:
        (person,) = read.find(Person)
    assert run("backup", str(base), str(tmp_path / "b.tar"), *elsewhere) == 0
    erase_person(office, "command line", person.id)
    office.store.close()
    key = (tmp_path / "safe" / "key").read_text()
    assert key.encode() not in (tmp_path / "b.tar").read_bytes()
    capsys.readouterr()
    words = ["restore", str(tmp_path / "b.tar"), str(tmp_path / "new")]
    assert run(*words) == 2
    assert "JX-E409" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert run(*words, *elsewhere) == 0
    assert "erased again: 1" in capsys.readouterr().out
    assert run("audit-log", "verify", str(tmp_path / "new"), *elsewhere) == 0
    assert not (tmp_path / "new" / "audit-anchor.txt").exists(), "one anchor, and it lies elsewhere"


def test_a_restore_on_a_new_machine_brings_the_anchor_along(base: Path, tmp_path: Path) -> None:
    elsewhere = places(tmp_path)
    assert run("backup", str(base), str(tmp_path / "b.tar"), *elsewhere) == 0
    there = tmp_path / "machine"
    there.mkdir()
    shutil.copy(tmp_path / "safe" / "key", there / "key")
    more = ["--key", str(there / "key"), "--anchor", str(there / "anchor.txt")]
    assert run("restore", str(tmp_path / "b.tar"), str(there / "w"), *more) == 0
    assert run("audit-log", "verify", str(there / "w"), *more) == 0
    assert (there / "anchor.txt").stat().st_mode & 0o077 == 0
