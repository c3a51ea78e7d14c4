"""Looks into a zipped workbook before anything parses it: sizes, members, cells, DOCTYPEs.

The central directory bounds what unpacking may cost; the chosen sheet is then streamed once and
its rows and cells counted, stopping at the limit. No XML parser is involved, so there is nothing
an entity could blow up.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from jixiao.contracts import Problem
from jixiao.core import DataError
from jixiao.data.sources.limits import Limits, check_unpacked, too_large
from jixiao.data.sources.table import finding

_CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*[^/>]|\s*)>")
_CORNER = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*[^/>]>')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*\bt="e"')
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".jar")
_CHECKED_XML_BYTES = 4096


@dataclass(frozen=True)
class Workbook:
    """What the directory of a zipped workbook says.

    Attributes:
        path: The workbook.
        parts: Sheet name to the member that holds it.
        sizes: Member to its declared unpacked size.
        hidden: Names of hidden sheets.
        problems: Macros and other things that are told and not run.
    """

    path: Path
    parts: dict[str, str]
    sizes: dict[str, int]
    hidden: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = field(default=())

    def check_sheet(self, sheet: str, limits: Limits) -> tuple[Problem, ...]:
        """Stream a sheet and count; return what is told about its cells.

        Raises:
            DataError: If it has too many rows or cells, or a DOCTYPE.
        """
        part = self.parts.get(sheet)
        if part is None or not part.endswith(".xml"):
            return ()
        return _count(self.path, part, limits)


def inspect_workbook(path: Path, limits: Limits) -> Workbook:
    """Check the directory of a zipped workbook and the beginning of each of its XML members.

    Raises:
        DataError: If it is beyond a limit, damaged, unsafe, or no workbook at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(path.name, members, limits)
            sizes = {member.filename: member.file_size for member in members}
            check_unpacked(
                path.name,
                packed=path.stat().st_size,
                unpacked=sum(sizes.values()),
                limits=limits,
            )
            _check_doctypes(archive, members, path.name)
            parts, hidden = _sheets(archive, sizes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(
            "JX-E203",
            path.name,
            expected="a workbook that can be opened",
            got="a damaged or locked zip file",
            hint="open it in Excel and save it again without a password",
        ) from error
    return Workbook(path, parts, sizes, hidden, _macros(path.name, sizes))


def _check_members(file: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise too_large(
            file, "a workbook", limit=f"{limits.members} members", got=f"{len(members)} members"
        )
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "[Content_Types].xml"}:
        raise DataError(
            "JX-E202",
            file,
            expected="a workbook",
            got="a zip file with something else in it",
            hint="unpack it and give the file inside",
        )
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or (parts and ":" in parts[0]):
            raise _unsafe(file, "a member whose path leads out of the archive")
        if name.lower().endswith(_NESTED) and "/embeddings/" not in name.lower():
            raise _unsafe(file, "an archive inside the archive")


def _unsafe(file: str, got: str) -> DataError:
    return DataError(
        "JX-E201",
        file,
        expected="a plain workbook",
        got=got,
        hint="open it in a trusted program and save the sheet as CSV or XLSX again",
    )


def _check_doctypes(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: str) -> None:
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(member) as part:
            head = part.read(_CHECKED_XML_BYTES).replace(b"\0", b"")
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise _unsafe(file, "an XML document type, which Excel never writes")


def _sheets(
    archive: zipfile.ZipFile, sizes: dict[str, int]
) -> tuple[dict[str, str], frozenset[str]]:
    if "xl/workbook.xml" not in sizes or sizes["xl/workbook.xml"] > 8 * _CHUNK:
        return {}, frozenset()
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = ""
    if "xl/_rels/workbook.xml.rels" in sizes:
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        found = dict(_ATTRIBUTE.findall(tag))
        target = found.get("Target", "")
        targets[found.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    parts: dict[str, str] = {}
    hidden: set[str] = set()
    for tag in _SHEET.findall(book):
        found = {key.split(":")[-1]: value for key, value in _ATTRIBUTE.findall(tag)}
        name = _unescaped(found.get("name", ""))
        parts[name] = targets.get(found.get("id", ""), "")
        if found.get("state", "visible") != "visible":
            hidden.add(name)
    return parts, frozenset(hidden)


def _unescaped(text: str) -> str:
    for code, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(code, character)
    return text.replace("&amp;", "&")


def _macros(file: str, sizes: dict[str, int]) -> tuple[Problem, ...]:
    if not any(name.lower().endswith("vbaproject.bin") for name in sizes):
        return ()
    return (
        finding(
            "JX-E207.macros",
            file,
            expected="a workbook without macros",
            got="one with macros",
            hint="they are not run; only the cells are read",
        ),
    )


def _count(path: Path, part: str, limits: Limits) -> tuple[Problem, ...]:
    rows = cells = errors = 0
    corners = [1 << 20, 0, 1 << 20, 0]
    for piece in _pieces(path, part):
        rows += len(_ROW.findall(piece))
        cells += len(_CELL.findall(piece))
        errors += len(_ERROR_CELL.findall(piece))
        _stretch(corners, piece)
        if rows > limits.sheet_rows:
            raise too_large(
                path.name, "a sheet", limit=f"{limits.sheet_rows} rows", got="more rows"
            )
        area = (corners[1] - corners[0] + 1) * (corners[3] - corners[2] + 1) if cells else 0
        if max(cells, area) > limits.sheet_cells:
            raise too_large(
                path.name,
                "a sheet",
                limit=f"{limits.sheet_cells} cells",
                got="more cells, or cells very far apart",
            )
    return _error_cells(path.name, errors)


def _stretch(corners: list[int], piece: bytes) -> None:
    found = _CORNER.findall(piece)
    if not found:
        return
    letters = {column for column, _ in found}
    columns = [_column_number(column) for column in letters]
    first, last = int(found[0][1]), int(found[-1][1])
    corners[0], corners[1] = min(corners[0], *columns), max(corners[1], *columns)
    corners[2], corners[3] = min(corners[2], first, last), max(corners[3], first, last)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _pieces(path: Path, part: str) -> Iterator[bytes]:
    """Yield the member's bytes, cut after a ``>`` so that no tag is torn."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b">") + 1
            rest = chunk[cut:] if len(chunk) - cut < _CHUNK else b""
            yield chunk[:cut]
        yield rest


def _error_cells(file: str, errors: int) -> tuple[Problem, ...]:
    if not errors:
        return ()
    return (
        Problem(
            "JX-E207.error-cells",
            file,
            None,
            None,
            "values",
            f"{errors} cells with an Excel error such as #N/A or #DIV/0!",
            "they are read as empty; mend the formulas if the values matter",
            rows=errors,
        ),
    )
