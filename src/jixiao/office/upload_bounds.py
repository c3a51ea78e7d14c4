"""What a file that is brought may weigh, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.core import DataError


@dataclass(frozen=True)
class UploadLimits:
    """What a file that is brought may weigh.

    Attributes:
        file_mb: Size as it comes.
        unpacked_mb: Size of everything inside.
        ratio: Unpacked over packed size, of any part of a megabyte or more.
        members: Files inside a workbook.
        rows: Lines of a text, rows of a sheet.
        cells: Cells of all sheets.
        line_kb: Size of a line of a table as text.
        depth: How deep JSON may be nested.
    """

    file_mb: int = 50
    unpacked_mb: int = 200
    ratio: int = 100
    members: int = 200
    rows: int = 1_000_000
    cells: int = 3_000_000
    line_kb: int = 1024
    depth: int = 64


def refused(got: str, *, expected: str = "a plain table", hint: str = "") -> DataError:
    """Return the error of a file that is not taken; its name is never told."""
    hint = hint or "open it in the program it came from and save the table as CSV or XLSX"
    return DataError("JX-E750", "upload", expected=expected, got=got, hint=hint)


def too_big(what: str, limit: str) -> DataError:
    """Return the error of a file beyond a bound."""
    hint = "cut the export into smaller files; an administrator can raise the bound under Settings"
    return DataError(
        "JX-E751", "upload", expected=f"{what} of at most {limit}", got="more", hint=hint
    )
