"""Errors as answers: HTTP status codes are chosen here and nowhere else."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from jixiao.app.web.rendering import error_page
from jixiao.core import (
    Conflict,
    Forbidden,
    JixiaoError,
    ManyErrors,
    Missing,
    SignInNeeded,
    TooMany,
    WorkspaceError,
)

PROBLEM = "application/problem+json"
_STATUS: tuple[tuple[type[JixiaoError], HTTPStatus], ...] = (
    (SignInNeeded, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Missing, HTTPStatus.NOT_FOUND),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Conflict, HTTPStatus.CONFLICT),
    (WorkspaceError, HTTPStatus.CONFLICT),
    (JixiaoError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def status_of(error: JixiaoError) -> HTTPStatus:
    """Return the HTTP status of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def install(app: FastAPI) -> None:
    """Let every error of the application be answered as a page or as problem+json."""
    app.add_exception_handler(JixiaoError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def is_api(request: Request) -> bool:
    """Return whether whoever asks is a program."""
    return request.url.path.startswith("/api/")


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, JixiaoError)
    status = status_of(error)
    if not is_api(request) and status is HTTPStatus.UNAUTHORIZED:
        return _to_sign_in(request, error)
    if not is_api(request):
        return error_page(request, status, error)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    problem |= {"detail": str(error), **error.to_json()}
    if isinstance(error, ManyErrors):
        problem["errors"] = [one.to_json() for one in error.errors]
    headers = {"Retry-After": str(error.wait_s)} if isinstance(error, TooMany) else {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem, int(status), headers=headers, media_type=PROBLEM)


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
    status = HTTPStatus(error.status_code)
    if not is_api(request):
        return error_page(request, status, None)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    return JSONResponse(problem, int(status), headers=error.headers, media_type=PROBLEM)


def unknown(request: Request) -> Response:
    """Return the answer to an error nobody expected: nothing of the program's inside."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if not is_api(request):
        return error_page(request, status, None)
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    return JSONResponse(problem, int(status), media_type=PROBLEM)
