import json
import signal
import subprocess
import sys
import time

import pytest

from jixiao.core import atomic


def test_a_failing_writer_leaves_the_old_file_and_no_pieces(tmp_path):
    path = tmp_path / "a.json"
    atomic.write_json(path, {"old": 1})
    with pytest.raises(ValueError, match="Out of range"):
        atomic.write_json(path, {"new": float("nan")})
    assert json.loads(path.read_text()) == {"old": 1}

    def write_half():
        with atomic.new_file(path) as part:
            part.write_text("half")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_half()
    assert json.loads(path.read_text()) == {"old": 1}
    assert [piece.name for piece in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path):
    for content in ("one", "two"):
        with atomic.new_folder(tmp_path / "model") as part:
            (part / "inner").mkdir()
            (part / "inner" / "a.txt").write_text(content)
            before = tmp_path / "model" / "inner" / "a.txt"
            assert (before.read_text() if before.exists() else "") == (
                "one" if content == "two" else ""
            )
    assert (tmp_path / "model" / "inner" / "a.txt").read_text() == "two"
    assert [piece.name for piece in tmp_path.iterdir()] == ["model"]


def test_a_kill_while_writing_never_leaves_a_half_file_under_the_final_name(tmp_path):
    path = tmp_path / "big.txt"
    code = (
        "import sys; from pathlib import Path; from jixiao.core import atomic\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    atomic.write_text(Path(sys.argv[1]), f'{n}\\n' * 50_000 + 'end')\n"
        "    print(n, flush=True)\n"
    )
    for delay in (0.0, 0.01, 0.03):
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        text = path.read_text()
        assert text.endswith("end")
        assert len(set(text.splitlines())) == 2
    assert atomic.sweep(tmp_path) <= 3
    assert [piece.name for piece in tmp_path.iterdir()] == ["big.txt"]


def test_a_folder_set_aside_by_a_killed_writer_comes_back(tmp_path):
    aside = tmp_path / ".model.abc123.old"
    aside.mkdir()
    (aside / "a.txt").write_text("kept")
    atomic.sweep(tmp_path)
    assert (tmp_path / "model" / "a.txt").read_text() == "kept"
    assert [piece.name for piece in tmp_path.iterdir()] == ["model"]
