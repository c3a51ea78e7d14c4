"""Checks any text against any facts: what ``jixiao verify`` does, no workspace needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.core import DataError
from jixiao.gate import Finding, Verification, read_facts, verify_text
from jixiao.services.results import Result

MOST_MB = 20
"""Largest file that is read."""
_SAID = {
    "contradicted": "the facts say otherwise",
    "unsupported": "no fact or comment carries it",
    "not_checkable": "no fact can decide it",
}


@dataclass(frozen=True)
class VerifyResult(Result):
    """What the facts say about a text.

    Attributes:
        text: The text.
        verification: Spans and sentences.
    """

    text: str
    verification: Verification

    @property
    def passes(self) -> bool:
        """Whether nothing is contradicted or unsupported."""
        return self.verification.passes

    def to_json(self) -> dict[str, Any]:
        """Return spans and summary."""
        return self.verification.to_json()

    def to_text(self) -> str:
        """Return each sentence that does not stand on facts, with what is wrong in it."""
        lines: list[str] = []
        for sentence in self.verification.sentences:
            inside = [
                one
                for one in self.verification.spans
                if sentence.start <= one.start < sentence.end and one.verdict != "supported"
            ]
            if inside:
                lines.append(" ".join(self.text[sentence.start : sentence.end].split()))
                lines += [f"    {_line(one)}" for one in inside]
                if sentence.verdict == "own statement":
                    lines.append("    The sentence counts as the reviewer's own statement.")
                lines.append("")
        summary = self.verification.summary
        lines.append(
            f"{summary['verified']} of {summary['claims']} claims verified; "
            f"{summary['contradicted']} contradicted, {summary['unsupported']} unsupported, "
            f"{summary['not_checkable']} not checkable."
        )
        return "\n".join(lines)


def _line(finding: Finding) -> str:
    told = f"{finding.type} “{finding.text}”: {_SAID[finding.verdict]}"
    expected = f"; expected {finding.expected}" if finding.expected else ""
    fact = f" [{finding.fact}]" if finding.fact else ""
    return told + expected + fact


def verify_file(facts: Path, text: Path) -> VerifyResult:
    """Check a text file against a facts file.

    Args:
        facts: FACTS.json; UTF-8.
        text: Plain text; UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        DataError: If a file cannot be read or is no such file.
    """
    known = read_facts(_text(facts, "--facts"), facts.name)
    written = _text(text, "--text")
    return VerifyResult(written, verify_text(written, known))


def _text(path: Path, option: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            "JX-E243",
            f"{option} {path.name}",
            expected="a file that can be read",
            got=str(error.strerror or error),
            hint="check the path",
        ) from error
    if len(data) > MOST_MB * 1_000_000:
        raise DataError(
            "JX-E244",
            f"{option} {path.name}",
            expected=f"at most {MOST_MB} MB",
            got=f"{len(data) / 1e6:.0f} MB",
            hint="split the file",
        )
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError(
        "JX-E245",
        f"{option} {path.name}",
        expected="text in UTF-8, UTF-16 or GB18030",
        got="bytes that are none of these",
        hint="save the file as UTF-8",
    )
