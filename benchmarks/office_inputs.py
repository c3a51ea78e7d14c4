"""An invented organisation behind the web application: people, periods, reports, who signs in.

``python -m benchmarks.office_inputs DIR --people 2000 --quarters 5`` makes one to look at or to
time; benchmarks call ``make_organisation`` and sign in with ``token_of``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import timedelta
from pathlib import Path

from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts import Language, Report, Settings
from jixiao.contracts.office import Account, Paper, Person, Post, Session
from jixiao.office import Office, Viewer
from jixiao.office.accounts.accounts import add_account
from jixiao.office.cycles.judging import judge, scale_of
from jixiao.office.papers.papers import take_in
from jixiao.office.papers.reviews import approve, release, submit
from jixiao.office.papers.shown import show
from jixiao.office.people.refusals import record_notice
from jixiao.office.people.roster import import_roster, roster_of_workspace
from jixiao.office.people.roster_rows import roster_rows
from jixiao.office.secrets import new_token, new_totp, token_hash
from jixiao.services import InitOptions, ReportOptions
from jixiao.services.demo import FILES
from jixiao.solutions.company import make_company, write_company

BY = "benchmark"
ROLES = {"administrator": None, "analyst": None, "auditor": None}
RELEASED = 12
"""Reports of the manager's people that are released at most."""


def make_organisation(
    folder: Path, *, people: int, quarters: int, language: Language = "en"
) -> Office:
    """Return the application of an organisation with one report a person, of the last period.

    It has a linear model, second opinions, a roster and accounts named ``administrator``,
    ``analyst``, ``auditor``, ``head``, ``manager`` and ``employee``; the reports of the manager's
    people are released, all others drafts.

    Args:
        folder: An empty folder.
        people: Number of employees.
        quarters: Number of periods.
        language: Of the reports.
    """
    write_company(make_company(seed=7, n_people=people, n_quarters=quarters), folder / "data")
    workspace = open_workspace(folder)
    workspace.init([str(folder / "data" / name) for name in FILES], InitOptions())
    workspace.train(_quickly)
    office = open_office(folder)
    rows = roster_rows(roster_of_workspace(office))
    import_roster(office, BY, rows)
    record_notice(office, BY, None)
    made: list[Report] = []
    options = ReportOptions(languages=(language,), levels=("employee",), formats=("json",))
    workspace.report(options, made.append)
    take_in(office, BY, made)
    _add_accounts(office)
    _release_some(office)
    return office


def _quickly(settings: Settings) -> Settings:
    model = settings.model.model_copy(update={"name": "linear", "budget_s": 30.0})
    return settings.model_copy(update={"model": model})


def _add_accounts(office: Office) -> None:
    head, manager, employee = _line(office)
    for login in ROLES:
        add_account(office, BY, login, roles=(login,))
    for login, key in {"head": head, "manager": manager}.items():
        add_account(office, BY, login, roles=("manager", "employee"), person_key=key)
    add_account(office, BY, "employee", roles=("employee",), person_key=employee)
    with office.changing(BY, "account.second", "account") as change:
        for account in change.find(Account, login=set(ROLES)):
            change.replace(account, totp=office.seal.close(new_totp()))


def _line(office: Office) -> tuple[str, str, str]:
    """Return the head of all, the manager of most people without reports, and one of those."""
    with office.reading() as read:
        keys = {one.id: one.key for one in read.find(Person)}
        above = {post.person: post.manager for post in read.find(Post, order="start")}
    heads = {one for one in above.values() if one}
    leaves = {one: top for one, top in above.items() if top and one not in heads}
    manager = max(sorted(Counter(leaves.values()).items()), key=lambda one: one[1])[0]
    employee = min(one for one, top in leaves.items() if top == manager)
    head = manager
    while above.get(head):
        head = above[head] or head
    return keys[head], keys[manager], keys[employee]


def _release_some(office: Office) -> None:
    by, analyst = viewer_named(office, "manager"), viewer_named(office, "analyst")
    with office.reading() as read:
        own = {one.person for one in read.find(Post, manager=by.person)}
        papers = read.find(Paper, person={one for one in own if one}, limit=RELEASED)
    middle = scale_of(office)[2]
    for paper in papers:
        submit(office, analyst, paper.id, version=paper.version)
        judge(office, by, paper.id, rating=middle, reason="Output held up.")
        seen = show(office, by, paper.id, how="page")
        approve(office, by, paper.id, version=seen.paper.version, text=seen.hash)
        with office.reading() as read:
            now = read.get(Paper, paper.id)
        if now.state == "approved":  # a planted fault that was overlooked is never approved
            release(office, by, now.id, version=now.version)


def viewer_named(office: Office, login: str) -> Viewer:
    """Return somebody as if signed in."""
    with office.reading() as read:
        account = read.find(Account, login=login)[0]
        return Viewer(account, office.pseudonym_of(read, account))


def token_of(office: Office, login: str) -> str:
    """Return what the cookie of a new session holds, both factors shown."""
    token, now = new_token(), office.clock()
    account = viewer_named(office, login).account
    with office.store.noting() as note:
        note.add(
            Session(
                id=token_hash(token),
                account=account.id,
                csrf=new_token(),
                created=now,
                seen=now,
                expires=now + timedelta(hours=12),
                second=True,
            )
        )
    return token


def main() -> None:
    """Make an organisation in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--quarters", type=int, default=5)
    words = parser.parse_args()
    make_organisation(words.folder, people=words.people, quarters=words.quarters)


if __name__ == "__main__":
    main()
