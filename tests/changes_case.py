"""Every use case that changes something, made ready to be called once.

The key is the module and the function of ``jixiao.office`` in which ``changing`` is called.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from tests.office_case import PASSWORD, SECRET, viewer
from tests.paper_case import YAML, approved, released, report, with_paper, with_scale

from jixiao.contracts import SignInSettings
from jixiao.contracts.office import Cycle, Form, Judgement, Option, Upload
from jixiao.office import Office, lists, options
from jixiao.office.accounts import (
    accounts,
    confirming,
    keys,
    oidc,
    own_account,
    sessions,
    signing_in,
)
from jixiao.office.accounts.devices import Device
from jixiao.office.cycles import calibration_file as calibration
from jixiao.office.cycles import cycle_clock, cycles, filling, judging
from jixiao.office.papers import contests, editing, papers, remarks, reviews, seeding, shown
from jixiao.office.people import refusals, roster, standing_in
from jixiao.office.people.roster_rows import RosterRow
from jixiao.office.safety import backup, erasure, holding, retention, stop, trail
from jixiao.office.secrets import totp_code
from jixiao.office.viewer import Viewer
from jixiao.office.work import delivering, hooks, imports, jobs, models, schedules, timetable, work

Act = Callable[[], Any]
CASES: dict[str, Callable[[Office], Act]] = {}
DUE = date(2026, 1, 20)


def case(name: str) -> Callable[[Callable[[Office], Act]], Callable[[Office], Act]]:
    def register(made: Callable[[Office], Act]) -> Callable[[Office], Act]:
        CASES[name] = made
        return made

    return register


def simple(name: str, login: str, act: Callable[[Office, Any], Any]) -> None:
    """Register a use case that needs nothing but the organisation and who asks."""
    CASES[name] = lambda office: lambda: act(office, viewer(office, login))


ROW = RosterRow(place=1, key="N1", name="New", email="", unit="Lanting/Sales", title="")
simple(
    "accounts.add_account",
    "administrator",
    lambda o, v: accounts.add_account(o, v, "newcomer", roles=["employee"]),
)
simple(
    "accounts.change_account",
    "administrator",
    lambda o, v: accounts.change_account(o, v, "a-colleague", version=1, disabled=True),
)
simple(
    "accounts.start_recovery",
    "administrator",
    lambda o, v: accounts.start_recovery(o, v, "colleague"),
)
simple(
    "own_account.change_password",
    "employee",
    lambda o, v: own_account.change_password(o, v, PASSWORD, "five other words in a row"),
)
simple(
    "keys.make_key",
    "analyst",
    lambda o, v: keys.make_key(o, v, "k", scopes=["data.read"], days=1),
)
simple("own_account.set_language", "employee", lambda o, v: own_account.set_language(o, v, "zh"))
simple("refusals.record_notice", "analyst", lambda o, v: refusals.record_notice(o, v, None))
simple("refusals.set_refusal", "employee", lambda o, v: refusals.set_refusal(o, v, refuses=True))
simple("seeding.set_seed_share", "administrator", lambda o, v: seeding.set_seed_share(o, v, 0.05))
simple("stop.set_stop", "auditor", lambda o, v: stop.set_stop(o, v, stopped=True, reason="r"))
simple(
    "options.set_options",
    "administrator",
    lambda o, v: options.set_options(o, v, {"contest_days": 9}, {"contest_days": 0}),
)
simple(
    "schedules.add_schedule",
    "analyst",
    lambda o, v: schedules.add_schedule(o, v, "import", "new data"),
)
simple("jobs.start_job", "analyst", lambda o, v: jobs.start_job(o, v, "recheck", {}))
simple(
    "standing_in.delegate",
    "manager",
    lambda o, v: standing_in.delegate(o, v, "E8", start=today(o), end=today(o)),
)
simple(
    "standing_in.add_partner",
    "administrator",
    lambda o, v: standing_in.add_partner(o, v, "a-colleague", unit="Lanting/Sales", comments=True),
)
simple("roster.import_roster", "analyst", lambda o, v: roster.import_roster(o, v, [ROW]))
simple("trail.export_trail", "auditor", lambda o, v: trail.export_trail(o, v, trail.TrailFilter()))
simple("signing_in.sign_out", "employee", lambda o, v: signing_in.sign_out(o, v, everywhere=True))
simple("erasure._erase", "administrator", lambda o, v: erasure.erase_person(o, v, "p-E9"))
simple(
    "cycles.plan_cycle",
    "analyst",
    lambda o, v: cycles.plan_cycle(o, v, "Year", period="2025Q4", due={"self": DUE}),
)


def today(office: Office) -> date:
    return office.clock().date()


@case("accounts.recover")
def _recover(office: Office) -> Act:
    link = accounts.start_recovery(office, viewer(office, "administrator"), "colleague")
    return lambda: accounts.recover(office, link, "five other words in a row")


@case("own_account.set_second_factor")
def _second(office: Office) -> Act:
    who = opened_session(office, "employee")
    offered = own_account.offer_second_factor(office, who)
    code = totp_code(offered.secret, time.time())
    return lambda: own_account.set_second_factor(office, who, offered.sealed, code, again=PASSWORD)


def opened_session(office: Office, login: str) -> Viewer:
    """Return somebody with an open session."""
    entered = signing_in.sign_in(office, login, PASSWORD, device=Device("10.0.0.1"))
    return signing_in.viewer_of(office, entered.token)


@case("keys.revoke_key")
def _revoke(office: Office) -> Act:
    who = viewer(office, "analyst")
    key, _ = keys.make_key(office, who, "k", scopes=["data.read"], days=1)
    return lambda: keys.revoke_key(office, who, key.id)


@case("signing_in.sign_in")
def _sign_in(office: Office) -> Act:
    device = Device("10.0.0.1")
    return lambda: signing_in.sign_in(office, "employee", PASSWORD, device=device)


@case("signing_in.show_second_factor")
def _complete(office: Office) -> Act:
    entered = signing_in.sign_in(office, "analyst", PASSWORD, device=Device("10.0.0.1"))
    device, code = Device("10.0.0.1", token=entered.token), totp_code(SECRET, time.time())
    return lambda: signing_in.show_second_factor(office, code, device=device)


@case("confirming.confirm")
def _confirm(office: Office) -> Act:
    who, code = viewer(office, "analyst"), totp_code(SECRET, time.time())
    return lambda: confirming.confirm(office, who, code)


@case("sessions.end_session")
def _end_session(office: Office) -> Act:
    who = opened_session(office, "employee")
    return lambda: sessions.end_session(office, who, who.session, again=PASSWORD)


@case("sessions.end_other_sessions")
def _end_others(office: Office) -> Act:
    opened_session(office, "employee")
    who = opened_session(office, "employee")
    return lambda: sessions.end_other_sessions(office, who, again=PASSWORD)


@case("sessions.end_sessions_of")
def _end_all(office: Office) -> Act:
    opened_session(office, "employee")
    who = viewer(office, "administrator")
    return lambda: sessions.end_sessions_of(office, who, "a-employee")


@case("lists.export_list")
def _export(office: Office) -> Act:
    who = viewer(office, "analyst")
    return lambda: lists.export_list(office, who, "people", lists.Asked(), form="csv")


@case("oidc.finish_at_provider")
def _provider(office: Office) -> Act:
    """What a provider says is tried in ``test_oidc.py``; here it vouches without being asked."""
    settings = SignInSettings(
        issuer="https://id.example.org", client_id="c", address="https://testserver", name="ID"
    )
    vouching = SimpleNamespace(
        settings=settings,
        names_itself=lambda: True,
        address=lambda begun: begun.state,
        claims=lambda code, begun, *, now: _CLAIMS,
    )
    there = replace(office, provider=vouching)  # type: ignore[arg-type]

    def act() -> None:
        state, sealed = oidc.begin_at_provider(there)
        answer = {"code": "x", "state": state, "iss": settings.issuer}
        oidc.finish_at_provider(there, sealed, answer, device=Device("10.0.0.1"))

    return act


_CLAIMS = {"sub": "subject-7", "email": "manager", "email_verified": True}


@case("oidc.unlink")
def _unlink(office: Office) -> Act:
    return lambda: oidc.unlink(office, viewer(office, "administrator"), "a-employee")


@case("backup.back_up")
def _backup(office: Office) -> Act:
    out = office.workspace.store.base.parent / "copy.tar"
    office.workspace.store.signing_key()

    def act() -> None:
        out.unlink(missing_ok=True)
        backup.back_up(office, "command line", out)

    return act


@case("backup.put_back")
def _restore(office: Office) -> Act:
    """The exchange of the database itself has tests of its own; here it stays as it is."""
    there = SimpleNamespace(store=_Proxy(office.store, fill_from=lambda _: None))
    base = {backup.DATABASE: SimpleNamespace(unlink=lambda: None)}
    base |= {name: office.workspace.store.base / name for name in backup.BESIDE}
    files = _Proxy(office.workspace.store, base=_Folder(base))
    folder = SimpleNamespace(store=files)
    return lambda: backup.put_back(replace(office, store=there.store, workspace=folder), "test")


class _Proxy:
    """Somebody else with a few answers of its own."""

    def __init__(self, other: Any, **own: Any) -> None:
        self._other = other
        self.__dict__.update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._other, name)


class _Folder(dict[str, Any]):
    def __truediv__(self, name: str) -> Any:
        return self.get(name, Path("nowhere") / name)


def planned(office: Office) -> Cycle:
    who = viewer(office, "analyst")
    due = dict.fromkeys(("self", "manager"), DUE)
    made = cycles.plan_cycle(office, who, "Year", period="2025Q4", due=due)
    cycles.propose(office, who, made.id, version=1)
    return cycles.get_cycle(office, who, made.id)


def opened(office: Office) -> Cycle:
    made = planned(office)
    return cycles.open_cycle(office, viewer(office, "analyst"), made.id, version=made.version)


def own_form(office: Office) -> Form:
    with office.reading() as read:
        return next(one for one in read.find(Form, reviewer="p-E3") if one.kind == "self")


@case("cycles.propose")
def _propose(office: Office) -> Act:
    who = viewer(office, "analyst")
    made = cycles.plan_cycle(office, who, "Year", period="2025Q4", due={"self": DUE})
    return lambda: cycles.propose(office, who, made.id, version=1)


@case("cycles.add_form")
def _add_form(office: Office) -> Act:
    made, who = planned(office), viewer(office, "analyst")
    pair = {"kind": "manager", "reviewer": "E8", "subject": "E3"}
    return lambda: cycles.add_form(office, who, made.id, **pair)


@case("cycles.drop_form")
def _drop(office: Office) -> Act:
    planned(office)
    form = own_form(office)
    return lambda: cycles.drop_form(office, viewer(office, "analyst"), form.id)


@case("cycles.open_cycle")
def _open(office: Office) -> Act:
    made, who = planned(office), viewer(office, "analyst")
    return lambda: cycles.open_cycle(office, who, made.id, version=made.version)


@case("cycles.remind")
def _remind(office: Office) -> Act:
    made = opened(office)
    return lambda: cycles.remind(office, viewer(office, "analyst"), made.id)


@case("cycles.close_cycle")
def _close(office: Office) -> Act:
    made, who = opened(office), viewer(office, "analyst")
    return lambda: cycles.close_cycle(office, who, made.id, version=made.version)


@case("cycle_clock.set_clock")
def _clock(office: Office) -> Act:
    made, who = opened(office), viewer(office, "analyst")
    how = {"version": made.version, "closes": True, "remind_days": 3}
    return lambda: cycle_clock.set_clock(office, who, made.id, **how)


def on(office: Office, day: date) -> Office:
    """Return the application as it is at noon of a day."""
    return replace(office, clock=lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@case("cycle_clock._closed")
def _over(office: Office) -> Act:
    _clock(office)()
    return lambda: cycle_clock.tend_cycles(on(office, DUE + timedelta(days=2)))


@case("cycle_clock._reminded")
def _reminded(office: Office) -> Act:
    _clock(office)()
    return lambda: cycle_clock.tend_cycles(on(office, DUE - timedelta(days=1)))


@case("filling.answer")
def _answer(office: Office) -> Act:
    opened(office)
    form, who = own_form(office), viewer(office, "employee")
    return lambda: filling.answer(office, who, form.id, {"results": "half"}, version=form.version)


@case("standing_in.end_delegation")
def _end_delegation(office: Office) -> Act:
    who, day = viewer(office, "manager"), today(office)
    made = standing_in.delegate(office, who, "E8", start=day, end=day)
    return lambda: standing_in.end_delegation(office, who, made.id)


@case("standing_in.remove_partner")
def _no_partner(office: Office) -> Act:
    who = viewer(office, "administrator")
    unit = {"unit": "Lanting/Sales", "comments": False}
    made = standing_in.add_partner(office, who, "a-colleague", **unit)
    return lambda: standing_in.remove_partner(office, who, made.id)


@case("hooks.add_hook")
def _hook(office: Office) -> Act:
    who = viewer(office, "administrator")
    with office.changing("test", "host", "option") as change:
        change.add(Option(id=options.HOSTS, value={"hosts": ["hooks.example"]}))
    events = [hooks.EVENTS[0]]
    return lambda: hooks.add_hook(office, who, "https://hooks.example/in", events)


@case("hooks.remove_hook")
def _no_hook(office: Office) -> Act:
    hook, _ = _hook(office)()
    return lambda: hooks.remove_hook(office, viewer(office, "administrator"), hook.id)


@case("hooks.change_hook")
def _change_hook(office: Office) -> Act:
    hook, _ = _hook(office)()
    how = {"url": "https://hooks.example/other", "events": ["job.end"], "version": hook.version}
    return lambda: hooks.change_hook(office, viewer(office, "administrator"), hook.id, **how)


@case("hooks.pause_hook")
def _pause_hook(office: Office) -> Act:
    hook, _ = _hook(office)()
    how = {"paused": True, "version": hook.version}
    return lambda: hooks.pause_hook(office, viewer(office, "administrator"), hook.id, **how)


@case("hooks.try_hook")
def _try_hook(office: Office) -> Act:
    hook, _ = _hook(office)()
    who = viewer(office, "administrator")

    def act() -> None:
        with patch.object(delivering, "settle", return_value=None):
            hooks.try_hook(office, who, hook.id, send=lambda *_: 200)

    return act


@case("holding.set_hold")
def _hold(office: Office) -> Act:
    who = viewer(office, "administrator")
    return lambda: holding.set_hold(office, who, is_on=True, reason="a dispute")


@case("retention._swept")
def _swept(office: Office) -> Act:
    office.workspace.store.signing_key()
    return lambda: retention._swept(office, viewer(office, "administrator"))


@case("schedules.remove_schedule")
def _no_schedule(office: Office) -> Act:
    who = viewer(office, "analyst")
    made = schedules.add_schedule(office, who, "import", "new data")
    return lambda: schedules.remove_schedule(office, who, made.id)


@case("schedules.change_schedule")
def _change_schedule(office: Office) -> Act:
    who = viewer(office, "analyst")
    made = schedules.add_schedule(office, who, "import", "new data")
    how = {"version": made.version, "paused": True}
    return lambda: schedules.change_schedule(office, who, made.id, **how)


@case("timetable.tick")
def _tick(office: Office) -> Act:
    with_scale(office)
    schedules.add_schedule(office, viewer(office, "analyst"), "train", "daily")
    later: Callable[[], datetime] = lambda: office.clock() + timedelta(days=2)  # noqa: E731
    return lambda: timetable.tick(replace(office, clock=later))


@case("jobs.cancel_job")
def _cancel(office: Office) -> Act:
    who = viewer(office, "analyst")
    job = jobs.start_job(office, who, "recheck", {})
    return lambda: jobs.cancel_job(office, who, job.id)


@case("jobs.retry_job")
def _retry(office: Office) -> Act:
    who = viewer(office, "analyst")
    job = jobs.cancel_job(office, who, jobs.start_job(office, who, "recheck", {}).id)
    return lambda: jobs.retry_job(office, who, job.id)


@case("jobs.end")
def _end(office: Office) -> Act:
    jobs.start_job(office, viewer(office, "analyst"), "recheck", {})
    job = jobs.claim(office, "w")
    assert job is not None
    return lambda: jobs.end(office, job, "done", {})


def uploaded(office: Office) -> Upload:
    (office.workspace.store.base / "reviews.csv").write_text("Employee,Rating,Remarks\nE3,3,ok\n")
    with_scale(office)
    content = io.BytesIO(b"Employee,Rating,Remarks\nE4,4,well\n")
    return imports.upload(office, viewer(office, "analyst"), content, "reviews.csv", "reviews")


@case("imports.upload")
def _upload(office: Office) -> Act:
    return lambda: uploaded(office)


@case("imports._queue")
def _mend(office: Office) -> Act:
    made, who = uploaded(office), viewer(office, "analyst")
    found = {"rows": [["1", "r", "E4"]], "columns": ["row", "why", "Employee"], "table": "reviews"}
    office.workspace.store.write_json(f"uploads/{made.id}", {**found, "blocked": False})
    return lambda: imports.mend(office, who, made.id, {(0, 2): "E5"})


@case("imports.discard")
def _discard(office: Office) -> Act:
    made = uploaded(office)
    return lambda: imports.discard(office, viewer(office, "analyst"), made.id)


@case("imports.set_roles")
def _roles(office: Office) -> Act:
    uploaded(office)
    (office.workspace.store.base / "jixiao.yaml").write_text(YAML, encoding="utf-8")
    return lambda: imports.set_roles(office, viewer(office, "analyst"), {"Remarks": "ignored"})


def _working(office: Office) -> tuple[Office, Any]:
    """Return an application whose workspace checks and adopts at once, and a job of an upload."""
    made = uploaded(office)
    counts = SimpleNamespace(to_json=dict)
    staged = SimpleNamespace(to_json=dict, table="reviews", counts={}, blocked=False)
    quick = SimpleNamespace(
        stage=lambda *_, **__: staged,
        adopt=lambda *_: None,
        check=lambda: SimpleNamespace(counts=counts),
    )
    office.workspace.store.write_json(f"uploads/{made.id}", {"blocked": False})
    folder = SimpleNamespace(store=office.workspace.store, telling=lambda _: quick)
    return replace(office, workspace=folder), SimpleNamespace(id="j", arguments={"upload": made.id})


@case("work._check")
def _check(office: Office) -> Act:
    now, job = _working(office)
    return lambda: work._check(now, job, lambda *_: None)


@case("work._take_in")
def _import(office: Office) -> Act:
    now, job = _working(office)
    return lambda: work._import(now, job, lambda *_: None)


@case("work._retrain")
def _retrain(office: Office) -> Act:
    measured = SimpleNamespace(figures={"n": 9}, words={})
    trained = SimpleNamespace(model_id="m2", name="linear.v1", seconds=1.0)
    quick = SimpleNamespace(train=lambda _: trained, evaluate=lambda _: measured)
    settings = {"settings": {"model": {}}}
    shelf = SimpleNamespace(current=lambda: "m1", manifest=lambda _: settings)
    folder = SimpleNamespace(
        models=shelf,
        telling=lambda _: quick,
        forget_model=lambda _: None,
        store=office.workspace.store,
    )
    job = SimpleNamespace(arguments={"instead_of": ["m1"]})
    return lambda: work._retrain(replace(office, workspace=folder), job, lambda *_: None)


@case("models.use_model")
def _use(office: Office) -> Act:
    shelf = SimpleNamespace(models=SimpleNamespace(make_current=lambda _: None))
    return lambda: models.use_model(
        replace(office, workspace=shelf), viewer(office, "analyst"), "m"
    )


@case("papers.take_in")
def _take_in(office: Office) -> Act:
    with_scale(office)
    return lambda: papers.take_in(office, viewer(office, "analyst"), [report(), report("E4")])


@case("reviews.submit")
def _submit(office: Office) -> Act:
    paper = with_paper(office)
    return lambda: reviews.submit(
        office, viewer(office, "analyst"), paper.id, version=paper.version
    )


@case("reviews.approve")
def _approve(office: Office) -> Act:
    paper, who = with_paper(office), viewer(office, "manager")
    reviews.submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    judging.judge(office, who, paper.id, rating="3", reason="held up")
    seen = shown.show(office, who, paper.id, how="page")
    version = seen.paper.version
    return lambda: reviews.approve(office, who, paper.id, version=version, text=seen.hash)


@case("reviews.release")
def _release(office: Office) -> Act:
    paper = approved(office, with_paper(office))
    return lambda: reviews.release(
        office, viewer(office, "manager"), paper.id, version=paper.version
    )


@case("reviews.withdraw")
def _withdraw(office: Office) -> Act:
    paper, who = approved(office, with_paper(office)), viewer(office, "manager")
    return lambda: reviews.withdraw(office, who, paper.id, version=paper.version)


@case("shown._first_shown")
def _first(office: Office) -> Act:
    paper, who = with_paper(office), viewer(office, "manager")
    judging.judge(office, who, paper.id, rating="3", reason="held up")
    return lambda: shown.show(office, who, paper.id, how="page")


@case("editing.edit")
def _edit(office: Office) -> Act:
    paper, who = with_paper(office), viewer(office, "manager")
    change = {"version": paper.version, "sentences": {"summary/1": ""}}
    return lambda: editing.edit(office, who, paper.id, **change)


@case("contests.contest")
def _contest(office: Office) -> Act:
    paper, who = released(office, with_paper(office)), viewer(office, "employee")
    return lambda: contests.contest(office, who, paper.id, version=paper.version, text="no")


@case("contests.settle")
def _settle(office: Office) -> Act:
    made = _contest(office)()
    how = {"version": made.version, "outcome": "stands", "reply": "as it is"}
    return lambda: contests.settle(office, viewer(office, "head"), made.id, **how)


@case("remarks.remark")
def _remark(office: Office) -> Act:
    paper = released(office, with_paper(office))
    return lambda: remarks.remark(office, viewer(office, "employee"), paper.id, text="seen")


@case("judging.judge")
def _judge(office: Office) -> Act:
    paper, who = with_paper(office), viewer(office, "manager")
    return lambda: judging.judge(office, who, paper.id, rating="3", reason="held up")


def judged(office: Office) -> Judgement:
    _first(office)()
    with office.reading() as read:
        return read.find(Judgement)[0]


@case("judging.decide")
def _decide(office: Office) -> Act:
    made, who = judged(office), viewer(office, "manager")
    how = {"version": made.version, "final": "4", "reason": "on second thought"}
    return lambda: judging.decide(office, who, made.id, **how)


@case("calibration_file.keep_edits")
def _keep(office: Office) -> Act:
    made, who = judged(office), viewer(office, "analyst")
    edits = {made.id: (made.version, "4", "meeting")}
    how = {"period": made.period, "levels": ("3", "4")}
    return lambda: calibration.keep_edits(office, who, edits, **how)
