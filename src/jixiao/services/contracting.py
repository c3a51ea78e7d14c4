"""Making a contract: from data files to ``jixiao.yaml``, with the reason for every guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.contracts import Settings, WorkspaceStore
from jixiao.contracts.yaml_file import render
from jixiao.core import WorkspaceError
from jixiao.data import Inference, Overrides, infer
from jixiao.services.preparation import prepare, read_all, without_leaks
from jixiao.services.results import InitResult
from jixiao.services.sources import make_tables
from jixiao.services.strangers import refuse_empty

SETTINGS_FILE = "jixiao.yaml"


@dataclass(frozen=True)
class InitOptions:
    """How ``init`` departs from its guesses."""

    overrides: Overrides = field(default_factory=Overrides)
    test: str | None = None
    sheet: str | None = None
    query: str | None = None
    split_column: str | None = None


def refuse_existing(store: WorkspaceStore) -> None:
    """Refuse to write a contract over one that is there.

    Raises:
        WorkspaceError: If there is a ``jixiao.yaml``.
    """
    if store.has_settings():
        raise WorkspaceError(
            "JX-E404",
            SETTINGS_FILE,
            expected="a new workspace",
            got="a workspace that has its contract already",
            hint="edit jixiao.yaml, or write it anew with --force",
        )


def make_contract(
    data: Sequence[str], options: InitOptions, *, store: WorkspaceStore
) -> InitResult:
    """Write ``jixiao.yaml`` from data files and say what was guessed and found.

    Args:
        data: Paths or SQL URLs, the records first.
        options: What overrides the guesses.
        store: The workspace.

    Raises:
        JixiaoError: If a file cannot be read or the target cannot be told.
    """
    tables = make_tables(
        data, store.base, sheet=options.sheet, query=options.query, test=options.test
    )
    raws = read_all(tables, store)
    refuse_empty(tables[:1], raws[:1])
    guess = infer(raws, tables, options.overrides)
    settings = _settings(guess, options)
    prepared = prepare(settings, store)
    reasons = dict(guess.reasons)
    reasons.update({leak.column: f"suspected leak: {leak.evidence}" for leak in prepared.leaks})
    contract = without_leaks(guess.contract, prepared.leaks)
    store.write_settings(render(settings.model_copy(update={"contract": contract}), reasons))
    return InitResult(
        path=store.base / SETTINGS_FILE,
        columns=tuple(
            (column.name, column.role.value, column.type.value, reasons.get(column.name, ""))
            for column in contract.columns
        ),
        task=contract.task.model_dump(mode="json"),
        problems=(*guess.problems, *prepared.problems),
        leaks=prepared.leaks,
    )


def _settings(guess: Inference, options: InitOptions) -> Settings:
    """Return the settings around a guessed contract."""
    settings = Settings(contract=guess.contract)
    if not options.split_column:
        return settings
    chosen = {"method": "column", "column": options.split_column}
    return settings.model_copy(update={"split": settings.split.model_copy(update=chosen)})
