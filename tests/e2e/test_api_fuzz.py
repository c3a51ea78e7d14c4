"""The API under schemathesis, as each role and anonymous: no 5xx, and answers as described.

``schemathesis.toml`` beside this file names what was looked at and is meant, with the reason.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import schemathesis
import uvicorn
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)
from tests.office_case import make_office, viewer

from jixiao.app.web import create_app
from jixiao.contracts.office import ApiKey
from jixiao.office import ACTIONS, Office, make_key, reach

pytestmark = pytest.mark.slow
LOGINS = ("anonymous", "administrator", "analyst", "auditor", "manager", "employee")
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a fresh application."""
    made = make_office(tmp_path)
    yield made
    made.store.close()


def secret_of(office: Office, login: str) -> str:
    """Return a key of somebody that may do all that the roles may."""
    asking = viewer(office, login)
    scopes = [one for one in ACTIONS if reach(asking, one)]
    key, secret = make_key(office, asking, "fuzz", scopes=scopes, days=1)
    assert isinstance(key, ApiKey)
    return secret


@pytest.mark.parametrize("login", LOGINS)
def test_the_api_answers_whatever_is_sent(office: Office, login: str) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(office))
    headers = {}
    if login != "anonymous":
        headers["Authorization"] = f"Bearer {secret_of(office, login)}"
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis.settings(
            max_examples=8, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
        )
        @hypothesis.given(case=operation.as_strategy())
        def sent(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            if answer.status_code < 400:
                case.validate_response(answer, checks=list(CHECKS))
            else:
                assert answer.status_code < 500, (case.method, case.path)
                assert answer.headers["content-type"][0].startswith("application/problem+json")
            if login == "anonymous":
                assert answer.status_code in (401, 404, 405, 422), (case.method, case.path)

        sent()
        tried += 1
    assert tried >= 30


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Serve the application on a port of this machine and return where."""
    app = create_app(office)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.long
@pytest.mark.parametrize("login", LOGINS)
def test_every_phase_and_every_check_finds_nothing(
    office: Office, address: str, login: str, tmp_path: Path
) -> None:
    words = ["--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
    words += ["run", f"{address}/api/v1/openapi.json", "--checks", "all", "--seed", "1"]
    words += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "20"]
    words += ["--continue-on-failure", "--no-color", "--generation-database", "none"]
    if login != "anonymous":
        words += ["-H", f"Authorization: Bearer {secret_of(office, login)}"]
    command = [str(Path(sys.executable).with_name("schemathesis")), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    for phase in ("Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout, done.stdout[-3000:]
