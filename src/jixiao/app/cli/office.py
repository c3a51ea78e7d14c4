"""Verbs of the web application: serve it, make its first accounts, verify its audit log."""

from __future__ import annotations

import os
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.app.cli.logs import logging_config
from jixiao.services import Result

if TYPE_CHECKING:
    from jixiao.office import Office

OK, FINDING = 0, 1
BY = "command line"


@dataclass(frozen=True)
class Said(Result):
    """What a verb has to say.

    Attributes:
        values: Plain keys.
        text: What a person reads.
    """

    values: dict[str, Any]
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the plain keys."""
        return self.values

    def to_text(self) -> str:
        """Return what a person reads."""
        return self.text


def _serve(office: Office, words: Namespace) -> tuple[Result, int]:
    import uvicorn

    from jixiao.app.cli.tending import Tender
    from jixiao.app.web import create_app

    tender = Tender(office, _worker_command(words))
    print(f"jixiao: http://{words.host}:{words.port}", file=sys.stderr, flush=True)
    with tender:
        uvicorn.run(
            create_app(office),
            host=words.host,
            port=words.port,
            log_config=logging_config(),
            access_log=False,
            server_header=False,
            proxy_headers=bool(words.behind),
            forwarded_allow_ips=words.behind or None,
            timeout_graceful_shutdown=5,
        )
    return Said({"stopped": True}, "stopped"), OK


def _worker_command(words: Namespace) -> list[str]:
    """Return the command of a process that does the jobs of the same records."""
    command = [sys.executable, "-m", "jixiao", "work", words.folder, "--parent"]
    for name in ("database", "anchor", "key"):
        if value := getattr(words, name):
            command += [f"--{name}", value]
    return command


def _work(office: Office, words: Namespace) -> tuple[Result, int]:
    import logging.config

    from jixiao.app.cli.tending import end_with_parent
    from jixiao.office.work.worker import Worker

    logging.config.dictConfig(logging_config())
    over = threading.Event()
    worker = Worker(office, stuck=lambda: os._exit(FINDING))
    if words.parent:
        end_with_parent(worker)
    try:
        begun = worker.work(until=over, idle_s=words.idle)
    finally:
        office.store.close()
    return Said({"jobs": begun}, f"{begun} jobs begun"), OK


def _user(office: Office, words: Namespace) -> tuple[Result, int]:
    from jixiao.office import add_account, start_recovery

    try:
        if words.verb == "add":
            password = sys.stdin.readline().rstrip("\n") if words.password_stdin else ""
            account = add_account(
                office,
                BY,
                words.login,
                roles=words.role,
                password=password,
                person_key=words.person,
            )
            if password:
                told = f"added {account.login}"
                return Said({"login": account.login, "roles": list(account.roles)}, told), OK
        drops = getattr(words, "second_factor", False)
        token = start_recovery(office, BY, words.login, second_factor=drops)
    finally:
        office.store.close()
    link = f"/recover/{token}"
    text = f"open this on the server within a day to choose a password: {link}"
    return Said({"login": words.login, "recover": link}, text), OK


def _roster(office: Office, words: Namespace) -> tuple[Result, int]:
    from jixiao.office.people.roster import import_roster, roster_file, roster_of_workspace
    from jixiao.office.people.roster_rows import roster_rows

    try:
        raw = roster_file(Path(words.file)) if words.file else roster_of_workspace(office)
        result = import_roster(office, BY, roster_rows(raw), day=words.day, whole=words.whole)
    finally:
        office.store.close()
    return result, OK


def _audit_log(office: Office, words: Namespace) -> tuple[Result, int]:  # noqa: ARG001
    from jixiao.office import verify_trail

    try:
        result = verify_trail(office.store)
    finally:
        office.store.close()
    return result, FINDING if result.faults else OK


def _backup(office: Office, words: Namespace) -> tuple[Result, int]:
    from jixiao.office import back_up

    try:
        count = back_up(office, BY, Path(words.file))
    finally:
        office.store.close()
    return Said({"files": count}, f"{count} files; keep it as safe as the workspace"), OK


def _restore(office: Office, words: Namespace) -> tuple[Result, int]:  # noqa: ARG001
    from jixiao.office import put_back

    try:
        again = put_back(office, BY)
    finally:
        office.store.close()
    return Said({"erased_again": again}, f"restored; erased again: {again}"), OK


def _erase(office: Office, words: Namespace) -> tuple[Result, int]:
    from jixiao.contracts.office import Person
    from jixiao.core import Missing
    from jixiao.office import erase_person

    try:
        with office.reading() as read:
            person = read.first(Person, key=words.subject)
        if person is None:
            raise Missing("JX-E704", "ID", expected="a subject id of the roster", got="another one")
        result = erase_person(office, BY, person.id)
    finally:
        office.store.close()
    return result, FINDING if result.files.left or result.files.elsewhere else OK


OFFICE: dict[str, Callable[[Office, Namespace], tuple[Result, int]]] = {
    "serve": _serve,
    "work": _work,
    "user": _user,
    "roster": _roster,
    "audit-log": _audit_log,
    "backup": _backup,
    "restore": _restore,
    "erase": _erase,
}
"""Verbs that need the web application's records."""
