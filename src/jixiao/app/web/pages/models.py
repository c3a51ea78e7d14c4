"""The models: what was trained on what, how good it is, and which one is used."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.models import KINDS, METHODS, ask_for_training, show_models, use_model

routes = Routes("/models")
Short = Annotated[str, Form(max_length=40)]


@routes.get("", "model.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show every stored model, the newest first."""
    found = show_models(office, viewer, viewer.account.language)
    return page(request, "models.html", models=found, kinds=KINDS, methods=METHODS)


@routes.post("/train", "model.train")
def train(
    office: Within,
    viewer: Asking,
    name: Short,
    method: Short = "full",
    minutes: Annotated[float, Form(gt=0, le=1440)] = 5,
) -> Response:
    """Let a job train a model."""
    ask_for_training(office, viewer, name=name, method=method, minutes=minutes)
    return RedirectResponse("/jobs", 303)


@routes.post("/{model_id}/use", "model.train")
def use(office: Within, viewer: Asking, model_id: str) -> Response:
    """Let a stored model be the one in use."""
    use_model(office, viewer, model_id)
    return RedirectResponse("/models", 303)
