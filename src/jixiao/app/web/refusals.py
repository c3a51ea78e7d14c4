"""Errors as answers: HTTP status codes are chosen here and nowhere else."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from jixiao.app.web.rendering import error_page
from jixiao.app.web.routing import recognise
from jixiao.core import (
    Conflict,
    DiskFull,
    Forbidden,
    JixiaoError,
    ManyErrors,
    Missing,
    SignInNeeded,
    TooMany,
    Unavailable,
    WorkspaceError,
    is_fault_of_system,
    refused_by_system,
)

PROBLEM = "application/problem+json"
_STATUS: tuple[tuple[type[JixiaoError], HTTPStatus], ...] = (
    (SignInNeeded, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Missing, HTTPStatus.NOT_FOUND),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Conflict, HTTPStatus.CONFLICT),
    (DiskFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (WorkspaceError, HTTPStatus.CONFLICT),
    (JixiaoError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


_WAIT_S = {HTTPStatus.SERVICE_UNAVAILABLE: 5}
"""Seconds after which a program may try again."""
_LOG = logging.getLogger("jixiao.web")


def status_of(error: JixiaoError) -> HTTPStatus:
    """Return the HTTP status of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def refused_status(error: JixiaoError) -> HTTPStatus:
    """Return the status of a page whose form is shown again with what is wrong."""
    found = status_of(error)
    return HTTPStatus.UNPROCESSABLE_ENTITY if found is HTTPStatus.CONFLICT else found


def install(app: FastAPI) -> None:
    """Let every error of the application be answered as a page or as problem+json."""
    app.add_exception_handler(JixiaoError, _known)
    app.add_exception_handler(OSError, _system)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def is_api(request: Request) -> bool:
    """Return whether whoever asks is a program."""
    return request.url.path.startswith("/api/")


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, JixiaoError)
    return _answer_to(request, error)


def _answer_to(request: Request, error: JixiaoError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s: %s, got %s", error.code, error.place, error.got)
    if not is_api(request) and status is HTTPStatus.UNAUTHORIZED:
        return _to_sign_in(request, error)
    if not is_api(request):
        return error_page(request, status, error)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    problem |= {"detail": str(error), **error.to_json()}
    if isinstance(error, ManyErrors):
        problem["errors"] = [one.to_json() for one in error.errors]
    wait = error.wait_s if isinstance(error, TooMany) else _WAIT_S.get(status)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem, int(status), headers=headers, media_type=PROBLEM)


async def _system(request: Request, error: Exception) -> Response:
    """Answer what a full or failing disk refused; another fault of the system is one of ours."""
    assert isinstance(error, OSError)
    if not is_fault_of_system(error):
        raise error
    return await _known(request, refused_by_system(error))


def _to_sign_in(request: Request, error: JixiaoError) -> Response:
    place = {"JX-E725": "/sign-in/code", "JX-E727": "/account/second-factor"}
    target = place.get(error.code, "/sign-in")
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [
        {"place": ".".join(map(str, one["loc"])), "expected": one["msg"], "got": one["type"]}
        for one in error.errors()
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not is_api(request):
        return error_page(request, status, None)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    return JSONResponse(problem | {"errors": found}, int(status), media_type=PROBLEM)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, OSError):  # while a form was read, which may hold a large file
        return await _system(request, error.__cause__)
    status = HTTPStatus(error.status_code)
    if not is_api(request):
        await recognise(request)
        return error_page(request, status, None)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return JSONResponse(problem, int(status), headers=headers, media_type=PROBLEM)


def _allowed(request: Request) -> str:
    """Return the methods of an address; each may be a route of its own."""
    found: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        found |= (getattr(route, "methods", None) or set()) if match is not Match.NONE else set()
    return ", ".join(sorted(found))


def unknown(request: Request, error: Exception) -> Response:
    """Return the answer to an error that no route has answered.

    What a full disk or a silent database says reaches programs also where it is met around the
    routes; of an error nobody expected nothing of the program's inside is told.
    """
    if isinstance(error, OSError) and is_fault_of_system(error):
        error = refused_by_system(error)
    if isinstance(error, JixiaoError):
        return _answer_to(request, error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if not is_api(request):
        return error_page(request, status, None)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    return JSONResponse(problem, int(status), media_type=PROBLEM)
