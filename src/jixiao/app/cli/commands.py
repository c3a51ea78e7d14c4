"""One function per verb: words in, one call of a use case, its result and the exit code."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from jixiao.contracts import Settings
from jixiao.core import ContractError
from jixiao.data import Overrides
from jixiao.services import (
    Change,
    InitOptions,
    ReportOptions,
    Result,
    Workspace,
    make_demo,
    verify_file,
)

OK, FINDING = 0, 1
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}

Verb = Callable[[Workspace, Namespace], tuple[Result, int]]
Tool = Callable[[Namespace], tuple[Result, int]]


def _demo(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    result = make_demo(
        workspace,
        people=words.people,
        quarters=words.quarters,
        seed=words.seed,
        budget_s=parse_seconds(words.budget),
    )
    return result, OK


def _init(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    return workspace.init(words.data, init_options(words), force=words.force), OK


def _check(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    mended = Path(words.mended) if words.mended else None
    result = workspace.check(words.data, mended=mended)
    return result, OK if result.is_clean else FINDING


def _train(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    if words.model == "writer":
        return workspace.tune_writer(model_change(words)), OK
    return workspace.train(model_change(words)), OK


def _evaluate(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    return workspace.evaluate(words.model), OK


def _score(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    return workspace.score(words.data, Path(words.out), model_id=words.model), OK


def _report(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    result = workspace.report(report_options(words))
    return result, FINDING if result.stopped else OK


def _provenance(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    result = workspace.provenance(Path(words.file), key=Path(words.key) if words.key else None)
    return result, OK if result.is_good else FINDING


def _run(workspace: Workspace, words: Namespace) -> tuple[Result, int]:
    result = workspace.run(
        words.data, init_options(words), change=model_change(words), report=report_options(words)
    )
    return result, OK


def _verify(words: Namespace) -> tuple[Result, int]:
    result = verify_file(Path(words.facts), Path(words.text))
    return result, OK if result.passes else FINDING


TOOLS: dict[str, Tool] = {"verify": _verify}
"""Verbs that need no workspace."""
COMMANDS: dict[str, Verb] = {
    "demo": _demo,
    "init": _init,
    "check": _check,
    "train": _train,
    "evaluate": _evaluate,
    "score": _score,
    "report": _report,
    "provenance": _provenance,
    "run": _run,
}


def init_options(words: Namespace) -> InitOptions:
    """Return what the options of ``init`` and ``run`` override."""
    several = ("id", "text", "group", "protected", "drop", "ignore", "confidential", "series")
    named = {name: tuple(getattr(words, name)) for name in (*several, "key", "allow_leak")}
    return InitOptions(
        overrides=Overrides(
            **named,
            target=words.target,
            subject=words.subject,
            period=words.period,
            rater=words.rater,
            task=words.task,
            scale=words.scale,
            split_column=words.split_column,
        ),
        test=words.test,
        sheet=words.sheet,
        query=words.query,
        split_column=words.split_column,
    )


def model_change(words: Namespace) -> Change:
    """Return how the training options change the settings of one run."""
    given = {
        "name": words.model,
        "tuning": words.tuning,
        "folder": words.weights,
        "trials": words.trials,
        "trackers": tuple(words.track) if words.track else None,
        "budget_s": parse_seconds(words.budget) if words.budget else None,
    }
    update = {name: value for name, value in given.items() if value is not None}

    def change(settings: Settings) -> Settings:
        changed = {"model": settings.model.model_copy(update=update)}
        if words.seed is not None:
            return settings.model_copy(update={**changed, "seed": words.seed})
        return settings.model_copy(update=changed)

    return change


def report_options(words: Namespace) -> ReportOptions:
    """Return which reports are wanted."""
    return ReportOptions(
        analyst=words.analyst,
        languages=tuple(words.lang) if words.lang else None,
        levels=tuple(getattr(words, "level", None) or ()) or None,
        subject=getattr(words, "subject", None) if words.command == "report" else None,
        period=getattr(words, "period", None) if words.command == "report" else None,
        out=Path(words.out) if getattr(words, "out", None) else None,
        writer=getattr(words, "writer", None),
        formats=tuple(dict.fromkeys(words.format or ("html", "json"))),
        changed=getattr(words, "changed", False),
    )


def parse_seconds(text: str) -> float:
    """Return the seconds of ``90s``, ``5m``, ``1h`` or a bare number of seconds.

    Raises:
        ContractError: If the text is no time.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text)
    if not found or float(found[1]) == 0:
        raise ContractError(
            "JX-E111",
            "--budget",
            expected="a time such as 90s, 5m or 1h",
            got=repr(text),
            hint="give a number above zero and a unit",
        )
    return float(found[1]) * _SECONDS[found[2]]
