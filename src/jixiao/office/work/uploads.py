"""What a file that somebody brings is, judged from its bytes before anything parses it.

Ending and content must agree; what is packed is counted while it streams, within bounds; a
workbook must be a plain one: no macros, no nested archives, no member that leads out of the
archive, nothing before, behind or between its members, no XML document type.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from jixiao.office.upload_bounds import UploadLimits, refused, too_big
from jixiao.office.work.upload_books import check_book

MEGABYTE = 1 << 20
CHUNK = 1 << 20
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".json", ".jsonl", ".ndjson")
"""Endings of what may be brought; each text may be gzipped."""
_TEXTS = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"})
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_FOREIGN = (
    *(b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"OggS", b"fLaC"),
    *(b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\xff\xfb", b"\x7fELF", b"MZ\x90", b"7z\xbc\xaf"),
    *(b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"SQLite format 3", b"ARROW1"),
    *(b"\xca\xfe\xba\xbe", b"#!", b"<?", b"<!", b"<html", b"<HTML", b"<svg", b"<script"),
)
_TAIL = 66_000
"""Bytes at the end in which a zip file's directory would end."""
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")


def check_upload(file: BinaryIO, name: str, limits: UploadLimits) -> str:
    """Return the ending under which a file is kept, or refuse it.

    Args:
        file: Opened for reading bytes, at its beginning; it is left there.
        name: As the user calls it; only its ending counts, and it is never told.
        limits: Bounds.

    Raises:
        DataError: If it is not what its ending says, beyond a bound, damaged or unsafe.
    """
    ending = _ending(name)
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise refused("an empty file", expected="a file with a table")
    if size > limits.file_mb * MEGABYTE:
        raise too_big("a file", f"{limits.file_mb} MB")
    if ending.endswith(".gz"):
        _check_text(_gunzipped(file, limits), ending.removesuffix(".gz"), limits)
    elif ending == ".xlsx":
        check_book(file, limits)
    elif ending == ".parquet":
        _check_parquet(file, size, limits)
    else:
        _check_text(iter(lambda: file.read(CHUNK), b""), ending, limits)
    file.seek(0)
    return ending


def _ending(name: str) -> str:
    plain = all(unicodedata.category(one) not in ("Cc", "Cf", "Cs") for one in name)
    if not plain or "/" in name or "\\" in name or len(name) > 255:
        raise refused("a name with signs that no file has", expected="a file with a plain name")
    lower = name.lower()
    packed = lower.endswith(".gz")
    inner = lower.removesuffix(".gz")
    ending = next((one for one in ENDINGS if inner.endswith(one) and inner != one), "")
    if not ending or (packed and ending not in _TEXTS):
        raise refused(
            "another kind of file",
            expected="CSV, TSV, XLSX, Parquet or JSON lines, texts also gzipped",
        )
    return f"{ending}.gz" if packed else ending


