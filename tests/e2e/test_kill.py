"""Kill -9 at many points: a rerun comes to the same end, and nothing half-written is read."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.conftest import rows_of, write_reviews


def start(*words: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jixiao", *map(str, words), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finish(*words: object) -> None:
    process = start(*words)
    assert process.wait(timeout=240) == 0


def documents(folder: Path) -> None:
    """Every document under its final name is whole."""
    for path in folder.rglob("*.json"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_run_killed_again_and_again_ends_as_an_uninterrupted_one(tmp_path):
    data = write_reviews(tmp_path / "reviews.csv", people=30)
    words = ("--data", data, "--model", "linear", "--seed", "3")
    began = time.monotonic()
    finish("run", tmp_path / "whole", *words)
    whole_s = time.monotonic() - began
    for share in (0.3, 0.5, 0.7, 0.85, 0.95):
        process = start("run", tmp_path / "killed", *words)
        time.sleep(share * whole_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        documents(tmp_path / "killed")
    finish("run", tmp_path / "killed", *words)
    documents(tmp_path / "killed")
    for name in ("whole", "killed"):
        finish("score", tmp_path / name, "--data", data, "--out", tmp_path / f"{name}.csv")
    assert rows_of(tmp_path / "killed.csv") == rows_of(tmp_path / "whole.csv")
    reports = [
        sorted(path.name for path in (tmp_path / name / "reports" / "en").iterdir())
        for name in ("whole", "killed")
    ]
    assert reports[0] == reports[1]


@pytest.mark.slow
def test_killed_scoring_goes_on_where_it_stood_and_never_shows_a_part(trained, tmp_path):
    workspace = shutil.copytree(trained, tmp_path / "w")
    data = write_reviews(tmp_path / "many.csv", seed=4, people=3000)
    out = tmp_path / "scores.csv"
    finish("score", workspace, "--data", data, "--out", out)
    expected = rows_of(out)
    assert len(expected) == 12_000
    out.unlink()
    seen = set()
    for delay in (2.0, 2.5, 3.0, 3.5):
        process = start("score", workspace, "--data", data, "--out", out)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if out.exists():
            assert rows_of(out) == expected
        seen |= {path.name for path in (workspace / ".work").rglob("*.parquet")}
    finish("score", workspace, "--data", data, "--out", out)
    assert rows_of(out) == expected
    assert not list((workspace / ".work").rglob("*.parquet"))
