"""Tuning a writer as a use case: approved reports in, a checked language model in a folder out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.contracts import (
    Chat,
    FitContext,
    ModelSettings,
    OpenChat,
    ProgressFn,
    Question,
    Report,
    Settings,
    WorkspaceStore,
    WriterSettings,
    WriterStore,
)
from jixiao.core import ContractError, json_hash
from jixiao.reports import LlmWriter, Naming, Pair, Reply, answer_schema, gate_check, pair_of
from jixiao.services.approved import read_approved
from jixiao.services.preparation import Prepared
from jixiao.services.results import TunedResult
from jixiao.services.writing import naming_of

MOST_WRITTEN = 20
"""Most held-out reports that the tuned model writes to be checked."""


@dataclass(frozen=True)
class Tools:
    """What tuning works with."""

    store: WorkspaceStore
    writers: WriterStore
    open_chat: OpenChat
    progress: ProgressFn
    threads: int


def tune(prepared: Prepared, settings: Settings, tools: Tools) -> TunedResult:
    """Tune the language model of a folder on the approved reports and measure what it writes.

    A killed run goes on where it stood when the same command is given again.

    Raises:
        ContractError: If no folder with weights is named.
        DataError: If too few reports are approved.
        ModelError: If the folder holds no causal language model.
    """
    from jixiao.training.writer import tune_writer

    started = time.monotonic()
    folder = _folder(settings.model)
    approved = read_approved(tools.store.base, settings.seed)
    naming = naming_of(prepared, settings)
    train, held_out = _pairs(approved.train, naming), _pairs(approved.held_out, naming)
    run = (
        f"tune-{json_hash([_hash(train), _hash(held_out), settings.model_dump(mode='json')])[:16]}"
    )
    context = _context(settings, tools, run, started)
    tuned = tune_writer(_examples(train), _examples(held_out), folder, context)
    figures: dict[str, Any] = {
        "loss_before": tuned.loss_before,
        "loss_after": tuned.loss_after,
        "examples": {"train": tuned.rows[0], "held_out": tuned.rows[1], "too_long": tuned.too_long},
        "sentences_without_source": sum(pair.dropped for pair in (*train, *held_out)),
        "steps": tuned.result.steps,
        "stopped": tuned.result.stopped,
    }
    base = {"weights": folder.name, "seed": settings.seed, "figures": figures}
    name = tools.writers.store_files("writer", tuned.save, base)
    place = tools.writers.files_of(name)
    figures["written"] = written_figures(approved.held_out, place, settings, naming, tools)
    tools.store.write_json(f"writers/{name}/figures", figures)
    tools.store.clear_workdir(run)
    return TunedResult(name, place, time.monotonic() - started, figures)


def written_figures(
    reports: Sequence[Report],
    folder: Path,
    settings: Settings,
    naming: Naming,
    tools: Tools,
) -> dict[str, Any]:
    """Return how many of a model's sentences on held-out reports pass the gate.

    Args:
        reports: Reports whose facts the model never saw.
        folder: The model.
        settings: How long an answer may be.
        naming: Makes the pseudonyms.
        tools: Opens the model and tells progress.
    """
    writer = settings.writer.model_copy(update={"name": "llm", "folder": str(folder)})
    chat = tools.open_chat(writer)
    chosen = list(reports[:MOST_WRITTEN])
    total = {"reports": len(chosen), "fell_back": 0, "claims": 0, "verified": 0, "repaired": 0}
    try:
        llm = LlmWriter(_asking(chat, writer), gate_check, naming, model=chat.model)
        for done, base in enumerate(chosen, start=1):
            _count(llm.write(base), total)
            tools.progress("checking what the model writes", done, len(chosen))
    finally:
        chat.close()
    rate = total["verified"] / total["claims"] if total["claims"] else None
    return {**total, "verified_claim_rate": rate}


def _count(report: Report, total: dict[str, int]) -> None:
    """Add one report; of one that fell back, what was removed counts and nothing stood."""
    gate = report.gate
    if gate is None:
        return
    total["fell_back"] += gate.fell_back
    total["claims"] += len(gate.removed) if gate.fell_back else gate.claims
    total["verified"] += 0 if gate.fell_back else gate.verified
    total["repaired"] += 0 if gate.fell_back else gate.repaired


def _asking(chat: Chat, writer: WriterSettings) -> Any:
    def ask(messages: Any, sections: tuple[str, ...]) -> Reply:
        question = Question(
            model=chat.model,
            messages=messages,
            temperature=0.0,
            answer_tokens=writer.answer_tokens,
            answer_format="none",
            answer_schema=answer_schema(sections),
        )
        return Reply(chat.ask(question).text, "")

    return ask


def _folder(model: ModelSettings) -> Path:
    if model.folder is None:
        raise ContractError(
            "JX-E127",
            "model.folder",
            expected="a folder with GPT-class weights",
            got="none",
            hint="jixiao train DIR --model writer --weights FOLDER",
        )
    return Path(model.folder)


def _pairs(reports: Sequence[Report], naming: Naming) -> list[Pair]:
    return [pair_of(report, naming(report)) for report in reports]


def _examples(pairs: Sequence[Pair]) -> list[Any]:
    from jixiao.training.writer import Example

    return [Example(pair.messages, pair.answer) for pair in pairs]


def _hash(pairs: Sequence[Pair]) -> str:
    return json_hash([[pair.messages[-1].content, pair.answer] for pair in pairs])


def _context(settings: Settings, tools: Tools, run: str, started: float) -> FitContext:
    budget_s = settings.model.budget_s
    return FitContext(
        seed=settings.seed,
        workdir=tools.store.workdir(run),
        cache=tools.store.cache(),
        deadline=started + budget_s if budget_s else None,
        threads=tools.threads,
        progress=tools.progress,
        trackers=settings.model.trackers,
    )
