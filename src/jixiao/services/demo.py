"""The demo: a sample company of invented people, and the main job run on it."""

from __future__ import annotations

from pathlib import Path

from jixiao.contracts import Settings
from jixiao.core import WorkspaceError
from jixiao.services.contracting import InitOptions
from jixiao.services.results import RunResult
from jixiao.services.workspace import Workspace

FILES = ("reviews.csv", "roster.xlsx", "survey.csv", "goals.csv", "kpi.csv")
"""Files of the sample company, the reviewed records first."""


def make_demo(
    workspace: Workspace, *, people: int, quarters: int, seed: int, budget_s: float
) -> RunResult:
    """Write a sample company into the workspace and run everything on it.

    Args:
        workspace: Where to; a demo that is there already is run again on the same data.
        people: Number of employees.
        quarters: Number of quarters.
        seed: Seed of the company.
        budget_s: Wall time of the training, in seconds.

    Raises:
        WorkspaceError: If the folder is a workspace of other data.
    """
    from jixiao.solutions.company import make_company, write_company

    folder = workspace.store.base / "data"
    data = [str(folder / name) for name in FILES]
    if workspace.exists and not all(Path(file).is_file() for file in data):
        raise WorkspaceError(
            "JX-E405",
            workspace.store.base.name,
            expected="an empty folder or an earlier demo",
            got="a workspace of other data",
            hint="name another folder: jixiao demo DIR",
        )
    if not workspace.exists:
        company = make_company(seed=seed, n_people=people, n_quarters=quarters)
        write_company(company, folder)

    def change(settings: Settings) -> Settings:
        model = settings.model.model_copy(update={"budget_s": budget_s})
        return settings.model_copy(update={"model": model})

    return workspace.run(data, InitOptions(), change=change)
