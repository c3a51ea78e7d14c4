"""What ``sign-in.yaml`` may say: the provider that vouches for people, beside passwords.

It is a file of the workspace, so that whoever runs the service decides and no page can change it;
the client's secret stands in the environment and nowhere else.
"""

from __future__ import annotations

from typing import get_args
from urllib.parse import urlsplit

from pydantic import Field

from jixiao.contracts.office.people import Role
from jixiao.contracts.schema import Frozen
from jixiao.core.errors import ContractError, raise_all

_CODE = "JX-E104"


class SignInSettings(Frozen):
    """A provider of sign-ins by OpenID Connect."""

    issuer: str
    """Issuer, exactly as its discovery document says it; https, and http only on this machine."""
    client_id: str = Field(min_length=1)
    """What the provider calls this service."""
    address: str
    """Address of this service as browsers see it, such as https://jixiao.example.org."""
    name: str = "OpenID Connect"
    """What the button on the sign-in page calls the provider."""
    secret_env: str = ""
    """Name of the environment variable that holds the client's secret; never the secret itself."""
    hosts: tuple[str, ...] = ()
    """Hosts, or host:port, besides the issuer's that its document may name."""
    intranet: bool = False
    """Whether the provider may stand at a private address, or on this machine."""
    link_by_email: bool = True
    """Whether a verified e-mail that is an account's login links the two, the first time."""
    make_accounts: bool = False
    """Whether whoever the provider vouches for gets an account of an employee."""
    strong: tuple[str, ...] = ()
    """Values of amr or acr that count as a second factor; else the account's own is asked for."""
    role_claim: str = ""
    """Claim that roles are taken from at every sign-in; roles stay here when empty."""
    roles: dict[str, str] = Field(default_factory=dict)
    """Role by value of that claim; somebody without any of them cannot sign in."""


def check_sign_in(settings: SignInSettings, place: str) -> None:
    """Refuse settings that cannot work or would not be safe.

    Args:
        settings: What the file says.
        place: Name of the file, for messages.

    Raises:
        ContractError: If one thing is wrong.
        ManyErrors: If several are.
    """
    wrong = []
    if not _is_safe(settings.issuer, plain=settings.intranet):
        told = "https://… without ? and #; http only on this machine, with intranet: true"
        wrong.append(("issuer", told))
    if not _is_safe(settings.address, plain=True):
        wrong.append(("address", "https://… of this service; http only on this machine"))
    unknown = sorted(set(settings.roles.values()) - set(get_args(Role)))
    if unknown or bool(settings.roles) != bool(settings.role_claim):
        wrong.append(("roles", f"role_claim, and values among {', '.join(get_args(Role))}"))
    raise_all(
        [
            ContractError(f"{_CODE}.value", f"{place} {key}", expected=expected, got="others")
            for key, expected in wrong
        ]
    )


def _is_safe(url: str, *, plain: bool) -> bool:
    """Return whether an address is https, or http to this machine where that is let through."""
    try:
        parts = urlsplit(url)
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    except ValueError:
        return False
    is_bare = bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)
    return is_bare and (parts.scheme == "https" or (plain and is_here and parts.scheme == "http"))
