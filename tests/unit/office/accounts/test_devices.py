"""What a browser keeps to be known, and what kind of browser it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import HERE, office_at, viewer

from jixiao.office import Device, Office
from jixiao.office.accounts.devices import KNOWN_DAYS, MOST_KNOWN, known_as, remember


def test_a_browser_is_known_for_the_accounts_used_on_it_and_no_other(office: Office) -> None:
    manager, employee = (viewer(office, one).account for one in ("manager", "employee"))
    known = replace(HERE, known=remember(office, HERE, manager))
    assert known_as(office, known, manager)
    assert not known_as(office, known, employee)
    both = replace(HERE, known=remember(office, known, employee))
    assert known_as(office, both, manager)
    assert known_as(office, both, employee)


def test_a_browser_remembers_a_few_accounts_the_last_ones(office: Office) -> None:
    accounts = [
        replace(viewer(office, "manager").account, id=f"a-{n}") for n in range(MOST_KNOWN + 2)
    ]
    device = HERE
    for one in accounts:
        device = replace(device, known=remember(office, device, one))
    assert [bool(known_as(office, device, one)) for one in accounts] == [False] * 2 + [True] * 5


def test_a_token_ends_after_half_a_year(office: Office) -> None:
    account = viewer(office, "manager").account
    known = replace(HERE, known=remember(office, HERE, account))
    late = office_at(office, minutes=KNOWN_DAYS * 24 * 60 + 1)
    assert known_as(office, known, account)
    assert not known_as(late, known, account)


@given(change=st.integers(0, 59), sign=st.sampled_from("0f9.~é"))
def test_no_other_text_makes_a_browser_known(change: int, sign: str) -> None:
    office = Office(None, None, b"k" * 32)  # type: ignore[arg-type]
    account = replace(_account(), id="a-1")
    right = remember(office, HERE, account)
    wrong = right[:change] + sign + right[change + 1 :]
    if wrong != right:
        assert not known_as(office, replace(HERE, known=wrong), account)


def _account():
    from jixiao.contracts.office import Account

    return Account(id="a", login="somebody", roles=("employee",))


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0", "Firefox · Windows"),
        (
            "Mozilla/5.0 (Macintosh; Mac OS X 14_5) Version/17.5 Safari/605.1.15",
            "Safari · macOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_by_name_and_system(agent: str, kind: str) -> None:
    assert Device(agent=agent).kind == kind


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert Device(address=address).network == network
