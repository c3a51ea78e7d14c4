"""The audit log verified: five hundred ways of tampering, and what is no tampering."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.office_case import KEY, make_office

from jixiao.contracts.office import AuditEntry, Entry
from jixiao.gateways.database import SqlStore, open_database
from jixiao.gateways.database.chain import Anchor
from jixiao.gateways.database.open import ANCHOR, FILE, _engine
from jixiao.office import Office, verify_trail

N_ENTRIES = 40


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a sound log, and copies of both files as they were ten entries ago."""
    folder = tmp_path_factory.mktemp("sound")
    office = make_office(folder)
    for number in range(N_ENTRIES - 1):
        if number == N_ENTRIES - 11:
            office.store.engine.dispose()
            for name in (FILE, ANCHOR):
                shutil.copy(folder / name, folder / f"{name}.old")
        detail = {"text": f"{number:064x}", "seconds": number / 7}
        with office.store.changing(Entry(f"x-{number % 3}", "report.edit", "paper", "p", detail)):
            pass
    office.store.close()
    return folder


def opened(folder: Path) -> SqlStore:
    return SqlStore(_engine(f"sqlite:///{folder / FILE}"), Anchor(folder / ANCHOR, KEY))


def verdict(folder: Path) -> tuple[str, ...]:
    store = opened(folder)
    try:
        return verify_trail(store).faults
    finally:
        store.close()


