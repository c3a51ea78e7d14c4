"""Scores of rows by the current model, as they come."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Request, Response
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
)

from jixiao.app.web.routing import Asking, Direct, Routes
from jixiao.office.scores import MOST_ROWS, Scored, Scorer

routes = Routes("/api/v1", pages=False)
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[StrictStr, Field(max_length=100_000)]
Cell = Text | StrictBool | StrictInt | StrictFloat | None
_WRITTEN = TypeAdapter(Scored)


class Rows(BaseModel):
    """Rows to be scored."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    rows: Annotated[list[dict[Name, Cell]], Field(min_length=1, max_length=MOST_ROWS)]
    """Values by the name of their column in jixiao.yaml; the answer is left out."""


@routes.post("/scores", "score.make", response_model=Scored, route_class_override=Direct)
async def scores(request: Request, viewer: Asking, body: Rows) -> Response:
    """Score rows with the current model; requests that wait are scored in one call of it.

    A score is a second opinion: it never sets a rating. While AI is stopped, the answer is 409;
    rows about people without notice, or who refuse, are not scored.
    """
    scorer: Scorer = request.app.state.scorer
    found = await asyncio.wrap_future(scorer.submit(viewer, body.rows))
    return Response(_WRITTEN.dump_json(found), media_type="application/json")
