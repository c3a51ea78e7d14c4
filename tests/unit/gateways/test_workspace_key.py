"""A key moves out of the workspace at first use, stays the same, and is asked for from then on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import WorkspaceError
from jixiao.core.signing_key import fingerprint, marker, read_key
from jixiao.gateways.workspace_key import NAME, WorkspaceKey


@given(st.binary(min_size=32, max_size=32))
def test_what_a_file_holds_is_read_back(key: bytes) -> None:
    assert read_key(key.hex() + "\n") == (key, fingerprint(key))
    assert read_key(marker(key)) == (None, fingerprint(key))
    assert key.hex() not in marker(key)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    return made


def test_a_key_moves_elsewhere_and_nothing_of_it_stays(base: Path, tmp_path: Path) -> None:
    place = tmp_path / "safe" / "jixiao.key"
    key = WorkspaceKey(base).read()
    assert WorkspaceKey(base, place).read() == key
    assert WorkspaceKey(base, place).read() == key
    assert place.stat().st_mode & 0o077 == 0
    assert place.read_text().strip() == key.hex()
    assert key.hex() not in (base / NAME).read_text()
    with pytest.raises(WorkspaceError, match=r"JX-E409.*lies elsewhere, got none was given"):
        WorkspaceKey(base).read()


def test_a_new_workspace_takes_the_key_that_is_there(base: Path, tmp_path: Path) -> None:
    place = tmp_path / "jixiao.key"
    first = WorkspaceKey(base, place).read()
    (base / NAME).unlink()
    assert WorkspaceKey(base, place).read() == first
    assert read_key((base / NAME).read_text()) == (None, fingerprint(first))


def test_a_kill_between_writing_there_and_removing_here_does_no_harm(
    base: Path, tmp_path: Path
) -> None:
    place = tmp_path / "jixiao.key"
    key = WorkspaceKey(base).read()
    place.write_text(key.hex())
    assert WorkspaceKey(base, place).read() == key
    assert read_key((base / NAME).read_text())[0] is None


def test_another_workspace_s_key_a_missing_one_and_one_within_are_refused(
    base: Path, tmp_path: Path
) -> None:
    place, other = tmp_path / "jixiao.key", tmp_path / "other.key"
    WorkspaceKey(base, place).read()
    other.write_text("6b" * 32)
    with pytest.raises(WorkspaceError, match="that of another one"):
        WorkspaceKey(base, other).read()
    with pytest.raises(WorkspaceError, match="one within"):
        WorkspaceKey(base, base / "key").read()
    place.rename(tmp_path / "lost")
    with pytest.raises(WorkspaceError, match="no such file"):
        WorkspaceKey(base, place).read()
    place.write_text("xyz")
    with pytest.raises(WorkspaceError, match="64 hexadecimal digits"):
        WorkspaceKey(base, place).read()
    assert not (base / "key").exists()
