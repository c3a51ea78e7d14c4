"""The seal of a PDF: an incremental update that adds one key to the document information.

A PDF may grow by appending (ISO 32000-1, 7.5.6), so the bytes before the update are the file as
it was rendered.
"""

from __future__ import annotations

import re

from jixiao.core import ReportError

_TRAILER = re.compile(
    rb"trailer\s*<<(?P<keys>[^<>]*/Root \d+ 0 R[^<>]*)>>\s*startxref\s*(?P<xref>\d+)\s*%%EOF\s*\Z"
)
_INFO = re.compile(rb"/Info (\d+) 0 R")
_UPDATE = re.compile(rb"\n\d+ 0 obj\n<<(?:[^\n]*)/JixiaoSeal\(([\w.-]+)\)>>\nendobj\nxref\n")


def sealed(content: bytes, seal: str) -> bytes:
    """Return the PDF with an update that holds the seal.

    Args:
        content: A PDF with a plain cross-reference table, as the compiler writes it.
        seal: Compact text.
    """
    trailer = _TRAILER.search(content)
    assert trailer is not None, "the compiler writes a plain trailer"
    keys = trailer["keys"]
    info = _INFO.search(keys)
    assert info is not None, "the compiler writes document information"
    number = info[1]
    start = content.rindex(b"\n%s 0 obj\n<<" % number) + len(b"\n%s 0 obj\n<<" % number)
    known = content[start : content.index(b"endobj", start)].rstrip().removesuffix(b">>").rstrip()
    known = known.replace(b"\n", b" ")
    head = b"\n%s 0 obj\n<<%s/JixiaoSeal(%s)>>\nendobj\n" % (number, known, seal.encode())
    place, table = len(content) + 1, len(content) + len(head)
    return (
        content
        + head
        + (
            b"xref\n%s 1\n%010d 00000 n \n" % (number, place)
            + b"trailer\n<<%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (keys, trailer["xref"], table)
        )
    )


def opened(content: bytes) -> tuple[bytes, str]:
    """Return the PDF before its update, and the seal; unchanged and empty where there is none.

    Raises:
        ReportError: If it is no PDF.
    """
    if not content.startswith(b"%PDF-"):
        raise ReportError(
            "JX-E532",
            "provenance",
            expected="a PDF",
            got="a file that does not start like one",
            hint="name a file that jixiao report wrote",
        )
    updates = list(_UPDATE.finditer(content))
    return (content[: updates[-1].start()], updates[-1][1].decode()) if updates else (content, "")
