"""A model that writes what a test says, and the reports it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jixiao.contracts import Claim, Message, Report
from jixiao.data import Pseudonyms
from jixiao.reports import LlmWriter, Reply, make_reports

Answering = Callable[[tuple[Message, ...]], str]


@dataclass
class Model:
    """Answers by a list of texts, the last of which is repeated, and remembers what it was told."""

    answers: Sequence[str]
    told: list[tuple[Message, ...]] = field(default_factory=list)

    def ask(self, messages: tuple[Message, ...], sections: tuple[str, ...]) -> Reply:
        del sections
        self.told.append(messages)
        at = min(len(self.told), len(self.answers)) - 1
        return Reply(self.answers[at], f"key{len(self.told)}")


def sentence(n: int, text: str, *, section: str = "summary", **ids: Any) -> dict[str, Any]:
    """Return one sentence of an answer."""
    return {"n": n, "section": section, "text": text, "facts": [], "comments": [], **ids}


def answer(*sentences: dict[str, Any]) -> str:
    """Return an answer of these sentences."""
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


def passes(claim: Claim) -> tuple[str, ...]:
    """Find nothing wrong with any sentence."""
    del claim
    return ()


def base_of(evidence: Any, language: str = "en") -> Report:
    """Return the outline writer's report of the one person."""
    (report,) = make_reports(evidence, levels=["employee"], languages=[language])
    return report


def written(model: Model, base: Report, check: Any = passes, names: Any = None) -> Report:
    """Return the base in the model's words."""
    naming = (lambda report: names) if names else lambda report: Pseudonyms(None, {"E1": "P"})
    return LlmWriter(model.ask, lambda report: check, naming, model="fake").write(base)


def sentences(report: Report, section: str | None = None) -> list[str]:
    """Return the sentences of a report or of one section."""
    return [claim.text for s in report.sections if section in (None, s.id) for claim in s.claims]
