"""Pages: templates with autoescape, words in the reader's language, no number computed here."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jixiao.app.web.telling import phrase, reasons, told
from jixiao.contracts import Language
from jixiao.core import JixiaoError
from jixiao.office import Viewer, reach
from jixiao.office.accounts.confirming import can_be_asked

_HERE = Path(__file__).parent
LANGUAGE_COOKIE = "jixiao-language"
NAVIGATION = (
    ("self.manage", "/", "base.home"),
    ("data.read", "/data", "base.data"),
    ("model.read", "/models", "base.models"),
    ("person.read", "/people", "base.people"),
    ("group.read", "/teams", "base.teams"),
    ("report.read", "/reports", "base.reports"),
    ("cycle.read", "/cycles", "base.cycles"),
    ("notice.record", "/notices", "base.notices"),
    ("calibration.read", "/calibration", "base.calibration"),
    ("contest.read", "/contests", "base.contests"),
    ("job.read", "/jobs", "base.jobs"),
    ("oversight.read", "/oversight", "base.oversight"),
    ("audit.read", "/audit-log", "base.audit_log"),
    ("account.manage", "/accounts", "base.accounts"),
    ("option.read", "/settings", "base.settings"),
)
"""Entries of the main menu: action, address and key of the word."""


@cache
def words() -> dict[str, dict[str, str]]:
    """Return every phrase of the pages by key, in each language, from ``words/*.yaml``."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((_HERE / "words").glob("*.yaml")):
        for key, said in yaml.safe_load(path.read_text("utf-8")).items():
            found[f"{path.stem}.{key}"] = said
    return found


def say(key: str, language: Language, **values: Any) -> str:
    """Return a phrase.

    Args:
        key: File and key, as in ``home.title``.
        language: Reader's language.
        values: What its ``{names}`` stand for.
    """
    return words()[key][language].format(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"say": say, "told": told, "phrase": phrase, "reasons": reasons}
    made.filters["steps"] = steps
    return made


def steps(path: str) -> Markup:
    """Return the path of a unit that may be broken after a slash rather than within a word."""
    return Markup("/<wbr>").join(path.split("/"))


def language_of_request(request: Request, viewer: Viewer | None) -> Language:
    """Return the language of a page: the account's, the cookie's or the browser's."""
    if viewer is not None:
        return viewer.account.language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    wanted = chosen or request.headers.get("accept-language", "")
    return "zh" if wanted.casefold().startswith("zh") else "en"


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a rendered template.

    Args:
        request: Whose page it is.
        template: File below ``templates``.
        status: HTTP status.
        context: What the template shows.
    """
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    language = language_of_request(request, viewer)

    typed = getattr(request.state, "typed", {}) if status >= HTTPStatus.BAD_REQUEST else {}

    def t(key: str, **values: Any) -> str:
        return say(key, language, **values)

    if isinstance(context.get("error"), JixiaoError):
        context["error"] = told(context["error"], language)

    def may(action: str) -> bool:
        return viewer is not None and bool(reach(viewer, action))

    shown = (
        _environment()
        .get_template(template)
        .render(
            request=request,
            path=request.url.path,
            viewer=viewer,
            language=language,
            t=t,
            may=may,
            csrf=viewer.csrf if viewer else "",
            navigation=NAVIGATION,
            can_be_asked=viewer is not None and can_be_asked(viewer),
            typed=typed,
            **context,
        )
    )
    return HTMLResponse(shown, status)


def error_page(request: Request, status: HTTPStatus, error: JixiaoError | None) -> HTMLResponse:
    """Return the page of an error: what was expected, what to do, and no inside of the program.

    A change that was refused came from a page, which is offered to be opened anew.
    """
    came = urlsplit(request.headers.get("referer", ""))
    is_ours = came.netloc == request.url.netloc and came.path.startswith("/")
    back = came._replace(scheme="", netloc="", path=f"/{came.path.lstrip('/')}").geturl()
    shown = back if is_ours and request.method == "POST" else ""
    return page(
        request, "error.html", status=int(status), code=int(status), error=error, back=shown
    )