def _gunzipped(file: BinaryIO, limits: UploadLimits) -> Iterator[bytes]:
    """Yield the content of a gzip file of one member, within bounds.

    Raises:
        DataError: If it is none, damaged, beyond a bound, or followed by something else.
    """
    engine, packed, unpacked = zlib.decompressobj(wbits=31), 0, 0
    while chunk := file.read(CHUNK // 4):
        packed += len(chunk)
        if engine.eof:
            raise refused("something behind the packed content", expected="one gzip file")
        while chunk:
            try:
                part = engine.decompress(chunk, CHUNK)
            except zlib.error:
                raise refused("damaged packed content", expected="a whole gzip file") from None
            unpacked += len(part)
            if unpacked > limits.unpacked_mb * MEGABYTE:
                raise too_big("unpacked content", f"{limits.unpacked_mb} MB")
            if unpacked > MEGABYTE and unpacked > limits.ratio * packed:
                raise too_big("unpacked content", f"{limits.ratio} times its packed size")
            yield part
            chunk = engine.unconsumed_tail
        if engine.unused_data:
            raise refused("something behind the packed content", expected="one gzip file")
    if not engine.eof:
        raise refused("a file that ends in the middle", expected="a whole gzip file")


def _check_text(chunks: Iterator[bytes], ending: str, limits: UploadLimits) -> None:
    """Refuse what is no text, or a text with lines that no table has."""
    look = _TextLook(ending, limits)
    for chunk in chunks:
        look.add(chunk)
    look.finish()


class _TextLook:
    """Looks at a text piece by piece."""

    def __init__(self, ending: str, limits: UploadLimits) -> None:
        self._ending, self._limits = ending, limits
        self._rows = self._line = self._depth = 0
        self._seen, self._wide, self._tail = False, False, b""

    def add(self, chunk: bytes) -> None:
        """Look at one piece."""
        if chunk and not self._seen:
            self._begin(chunk)
        if not self._wide and _CONTROL.search(chunk):
            raise refused("bytes that no text has", expected="a table as text")
        self._count(chunk)
        if self._ending in _JSON:
            self._nest(chunk)
        self._tail = (self._tail + chunk)[-_TAIL:]

    def _begin(self, chunk: bytes) -> None:
        self._seen = True
        start = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
        self._wide = chunk.startswith(_BOMS)
        if chunk.startswith(_FOREIGN) or start.startswith(_FOREIGN) or chunk[4:8] == b"ftyp":
            raise refused("a file of another kind than its ending says")
        if b"%PDF-" in chunk[:1024]:
            raise refused("a document hidden in a text")
        if self._ending in _JSON and start[:1] not in (b"{", b"["):
            raise refused("no JSON", expected="JSON lines")

    def _count(self, chunk: bytes) -> None:
        self._rows += chunk.count(b"\n")
        if self._rows > self._limits.rows:
            raise too_big("a table", f"{self._limits.rows:,} rows")
        lines = chunk.split(b"\n")
        longest = max(map(len, lines[1:-1]), default=0)
        longest = max(longest, self._line + len(lines[0]))
        self._line = len(lines[-1]) + (self._line if len(lines) == 1 else 0)
        if self._ending != ".json" and longest > self._limits.line_kb * 1024:
            raise too_big("a line", f"{self._limits.line_kb} KB")

    def _nest(self, chunk: bytes) -> None:
        """Refuse brackets nested too deep; those within quotation marks count too: it is safe."""
        import numpy as np

        bytes_ = np.frombuffer(chunk, dtype=np.uint8)
        steps = np.isin(bytes_, (91, 123)).astype(np.int32) - np.isin(bytes_, (93, 125))
        deep = self._depth + np.cumsum(steps)
        if len(deep) and int(deep.max()) > self._limits.depth * 16:
            raise refused("JSON nested too deep", expected=f"at most {self._limits.depth} levels")
        self._depth = max(0, int(deep[-1])) if len(deep) else self._depth

    def finish(self) -> None:
        """Look at the end of the text."""
        if b"PK\x05\x06" in self._tail:
            raise refused("an archive hidden behind a text")


def _check_parquet(file: BinaryIO, size: int, limits: UploadLimits) -> None:
    """Refuse what is no Parquet file, or one that unpacks to too much."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    head = file.read(4)
    file.seek(max(0, size - 8))
    foot = file.read(8)
    length = int.from_bytes(foot[:4], "little")
    if head != b"PAR1" or foot[4:] != b"PAR1" or length > min(size - 12, 8 * MEGABYTE):
        raise refused("a file of another kind than its ending says", expected="a Parquet file")
    file.seek(0)
    try:
        book = pq.ParquetFile(
            file, thrift_string_size_limit=4 * MEGABYTE, thrift_container_size_limit=200_000
        )
        told = book.metadata
        groups = [told.row_group(at) for at in range(min(told.num_row_groups, 10_000))]
        unpacked = sum(one.total_byte_size for one in groups)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise refused("a damaged file", expected="a whole Parquet file") from None
    if told.num_rows > limits.rows or told.num_rows * told.num_columns > limits.cells * 10:
        raise too_big("a table", f"{limits.rows:,} rows")
    if unpacked < 0 or unpacked > limits.unpacked_mb * MEGABYTE:
        raise too_big("unpacked content", f"{limits.unpacked_mb} MB")