def unguarded(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def change_a_field(folder: Path, chance: random.Random) -> None:
    field = chance.choice(["at", "actor", "action", "kind", "object", "detail", "previous", "hash"])
    with unguarded(folder) as db:
        where = f"{chance.randint(1, N_ENTRIES):012d}"
        (kept,) = db.execute(f"SELECT {field} FROM audit_entries WHERE id = ?", [where]).fetchone()
        other = {"at": "2020-01-01 00:00:00.000001", "detail": '{"text":"other"}'}
        db.execute(
            f"UPDATE audit_entries SET {field} = ? WHERE id = ?",
            [other.get(field, f"{kept}0"), where],
        )


def delete_one(folder: Path, chance: random.Random) -> None:
    with unguarded(folder) as db:
        db.execute(
            "DELETE FROM audit_entries WHERE id = ?", [f"{chance.randint(1, N_ENTRIES):012d}"]
        )


def exchange_two(folder: Path, chance: random.Random) -> None:
    one, two = (f"{n:012d}" for n in chance.sample(range(1, N_ENTRIES + 1), 2))
    with unguarded(folder) as db:
        for old, new in ((one, "x"), (two, one), ("x", two)):
            db.execute("UPDATE audit_entries SET id = ? WHERE id = ?", [new, old])


def cut_the_tail(folder: Path, chance: random.Random) -> None:
    with unguarded(folder) as db:
        db.execute(
            "DELETE FROM audit_entries WHERE id > ?", [f"{chance.randint(0, N_ENTRIES - 1):012d}"]
        )


def put_an_old_database_back(folder: Path, chance: random.Random) -> None:
    shutil.copy(folder / f"{FILE}.old", folder / FILE)


def put_an_old_anchor_back(folder: Path, chance: random.Random) -> None:
    shutil.copy(folder / f"{ANCHOR}.old", folder / ANCHOR)
    if chance.random() < 0.3:
        (folder / ANCHOR).unlink()


def change_with_a_new_chain(folder: Path, chance: random.Random) -> None:
    """Change an entry and make every hash from there on right again."""
    number = chance.randint(1, N_ENTRIES)
    store = opened(folder)
    entries = list(store.entries())
    store.close()
    kept = entries[: number - 1]
    previous = kept[-1].hash if kept else entries[0].previous
    with unguarded(folder) as db:
        for place, entry in enumerate(entries[number - 1 :]):
            actor = "somebody else" if place == 0 else entry.actor
            forged: AuditEntry = replace(entry, previous=previous, actor=actor)
            forged = replace(forged, hash=forged.own_hash())
            previous = forged.hash
            db.execute(
                "UPDATE audit_entries SET actor = ?, previous = ?, hash = ? WHERE id = ?",
                [actor, forged.previous, forged.hash, entry.id],
            )


def add_a_false_one(folder: Path, chance: random.Random) -> None:
    store = opened(folder)
    last = list(store.entries())[-1]
    store.close()
    forged = replace(last, id=f"{N_ENTRIES + 1:012d}", previous=last.hash, actor="somebody else")
    row: dict[str, Any] = {
        name: getattr(forged, name) for name in ("id", "version", "actor", "action", "kind")
    }
    row |= {"object": forged.object, "previous": forged.previous, "hash": forged.own_hash()}
    row |= {
        "at": forged.at.replace(tzinfo=None).isoformat(" "),
        "detail": json.dumps(forged.detail),
    }
    names = ", ".join(row)
    with unguarded(folder) as db:
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO audit_entries ({names}) VALUES ({marks})", list(row.values()))


def change_the_anchor(folder: Path, chance: random.Random) -> None:
    path = folder / ANCHOR
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = chance.randrange(len(lines) - 2)
    how = chance.choice(["cut", "double", "swap", "letter"])
    if how == "cut":
        del lines[place]
    elif how == "double":
        lines.insert(place, lines[place])
    elif how == "swap":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    else:
        at = chance.randrange(len(lines[place]) - 1)
        letter = "0" if lines[place][at] != "0" else "1"
        lines[place] = lines[place][:at] + letter + lines[place][at + 1 :]
    path.write_text("".join(lines), "utf-8")


TAMPERS: tuple[Callable[[Path, random.Random], None], ...] = (
    change_a_field,
    delete_one,
    exchange_two,
    cut_the_tail,
    put_an_old_database_back,
    put_an_old_anchor_back,
    change_with_a_new_chain,
    add_a_false_one,
    change_the_anchor,
    change_a_field,
)


@pytest.mark.parametrize("part", range(10))
def test_fifty_tampers_of_each_of_ten_lots_are_all_found(
    sound: Path, tmp_path: Path, part: int
) -> None:
    missed = []
    for number in range(part * 50, part * 50 + 50):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in (FILE, ANCHOR, f"{FILE}.old", f"{ANCHOR}.old"):
            shutil.copy(sound / name, folder / name)
        tamper = TAMPERS[number % len(TAMPERS)]
        tamper(folder, random.Random(number))
        if not verdict(folder):
            missed.append(f"{number} {tamper.__name__}")
        shutil.rmtree(folder)
    assert missed == []


def test_a_sound_log_has_no_faults_and_opening_it_again_changes_nothing(sound: Path) -> None:
    assert verdict(sound) == ()
    before = (sound / ANCHOR).read_bytes()
    open_database(sound, KEY).close()
    assert (sound / ANCHOR).read_bytes() == before


def test_opening_a_tampered_database_does_not_make_it_look_sound(
    sound: Path, tmp_path: Path
) -> None:
    for tamper in TAMPERS:
        folder = tmp_path / tamper.__name__
        shutil.copytree(sound, folder, dirs_exist_ok=True)
        tamper(folder, random.Random(3))
        open_database(folder, KEY).close()
        assert verdict(folder), tamper.__name__


def test_an_anchor_sealed_with_another_key_is_forged_throughout(
    sound: Path, tmp_path: Path
) -> None:
    shutil.copytree(sound, tmp_path / "c")
    store = SqlStore(
        _engine(f"sqlite:///{tmp_path / 'c' / FILE}"), Anchor(tmp_path / "c" / ANCHOR, b"x" * 32)
    )
    faults = verify_trail(store, most=10_000).faults
    store.close()
    assert sum("not genuine" in one for one in faults) == 2 * N_ENTRIES


def test_the_result_says_what_is_wrong_by_number(office: Office) -> None:
    result = verify_trail(office.store)
    assert result.to_text() == "the audit log is whole: 1 entries"
    assert result.to_json() == {"entries": 1, "faults": [], "restored": 0}


def test_a_log_that_grows_while_it_is_checked_is_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors = office.store.anchors

    def and_then_more() -> object:
        found = anchors()
        with office.changing("test", "go.on", "option"):
            pass
        return found

    monkeypatch.setattr(office.store, "anchors", and_then_more)
    assert verify_trail(office.store).faults == ()
