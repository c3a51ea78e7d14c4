"""Scores of rows by the current model, as they come."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from jixiao.app.web.routing import Asking, Routes
from jixiao.office.scores import MOST_ROWS, Scorer

routes = Routes("/api/v1", pages=False)
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[StrictStr, Field(max_length=100_000)]
Cell = Text | StrictBool | StrictInt | StrictFloat | None


class Rows(BaseModel):
    """Rows to be scored."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    rows: Annotated[list[dict[Name, Cell]], Field(min_length=1, max_length=MOST_ROWS)]
    """Values by the name of their column in jixiao.yaml; the answer is left out."""


class RowScore(BaseModel):
    """The score of a row."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str
    """scored, abstained or not_scored."""
    score: str | float | None = None
    """The model's answer on the scale of the target."""
    expected: float | None = None
    """Mean of the levels by their probabilities, for ratings."""
    probabilities: dict[str, float] = {}
    """Probability of each level or class."""
    reason: str | None = None
    """Why there is no score."""


class Scores(BaseModel):
    """Scores, one for each row sent, in the same order."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model: str
    """Id of the model."""
    rows: list[RowScore]
    """Scores."""


@routes.post("/scores", "score.make")
async def scores(request: Request, viewer: Asking, body: Rows) -> Scores:
    """Score rows with the current model; requests that wait are scored in one call of it.

    A score is a second opinion: it never sets a rating. While AI is stopped, the answer is 409;
    rows about people without notice, or who refuse, are not scored.
    """
    scorer: Scorer = request.app.state.scorer
    found = await asyncio.wrap_future(scorer.submit(viewer, body.rows))
    return Scores(model=found.model, rows=[_shown(one) for one in found.rows])


def _shown(row: dict[str, Any]) -> RowScore:
    return RowScore(
        status=row["status"],
        score=row.get("score"),
        expected=row.get("expected"),
        probabilities={k[2:]: v for k, v in row.items() if k.startswith("p_") and v is not None},
        reason=row.get("reason"),
    )
