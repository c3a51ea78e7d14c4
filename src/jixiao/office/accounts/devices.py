"""What asks to sign in: its network, its kind, and whether an account was used on it before.

After a sign-in a browser keeps a token that proves it, for half a year. It opens nothing: it only
gives the browser guesses of its own (see ``guesses``).
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta

from jixiao.contracts.office import Account
from jixiao.office.office import Office
from jixiao.office.secrets import keyed_hash, new_id

KNOWN_DAYS = 180
MOST_KNOWN = 5
"""Accounts one browser remembers, as on a computer that several people use."""
_TOKEN = re.compile(r"([0-9a-f]{24})\.(\d{1,11})\.([0-9a-f]{32})")
_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("QQBrowser/", "QQ Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """A browser that asks to sign in.

    Attributes:
        address: Its network address.
        agent: What it calls itself.
        known: What it keeps of earlier sign-ins.
        token: What its session's cookie holds; empty where there is none.
    """

    address: str = ""
    agent: str = ""
    known: str = ""
    token: str = ""

    @property
    def network(self) -> str:
        """The address, or the /64 network of an IPv6 address, which one household has whole."""
        try:
            found = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return self.address
        if isinstance(found, ipaddress.IPv4Address):
            return str(found)
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))

    @property
    def kind(self) -> str:
        """Browser and system, such as ``Firefox · Windows``; empty where neither is known."""
        found = (
            next((name for sign, name in signs if sign in self.agent), "")
            for signs in (_BROWSERS, _SYSTEMS)
        )
        return " · ".join(filter(None, found))


def remember(office: Office, device: Device, account: Account) -> str:
    """Return what the browser is to keep, so that it is known for an account from now on."""
    until = int((office.clock() + timedelta(days=KNOWN_DAYS)).timestamp())
    nonce = new_id()
    fresh = f"{nonce}.{until}.{_proof(office, account, nonce, until)}"
    kept = [one for one in device.known.split("~") if _TOKEN.fullmatch(one)]
    others = [one for one in kept if not _fits(office, account, one)]
    return "~".join((fresh, *others[: MOST_KNOWN - 1]))


def known_as(office: Office, device: Device, account: Account) -> str:
    """Return the random name of a browser that an account was used on; empty for another one."""
    for one in device.known.split("~")[:MOST_KNOWN]:
        if _fits(office, account, one):
            return one.partition(".")[0]
    return ""


def _fits(office: Office, account: Account, token: str) -> bool:
    parts = _TOKEN.fullmatch(token)
    if parts is None or int(parts[2]) <= office.clock().timestamp():
        return False
    return hmac.compare_digest(_proof(office, account, parts[1], int(parts[2])), parts[3])


def _proof(office: Office, account: Account, nonce: str, until: int) -> str:
    return keyed_hash(office.key, f"device\n{account.id}\n{nonce}\n{until}")
