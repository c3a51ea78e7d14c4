"""Accounts as an administrator sees them, and accounts for everybody of the roster in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jixiao.contracts.office import Account, Partner, Person, Post
from jixiao.core import Missing
from jixiao.office.access import require
from jixiao.office.accounts.accounts import add_account, start_recovery
from jixiao.office.accounts.sessions import open_sessions
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list.

    Attributes:
        account: Which.
        person: Whose; None for nobody of the roster.
        partners: Units it looks after as HR partner.
        sessions: How many sessions it has open (count), where one account is shown.
    """

    account: Account
    person: Person | None
    partners: tuple[Partner, ...] = ()
    sessions: int = 0


def list_accounts(office: Office, viewer: Viewer, *, text: str = "") -> list[AccountLine]:
    """Return accounts by login.

    Args:
        office: The application.
        viewer: An administrator.
        text: Piece of a login, name or id; all when empty.
    """
    require(viewer, "account.manage")
    with office.reading() as read:
        accounts = read.find(Account, order="login")
        people = {one.id: one for one in read.find(Person)}
    lines = [AccountLine(one, people.get(one.person or "")) for one in accounts]
    return [line for line in lines if _fits(line, text.strip().casefold())]


def _fits(line: AccountLine, text: str) -> bool:
    person = line.person
    words = [line.account.login, *((person.name, person.key) if person else ())]
    return any(text in word.casefold() for word in words)


def one_account(office: Office, viewer: Viewer, account_id: str) -> AccountLine:
    """Return an account with the units it looks after.

    Raises:
        Missing: If there is none.
    """
    require(viewer, "account.manage")
    with office.reading() as read:
        account = read.first(Account, id=account_id)
        if account is None:
            raise Missing("JX-E704", "account", expected="a known account", got="another one")
        person = read.first(Person, id=account.person) if account.person else None
        partners = read.find(Partner, account=account.id, order="unit")
        sessions = open_sessions(office, read, account.id)
    return AccountLine(account, person, tuple(partners), len(sessions))


def units_of_today(office: Office, viewer: Viewer) -> list[str]:
    """Return the units of today and those above them."""
    require(viewer, "account.manage")
    today = office.clock().date()
    with office.reading() as read:
        units = {post.unit for post in read.find(Post, start__le=today) if post.unit}
    steps = {unit: unit.split("/") for unit in units}
    return sorted({"/".join(s[:n]) for s in steps.values() for n in range(1, len(s) + 1)})


def invite_people(office: Office, viewer: Viewer, *, most: int = 500) -> list[tuple[str, str]]:
    """Add an account for everybody who is there and has none; managers by who reports to them.

    The login is the address, or the subject id where there is none.

    Args:
        office: The application.
        viewer: An administrator.
        most: Accounts that are added at most in one go.

    Returns:
        Login and secret of the link that sets its password, told this once.
    """
    require(viewer, "account.manage")
    today = office.clock().date()
    with office.reading() as read:
        taken = {one.person for one in read.find(Account)}
        people = read.find(Person, erased=False, order="key")
        tree = Tree.of(read, today, today + timedelta(days=1))
    waiting = [one for one in people if one.id not in taken and not _is_gone(one, office)]
    made = []
    for person in waiting[:most]:
        leads = bool(tree.directly_under(person.id))
        account = add_account(
            office,
            viewer,
            person.email or person.key,
            roles=("manager", "employee") if leads else ("employee",),
            person_key=person.key,
        )
        made.append((account.login, start_recovery(office, viewer, account.login)))
    return made


def _is_gone(person: Person, office: Office) -> bool:
    return person.left is not None and person.left <= office.clock().date()
