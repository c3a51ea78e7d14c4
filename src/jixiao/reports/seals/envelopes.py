"""Where each format keeps its seal, and the file without it: the bytes that a seal vouches for.

For every format ``opened(sealed(content, kind, seal), kind)`` gives content and seal back, and a
file that does not come out the same when it is sealed again was changed in or around its seal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from jixiao.reports.seals import packages, pdf_update


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with its seal taken out.

    Attributes:
        content: The file as it was before it was sealed, line ends as they were written.
        seal: Compact text of the seal; empty where there is none.
    """

    content: bytes
    seal: str


_HTML = b'<meta name="jixiao-seal" content="%s">'
_FILLED = re.compile(rb'<meta name="jixiao-seal" content="([\w.-]+)">')
_MARKDOWN = re.compile(rb"\n<!-- jixiao-seal: ([\w.-]+) -->\n\Z")
_JSON = re.compile(rb',\n "seal": "([\w.-]+)"\n\}\n?\Z')


def sealed(content: bytes, kind: str, seal: str) -> bytes:
    """Return the file with a seal in its place.

    Args:
        content: A file that was rendered by this product and holds no seal.
        kind: Its format.
        seal: Compact text: letters, digits, ``-``, ``_`` and ``.`` only.
    """
    return _WAYS[kind][0](content, seal)


def opened(content: bytes, kind: str) -> Opened:
    """Return the file without its seal, and the seal.

    Raises:
        ReportError: If it is no file of that format at all.
    """
    return _WAYS[kind][1](content)


def digest(content: bytes, kind: str) -> str:
    """Return the SHA-256 of what a file says, in hex: of its parts where it is a package."""
    if kind in ("docx", "xlsx"):
        return packages.digest(content)
    return hashlib.sha256(content).hexdigest()


def _seal_html(content: bytes, seal: str) -> bytes:
    return content.replace(_HTML % b"", _HTML % seal.encode(), 1)


def _open_html(content: bytes) -> Opened:
    lines = content.replace(b"\r\n", b"\n")
    found = _FILLED.search(lines)
    if found is None:
        return Opened(lines, "")
    empty = lines[: found.start()] + _HTML % b"" + lines[found.end() :]
    return Opened(empty, found[1].decode())


def _seal_markdown(content: bytes, seal: str) -> bytes:
    return content + b"\n<!-- jixiao-seal: %s -->\n" % seal.encode()


def _open_markdown(content: bytes) -> Opened:
    lines = content.replace(b"\r\n", b"\n")
    found = _MARKDOWN.search(lines)
    return Opened(lines[: found.start()], found[1].decode()) if found else Opened(lines, "")


def _seal_json(content: bytes, seal: str) -> bytes:
    return content.rstrip().removesuffix(b"}").rstrip() + b',\n "seal": "%s"\n}' % seal.encode()


def _open_json(content: bytes) -> Opened:
    lines = content.replace(b"\r\n", b"\n")
    found = _JSON.search(lines)
    return (
        Opened(lines[: found.start()] + b"\n}", found[1].decode()) if found else Opened(lines, "")
    )


def _open_pdf(content: bytes) -> Opened:
    return Opened(*pdf_update.opened(content))


def _open_package(content: bytes) -> Opened:
    return Opened(*packages.opened(content))


_WAYS: dict[str, tuple[Callable[[bytes, str], bytes], Callable[[bytes], Opened]]] = {
    "html": (_seal_html, _open_html),
    "md": (_seal_markdown, _open_markdown),
    "json": (_seal_json, _open_json),
    "pdf": (pdf_update.sealed, _open_pdf),
    "docx": (packages.sealed, _open_package),
    "xlsx": (packages.sealed, _open_package),
}
