"""Where the service may connect to by itself: hosts an administrator has listed, in the open.

The name is resolved once and the connection goes to that very address, so that a name cannot
lead elsewhere a moment later. Whatever is private, local or oddly spelt is refused.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from jixiao.core import Conflict

_NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_LOCAL_ENDINGS = (
    ".localhost",
    ".local",
    ".internal",
    ".localdomain",
    ".home.arpa",
    ".lan",
    ".intranet",
)
_TRANSLATED = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
Resolve = Callable[[str, int], Collection[str]]


@dataclass(frozen=True)
class Target:
    """Where a connection goes.

    Attributes:
        host: Name for the certificate and the Host header.
        port: Port.
        path: Path with its query.
        address: The address the name was resolved to.
        is_plain: Whether it is plain HTTP, which is let through on this machine alone.
    """

    host: str
    port: int
    path: str
    address: str
    is_plain: bool = False


def is_host(text: str) -> bool:
    """Return whether a text is a host name, with a port or without, that may be listed."""
    name, _, port = text.partition(":")
    plain = bool(_NAME.fullmatch(name)) and not name.endswith(_LOCAL_ENDINGS)
    return plain and (":" not in text or (port.isdigit() and 1 <= int(port) <= 65535))


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def check_address(url: str, allowed: Collection[str]) -> tuple[str, int, str]:
    """Return host, port and path of an address that may be connected to.

    Args:
        url: An ``https://`` address.
        allowed: Hosts, or host:port, an administrator has listed.

    Raises:
        Conflict: If it is anything else.
    """
    if not url.isascii() or not url.isprintable() or any(one in url for one in " \\\"'<>{}|^`@#"):
        raise _refused("signs that no such address has")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise _refused("an address that cannot be read") from None
    if not url.startswith("https://"):
        raise _refused("another scheme than https")
    host = parts.netloc.partition(":")[0]
    if host != (parts.hostname or "") or not is_host(host):
        raise _refused("a host that is an address, local, or oddly spelt")
    if parts.netloc not in (host, f"{host}:{port}"):
        raise _refused("a port that is oddly spelt")
    listed = host in allowed if port == 443 else False
    if not listed and f"{host}:{port}" not in allowed:
        raise _refused("a host that is not listed under Settings")
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def settle(url: str, allowed: Collection[str], *, lookup: Resolve = resolve) -> Target:
    """Return where an address leads, its name resolved once.

    Args:
        url: An ``https://`` address.
        allowed: Hosts, or host:port, an administrator has listed.
        lookup: Resolves a name.

    Raises:
        Conflict: If it may not be connected to, or any of its addresses is not public.
        OSError: If the name cannot be resolved.
    """
    host, port, path = check_address(url, allowed)
    addresses = list(lookup(host, port))
    if not addresses or not all(map(is_public, addresses)):
        raise _refused("a name that leads to a private or local address")
    return Target(host, port, path, addresses[0])


def settle_inside(url: str, allowed: Collection[str], *, lookup: Resolve = resolve) -> Target:
    """Return where an address leads that may stand in the organisation's own network.

    For a provider of sign-ins, which whoever runs the service has named in a file: private
    addresses and local names are let through, http to this very machine, and never an address
    that is link-local (as cloud metadata is), multicast or reserved.

    Args:
        url: An ``https://`` address, or ``http://`` to this machine.
        allowed: Hosts, or host:port, named in the file.
        lookup: Resolves a name.

    Raises:
        Conflict: If it may not be connected to.
        OSError: If the name cannot be resolved.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refused_inside("an address that cannot be read") from None
    host = parts.hostname or ""
    is_spelt = (
        url.isascii() and url.isprintable() and "@" not in parts.netloc and not parts.fragment
    )
    if parts.scheme not in ("https", "http") or not is_spelt:
        raise _refused_inside("another scheme, or signs that no such address has")
    if not {host, f"{host}:{port}"} & set(allowed):
        raise _refused_inside("a host that is not named there")
    addresses = list(lookup(host, port))
    is_here = host in _HERE
    if not addresses or not all(_is_inside(one, is_here) for one in addresses):
        raise _refused_inside("a name that leads where no provider is")
    if parts.scheme == "http" and not is_here:
        raise _refused_inside("plain http to another machine")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path, addresses[0], is_plain=parts.scheme == "http")


def _is_inside(address: str, is_here: bool) -> bool:
    """Return whether a provider may stand at an IP address; on this machine only by its name."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if is_here or found.is_loopback:
        return is_here and found.is_loopback
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return False
    odd = found.is_link_local or found.is_multicast or found.is_reserved or found.is_unspecified
    return not odd


def _refused_inside(got: str) -> Conflict:
    return Conflict(
        "JX-E715",
        "sign-in.yaml",
        expected="https:// with a host named there",
        got=got,
        hint="name the hosts of the provider under hosts",
    )


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet, not a way around to another."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None or any(found in net for net in _TRANSLATED):
            return False
        if found in ipaddress.ip_network("::/8"):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _refused(got: str) -> Conflict:
    return Conflict(
        "JX-E758",
        "address",
        expected="https:// with a public host listed under Settings",
        got=got,
        hint="an administrator lists hosts of hooks under Settings",
    )
