"""A language model as the writer, from the command line: over HTTP, replayed, limited, tuned."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from benchmarks.endpoint import LocalEndpoint, Said, chat
from tests.e2e.conftest import write_reviews
from tests.unit.training.tiny_writer import writer_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workspace of few invented people, without a model."""
    from jixiao.bootstrap import open_workspace

    folder = tmp_path_factory.mktemp("writer")
    data = write_reviews(folder / "reviews.csv", people=16)
    open_workspace(folder / "workspace").init([str(data)])
    return folder / "workspace"


@pytest.fixture
def workspace(made, tmp_path) -> Path:
    shutil.copy(made.parent / "reviews.csv", tmp_path / "reviews.csv")
    shutil.copytree(made, tmp_path / "workspace")
    return tmp_path / "workspace"


def configure(workspace: Path, **settings: Any) -> None:
    lines = [f"  {name}: {json.dumps(value)}" for name, value in settings.items()]
    path = workspace / "jixiao.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nwriter:\n" + "\n".join(lines) + "\n")


def honest(asked: dict[str, Any]) -> Said:
    """Write one sentence on the rating for each prompt that has one."""
    material = json.loads(asked["messages"][1]["content"])
    ids = {fact["id"] for fact in material["facts"]}
    told = material["sections"]
    section = next(s["id"] for s in told if any("rating" in group for group in s["groups"]))
    assert "rating" in ids
    text = "For {{period:rating}}, the rating on record is {{fact:rating}}."
    sentence = {"n": 1, "section": section, "text": text, "facts": ["rating"], "comments": []}
    return chat(json.dumps({"sentences": [sentence]}))


def test_a_model_writes_over_http_and_the_second_run_replays_it_without_a_server(jixiao, workspace):
    words = ["report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en"]
    words += ["--subject", "E003", "--json"]
    with LocalEndpoint(honest) as endpoint:
        configure(workspace, model="tiny", base_url=endpoint.base_url)
        first = jixiao(*words)
    assert first.code == 0, first.err
    (report,) = first.json["reports"]
    assert report["writer"] == "llm"
    assert report["gate"]["verified"] == 1
    assert any("1 answers asked for, 0 replayed" in note for note in first.json["notes"])
    sent = json.dumps(endpoint.requests, ensure_ascii=False)
    assert "E003" not in sent
    assert "Sales/South" not in sent
    page = Path(report["path"]).read_text(encoding="utf-8")
    assert "the rating on record is" in page
    again = jixiao(*words)
    assert again.code == 0, again.err
    assert again.json["reports"][0]["claims"] == report["claims"]
    assert any("0 answers asked for, 1 replayed" in note for note in again.json["notes"])


def test_only_changed_reports_are_asked_for(jixiao, workspace):
    words = ["report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en"]
    words += ["--subject", "E003", "--changed", "--json"]
    with LocalEndpoint(honest) as endpoint:
        configure(workspace, model="tiny", base_url=endpoint.base_url)
        first = jixiao(*words)
        (made,) = first.json["reports"]
        before = Path(made["path"]).read_bytes()
        shutil.rmtree(workspace / "answers")  # what is not stored would be asked for again
        again = jixiao(*words)
        asked = len(endpoint.requests)
    assert (first.code, again.code) == (0, 0), again.err
    (report,) = again.json["reports"]
    assert (made["state"], report["state"]) == ("new", "unchanged")
    assert asked == 1
    assert any("0 answers asked for, 0 replayed" in note for note in again.json["notes"])
    assert report["writer"] == "llm"
    assert Path(report["path"]).read_bytes() == before


def test_a_report_without_an_answer_says_so_and_is_asked_for_again(jixiao, workspace):
    words = ["report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en"]
    words += ["--subject", "E003", "--changed", "--json"]
    answers = [Said(b"", 500)]
    with LocalEndpoint(lambda asked: answers[0] if answers else honest(asked)) as endpoint:
        configure(workspace, model="tiny", base_url=endpoint.base_url, retries=0)
        first = jixiao(*words)
        (made,) = first.json["reports"]
        page = Path(made["path"]).read_text(encoding="utf-8")
        answers.clear()
        again = jixiao(*words)
    assert made["gate"]["unanswered"]
    assert "The language model gave no answer for this report" in page
    assert "failed the check twice" not in page
    (report,) = again.json["reports"]
    assert report["writer"] == "llm"
    assert "gave no answer" not in Path(report["path"]).read_text(encoding="utf-8")


