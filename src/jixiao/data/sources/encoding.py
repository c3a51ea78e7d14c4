"""Which characters the bytes of a text file mean, found from the bytes themselves.

UTF-8 is checked while the bytes stream past and costs no copy. Everything else is decoded whole
and handed on as UTF-8. A guess is always told as a problem; only a byte-order mark is not a guess.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

from jixiao.contracts import Problem, Severity
from jixiao.core import plural

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


_SIGNS = (b"\0", b'"', b"\n", b"\r")


@dataclass(frozen=True, slots=True)
class Glance:
    """What one quick pass over the bytes of a file showed.

    Attributes:
        has_nuls: Whether there are NUL bytes, as in UTF-16 and in damaged text.
        has_quotes: Whether there are double quotes.
        has_feeds: Whether there are line feeds.
        has_returns: Whether there are carriage returns.
    """

    has_nuls: bool
    has_quotes: bool
    has_feeds: bool
    has_returns: bool


def glance(source: Path | bytes) -> Glance:
    """Look for each sign until it is found; a file is looked at in place, without a copy."""
    if isinstance(source, bytes):
        return Glance(*(sign in source for sign in _SIGNS))
    if not source.stat().st_size:
        return Glance(*(False for _ in _SIGNS))
    with source.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return Glance(*(data.find(sign) >= 0 for sign in _SIGNS))


def is_utf8(chunks: Iterable[bytes]) -> bool:
    """Return whether all bytes together are valid UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, file: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of bytes that are not plain UTF-8, and what had to be guessed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lenient(data, encoding, file)
    if (wide := _unmarked_utf16(data)) is not None:
        text, problems = _lenient(data, wide, file)
        return text, (_guess(file, wide.upper(), "it has no byte-order mark"), *problems)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_legacy(data, file)


def _lenient(data: bytes, encoding: str, file: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        return text, (_lost(file, encoding.upper(), text.count("\ufffd")),)


def _unmarked_utf16(data: bytes) -> str | None:
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _decode_legacy(data: bytes, file: str) -> tuple[str, tuple[Problem, ...]]:
    lines = data.split(b"\n")
    wide = [(number, line) for number, line in enumerate(lines, 1) if not line.isascii()]
    broken = [(number, line) for number, line in wide if not _is_utf8(line)]
    if len(broken) < 0.5 * len(wide):
        return _decode_mixed(lines, broken, file)
    for encoding, fits in (("gb18030", _is_chinese), ("big5", _is_traditional)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if fits(text):
            told = _guess(file, encoding.upper(), "its Chinese characters read well so")
            return text, (told,)
    text = data.decode("gb18030", errors="replace")
    lost = text.count("\ufffd")
    if lost <= 0.02 * len(text) and _is_chinese(text):
        return text, (_lost(file, "GB18030", lost),)
    hint = "nothing else fitted; look at letters with accents"
    return _western(data), (replace(_guess(file, "Latin-1", hint), severity=Severity.FINDING),)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_mixed(
    lines: list[bytes], broken: list[tuple[int, bytes]], file: str
) -> tuple[str, tuple[Problem, ...]]:
    texts = [line.decode("utf-8", errors="replace") for line in lines]
    for number, line in broken:
        text = line.decode("gb18030", errors="replace")
        texts[number - 1] = text if _is_chinese(text) else _western(line)
    told = Problem(
        "JX-E204.encoding",
        file,
        broken[0][0],
        None,
        "one encoding from the first line to the last",
        f"UTF-8 with {len(broken)} lines in another encoding",
        "save the file again as UTF-8; the odd lines were read one by one by their best guess",
        rows=len(broken),
    )
    return "\n".join(texts), (told,)


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _is_chinese(text: str) -> bool:
    wide = [character for character in text[: 1 << 20] if ord(character) > 127]
    common = sum(1 for character in wide if _in_gb2312(character))
    return bool(wide) and common >= 0.8 * len(wide)


def _is_traditional(text: str) -> bool:
    wide = [character for character in text[: 1 << 20] if ord(character) > 127]
    common = sum(1 for one in wide if "\u3000" <= one <= "\u9fa5" or "\uff01" <= one <= "\uff5e")
    return bool(wide) and common >= 0.95 * len(wide)


def _in_gb2312(character: str) -> bool:
    if character in "，。！？、；：“”‘’（）《》【】…—　·￥％":
        return True
    return "\u4e00" <= character <= "\u9fa5" and _rank(character)


def _rank(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _guess(file: str, encoding: str, why: str) -> Problem:
    return Problem(
        "JX-E204.encoding",
        file,
        None,
        None,
        "UTF-8",
        f"bytes that are not UTF-8, read as {encoding}",
        f"{why}; save the file as UTF-8 if characters look wrong",
        severity=Severity.NOTE,
    )


def _lost(file: str, encoding: str, count: int) -> Problem:
    return Problem(
        "JX-E204.encoding",
        file,
        None,
        None,
        f"valid {encoding}",
        f"{plural(count, 'character')} that cannot be decoded",
        "export the file again; the lost characters stand as U+FFFD",
    )
