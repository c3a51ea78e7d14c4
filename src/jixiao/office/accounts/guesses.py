"""How wrong guesses slow down whoever makes them, and lock nobody out.

A guess is counted before it is looked at and taken back when it was right, so that many at once
gain nothing. Within a window some are free; after them each must wait for the last one, longer and
longer. A browser on which the account was used before counts alone: nobody else can use up its
guesses. Every other one counts by login and network together, and by network; the wait of a
network stays short, so that an office behind one address is slowed and never shut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jixiao.contracts.office import Account, Attempt, Reading
from jixiao.core import TooMany
from jixiao.office.accounts.devices import Device, known_as
from jixiao.office.office import Office
from jixiao.office.secrets import keyed_hash, new_id

WINDOW_MIN = 15


@dataclass(frozen=True)
class Budget:
    """How many guesses are free within the window, and the wait after them.

    Attributes:
        free: Guesses without a wait (count).
        first_s: Wait after the last free one; it doubles with each further one.
        most_s: Longest wait.
    """

    free: int
    first_s: int
    most_s: int

    def wait_s(self, made: int) -> int:
        """Return the seconds between the last guess and the next, after so many of them."""
        if made < self.free:
            return 0
        return int(min(self.first_s * 2 ** min(made - self.free, 20), self.most_s))


KNOWN = Budget(free=10, first_s=15, most_s=900)
"""A browser on which the account was used before."""
LOGIN = Budget(free=8, first_s=15, most_s=900)
"""A login, from a network; also a code or a password that is asked for again."""
NETWORK = Budget(free=60, first_s=1, most_s=15)
"""A network: about four guesses a minute in the end, for whatever login."""
Count = tuple[str, Budget]


def of_sign_in(office: Office, login: str, account: Account | None, device: Device) -> list[Count]:
    """Return what a password counts against.

    Args:
        office: The application.
        login: As it is kept.
        account: Whose login it is; None for nobody's.
        device: Where it was typed.
    """
    if account is not None and (name := known_as(office, device, account)):
        return [_count(office, f"device\n{name}", KNOWN)]
    return [
        _count(office, f"{login}\n{device.network}", LOGIN),
        _count(office, f"\n{device.network}", NETWORK),
    ]


def of_code(office: Office, account: Account, device: Device) -> list[Count]:
    """Return what a code counts against: whoever shows one knows the password already.

    Unknown browsers therefore share one count wherever they are.
    """
    if name := known_as(office, device, account):
        return [_count(office, f"second\n{name}", KNOWN)]
    return [_count(office, f"second\n{account.id}", LOGIN)]


def of_provider(office: Office, device: Device) -> list[Count]:
    """Return what an answer of the provider of sign-ins counts against."""
    return [_count(office, f"provider\n{device.network}", NETWORK)]


def of_session(office: Office, session: str) -> list[Count]:
    """Return what a password or code counts against that is asked for again within a session."""
    return [_count(office, f"again\n{session}", LOGIN)]


def _count(office: Office, text: str, budget: Budget) -> Count:
    return keyed_hash(office.key, text), budget


def begin(office: Office, counts: Sequence[Count]) -> list[Attempt]:
    """Count a guess and return what takes it back.

    Args:
        office: The application.
        counts: What it counts against.

    Raises:
        TooMany: If it comes too soon after others; it is not counted then.
    """
    now = office.clock()
    made = [Attempt(id=new_id(), who=who, at=now) for who, _ in counts]
    with office.store.noting() as note:
        waits = [_left_s(note, who, budget, now) for who, budget in counts]
        if max(waits) > 0:
            raise _too_soon(max(waits))
        note.add(*made)
    return made


def _left_s(read: Reading, who: str, budget: Budget, now: datetime) -> float:
    since = now - timedelta(minutes=WINDOW_MIN)
    wait = budget.wait_s(read.count(Attempt, who=who, at__gt=since))
    last = read.find(Attempt, who=who, order="-at", limit=1) if wait else []
    return wait - (now - last[0].at).total_seconds() if last else 0.0


def _too_soon(left_s: float) -> TooMany:
    seconds = int(left_s) + 1
    return TooMany(
        "JX-E730",
        "sign-in",
        expected="fewer wrong guesses",
        got="too many from here",
        hint=f"wait {seconds} seconds, or ask an administrator for a recovery link",
        wait_s=seconds,
    )
