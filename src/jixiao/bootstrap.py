"""The roof: wires gateways into services, sets the environment, and holds the entry points.

The only module that reads or writes the process environment. Nothing happens at import.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jixiao.contracts import Chat, WriterSettings
    from jixiao.office import Office
    from jixiao.office.office import SendMail
    from jixiao.office.oidc.provider import Provider
    from jixiao.services import Workspace

SIGN_IN = "sign-in.yaml"
"""File of the workspace that names a provider of sign-ins."""
QUIET_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "WANDB_MODE": "offline",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_SILENT": "true",
    "TOKENIZERS_PARALLELISM": "true",
}
"""Libraries neither phone home nor look for files on a hub."""


def prepare_environment() -> None:
    """Keep every library offline; what the user has set himself stays."""
    for name, value in QUIET_ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def open_workspace(
    folder: str | Path, show_progress: bool = False, *, key: str | Path | None = None
) -> Workspace:
    """Return the workspace of a folder, which need not exist yet.

    Args:
        folder: The workspace folder.
        show_progress: Whether progress is told on stderr.
        key: File that keeps the workspace's key; that of ``JIXIAO_KEY``, or one in the workspace,
            when None.
    """
    prepare_environment()
    from jixiao.app.cli.progress import progress_bar
    from jixiao.contracts import silent
    from jixiao.gateways import ModelFolder, WorkspaceFolder
    from jixiao.services import Workspace

    store = WorkspaceFolder(Path(folder), os.environ, key=_place(key, "JIXIAO_KEY"))
    return Workspace(
        store=store,
        models=ModelFolder(store.base / "models"),
        progress=progress_bar() if show_progress else silent,
        threads=_threads(),
        open_chat=_open_chat,
        writers=ModelFolder(store.base / "writers"),
    )


def open_office(
    folder: str | Path,
    database: str | None = None,
    anchor: str | Path | None = None,
    *,
    serving: bool = False,
    key: str | Path | None = None,
) -> Office:
    """Return the web application of a workspace.

    Args:
        folder: The workspace folder.
        database: Address of a PostgreSQL database; a SQLite file of the workspace when None.
        anchor: File that anchors the audit log; that of ``JIXIAO_ANCHOR``, or one in the
            workspace, when None.
        serving: Whether messages are sent and a provider of sign-ins is asked, where the
            workspace's files name them.
        key: As for ``open_workspace``.

    Raises:
        WorkspaceError: If the folder is no workspace, or the database cannot be opened.
        ContractError: If it serves and the settings of mail or sign-in are wrong.
    """
    from jixiao.gateways.database import open_database
    from jixiao.office import Office

    workspace = open_workspace(folder, key=key)
    workspace.store.read_settings()
    secret = workspace.store.signing_key()
    place = _place(anchor, "JIXIAO_ANCHOR")
    provider = _open_provider(workspace.store.base) if serving else None
    send = _open_mail(workspace) if serving else None
    store = open_database(workspace.store.base, secret, url=database, anchor=place)
    return Office(store, workspace, secret, mail=send, provider=provider)


def _place(given: str | Path | None, name: str) -> Path | None:
    """Return a file as it was given, or as a variable of the environment names it."""
    found = given or os.environ.get(name, "")
    return Path(found) if found else None


def _open_provider(folder: Path) -> Provider | None:
    """Return the provider of sign-ins that ``sign-in.yaml`` names, with its secret.

    Raises:
        ContractError: If the file is wrong, or the secret is not in the environment.
    """
    from jixiao.contracts import SignInSettings, check_sign_in
    from jixiao.contracts.yaml_file import parse_model
    from jixiao.office.oidc.provider import Provider

    path = folder / SIGN_IN
    if not path.is_file():
        return None
    settings = parse_model(path.read_text(encoding="utf-8"), SIGN_IN, SignInSettings)
    check_sign_in(settings, SIGN_IN)
    name = settings.secret_env
    place = ("JX-E104.value", f"{SIGN_IN} secret_env")
    secret = _from_environment(name, place, "the client's secret", needed=bool(name))
    return Provider(settings, secret)


def _from_environment(name: str, place: tuple[str, str], what: str, *, needed: bool) -> str:
    """Return a secret that a variable of the environment holds, empty where it may be missing.

    Args:
        name: Of the variable; empty where the settings name none.
        place: Code of the error, and where the settings name the variable.
        what: What it holds.
        needed: Whether it is an error that it is missing.

    Raises:
        ContractError: If it is needed and missing.
    """
    from jixiao.core import ContractError

    secret = os.environ.get(name, "") if name else ""
    if needed and not secret:
        raise ContractError(
            *place,
            expected=f"an environment variable that holds {what}",
            got="none of that name",
            hint=f"export {name}=…",
        )
    return secret


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    from jixiao.app.cli.main import main as run

    return run(argv, open_workspace, open_office)


def _open_chat(settings: WriterSettings) -> Chat:
    """Return the language model of the settings, with its key from the environment."""
    from jixiao.gateways import open_chat

    name = settings.key_env
    place = ("JX-E609", f"writer.key_env {name}")
    key = _from_environment(name, place, "the key", needed=bool(name) and not settings.folder)
    return open_chat(settings, key)


def _open_mail(workspace: Workspace) -> SendMail | None:
    """Return what sends messages, with its password from the environment; None where none are."""
    from jixiao.gateways import Mailer

    settings = workspace.settings().mail
    if settings is None:
        return None
    name = settings.password_env
    place = ("JX-E130", f"mail.password_env {name}")
    password = _from_environment(name, place, "the password", needed=bool(settings.user))
    return Mailer(settings, password)


def _threads() -> int:
    """Return the processors this process may use, or what OMP_NUM_THREADS says."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else len(os.sched_getaffinity(0))
