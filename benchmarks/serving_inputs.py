"""What ``benchmarks.serving`` sends: texts with a model that knows them, and pages to read."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.office_inputs import viewer_named
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts import Settings
from jixiao.contracts.office import Account, Paper, Person
from jixiao.office import Office, make_key
from jixiao.office.accounts.accounts import add_account
from jixiao.office.secrets import new_totp
from jixiao.services import InitOptions

_REVIEW = ("headline", "pros", "cons")


def short_texts(data: Path) -> tuple[str, list[dict[str, str]], int]:
    """Return the target, the rows of banking77 and how many of them, at the end, are sent."""
    rows = []
    for part in ("train.csv", "test.csv"):
        with (data / "intents_en_banking77" / part).open(encoding="utf-8") as file:
            rows += [
                {"text": one["text"], "category": one["category"]} for one in csv.DictReader(file)
            ]
    return "category", rows, 3000


def long_texts(data: Path) -> tuple[str, list[dict[str, str]], int]:
    """Return the same for reviews of three texts each, a rating to be told."""
    path = data / "hr_glassdoor_uk" / "glassdoor_reviews.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        kept = (*_REVIEW, "overall_rating")
        rows = [{name: one[name] for name in kept} for one in csv.DictReader(file)]
    rows = list({tuple(one[name] for name in _REVIEW): one for one in rows}.values())
    return "overall_rating", rows, 1000


SETS: dict[str, Callable[[Path], tuple[str, list[dict[str, str]], int]]] = {
    "short": short_texts,
    "long": long_texts,
}


def train(folder: Path, target: str, rows: list[dict[str, str]]) -> None:
    """Make a workspace with a ``frozen`` model over some rows."""
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    def frozen(settings: Settings) -> Settings:
        return settings.model_copy(
            update={"model": settings.model.model_copy(update={"name": "frozen"})}
        )

    workspace = open_workspace(folder)
    options = InitOptions()
    workspace.init(
        [str(path)], replace(options, overrides=replace(options.overrides, target=target))
    )
    workspace.train(frozen)


def api_key(folder: Path) -> str:
    """Return a key that may score."""
    office = open_office(folder)
    add_account(office, "benchmark", "analyst", roles=("analyst",))
    with office.changing("benchmark", "account.second", "account") as change:
        account = change.find(Account, login="analyst")[0]
        change.replace(account, totp=office.seal.close(new_totp()))
    viewer = viewer_named(office, "analyst")
    _, key = make_key(office, viewer, "load", scopes=["score.make"], days=1)
    office.store.close()
    return key


def addresses(office: Office) -> dict[str, list[str]]:
    """Return what each of five people reads: pages, lists of the API, single records."""
    with office.reading() as read:
        people = [one.id for one in read.find(Person, limit=50)]
        papers = [one.id for one in read.find(Paper, limit=50)]
    lists = ["/", "/people", "/teams", "/reports", "/api/v1/people", "/api/v1/reports"]
    single = [f"/people/{one}" for one in people] + [f"/reports/{one}" for one in papers]
    own = _own_papers(office)
    return {
        "administrator": ["/", "/accounts", "/jobs", "/settings", "/cycles", "/people"],
        "analyst": [*lists * 5, "/models", "/data", *single],
        "manager": ["/", "/people", "/reports", "/reports/queue", "/calibration", "/api/v1/teams"],
        "employee": ["/", "/reports", "/account", "/forms", *(f"/reports/{one}" for one in own)],
        "auditor": ["/", "/audit-log", "/oversight", "/models", "/static/app.css"],
    }


def _own_papers(office: Office) -> list[str]:

    person = viewer_named(office, "employee").person
    with office.reading() as read:
        return [one.id for one in read.find(Paper, person=person, state="released")]
