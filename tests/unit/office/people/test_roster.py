from datetime import date
from pathlib import Path

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import AuditEntry, Person, Post
from jixiao.core import Forbidden, ManyErrors, OfficeError
from jixiao.data import read_table
from jixiao.office import Office, Tree
from jixiao.office.people.roster import import_roster, roster_file
from jixiao.office.people.roster_rows import RosterRow, is_roster, roster_rows

_DAY = date(2025, 8, 16)


def _row(key: str, manager: str | None = "", unit: str = "Lanting", **more: object) -> RosterRow:
    given = {"place": 2, "name": f"Name of {key}", **more}
    return RosterRow(key=key, manager=manager, unit=unit, **given)  # type: ignore[arg-type]


def _take(office: Office, *rows: RosterRow, **how: object) -> None:
    import_roster(office, "command line", rows, day=_DAY, **how)  # type: ignore[arg-type]


def _people(office: Office) -> dict[str, Person]:
    with office.reading() as read:
        return {person.key: person for person in read.find(Person)}


def test_a_move_in_mid_period_is_seen_from_both_sides(office: Office) -> None:
    _take(office, _row("E3", "E8", "Lanting/Sales"))
    with office.reading() as read:
        tree = Tree.of(read, date(2025, 7, 1), date(2025, 10, 1))
        before = Tree.of(read, date(2025, 4, 1), date(2025, 7, 1))
    assert tree.managers_of("p-E3") == {"p-E2", "p-E8"}
    assert before.managers_of("p-E3") == {"p-E2"}
    assert tree.unit_of("p-E3") == "Lanting/Sales"


def test_a_leaver_keeps_the_post_until_the_last_day(office: Office) -> None:
    _take(office, _row("E4", "E2", "Lanting/Optics/Lenses", left=date(2025, 9, 1)))
    with office.reading() as read:
        (post,) = read.find(Post, person="p-E4")
        assert post.end == date(2025, 9, 1)
        later = Tree.of(read, date(2025, 10, 1), date(2026, 1, 1))
    assert "p-E4" not in later.under("p-E2")


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(office: Office) -> None:
    rows = (
        _row("N1", "N2", place=2),
        _row("N2", "N1", place=3),
        _row("N3", "nobody at all", place=4),
        _row("N4", place=5),
        _row("N4", place=6),
        _row("", place=7),
        _row("N6", unit="", place=8),
        _row("N7", joined=date(2025, 1, 1), left=date(2024, 1, 1), place=9),
    )
    with pytest.raises(ManyErrors) as told:
        _take(office, *rows)
    found = [(error.code, error.place) for error in told.value.errors]
    assert found == [
        ("JX-E775", "rows 2, 3"),
        ("JX-E774", "row 4"),
        ("JX-E773", "row 5"),
        ("JX-E773", "row 6"),
        ("JX-E772", "row 7"),
        ("JX-E772", "row 8"),
        ("JX-E776", "row 9"),
    ]
    assert "nobody at all" not in "".join(str(error) for error in told.value.errors)
    assert "N1" not in _people(office)


def test_a_manager_is_found_whichever_way_round_the_name_is_written(office: Office) -> None:
    _take(
        office,
        _row("N1", name="Oakes, Mary  B."),
        _row("N2", "Mary Oakes", place=3),
        _row("N3", "oakes, mary", place=4),
    )
    with office.reading() as read:
        tree = Tree.of(read, _DAY, date(2026, 1, 1))
    people = _people(office)
    assert {people["N2"].id, people["N3"].id} == tree.under(people["N1"].id)


def test_what_is_wrong_alike_in_many_rows_is_told_once(office: Office) -> None:
    rows = [_row(f"N{place}", "nobody at all", place=place) for place in range(2, 14)]
    with pytest.raises(OfficeError) as told:
        import_roster(office, "command line", rows)
    assert told.value.place == "rows 2, 3, 4, 5, 6, 7, 8, 9 and 4 more"
    assert told.value.hint


def test_managers_are_found_by_id_address_or_a_name_nobody_shares(office: Office) -> None:
    _take(
        office,
        _row("N1", email="boss@lanting.example"),
        _row("N2", "Boss@Lanting.example", name="Twin"),
        _row("N3", "Name of N1", name="Twin"),
    )
    people = _people(office)
    with office.reading() as read:
        below = Tree.of(read, _DAY, date(2026, 1, 1)).directly_under(people["N1"].id)
    assert below == {people["N2"].id, people["N3"].id}
    with pytest.raises(OfficeError, match="nobody known"):
        _take(office, _row("N5", "Twin"))


def test_a_whole_roster_lets_whoever_is_missing_have_left(office: Office) -> None:
    _take(office, _row("E1", "", "Lanting"))
    assert _people(office)["E9"].left is None, "a part of a roster dismisses nobody"
    _take(office, _row("E1", "", "Lanting"), whole=True)
    assert _people(office)["E9"].left == _DAY
    with office.reading() as read:
        assert {post.end for post in read.find(Post, person="p-E9")} == {_DAY}


def test_an_import_is_one_entry_of_counts_without_names(office: Office) -> None:
    before = len(list(office.store.entries()))
    _take(office, _row("N1", "E1"), _row("N2", "N1"))
    entries: list[AuditEntry] = list(office.store.entries())[before:]
    (entry,) = entries
    assert entry.action == "roster.import"
    assert entry.detail == {"people": 2, "added": 2, "moved": 0, "left": 0, "heads": 1}


def test_an_employee_may_not_import(office: Office) -> None:
    with pytest.raises(Forbidden):
        import_roster(office, viewer(office, "employee"), [_row("N1")])


def test_a_file_is_read_in_chinese(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    lines = ("工号,姓名,上级工号,部门,团队", "N1,甲,,光学,", "N2,乙,N1,光学,镜片")
    path.write_text("\n".join(lines), "utf-8")
    result = import_roster(office, "command line", roster_rows(roster_file(path)), day=_DAY)
    assert (result.added, result.heads) == (2, 2)  # N1 and the case's E1
    with office.reading() as read:
        assert {post.unit for post in read.find(Post, unit__like="光学")} == {"光学", "光学/镜片"}


def test_the_sample_companys_roster_is_taken_in_whole(office: Office, tmp_path: Path) -> None:
    from jixiao.contracts import Table
    from jixiao.solutions.company import make_company, write_company

    path = tmp_path / "data"
    write_company(make_company(seed=3, n_people=60, n_quarters=4), path)
    raw = read_table(Table(name="roster", source="roster.xlsx"), path)
    assert is_roster(raw.frame.columns)
    result = import_roster(office, "command line", roster_rows(raw), day=_DAY)
    assert (result.people, result.added) == (60, 60)
    with office.reading() as read:
        tree = Tree.of(read, _DAY, date(2026, 1, 1))
        head = read.first(Person, key="E0001")
    assert head is not None
    assert len(tree.under(head.id)) == 59
