"""A seal says who made a file and whether it is as it was made."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.golden.sample import sample

from jixiao.reports import (
    FORMATS,
    Origin,
    Signer,
    check_seal,
    content_hash_of,
    from_json,
    render,
    seal,
    to_json,
)

SIGNER, STRANGER = Signer(b"k" * 32), Signer(b"s" * 32)
REPORT = sample("en")
HASH = content_hash_of(to_json(REPORT).encode())
ORIGIN = Origin(content=HASH, version="9.9", time="2026-01-02T03:04:05+00:00")
FILES = {
    kind: seal(render(REPORT, kind), REPORT, kind, origin=ORIGIN, signer=SIGNER) for kind in FORMATS
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_as_it_was_signed_is_good_and_tells_its_origin(kind):
    verdict = check_seal(FILES[kind], kind, keys=[SIGNER.key])
    assert (verdict.state, verdict.key) == ("good", SIGNER.key)
    told = dict(verdict.statement)
    assert len(told.pop("file")) == 64
    assert told == {
        "ai": {"opinion": True, "text": True},
        "content": HASH,
        "data": "abc123",
        "format": kind,
        "jixiao": "9.9",
        "language": "en",
        "model": "m-1",
        "report": "employee-E07-2025Q4",
        "time": "2026-01-02T03:04:05+00:00",
        "writer": "llm",
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_a_foreign_key_is_unknown_and_no_seal_is_unsigned(kind):
    assert check_seal(FILES[kind], kind, keys=[STRANGER.key]).state == "unknown key"
    assert check_seal(FILES[kind], kind, keys=[]).state == "unknown key"
    assert check_seal(render(REPORT, kind), kind, keys=[SIGNER.key]).state == "unsigned"


@pytest.mark.parametrize("kind", ["html", "md", "json", "pdf"])
@settings(max_examples=300)
@given(place=st.integers(min_value=0), value=st.integers(1, 255))
def test_no_byte_of_a_file_can_change_unseen(kind, place, value):
    content = bytearray(FILES[kind])
    at = place % len(content)
    content[at] ^= value
    changed = bytes(content)
    is_same = changed.replace(b"\r\n", b"\n") == FILES[kind]
    state = check_seal(changed, kind, keys=[SIGNER.key]).state if at > 4 else "changed"
    assert is_same or state in ("changed", "unsigned")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_no_part_of_a_package_can_change_or_go_or_come_unseen(kind):
    with zipfile.ZipFile(io.BytesIO(FILES[kind])) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in parts:
        for changed in (
            {**parts, name: parts[name] + b" "},
            {other: part for other, part in parts.items() if other != name},
            {**parts, "word/macro.bin": b"x"},
        ):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as package:
                for other, part in changed.items():
                    package.writestr(other, part)
            verdict = check_seal(stream.getvalue(), kind, keys=[SIGNER.key])
            assert verdict.state in ("changed", "unsigned"), name


@pytest.mark.parametrize("kind", ["html", "md", "pdf", "json"])
def test_the_seal_of_another_report_does_not_fit(kind):
    other = REPORT.model_copy(update={"title": "Another"})
    foreign = seal(render(other, kind), other, kind, origin=ORIGIN, signer=SIGNER)
    from jixiao.reports.seals.envelopes import opened, sealed

    moved = sealed(render(REPORT, kind), kind, opened(foreign, kind).seal)
    assert check_seal(moved, kind, keys=[SIGNER.key]).state == "changed"


def test_a_sealed_json_reads_back_as_the_same_report():
    assert from_json(FILES["json"].decode()) == REPORT
