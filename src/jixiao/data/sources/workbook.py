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
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from jixiao.contracts import Problem
from jixiao.core import DataError, plural
from jixiao.data.sources.limits import Limits, check_unpacked, too_large
from jixiao.data.sources.table import note

_CHUNK = 1 << 20
_PLACE = rb'[^>]{0,80}?\br="([A-Z]{2,3})(\d{1,7})"[^>]*(?<!/)>'
_FAR = re.compile(rb"<c\s" + _PLACE)
_FAR_PREFIXED = re.compile(rb"<(?:\w+:)?c\s" + _PLACE)
_NEAR = re.compile(rb'<c r="([A-Z]{2,3})(\d{1,7})"[^>]*(?<!/)>')
_LINE = re.compile(rb'<(?:\w+:)?row\s[^>]{0,80}?\br="(\d{1,7})"[^>]*(?<!/)>')
_ROW_PREFIXED = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL_PREFIXED = re.compile(rb"<(?:\w+:)?c[\s>/]")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".jar")
_CHECKED_XML_BYTES = 4096


@dataclass(frozen=True)
class Packed:
    """A workbook as it lies on the disk, or as it came out of a gzip file.

    Attributes:
        name: Label for problems.
        source: Where it is, or its bytes.
    """

    name: str
    source: Path | bytes

    @property
    def size(self) -> int:
        """Size in bytes."""
        return self.source.stat().st_size if isinstance(self.source, Path) else len(self.source)

    def open(self) -> BinaryIO:
        """Return it opened for reading."""
        return self.source.open("rb") if isinstance(self.source, Path) else BytesIO(self.source)

    def read(self) -> bytes:
        """Return all of it."""
        return self.source.read_bytes() if isinstance(self.source, Path) else self.source


@dataclass(frozen=True)
class Workbook:
    """What the directory of a zipped workbook says.

    Attributes:
        book: The workbook.
        parts: Sheet name to the member that holds it.
        sizes: Member to its declared unpacked size.
        hidden: Names of hidden sheets.
        problems: Macros and other things that are told and not run.
    """

    book: Packed
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
        if part is None or part not in self.sizes:
            raise _unsafe(self.book.name, "a sheet whose cells cannot be counted beforehand")
        return _count(self.book, part, limits)


def inspect_workbook(book: Packed, limits: Limits) -> Workbook:
    """Check the directory of a zipped workbook and the beginning of each of its XML members.

    Raises:
        DataError: If it is beyond a limit, damaged, unsafe, or no workbook at all.
    """
    try:
        with book.open() as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(book.name, members, limits)
            sizes = {member.filename: member.file_size for member in members}
            check_unpacked(
                book.name,
                packed=book.size,
                unpacked=sum(sizes.values()),
                limits=limits,
            )
            _check_doctypes(archive, members, book.name)
            parts, hidden = _sheets(archive, sizes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(
            "JX-E203",
            book.name,
            expected="a workbook that can be opened",
            got="a damaged or locked zip file",
            hint="open it in Excel and save it again without a password",
        ) from error
    return Workbook(book, parts, sizes, hidden, _macros(book.name, sizes))


def _check_members(file: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise too_large(
            file, "a workbook", limit=f"{limits.members} members", got=f"{len(members)} members"
        )
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        is_sheets = bool(names & {"xl/workbook.bin", "content.xml"})
        raise DataError(
            "JX-E202",
            file,
            expected="an XLSX workbook",
            got="an XLSB or ODS one" if is_sheets else "a zip file with something else in it",
            hint="save it as XLSX" if is_sheets else "unpack it and give the file inside",
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
        note(
            "JX-E207.macros",
            file,
            expected="a workbook without macros",
            got="one with macros",
            hint="they are not run; only the cells are read",
        ),
    )


def _count(book: Packed, part: str, limits: Limits) -> tuple[Problem, ...]:
    tally = _Tally()
    for piece in _pieces(book, part):
        tally.add(piece)
        if tally.rows > limits.sheet_rows:
            raise too_large(
                book.name, "a sheet", limit=f"{limits.sheet_rows} rows", got="more rows"
            )
        if max(tally.cells, tally.area) > limits.sheet_cells:
            raise too_large(
                book.name,
                "a sheet",
                limit=f"{limits.sheet_cells} cells",
                got="more cells, or cells very far apart",
            )
    return _error_cells(book.name, tally.errors)


class _Tally:
    """Counts the rows and cells of a sheet's XML piece by piece, mostly by plain byte counts.

    Only references of two or three letters are looked at one by one: they alone can stretch the
    rectangle that a reader would lay out around the cells.
    """

    def __init__(self) -> None:
        self.rows = self.cells = self.errors = 0
        self.columns = [27, 1]
        self.lines = [1 << 30, 0]

    def add(self, piece: bytes) -> None:
        """Count one piece, cut between tags."""
        if b":row" in piece or b":c" in piece or b"<c\t" in piece or b"<c\n" in piece:
            self.rows += len(_ROW_PREFIXED.findall(piece))
            self.cells += len(_CELL_PREFIXED.findall(piece))
            places = _FAR_PREFIXED.findall(piece)
        else:
            spaced = piece.count(b"<c ")
            self.rows += piece.count(b"<row ") + piece.count(b"<row>")
            self.cells += spaced + piece.count(b"<c>")
            is_plain = piece.count(b'<c r="') == spaced
            places = (_NEAR if is_plain else _FAR).findall(piece)
        self.errors += piece.count(b't="e"')
        _stretch(self.columns, [_column_number(name) for name in {name for name, _ in places}])
        lines = {line for _, line in places}.union(_LINE.findall(piece))
        _stretch(self.lines, [int(line) for line in lines])

    @property
    def area(self) -> int:
        """Cells of the rectangle around all filled cells; 26 columns wide at least when wider."""
        height = max(self.lines[1] - self.lines[0] + 1, 1)
        return height * self.columns[1] if self.columns[1] > 26 else height


def _stretch(ends: list[int], numbers: list[int]) -> None:
    if numbers:
        ends[0] = min(ends[0], *numbers)
        ends[1] = max(ends[1], *numbers)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _pieces(book: Packed, part: str) -> Iterator[bytes]:
    """Yield the member's bytes, cut after a ``>`` so that no tag is torn."""
    with book.open() as file, zipfile.ZipFile(file) as archive, archive.open(part) as stream:
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
            f"{plural(errors, 'cell')} with an Excel error such as #N/A or #DIV/0!",
            "they are read as empty; mend the formulas if the values matter",
            rows=errors,
        ),
    )
