"""Passwords of databases: never written out in a source, always named as ``${NAME}``.

A source is stored in ``jixiao.yaml`` and beside every model, so that a password written into it
would be kept, copied and printed. What ``${NAME}`` stands for is looked up when the database is
opened, and goes nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jixiao.core import DataError

if TYPE_CHECKING:
    from sqlalchemy import URL

_NAMED = re.compile(r"\$\{(\w+)\}")
_SECRET = ("password", "passwd", "sslpassword")
_HINT = (
    "write '${PGPASSWORD}' in the place of the password, in single quotes so that the shell leaves "
    "it alone, and set that environment variable; or leave the password out: "
    "PostgreSQL takes it from PGPASSWORD or ~/.pgpass by itself"
)


def parse_url(source: str) -> URL:
    """Return a database URL as it is written, nothing looked up.

    Raises:
        DataError: If it cannot be read, or a password is written out in it.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(source)
        url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise DataError(
            "JX-E208",
            "SQL URL",
            expected="a database URL",
            got="one that cannot be read",
            hint="give sqlite:///FILE or postgresql://USER@HOST/DATABASE, and the query",
        ) from error
    written = [url.password, *(str(url.query.get(name, "")) for name in _SECRET)]
    if any(value and not _NAMED.fullmatch(str(value)) for value in written):
        raise DataError(
            "JX-E208.password",
            "SQL URL",
            expected="a database URL without a password in it",
            got="one with a password written out",
            hint=_HINT,
        )
    return url


def filled(url: URL, environment: Mapping[str, str]) -> URL:
    """Return a URL with the value of each ``${NAME}`` in its place.

    Args:
        url: As ``parse_url`` gives it.
        environment: Values by name.

    Raises:
        DataError: If a name has no value.
    """

    def fill(text: str | None) -> str | None:
        return (
            None if text is None else _NAMED.sub(lambda found: _value(found[1], environment), text)
        )

    query = {
        key: fill(value) or ""
        if isinstance(value, str)
        else tuple(fill(one) or "" for one in value)
        for key, value in url.query.items()
    }
    parts = {
        name: fill(getattr(url, name)) for name in ("username", "password", "host", "database")
    }
    given = {name: value for name, value in parts.items() if value is not None}
    return url.set(**given, query=query)  # type: ignore[arg-type]


def _value(name: str, environment: Mapping[str, str]) -> str:
    try:
        return environment[name]
    except KeyError:
        raise DataError(
            "JX-E208.variable",
            f"${{{name}}} in a SQL URL",
            expected=f"an environment variable {name}",
            got="none of that name",
            hint=f"set it before the command: export {name}=…",
        ) from None
