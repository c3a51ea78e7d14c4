"""A workbook that somebody brings: a plain zip of a plain workbook, counted while it streams."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from jixiao.core import DataError
from jixiao.office.upload_bounds import UploadLimits, refused, too_big

_CHUNK = 1 << 20
_MEGABYTE = 1 << 20
_END = b"PK\x05\x06"
_END_SIZE = 22
_HEADER_SIZE = 30
_ACTIVE = ("vbaproject.bin", "vbadata.xml", "/activex/", "/ctrlprops/", "/macrosheets/")
_LINKS = ("/externallinks/", "/embeddings/", "/customui")
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".jar", ".exe", ".dll", ".js")
_TYPES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")


def check_book(file: BinaryIO, limits: UploadLimits) -> None:
    """Refuse what is no plain workbook, or one beyond a bound.

    Raises:
        DataError: Saying why.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_directory(members, limits)
            _check_layout(file, members, archive.start_dir)
            _check_contents(file, members, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, struct.error):
        raise _refused("a damaged or locked zip file") from None
    except (ValueError, OverflowError, UnicodeError):
        raise _refused("a zip file with impossible entries") from None


def _refused(got: str) -> DataError:
    return refused(got, expected="a plain XLSX workbook")


def _check_directory(members: list[zipfile.ZipInfo], limits: UploadLimits) -> None:
    names = [member.filename for member in members]
    if len(names) > limits.members:
        raise too_big("a workbook", f"{limits.members} members")
    if len({name.lower() for name in names}) < len(names):
        raise _refused("a zip file with two members of one name")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise _refused("a zip file with something else in it")
    for member in members:
        _check_name(member.orig_filename, member.filename)
        if member.flag_bits & 0x1:
            raise _refused("a locked workbook")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused("an unusual packing")
        if member.file_size > _MEGABYTE and member.file_size > limits.ratio * member.compress_size:
            raise too_big("unpacked content", f"{limits.ratio} times its packed size")
    if sum(member.file_size for member in members) > limits.unpacked_mb * _MEGABYTE:
        raise too_big("unpacked content", f"{limits.unpacked_mb} MB")


def _check_name(written: str, read: str) -> None:
    parts = PurePosixPath(written.replace("\\", "/")).parts
    lower = "/" + written.lower()
    if written != read or "\0" in written or "\\" in written or not written.isprintable():
        raise _refused("a member with a disguised name")
    if written.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise _refused("a member whose path leads out of the archive")
    if any(part in lower for part in _ACTIVE):
        raise _refused("a workbook with macros or controls")
    if any(part in lower for part in _LINKS) or lower.endswith(_NESTED):
        raise _refused("a workbook with other files or links inside")


def _check_layout(file: BinaryIO, members: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that overlap, and anything before, between or behind what a zip file has."""
    at = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        gap = member.header_offset - at
        file.seek(member.header_offset)
        header = file.read(_HEADER_SIZE)
        if gap < 0 or gap > 24 or (at == 0 and gap) or header[:4] != b"PK\x03\x04":
            raise _refused("a zip file whose members overlap or leave gaps")
        name_size, extra_size = struct.unpack("<HH", header[26:30])
        if file.read(name_size) != member.orig_filename.encode("utf-8"):
            raise _refused("a member with two names")
        at = member.header_offset + _HEADER_SIZE + name_size + extra_size + member.compress_size
    size = file.seek(0, 2)
    file.seek(directory)
    rest = file.read(min(size - directory, 4 * _MEGABYTE))
    end = rest.rfind(_END)
    comment = int.from_bytes(rest[end + 20 : end + 22], "little") if end >= 0 else -1
    if not 0 <= directory - at <= 24 or comment != 0 or end + _END_SIZE != len(rest):
        raise _refused("something before or behind the workbook")


def _check_contents(file: BinaryIO, members: list[zipfile.ZipInfo], limits: UploadLimits) -> None:
    """Unpack every member once, piece by piece, and count; nothing is parsed."""
    tally = {"rows": 0, "cells": 0}
    for member in members:
        rest, unpacked, first = b"", 0, True
        is_sheet = "/worksheets/" in member.filename
        for piece in _unpacked(file, member):
            unpacked += len(piece)
            if unpacked > member.file_size:
                raise _refused("a member larger than it says")
            _check_piece(member.filename, rest + piece, first=first)
            if is_sheet:
                both = rest + piece
                tally["rows"] += len(_ROW.findall(both)) - len(_ROW.findall(rest))
                tally["cells"] += len(_CELL.findall(both)) - len(_CELL.findall(rest))
            if tally["rows"] > limits.rows or tally["cells"] > limits.cells:
                raise too_big("a workbook", f"{limits.rows:,} rows and {limits.cells:,} cells")
            rest, first = piece[-32:], False
        if unpacked != member.file_size:
            raise _refused("a member smaller than it says")


def _check_piece(name: str, piece: bytes, *, first: bool) -> None:
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    if first and (piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in piece[:64]):
        raise _refused("XML in an encoding that no workbook has")
    if _TYPES.search(piece):
        raise _refused("an XML document type, which Excel never writes")
    if name == "[Content_Types].xml" and b"macroEnabled" in piece:
        raise _refused("a workbook with macros or controls")
    if name.endswith(".rels") and b'TargetMode="External"' in piece and b"hyperlink" not in piece:
        raise _refused("a workbook with other files or links inside")


def _unpacked(file: BinaryIO, member: zipfile.ZipInfo):  # type: ignore[no-untyped-def]
    """Yield the bytes of a member as they really are, whatever the directory says."""
    file.seek(member.header_offset)
    header = file.read(_HEADER_SIZE)
    name_size, extra_size = struct.unpack("<HH", header[26:30])
    file.seek(member.header_offset + _HEADER_SIZE + name_size + extra_size)
    left = member.compress_size
    engine = zlib.decompressobj(wbits=-15) if member.compress_type else None
    while left > 0:
        chunk = file.read(min(_CHUNK // 4, left))
        if not chunk:
            raise zipfile.BadZipFile
        left -= len(chunk)
        while chunk and engine is not None:
            yield engine.decompress(chunk, _CHUNK)
            chunk = engine.unconsumed_tail
        if engine is None:
            yield chunk
    if engine is not None and (not engine.eof or engine.unused_data):
        raise zipfile.BadZipFile
