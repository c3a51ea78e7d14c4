"""The models: what was trained on what, how good it is, and which one is used."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.charts import figure_text, training_curves
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.evaluation import name_of
from jixiao.office import Office, Viewer
from jixiao.office.work.curves import training_now
from jixiao.office.work.models import KINDS, METHODS, ask_for_training, show_models, use_model

routes = Routes("/models")
Short = Annotated[str, Form(max_length=40)]


@routes.get("", "model.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show every stored model, the newest first."""
    language = viewer.account.language
    found = show_models(office, viewer, language)
    context = {"kinds": KINDS, "methods": METHODS, **_training(office, viewer)}
    return page(
        request,
        "models.html",
        models=found,
        drawn={one.id: training_curves(one.curves, language) for one in found},
        name_of=lambda key: name_of(key, language),
        number=lambda value: figure_text(value, language),
        **context,
    )


@routes.get("/training", "model.read")
def training(request: Request, office: Within, viewer: Asking) -> Response:
    """Show how far the training under way has come, for the page that asks again and again."""
    if not request.headers.get("hx-request"):
        return RedirectResponse("/models", 303)
    return page(request, "models_training.html", **{**_training(office, viewer), "over": True})


def _training(office: Office, viewer: Viewer) -> dict[str, Any]:
    found = training_now(office, viewer)
    curves = training_curves(found.curves, viewer.account.language) if found else []
    return {"training": found, "live": curves, "over": False}


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
