"""What the README tells a reader to type is typed here, in both languages."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from jixiao.solutions.company import make_company, write_company

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- tested -->\n```bash\n(.*?)```", re.DOTALL)
READMES = {"en": "README.md", "zh": "README.zh.md"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["en", "zh"])
def walked(request, tmp_path_factory) -> tuple[Path, list[subprocess.CompletedProcess[str]]]:
    """A folder with a company's files in which the README's commands were typed one by one."""
    folder = tmp_path_factory.mktemp(f"readme_{request.param}")
    company = make_company(5, 80, 6, language=request.param)
    write_company(company, folder)
    columns = company.truth.columns["reviews"]
    reviews = company.tables["reviews"]
    last = company.truth.reviews[-1].period
    following = reviews.filter(pl.col(columns["period"]) == last).drop(columns["rating"])
    following.write_csv(folder / "next_quarter.csv")
    page = (ROOT / READMES[request.param]).read_text(encoding="utf-8")
    return folder, [typed(command, folder) for command in commands(page)]


def commands(page: str) -> list[str]:
    (block,) = BLOCK.findall(page)
    return [line for line in block.splitlines() if line.strip() and not line.startswith("#")]


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "jixiao"
    program = [sys.executable, "-m", "jixiao", *words[1:]]
    limits = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, env=limits)


def test_every_command_of_the_walk_through_works(walked) -> None:
    _, runs = walked
    assert [run.args[3] for run in runs] == [
        "init", "check", "train", "evaluate", "report", "score",
    ]  # fmt: skip
    for run in runs:
        allowed = (0, 1) if run.args[3] == "check" else (0,)
        assert run.returncode in allowed, run.stderr[-2000:]
        assert "Traceback" not in run.stderr


def test_what_the_walk_through_promises_is_there(walked) -> None:
    folder, _ = walked
    assert (folder / "mine" / "jixiao.yaml").is_file()
    for language in ("en", "zh"):
        assert (folder / "mine" / "reports" / language / "index.html").is_file()
    asked = pl.read_csv(folder / "next_quarter.csv", infer_schema=False)
    answered = pl.read_csv(folder / "scores.csv", infer_schema=False)
    assert answered["row"].to_list() == [str(row) for row in range(asked.height)]
    assert set(answered["status"]) <= {"scored", "not_scored", "abstained", "refused"}
    assert (answered["status"] == "scored").mean() > 0.9


def test_the_source_files_stay_as_they_were(walked, tmp_path) -> None:
    folder, _ = walked
    company = make_company(5, 80, 6, language="zh" if "_zh" in folder.name else "en")
    for name, path in write_company(company, tmp_path).items():
        assert path.read_bytes() == (folder / path.name).read_bytes(), name
