"""Asking the provider of sign-ins: to hosts that are named, at the address a name was resolved to.

Redirects are never followed, answers are JSON of a bounded size, and no proxy of the environment
is used.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from jixiao.core import Conflict, SignInNeeded
from jixiao.office.addresses import Resolve, Target, resolve, settle, settle_inside

TIMEOUT_S = 10.0
MOST_BYTES = 512 * 1024


class Fetch:
    """Asks a provider.

    Args:
        hosts: Hosts, or host:port, that may be asked.
        intranet: Whether they may stand at private addresses.
        lookup: Resolves a name.
    """

    def __init__(
        self, hosts: Collection[str], *, intranet: bool = False, lookup: Resolve = resolve
    ) -> None:
        self._hosts, self._lookup = hosts, lookup
        self._settle: Callable[..., Target] = settle_inside if intranet else settle
        self._tls = ssl.create_default_context()

    def check(self, url: str) -> None:
        """Refuse an address that may not be connected to, or be sent a browser to.

        Raises:
            SignInNeeded: If it may not.
        """
        self._target(url)

    def get(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address.

        Raises:
            SignInNeeded: If there is none.
        """
        return self._asked("GET", url)

    def post(
        self, url: str, form: dict[str, str], *, auth: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object that a form is answered with.

        Args:
            url: Address.
            form: Fields.
            auth: User and password of HTTP Basic.

        Raises:
            SignInNeeded: If the answer is another one.
        """
        return self._asked("POST", url, data=form, auth=auth)

    def _target(self, url: str) -> Target:
        try:
            return self._settle(url, self._hosts, lookup=self._lookup)
        except Conflict as error:
            raise unreachable(error.got) from None
        except OSError:
            raise unreachable("a name that is not known") from None

    def _asked(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        target = self._target(url)
        scheme = "http" if target.is_plain else "https"
        address = f"[{target.address}]" if ":" in target.address else target.address
        pinned = f"{scheme}://{address}:{target.port}{target.path}"
        is_usual = target.port == (80 if target.is_plain else 443)
        host = target.host if is_usual else f"{target.host}:{target.port}"
        headers = {"Host": host, "Accept": "application/json", "User-Agent": "jixiao"}
        with (
            httpx.Client(verify=self._tls, trust_env=False, timeout=TIMEOUT_S) as client,
            _network_errors(),
            client.stream(
                method,
                pinned,
                headers=headers,
                extensions={"sni_hostname": target.host},
                **more,
            ) as answer,
        ):
            return _object(answer)


@contextmanager
def _network_errors() -> Iterator[None]:
    """Turn errors of the network into errors of the sign-in."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(f"no answer ({type(error).__name__})") from None


def _object(answer: httpx.Response) -> dict[str, Any]:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise unreachable("an answer that is too long")
    if answer.status_code != 200:
        raise unreachable(f"status {answer.status_code}")
    try:
        value = json.loads(body)
    except ValueError:
        raise unreachable("an answer that is not JSON") from None
    if not isinstance(value, dict):
        raise unreachable("an answer that is no object")
    return value


def unreachable(got: str) -> SignInNeeded:
    """Return what is raised where the provider does not answer as it should."""
    return SignInNeeded(
        "JX-E715", "sign-in at the provider", expected="an answer of the provider", got=got
    )
