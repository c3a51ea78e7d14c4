"""The seal of a Word document or workbook: a custom document property in its package.

What a package says are its parts; how they are packed is no part of it. So the digest goes over
names and contents, and survives a program that only packs anew.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping

from jixiao.core import ReportError

MAX_BYTES, MAX_PARTS = 256 * 1024 * 1024, 5_000
"""Most a package may unpack to; a report of this product takes a thousandth of it."""
_TYPES, _LINKS, _PROPERTIES = "[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"
_TYPE = (
    b'<Override PartName="/docProps/custom.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
_LINK = (
    b'<Relationship Id="rIdSeal" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/custom-properties" Target="docProps/custom.xml"/></Relationships>'
)
_PART = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid='
    b'"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="jixiao-seal"><vt:lpwstr>%s'
    b"</vt:lpwstr></property></Properties>"
)
_SEAL = re.compile(rb"<vt:lpwstr>([\w.-]+)</vt:lpwstr>")
_WHEN = (1980, 1, 1, 0, 0, 0)


def sealed(content: bytes, seal: str) -> bytes:
    """Return the package with a property that holds the seal.

    Args:
        content: A package without custom properties.
        seal: Compact text.
    """
    parts = _parts(content)
    parts[_TYPES] = parts[_TYPES].replace(b"</Types>", _TYPE)
    parts[_LINKS] = parts[_LINKS].replace(b"</Relationships>", _LINK)
    parts[_PROPERTIES] = _PART % seal.encode()
    return _packed(parts)


def opened(content: bytes) -> tuple[bytes, str]:
    """Return the package without its seal, and the seal; unchanged and empty if there is none.

    Raises:
        ReportError: If it is no package, or unpacks to far more than a report.
    """
    parts = _parts(content)
    found = _SEAL.search(parts.get(_PROPERTIES, b""))
    if found is None:
        return content, ""
    del parts[_PROPERTIES]
    parts[_TYPES] = parts.get(_TYPES, b"").replace(_TYPE, b"</Types>")
    parts[_LINKS] = parts.get(_LINKS, b"").replace(_LINK, b"</Relationships>")
    return _packed(parts), found[1].decode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of the parts of a package, by name, in hex."""
    whole = hashlib.sha256()
    for name, part in sorted(_parts(content).items()):
        whole.update(b"%d:%s%d:" % (len(name.encode()), name.encode(), len(part)))
        whole.update(part)
    return whole.hexdigest()


def same(first: bytes, second: bytes) -> bool:
    """Return whether two packages hold the same parts."""
    return _parts(first) == _parts(second)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            infos = package.infolist()
            names = [info.filename for info in infos]
            size = sum(info.file_size for info in infos)
            if size > MAX_BYTES or len(infos) > MAX_PARTS or len(set(names)) < len(names):
                raise _bad(f"{len(infos)} parts of {size} bytes, or the same part twice")
            return {name: package.read(name) for name in names}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError) as error:
        raise _bad(type(error).__name__) from error


def _bad(got: str) -> ReportError:
    return ReportError(
        "JX-E532",
        "provenance",
        expected="a Word document or workbook as jixiao report writes it",
        got=got,
        hint="name a file that jixiao report wrote",
    )


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name, _WHEN), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
