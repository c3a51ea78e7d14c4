from datetime import UTC, date, datetime, timedelta

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Post
from jixiao.core import Conflict, Forbidden, Missing
from jixiao.office import Office, sight
from jixiao.office.people.standing_in import (
    add_partner,
    delegate,
    delegations_of,
    end_delegation,
    remove_partner,
)


def _today() -> date:
    return datetime.now(UTC).date()


def _sees(office: Office, login: str, person: str) -> bool:
    today = _today()
    with office.reading() as read:
        seen = sight(
            read, viewer(office, login), "person.read", start=today, end=today + timedelta(days=1)
        )
    return seen.sees(person)


def test_who_stands_in_sees_the_others_people_until_it_ends(office: Office) -> None:
    boss = viewer(office, "manager")
    assert not _sees(office, "other-manager", "p-E3")
    made = delegate(office, boss, "E8", start=_today(), end=_today() + timedelta(days=9))
    assert _sees(office, "other-manager", "p-E3")
    (lent,) = delegations_of(office, viewer(office, "other-manager"))
    assert (lent.other.key, lent.given) == ("E2", False)
    end_delegation(office, boss, made.id)
    assert not _sees(office, "other-manager", "p-E3")
    assert delegations_of(office, boss) == []


def test_a_delegation_needs_days_to_come_and_somebody_who_manages(office: Office) -> None:
    boss = viewer(office, "manager")
    with pytest.raises(Conflict, match="last day"):
        delegate(office, boss, "E8", start=_today(), end=_today() - timedelta(days=1))
    for taker in ("E3", "E2"):
        with pytest.raises(Conflict, match="somebody else"):
            delegate(office, boss, taker, start=_today(), end=_today())
    with pytest.raises(Missing):
        delegate(office, boss, "nobody", start=_today(), end=_today())


def test_only_whoever_gave_it_takes_it_back(office: Office) -> None:
    made = delegate(office, viewer(office, "manager"), "E8", start=_today(), end=_today())
    with pytest.raises(Missing):
        end_delegation(office, viewer(office, "other-manager"), made.id)


def test_an_hr_partner_sees_the_unit_and_what_is_below_it(office: Office) -> None:
    boss = viewer(office, "administrator")
    made = add_partner(office, boss, "a-colleague", unit="Lanting/Sales", comments=False)
    assert _sees(office, "colleague", "p-E9")
    assert not _sees(office, "colleague", "p-E5")
    remove_partner(office, boss, made.id)
    assert not _sees(office, "colleague", "p-E9")


def test_a_partners_unit_must_be_one_and_only_administrators_set_it(office: Office) -> None:
    with pytest.raises(Missing):
        add_partner(
            office, viewer(office, "administrator"), "a-colleague", unit="Moon", comments=False
        )
    with pytest.raises(Forbidden):
        add_partner(office, viewer(office, "head"), "a-head", unit="Lanting", comments=True)
    with office.reading() as read:
        assert read.count(Post) == 10
