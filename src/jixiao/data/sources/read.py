"""Opens any source table by what its bytes are, not by what its name promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from jixiao.contracts import Problem, Table
from jixiao.core import DataError
from jixiao.data.sources.delimited import open_text, read_delimited
from jixiao.data.sources.excel import read_excel
from jixiao.data.sources.limits import Limits, check_size, gunzip
from jixiao.data.sources.parquet import read_parquet
from jixiao.data.sources.raw import RawTable
from jixiao.data.sources.records import read_json
from jixiao.data.sources.sql import is_url, read_sql
from jixiao.data.sources.table import note
from jixiao.data.sources.workbook import Packed

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "workbook"),
    (b"PK\x05\x06", "workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
    (b"PAR1", "parquet"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "text"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ARROW1", "an Arrow file"),
)
_ENDINGS = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".parquet": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
_KNOWN = "CSV, TSV, XLSX, XLS, Parquet or JSON, gzipped or not, or a SQL URL"


def read_table(
    table: Table,
    base: Path,
    *,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> RawTable:
    """Read one source table; the source is opened for reading only.

    Args:
        table: What to read; a relative path counts from ``base``.
        base: Folder of the workspace.
        limits: Bounds checked before anything is parsed; the tested ones when None.
        environment: What ``${NAME}`` in a SQL URL stands for; nothing when None.

    Raises:
        DataError: If the source is missing, beyond a limit, damaged, or holds no table.
    """
    limits = limits or Limits()
    if is_url(table.source):
        return read_sql(table, base, limits, environment or {})
    path = base / table.source
    if not path.is_file():
        raise DataError(
            "JX-E200",
            path.name,
            expected="a file",
            got="a folder" if path.is_dir() else "no such file",
            hint="check the path; in jixiao.yaml a relative one counts from the workspace",
        )
    check_size(path, limits)
    try:
        return _read_file(path, table, limits)
    except PermissionError as error:
        raise DataError(
            "JX-E200",
            path.name,
            expected="a file that may be read",
            got="no permission",
            hint="ask for read access, or copy it",
        ) from error


def _read_file(path: Path, table: Table, limits: Limits) -> RawTable:
    with path.open("rb") as file:
        head = file.read(4096)
    kind, ending = _kind(head), path.suffix.lower()
    source: Path | bytes = path
    if kind == "gzip":
        source = gunzip(path, limits)
        kind, ending = _kind(source[:4096]), Path(path.stem).suffix.lower()
        head = source[:4096]
        if kind == "gzip":
            raise _unknown(path.name, "an archive inside a gzip file")
    if kind == "workbook":
        raw = read_excel(Packed(path.name, source), table.name, table.sheet, limits)
    elif kind == "parquet":
        raw = read_parquet(source, path.name, table.name, limits)
    elif kind == "text":
        raw = _read_text(source, path.name, table, (limits, ending, head))
    else:
        raise _unknown(path.name, kind)
    return replace(raw, problems=(*_disguise(path.name, ending, kind), *raw.problems))


def _read_text(
    source: Path | bytes, file: str, table: Table, known: tuple[Limits, str, bytes]
) -> RawTable:
    limits, ending, head = known
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"<":
        raise _unknown(file, "a web page or XML; such an .xls is HTML in disguise")
    text = open_text(file, source)
    is_json = _ENDINGS.get(ending) == "json" or start[:2] in (b'{"', b"[{", b"[[")
    if is_json and text.head.lstrip()[:1] in ("{", "["):
        return read_json(text, table.name, limits)
    return read_delimited(text, table.name, limits)


def _kind(head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return "text"


def _unknown(file: str, got: str) -> DataError:
    return DataError(
        "JX-E202",
        file,
        expected=_KNOWN,
        got=got,
        hint="open it in the program it came from and save the table as CSV or XLSX",
    )


def _disguise(file: str, ending: str, kind: str) -> tuple[Problem, ...]:
    promised = _ENDINGS.get(ending, "text" if ending in (".csv", ".tsv", ".txt") else "")
    if not promised or promised == kind or (promised == "json" and kind == "text"):
        return ()
    return (
        note(
            "JX-E202.ending",
            file,
            expected=f"a file that is what its ending {ending} says",
            got="delimited text" if kind == "text" else f"a {kind} file",
            hint="it is read by its content; give it the right ending",
        ),
    )
