"""Who asks: an account with its person, rights and, for programs, the scopes of a key."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts.office import Account, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in.

    Attributes:
        account: The account.
        pseudonym: What the audit log calls whoever asks.
        scopes: Actions that the key allows; None for a browser, which may do all its roles may.
        session: Id of the session; empty for a key.
        csrf: What forms must send back; empty for a key.
        strong: Whether the provider of sign-ins vouched for a second factor of its own.
        key: Id of the key; empty for a browser.
    """

    account: Account
    pseudonym: str
    scopes: tuple[str, ...] | None = None
    session: str = ""
    csrf: str = ""
    strong: bool = False
    key: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles of the account."""
        return self.account.roles

    @property
    def person(self) -> str | None:
        """Person id, None for an account that is nobody of the roster."""
        return self.account.person
