"""What is older than the days say goes, with one entry; the rest, and all under a hold, stays."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.office_case import viewer
from tests.paper_case import YAML, released, with_paper

from jixiao.contracts.office import (
    RECORDS,
    Approval,
    AuditEntry,
    Cycle,
    Delegation,
    Delivery,
    Form,
    Hook,
    Job,
    Judgement,
    Notice,
    Option,
    Paper,
    PaperText,
    Person,
    Record,
    Replay,
    Session,
    Upload,
    Viewing,
)
from jixiao.core import Conflict, Forbidden, WorkspaceError
from jixiao.office import Office, erase_person, verify_trail
from jixiao.office.options import KEPT, set_options
from jixiao.office.safety.holding import hold_of, set_hold
from jixiao.office.safety.keeping import RULES
from jixiao.office.safety.retention import AT_ONCE, apply_retention, show_retention

OLD = datetime(2020, 1, 1, tzinfo=UTC)


def at(office: Office, days: float) -> Office:
    """Return the application some days from now."""
    return replace(office, clock=lambda: datetime.now(UTC) + timedelta(days=days))


def put(office: Office, *records: Record) -> None:
    with office.changing("test", "fill", "all") as change:
        change.add(*records)


def job(name: str, ended: datetime | None, **more: object) -> Job:
    given: dict[str, object] = {"kind": "recheck", "arguments": {}, "by": "", "result": {}}
    return Job(id=name, created=OLD, ended=ended, **{**given, **more})  # type: ignore[arg-type]


def count(office: Office, kind: type[Record], **where: object) -> int:
    with office.reading() as read:
        return read.count(kind, **where)


def entries(office: Office) -> list[AuditEntry]:
    return [one for one in office.store.entries() if one.action == "retention.apply"]


def test_every_rule_has_days_within_bounds_and_no_rule_is_about_the_log() -> None:
    assert {rule.option for rule in RULES} == set(KEPT)
    assert all(one.low <= one.usual <= one.high for one in KEPT.values())
    assert AuditEntry not in {rule.kind for rule in RULES}
    kept = set(RECORDS.values()) - {rule.kind for rule in RULES}
    assert {one.__name__ for one in kept} == {
        *("Account", "Approval", "AuditEntry", "Contest", "Cycle", "Hook", "Option"),
        *("PaperText", "Partner", "Person", "Post", "Remark", "Seed"),
    }, "a new kind of record needs a rule, or a reason to stay or to go with another"


def test_a_record_goes_the_day_after_its_days_and_not_before(office: Office) -> None:
    ended = datetime.now(UTC)
    put(office, job("done", ended, state="done"))
    days = KEPT["keep_jobs_days"].usual
    assert apply_retention(at(office, days - 0.1), "system") == {}
    assert count(office, Job) == 1
    assert apply_retention(at(office, days + 1), "system") == {"jobs": 1}
    assert count(office, Job) == 0


def test_one_sweep_a_day_is_one_entry_with_how_many_went(office: Office) -> None:
    put(office, *(job(f"j{n}", OLD, state="done") for n in range(3)))
    put(office, Replay(id="r", request="", status=200, at=OLD))
    assert apply_retention(office, "system") == {"jobs": 3, "replays": 1}
    assert apply_retention(office, "system") is None
    (entry,) = entries(office)
    assert (entry.actor, entry.detail) == ("system", {"jobs": 3, "replays": 1})
    assert apply_retention(at(office, 1), "system") == {}
    assert [one.detail for one in entries(office)][1:] == [{}], "a day with nothing is told too"
    assert verify_trail(office.store).faults == ()


def test_many_records_go_in_parts_each_with_its_entry(office: Office) -> None:
    put(office, *(job(f"j{n:04}", OLD, state="done") for n in range(AT_ONCE + 7)))
    assert apply_retention(office, "system") == {"jobs": AT_ONCE + 7}
    assert [one.detail for one in entries(office)] == [{"jobs": AT_ONCE}, {"jobs": 7}]
    assert show_retention(office, viewer(office, "auditor")).gone == {"jobs": AT_ONCE + 7}


def test_what_is_open_or_in_use_stays_however_old(office: Office) -> None:
    base = office.workspace.store.base
    (base / "jixiao.yaml").write_text(YAML.replace("reviews.csv", f"uploads/{'a' * 32}.csv"))
    (base / "uploads").mkdir()
    for letter in "ab":
        (base / f"uploads/{letter * 32}.csv").write_text("Employee,Rating,Remarks\n")
    put(
        office,
        job("waits", None),
        Upload(id="u1", digest="a" * 64, ending=".csv", size=1, by="", at=OLD, state="imported"),
        Upload(id="u2", digest="b" * 64, ending=".csv", size=1, by="", at=OLD, state="imported"),
        Hook(id="h", url="https://hooks.example.org/", secret="", events=("job.end",)),
        *(
            Delivery(id=f"00000000000{n}-h", hook="h", event="job.end", body="{}", due=OLD, state=s)
            for n, s in ((1, "delivered"), (2, "waiting"), (3, "given_up"))
        ),
    )
    assert apply_retention(office, "system") == {"uploads": 1, "deliveries": 1}
    with office.reading() as read:
        assert [one.id for one in read.find(Upload)] == ["u1"]
        assert [one.id[11] for one in read.find(Delivery)] == ["2", "3"]
    assert [one.name for one in (base / "uploads").iterdir()] == [f"{'a' * 32}.csv"]


def test_a_dry_run_tells_exactly_what_then_goes(office: Office) -> None:
    put(office, *(job(f"j{n}", OLD, state="done") for n in range(3)), job("waits", None))
    put(office, *(Viewing(id=f"v{n}", paper="", account="", how="", text="", at=OLD) for n in "ab"))
    before = show_retention(office, viewer(office, "administrator"))
    told = {one.rule: (one.kept, one.due) for one in before.dues}
    assert told["jobs"] == (4, 3)
    assert told["viewings"] == (2, 2)
    assert count(office, Job) == 4, "nothing went"
    went = apply_retention(office, viewer(office, "administrator"))
    assert went == {one.rule: one.due for one in before.dues if one.due}
    assert all(one.due == 0 for one in show_retention(office, viewer(office, "auditor")).dues)


def test_a_report_goes_with_its_texts_approval_and_files(office: Office) -> None:
    paper = released(office, with_paper(office))
    folder = office.workspace.store.base / "reports" / paper.language
    folder.mkdir(parents=True)
    for name in (f"{paper.report}.html", f"{paper.report}.json", f"{paper.report}0.html"):
        (folder / name).write_text("x")
    days = KEPT["keep_reports_days"].usual
    assert apply_retention(at(office, days - 2), "system") is not None
    assert count(office, Paper) == 1
    went = apply_retention(at(office, days + 2), "system")
    assert went is not None
    assert went["reports"] == 1
    for kind in (Paper, PaperText, Approval, Viewing, Judgement):
        assert count(office, kind) == 0, kind
    assert [one.name for one in folder.iterdir()] == [f"{paper.report}0.html"]


def test_a_draft_nobody_released_goes_and_a_contested_report_stays(office: Office) -> None:
    draft = with_paper(office)
    other = released(office, with_paper(office, subject="E4"))
    with office.changing("test", "contest", "paper") as change:
        change.replace(change.get(Paper, other.id), state="contested")
    far = KEPT["keep_reports_days"].usual + 10
    assert apply_retention(at(office, far), "system") is not None
    with office.reading() as read:
        assert [one.id for one in read.find(Paper)] == [other.id]
    assert draft.id != other.id


def test_forms_go_by_the_day_their_cycle_closed(office: Office) -> None:
    cycle = Cycle(
        id="c", name="x", period="2019Q4", start=date(2019, 10, 1), end=date(2020, 1, 1), due={}
    )
    form = Form(
        id="f", cycle="c", kind="self", reviewer="p-E3", subject="p-E3", due=OLD.date(), answers={}
    )
    put(office, cycle, form)
    assert apply_retention(office, "system") == {}, "the cycle is not closed"
    with office.changing("test", "close", "cycle") as change:
        change.replace(change.get(Cycle, "c"), state="closed", closed=OLD)
    assert apply_retention(at(office, 1), "system") == {"forms": 1}
    assert count(office, Cycle) == 1


def test_a_notice_stays_as_long_as_the_person_and_goes_after(office: Office) -> None:
    put(office, Notice(id="n", person="p-E3", text="1", at=OLD))
    assert apply_retention(office, "system") == {}
    with office.changing("test", "leave", "person") as change:
        change.replace(change.get(Person, "p-E3"), left=date(2021, 1, 1))
    assert apply_retention(at(office, 1), "system") == {"notices": 1}


def test_sessions_and_delegations_go_by_their_end(office: Office) -> None:
    today = datetime.now(UTC).date()
    put(
        office,
        Delegation(id="d", giver="p-E2", taker="p-E8", start=OLD.date(), end=date(2020, 2, 1)),
        Delegation(id="e", giver="p-E2", taker="p-E8", start=today, end=today),
    )
    with office.store.noting() as note:
        note.add(Session(id="s", account="a", csrf="", created=OLD, seen=OLD, expires=OLD))
    assert apply_retention(office, "system") == {"delegations": 1, "sessions": 1}


def test_nothing_goes_and_nobody_is_erased_under_a_legal_hold(office: Office) -> None:
    boss = viewer(office, "administrator")
    put(office, job("done", OLD, state="done"))
    with pytest.raises(Conflict, match="why everything is held"):
        set_hold(office, boss, is_on=True, reason="  ")
    set_hold(office, boss, is_on=True, reason="case 7")
    assert apply_retention(office, "system") is None
    with pytest.raises(Conflict, match="JX-E795"):
        apply_retention(office, boss)
    with pytest.raises(Conflict, match="JX-E795"):
        erase_person(office, boss, "p-E3")
    with pytest.raises(Conflict, match="JX-E795"):
        erase_person(office, "command line", "p-E3")
    assert (count(office, Job), entries(office)) == (1, [])
    (told,) = [one for one in office.store.entries() if one.action == "hold.set"]
    assert "case 7" not in str(told), "the reason is a text of a person"
    set_hold(office, boss, is_on=False)
    assert apply_retention(office, "system") == {"jobs": 1}
    with office.reading() as read:
        assert not hold_of(read).is_on


def test_only_administrators_change_and_auditors_look(office: Office) -> None:
    for login in ("analyst", "manager", "employee"):
        with pytest.raises(Forbidden):
            show_retention(office, viewer(office, login))
    for login in ("auditor", "analyst", "manager"):
        with pytest.raises(Forbidden):
            apply_retention(office, viewer(office, login))
        with pytest.raises(Forbidden):
            set_hold(office, viewer(office, login), is_on=True, reason="x")
    assert show_retention(office, viewer(office, "auditor")).last == ""


def test_days_that_were_set_count(office: Office) -> None:
    put(office, job("done", datetime.now(UTC) - timedelta(days=10), state="done"))
    assert apply_retention(office, "system") == {}
    set_options(office, viewer(office, "administrator"), {"keep_jobs_days": "7"}, {})
    assert apply_retention(at(office, 1), "system") == {"jobs": 1}


@pytest.fixture
def busy(office: Office) -> Iterator[None]:
    """Let another process hold the workspace."""
    from jixiao.gateways import WorkspaceFolder

    with WorkspaceFolder(office.workspace.store.base).lock():
        yield


def test_it_waits_for_a_process_that_writes_to_the_workspace(office: Office, busy: None) -> None:
    put(office, job("done", OLD, state="done"))
    assert apply_retention(office, "system") is None
    with pytest.raises(WorkspaceError, match="JX-E402"):
        apply_retention(office, viewer(office, "administrator"))
    assert count(office, Option) == 0


def test_parts_that_killed_uploads_left_are_swept_a_day_later(office: Office) -> None:
    base = office.workspace.store.base
    (base / "uploads").mkdir()
    old, new = base / "uploads" / ".x.csv.1.part", base / "uploads" / ".y.csv.2.part"
    theirs: Path = base / "incoming" / ".z.csv.part"
    theirs.parent.mkdir()
    for path in (old, new, theirs):
        path.write_text("half")
    past = time.time() - 90_000
    for path in (old, theirs):
        os.utime(path, (past, past))
    apply_retention(office, "system")
    assert [old.exists(), new.exists(), theirs.exists()] == [False, True, True]
