"""A company in a served workspace: a real server process, its keys, and programs that ask it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
from tests.office_case import HASH

from jixiao.bootstrap import open_office
from jixiao.contracts.office import Account, Entry, Job, Person, Post, Role
from jixiao.office import ACTIONS, Office, Viewer, make_key, reach
from jixiao.office.people.refusals import record_notice
from jixiao.office.secrets import new_totp
from jixiao.office.work.jobs import start_job
from jixiao.office.work.worker import Worker

ROLES: dict[str, tuple[Role, ...]] = {
    "administrator": ("administrator",),
    "analyst": ("analyst",),
    "auditor": ("auditor",),
    "manager": ("manager",),
}
HEAD = "p-head"
"""Id of the person above everybody, whose account is ``manager``."""


def settle_in(folder: Path, url: str | None = None) -> dict[str, str]:
    """Give a workspace a roster of its subjects and four accounts; return a key of each login."""
    office = open_office(folder, url)
    try:
        with office.store.changing(Entry("test", "begin", "all")) as change:
            change.add(*_people(office))
            secret = office.seal.close(new_totp())
            for login, roles in ROLES.items():
                is_manager = login == "manager"
                change.add(
                    Account(
                        id=f"a-{login}",
                        login=login,
                        roles=roles,
                        person=HEAD if is_manager else None,
                        password=HASH,
                        totp="" if is_manager else secret,
                    )
                )
        record_notice(office, "test", None)
        return {login: _key(office, login) for login in ROLES}
    finally:
        office.store.close()


def _people(office: Office) -> list[Person | Post]:
    start = date(2020, 1, 1)
    head = Person(id=HEAD, key="M", name="Name of the head", pseudonym="x-head")
    made: list[Person | Post] = [
        head,
        Post(id="post-head", person=HEAD, unit="Sales", manager=None, start=start),
    ]
    table = office.workspace.settings().contract.tables[0]
    lines = (office.workspace.store.base / table.source).read_text(encoding="utf-8").splitlines()
    for key in sorted({line.split(",")[1] for line in lines[1:]}):
        person = Person(id=f"p-{key}", key=key, name=f"Name of {key}", pseudonym=f"x-{key}")
        unit = f"Sales/{'North' if int(key[1:]) % 2 else 'South'}"
        post = Post(id=f"post-{key}", person=person.id, unit=unit, manager=HEAD, start=start)
        made += [person, post]
    return made


def _key(office: Office, login: str) -> str:
    with office.reading() as read:
        account = read.get(Account, f"a-{login}")
        viewer = Viewer(account, office.pseudonym_of(read, account), csrf="c", session="s")
    scopes = [one for one in ACTIONS if reach(viewer, one)]
    return make_key(office, viewer, "test", scopes=scopes, days=9)[1]


def with_papers(folder: Path, url: str | None = None) -> None:
    """Let a job make the reports of a workspace, in this process."""
    office = open_office(folder, url)
    try:
        job = start_job(office, "system", "report", {})
        assert Worker(office).one()
        with office.reading() as read:
            ended = read.get(Job, job.id)
        assert ended.state == "done", ended.result
    finally:
        office.store.close()


@dataclass
class Server:
    """A server process with the processes it starts, as ``jixiao serve`` makes them.

    Attributes:
        folder: The workspace.
        url: Address of its database; a file of the workspace when None.
        log: Where it writes its log.
    """

    folder: Path
    url: str | None = None
    log: Path | None = None
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it and return the seconds until it says that it is ready.

        Seconds for which it only waited until other processes let it have a processor are not
        counted, so that the figure means the same on a machine that other tests share.
        """
        began = time.monotonic()
        more = ["--database", self.url] if self.url else []
        command = [sys.executable, "-m", "jixiao", "serve", str(self.folder)]
        with (self.log or Path(os.devnull)).open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), *more],
                stderr=log,
                stdout=log,
                start_new_session=True,
            )
        while time.monotonic() - began < 60:
            if self._is_ready():
                return time.monotonic() - began - _waited_s(self.process.pid)
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.02)
        raise AssertionError("the server does not answer")

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.base}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, *, alone: bool = False) -> None:
        """Kill it at once, alone or with the process that does its jobs."""
        assert self.process is not None
        if alone:
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as a person would, and whatever it left behind."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def client(self, key: str) -> httpx.Client:
        """Return what asks it with a key."""
        headers = {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.base, headers=headers, timeout=60)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _waited_s(pid: int) -> float:
    """Return for how long a process's first thread was ready to run and had no processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
