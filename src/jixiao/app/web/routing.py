"""Routes that name the action they do; one without an action cannot be written or started."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar, get_type_hints

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from jixiao.core import Forbidden, SignInNeeded
from jixiao.office import (
    ACTIONS,
    Office,
    Viewer,
    key_viewer,
    known_key,
    require,
    second_factor_missing,
    viewer_of,
)

COOKIE = "__Host-jixiao"
"""Cookie of a session over HTTPS."""
PLAIN_COOKIE = "jixiao"
"""Cookie of a session over plain HTTP on this machine, where the other one is not taken."""
PUBLIC = "public"
"""What anybody may do who can reach the server."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNGUARDED = frozenset({"/api/v1/openapi.json", "/static"})
"""The description of the API and the files of every page: the same for everybody."""
SPENT = "jixiao.spent"
"""Where a request keeps the headers that tell of its account's limit."""
F = TypeVar("F", bound=Callable[..., Any])
_WORD = {"type": "string"}
_REFUSED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused: what was expected, and what was found",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "status": {"type": "integer"},
                        **dict.fromkeys(
                            ("type", "title", "detail", "code", "place", "expected", "got", "hint"),
                            _WORD,
                        ),
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}
"""How the description of the API tells of every refusal (RFC 9457)."""


def office_of(request: Request) -> Office:
    """Return the application behind a request."""
    office: Office = request.app.state.office
    return office


def _viewer(request: Request) -> Viewer:
    viewer: Viewer = request.state.viewer
    return viewer


Within = Annotated[Office, Depends(office_of)]
"""Parameter of a handler: the application."""
Asking = Annotated[Viewer, Depends(_viewer)]
"""Parameter of a handler: who asks."""


class Routes:
    """Routes below one path.

    Args:
        prefix: Path before each.
        pages: Whether they answer with pages, which the description of the API leaves out.
    """

    def __init__(self, prefix: str = "", *, pages: bool = True) -> None:
        told = {} if pages else _REFUSED
        self.router = APIRouter(prefix=prefix, include_in_schema=not pages, responses=told)

    def get(self, path: str, action: str, **more: Any) -> Callable[[F], F]:
        """Return a decorator for a handler of GET."""
        return self._route(path, action, "GET", more)

    def post(self, path: str, action: str, **more: Any) -> Callable[[F], F]:
        """Return a decorator for a handler of POST."""
        return self._route(path, action, "POST", more)

    def put(self, path: str, action: str, **more: Any) -> Callable[[F], F]:
        """Return a decorator for a handler of PUT."""
        return self._route(path, action, "PUT", more)

    def delete(self, path: str, action: str, **more: Any) -> Callable[[F], F]:
        """Return a decorator for a handler of DELETE."""
        return self._route(path, action, "DELETE", more)

    def _route(self, path: str, action: str, method: str, more: dict[str, Any]) -> Callable[[F], F]:
        guard = _guard(action)

        def register(handler: F) -> F:
            self.router.add_api_route(
                path, handler, methods=[method], dependencies=[Depends(guard)], **more
            )
            return handler

        return register


class Direct(APIRoute):
    """A route whose handler takes ``request``, ``viewer`` and ``body`` and returns a response.

    It is guarded and described like any other, but called without FastAPI's solving of
    dependencies, which takes longer than a model needs for a short text.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        guard = next(one.dependency for one in self.dependencies if one.dependency is not None)
        handler, kind = self.endpoint, get_type_hints(self.endpoint)["body"]

        async def answer(request: Request) -> Response:
            await guard(request)
            try:
                body = kind.model_validate_json(await request.body())
            except ValidationError as error:
                wrong = error.errors(include_url=False, include_context=False)
                raise RequestValidationError(
                    [{**one, "loc": ("body", *one["loc"])} for one in wrong]
                ) from None
            found: Response = await handler(request, request.state.viewer, body)
            return found

        return answer


def _guard(action: str) -> Callable[[Request], Any]:
    if action != PUBLIC and action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: add it to office/access.py")

    async def guard(request: Request) -> None:
        if request.method not in SAFE and request.headers.get("sec-fetch-site") == "cross-site":
            raise _foreign()
        if action == PUBLIC:
            return
        secret = _bearer(request)
        known = known_key(office_of(request), secret) if secret else None
        viewer = known if known is not None else await run_in_threadpool(signed_in, request)
        request.state.viewer = viewer
        await _count(request, viewer, action)
        if viewer.scopes is None and request.method not in SAFE:
            await _check_origin(request, viewer)
        require(viewer, action)
        if action != "self.manage" and viewer.scopes is None and second_factor_missing(viewer):
            raise SignInNeeded(
                "JX-E727",
                "second factor",
                expected="one, as your role sees much about many people",
                got="none",
                hint="set it up under Account",
            )

    guard.action = action  # type: ignore[attr-defined]
    return guard


async def _count(request: Request, viewer: Viewer, action: str) -> None:
    """Count a request of a program, and note now and then that its key is in use."""
    state = request.app.state
    if viewer.key and state.key_uses.is_due(viewer.key):
        await run_in_threadpool(state.key_uses.note, viewer.key)
    if not request.scope["path"].startswith("/api/"):
        return
    if state.limits.is_stale():
        await run_in_threadpool(state.limits.read)
    request.scope[SPENT] = state.limits.spend(viewer.account.id, action)


def signed_in(request: Request) -> Viewer:
    """Return who asks, by a program's key or a browser's session.

    Raises:
        SignInNeeded: If nobody is signed in, or not well enough.
    """
    office = office_of(request)
    if secret := _bearer(request):
        return key_viewer(office, secret)
    token = session_token(request)
    if not token:
        raise SignInNeeded("JX-E702", "session", expected="one that is open", got="none")
    return viewer_of(office, token)


async def recognise(request: Request) -> Viewer | None:
    """Return who asks for a page that is open to everybody, so that it has menu and language."""
    try:
        viewer = await run_in_threadpool(signed_in, request)
    except SignInNeeded:
        return None
    request.state.viewer = viewer
    return viewer


def _bearer(request: Request) -> str:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.casefold() == "bearer" else ""


def session_token(request: Request) -> str:
    """Return what the session's cookie holds, empty where there is none."""
    return request.cookies.get(COOKIE) or request.cookies.get(PLAIN_COOKIE) or ""


async def _check_origin(request: Request, viewer: Viewer) -> None:
    """Refuse a change that another site's page made the browser send."""
    sent = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "").partition(";")[0]
    if not sent and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        request.state.typed = {key: one for key, one in form.items() if isinstance(one, str)}
        field = form.get("csrf", "")
        sent = field if isinstance(field, str) else ""
    if not hmac.compare_digest(sent.encode(), viewer.csrf.encode()):
        raise _foreign()


def _foreign() -> Forbidden:
    return Forbidden(
        "JX-E705",
        "form",
        expected="one from a page of this session",
        got="another one",
        hint="load the page again and repeat what you did",
    )


def action_of(route: APIRoute) -> str | None:
    """Return the action a route names, or None."""
    for one in route.dependencies:
        action = getattr(one.dependency, "action", None)
        if isinstance(action, str):
            return action
    return None


def refuse_unguarded(app: FastAPI) -> None:
    """Refuse to start with a route that names no action, or one that cannot name any.

    Raises:
        RuntimeError: Naming the routes.
    """
    open_ones = [
        path
        for route in app.routes
        if (path := getattr(route, "path", str(route))) not in UNGUARDED
        and (not isinstance(route, APIRoute) or action_of(route) is None)
    ]
    if open_ones:
        raise RuntimeError(f"routes without an action: {', '.join(open_ones)}")