def test_without_a_server_the_run_says_so_and_writes_nothing(jixiao, workspace):
    with LocalEndpoint(honest) as endpoint:
        configure(workspace, model="tiny", base_url=endpoint.base_url)
    answer = jixiao("report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en")
    assert answer.code == 2
    assert "[JX-E607] writer.base_url: expected a server that listens" in answer.err


def test_a_spend_limit_ends_the_run_with_what_is_finished(jixiao, workspace):
    with LocalEndpoint(honest) as endpoint:
        configure(
            workspace,
            model="tiny",
            base_url=endpoint.base_url,
            run_tokens=3000,
            answer_tokens=300,
            concurrency=1,
        )
        words = ["report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en"]
        answer = jixiao(*words, "--json")
    assert answer.code == 1
    assert "writer.run_tokens" in answer.json["stopped"]
    assert 0 < len(answer.json["reports"]) < 16


def test_every_wrong_setting_of_the_writer_is_told_at_once_and_no_key_is_repeated(
    jixiao, workspace
):
    configure(
        workspace,
        name="llm",
        base_url="http://api.example.com/v1",
        key_env="sk-live-abcdef",
        run_cost=3.0,
    )
    answer = jixiao("report", workspace)
    assert answer.code == 2
    for told in ("writer.hosts", "plain http is only", "writer.key_env", "writer.run_cost"):
        assert told in answer.err
    assert "writer.model" in answer.err
    assert "sk-live-abcdef" not in answer.err + answer.out


@pytest.mark.slow
def test_a_writer_is_tuned_on_approved_reports_and_then_served_over_http(jixiao, workspace):
    pytest.importorskip("uvicorn")
    pytest.importorskip("openai")
    approve(jixiao, workspace, subjects=10)
    tuned = tune(jixiao, workspace)
    assert tuned["loss_after"] < tuned["loss_before"]
    assert tuned["examples"]["train"] >= 6
    assert tuned["sentences_without_source"] == 0
    assert tuned["written"]["reports"] == tuned["examples"]["held_out"]
    assert {path.suffix for path in Path(tuned["folder"]).iterdir()} <= {".json", ".safetensors"}
    words = ["report", workspace, "--writer", "llm", "--level", "employee", "--lang", "en"]
    words += ["--subject", "E001", "--json"]
    with served(Path(tuned["folder"])) as port:
        configure(
            workspace,
            model=tuned["folder"],
            base_url=f"http://127.0.0.1:{port}/v1",
            answer_tokens=32,
            timeout_s=200,
        )
        answer = jixiao(*words)
    assert answer.code == 0, answer.err
    (report,) = answer.json["reports"]
    # a random model writes nonsense: nothing of it stands, and the report says who wrote it
    assert report["gate"]["fell_back"]
    assert report["writer"] == "outline"
    stored = [json.loads(path.read_text()) for path in (workspace / "answers").rglob("*.json")]
    assert {one["question"]["model"] for one in stored} == {tuned["folder"]}
    assert len(stored) == 2


def approve(jixiao, workspace: Path, *, subjects: int) -> None:
    answer = jixiao("report", workspace, "--level", "employee", "--lang", "en", "--json")
    (workspace / "approved").mkdir()
    for report in answer.json["reports"][:subjects]:
        shutil.copy(report["paths"]["json"], workspace / "approved")


def tune(jixiao, workspace: Path) -> Any:
    texts = [path.read_text() for path in (workspace / "approved").glob("*.json")]
    folder = writer_folder(workspace.parent / "tiny", texts)
    path = workspace / "jixiao.yaml"
    before = path.read_text(encoding="utf-8")
    configure(workspace, answer_tokens=32)
    words = ["train", workspace, "--model", "writer", "--weights", folder, "--json"]
    answer = jixiao(*words)
    path.write_text(before, encoding="utf-8")
    assert answer.code == 0, answer.err
    return answer.json


class served:
    """``transformers serve`` of a folder on a free port of the loopback."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--device", "cpu"]
        self.log = folder.parents[2] / "serve.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ)
            )

    def __enter__(self) -> int:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self.port
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.5)
        raise AssertionError("the server did not start")

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
