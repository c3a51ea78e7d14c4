"""What must hold among the settings of the writer: an address on the list, no key in the file."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from jixiao.contracts.settings import WriterSettings
from jixiao.contracts.yaml_rules import Complaint
from jixiao.core.errors import ContractError, raise_all

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_HOST = re.compile(r"[a-z0-9_.\-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?")
_LOCAL_ENDINGS = (".local", ".internal", ".lan", ".localhost")


def writer_complaints(writer: WriterSettings) -> list[Complaint]:
    """Return everything that contradicts itself among the settings of the writer."""
    found = [*_hosts(writer), *_address(writer), *_key(writer), *_money(writer)]
    if writer.name == "llm" and not (writer.model or writer.folder):
        hint = "name a model the endpoint has, or folder: with local weights"
        found.append(("writer.model", "the name of a model", "none", hint))
    return found


def check_writer(writer: WriterSettings) -> None:
    """Refuse settings that contradict themselves, all faults at once.

    Raises:
        ContractError: If something is wrong; several come as ManyErrors.
    """
    raise_all(
        [
            ContractError("JX-E104.value", path, expected=expected, got=got, hint=hint)
            for path, expected, got, hint in writer_complaints(writer)
        ]
    )


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an http address; None when it is none.

    Examples:
        >>> origin_of("https://API.example.com/v1")
        ('https', 'api.example.com', 443)
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or _has_more(parts):
        return None
    return parts.scheme, parts.hostname.lower(), port or {"http": 80, "https": 443}[parts.scheme]


def is_listed(origin: tuple[str, str, int], hosts: tuple[str, ...]) -> bool:
    """Return whether a host, with its port where the list names one, is on the list.

    Examples:
        >>> is_listed(("http", "127.0.0.1", 8000), ("127.0.0.1:11434",))
        False
    """
    _, host, port = origin
    written = f"[{host}]" if ":" in host else host
    listed = {entry.lower() for entry in hosts}
    return written in listed or f"{written}:{port}" in listed


def _has_more(parts: SplitResult) -> bool:
    return bool(parts.username or parts.password or parts.query or parts.fragment)


def _hosts(writer: WriterSettings) -> list[Complaint]:
    return [
        (f"writer.hosts.{at}", "a host or host:port", repr(entry), "no scheme, path or wildcard")
        for at, entry in enumerate(writer.hosts)
        if not _HOST.fullmatch(entry.lower())
    ]


def _address(writer: WriterSettings) -> list[Complaint]:
    origin = origin_of(writer.base_url)
    if origin is None:
        hint = "such as https://api.example.com/v1; a key belongs into the environment"
        return [("writer.base_url", "an http or https address", "something else", hint)]
    found: list[Complaint] = []
    if not is_listed(origin, writer.hosts):
        hint = f"add {origin[1]!r} to writer.hosts if reports may be sent there"
        listed = ", ".join(writer.hosts) or "none"
        found.append(
            ("writer.base_url", f"a host of writer.hosts ({listed})", repr(origin[1]), hint)
        )
    if origin[0] == "http" and not _is_near(origin[1]):
        hint = "plain http is only for this machine and its own network"
        found.append(("writer.base_url", "https", "http to a public host", hint))
    return found


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_ENDINGS)
    return address.is_loopback or address.is_private


def _key(writer: WriterSettings) -> list[Complaint]:
    if not writer.key_env or _VARIABLE.fullmatch(writer.key_env):
        return []
    hint = "write the name, such as OPENAI_API_KEY, and keep the key itself out of the file"
    return [("writer.key_env", "the name of an environment variable", "something else", hint)]


def _money(writer: WriterSettings) -> list[Complaint]:
    if writer.run_cost is None or None not in (writer.price_read, writer.price_written):
        return []
    hint = "add price_read and price_written, money for a million tokens"
    return [("writer.run_cost", "prices beside a limit in money", "no prices", hint)]
