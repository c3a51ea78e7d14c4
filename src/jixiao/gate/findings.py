"""What the gate says about a text: spans with verdicts, and their sum."""

from __future__ import annotations

from typing import Any, Literal

from jixiao.contracts import Frozen

SpanType = Literal["NUMBER", "NAME", "WORD", "CONTEXT", "NOT_CHECKABLE"]
Verdict = Literal["supported", "contradicted", "unsupported", "not_checkable"]
FAILING: frozenset[Verdict] = frozenset({"contradicted", "unsupported"})


class Finding(Frozen):
    """A piece of a text that states something, and what the facts say about it."""

    start: int
    """First code point, 0-based."""
    end: int
    """First code point after it."""
    text: str
    """The piece."""
    type: SpanType
    """NUMBER: figures, dates and units; NAME: who and where; WORD: direction, comparison, level;
    CONTEXT: quotations, reasons and who belongs where; NOT_CHECKABLE: what no fact can hold."""
    verdict: Verdict
    """What the facts say."""
    expected: str | None = None
    """What would have been right, where the facts say so."""
    fact: str | None = None
    """Id of the fact or comment that decides."""

    @property
    def fails(self) -> bool:
        """Whether the facts are against it or silent about it."""
        return self.verdict in FAILING


class Sentence(Frozen):
    """A sentence of a verified text."""

    start: int
    """First code point."""
    end: int
    """First code point after it."""
    verdict: Literal["verified", "contradicted", "own statement", "nothing to check"]
    """``own statement``: no fact is against it, and none supports all of it."""


class Verification(Frozen):
    """The answer to whether a text says what the facts say."""

    spans: tuple[Finding, ...]
    """In reading order."""
    sentences: tuple[Sentence, ...]
    """In reading order."""

    @property
    def passes(self) -> bool:
        """Whether nothing is contradicted or unsupported."""
        return not any(span.fails for span in self.spans)

    @property
    def summary(self) -> dict[str, int]:
        """Counts: claims are sentences that state something, verified those the facts carry."""
        told = [one for one in self.sentences if one.verdict != "nothing to check"]
        counts = {
            "sentences": len(self.sentences),
            "claims": len(told),
            "verified": sum(one.verdict == "verified" for one in told),
            "own_statements": sum(one.verdict == "own statement" for one in told),
            "spans": len(self.spans),
        }
        for verdict in ("supported", "contradicted", "unsupported", "not_checkable"):
            counts[verdict] = sum(span.verdict == verdict for span in self.spans)
        return counts

    def to_json(self) -> dict[str, Any]:
        """Return spans and summary as plain keys."""
        return {
            "spans": [span.model_dump() for span in self.spans],
            "summary": self.summary,
        }
