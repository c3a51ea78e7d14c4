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
from jixiao.office.work.scores import MOST_EXPLAINED, MOST_ROWS, Explained, Scored, Scorer

routes = Routes("/api/v1", pages=False)
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[StrictStr, Field(max_length=100_000)]
Cell = Text | StrictBool | StrictInt | StrictFloat | None
_SCORED, _EXPLAINED = TypeAdapter(Scored), TypeAdapter(Explained)


class Rows(BaseModel):
    """Rows to be scored."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    rows: Annotated[list[dict[Name, Cell]], Field(min_length=1, max_length=MOST_ROWS)]
    """Values by the name of their column in jixiao.yaml; the answer is left out."""


class FewRows(BaseModel):
    """Rows whose scores are to be explained."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    rows: Annotated[list[dict[Name, Cell]], Field(min_length=1, max_length=MOST_EXPLAINED)]
    """Values by the name of their column in jixiao.yaml; the answer is left out."""


@routes.post("/scores", "score.make", response_model=Scored, route_class_override=Direct)
async def scores(request: Request, viewer: Asking, body: Rows) -> Response:
    """Score rows with the current model; requests that wait are scored in one call of it.

    A score is a second opinion: it never sets a rating. While AI is stopped, the answer is 409;
    rows about people without notice, or who refuse, are not scored.
    """
    scorer: Scorer = request.app.state.scorer
    found = await asyncio.wrap_future(scorer.submit(viewer, body.rows))
    return Response(_SCORED.dump_json(found), media_type="application/json")


@routes.post("/explanations", "score.make", response_model=Explained, route_class_override=Direct)
async def explanations(request: Request, viewer: Asking, body: FewRows) -> Response:
    """Score rows and tell what each sentence and value does to the score.

    The model is asked again without each part: an effect is the score with it less the score
    without it. Effects do not add up; they are the model's reasons, not a judgement of anybody.
    Whoever may not be scored is not explained either.
    """
    scorer: Scorer = request.app.state.scorer
    found = await asyncio.wrap_future(scorer.explain(viewer, body.rows))
    return Response(_EXPLAINED.dump_json(found), media_type="application/json")
