"""Wrong guesses slow down whoever makes them; right passwords get in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import HERE, PASSWORD, office_at

from jixiao.contracts.office import Attempt
from jixiao.core import SignInNeeded, TooMany
from jixiao.office import Device, Office, sign_in, viewer_of
from jixiao.office.accounts.guesses import KNOWN, LOGIN, NETWORK, WINDOW_MIN, Budget


def guess(office: Office, login: str, device: Device, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInNeeded):
            sign_in(office, login, "wrong", device=device)


def test_guessing_slows_down_whoever_guesses_and_nobody_else(office: Office) -> None:
    guess(office, "manager", HERE, LOGIN.free)
    with pytest.raises(TooMany, match="wait 15 seconds") as slowed:
        sign_in(office, "manager", PASSWORD, device=HERE)
    assert 1 <= slowed.value.wait_s <= LOGIN.first_s
    elsewhere = sign_in(office, "manager", PASSWORD, device=Device("10.0.0.2"))
    assert viewer_of(office, elsewhere.token).account.login == "manager"
    sign_in(office, "employee", PASSWORD, device=HERE)


def test_the_wait_ends_and_the_right_password_gets_in(office: Office) -> None:
    guess(office, "manager", HERE, LOGIN.free)
    later = office_at(office, seconds=LOGIN.first_s + 1)
    assert sign_in(later, "manager", PASSWORD, device=HERE).token


def test_the_wait_grows_with_each_further_guess(office: Office) -> None:
    guess(office, "manager", HERE, LOGIN.free)
    after = LOGIN.first_s + 1
    guess(office_at(office, seconds=after), "manager", HERE, 1)
    with pytest.raises(TooMany):
        sign_in(office_at(office, seconds=2 * after), "manager", PASSWORD, device=HERE)
    done = office_at(office, seconds=after + 2 * LOGIN.first_s + 1)
    sign_in(done, "manager", PASSWORD, device=HERE)


def test_a_try_that_comes_too_soon_does_not_make_the_wait_longer(office: Office) -> None:
    guess(office, "manager", HERE, LOGIN.free)
    for second in range(LOGIN.first_s - 1):
        with pytest.raises(TooMany):
            sign_in(office_at(office, seconds=second), "manager", "wrong", device=HERE)
    sign_in(office_at(office, seconds=LOGIN.first_s + 1), "manager", PASSWORD, device=HERE)


def test_a_known_browser_gets_in_whatever_others_guess_behind_the_same_address(
    office: Office,
) -> None:
    known = replace(HERE, known=sign_in(office, "manager", PASSWORD, device=HERE).known)
    guess(office, "manager", HERE, LOGIN.free)
    for place in range(NETWORK.free - LOGIN.free):
        guess(office, f"nobody-{place}", HERE, 1)
    with pytest.raises(TooMany):
        sign_in(office, "employee", PASSWORD, device=HERE)
    assert sign_in(office, "manager", PASSWORD, device=known).token


def test_an_unknown_browser_waits_seconds_not_minutes_behind_a_busy_address(
    office: Office,
) -> None:
    for place in range(NETWORK.free):
        guess(office, f"nobody-{place}", HERE, 1)
    step = NETWORK.most_s + 1
    for place in range(1, 21):
        guess(office_at(office, seconds=place * step), f"somebody-{place}", HERE, 1)
    last = 20 * step
    with pytest.raises(TooMany) as slowed:
        sign_in(office_at(office, seconds=last), "employee", PASSWORD, device=HERE)
    assert slowed.value.wait_s <= NETWORK.most_s
    sign_in(office_at(office, seconds=last + step), "employee", PASSWORD, device=HERE)


def test_a_known_browser_that_guesses_is_slowed_itself(office: Office) -> None:
    known = replace(HERE, known=sign_in(office, "manager", PASSWORD, device=HERE).known)
    guess(office, "manager", known, KNOWN.free)
    with pytest.raises(TooMany):
        sign_in(office, "manager", PASSWORD, device=known)


def test_being_known_for_one_account_gives_no_guesses_at_another(office: Office) -> None:
    known = replace(HERE, known=sign_in(office, "employee", PASSWORD, device=HERE).known)
    guess(office, "manager", known, LOGIN.free)
    with pytest.raises(TooMany):
        sign_in(office, "manager", "wrong", device=known)


def test_one_household_has_one_budget_however_many_ipv6_addresses(office: Office) -> None:
    for place in range(LOGIN.free):
        guess(office, "manager", Device(f"2001:db8:1:2::{place + 1:x}"), 1)
    with pytest.raises(TooMany):
        sign_in(office, "manager", "wrong", device=Device("2001:db8:1:2:ffff::9"))
    guess(office, "manager", Device("2001:db8:1:3::1"), 1)


def test_a_right_password_counts_against_nothing(office: Office) -> None:
    for _ in range(LOGIN.free + 2):
        sign_in(office, "manager", PASSWORD, device=HERE)
    with office.reading() as read:
        assert read.count(Attempt) == 0


def test_guesses_are_forgotten_after_the_window(office: Office) -> None:
    guess(office, "manager", HERE, LOGIN.free)
    later = office_at(office, minutes=WINDOW_MIN + 1)
    guess(later, "manager", HERE, LOGIN.free)
    with pytest.raises(TooMany):
        sign_in(later, "manager", "wrong", device=HERE)


def test_no_count_tells_an_address_or_a_login(office: Office) -> None:
    guess(office, "manager", HERE, 1)
    with office.reading() as read:
        kept = str(read.find(Attempt))
    assert "manager" not in kept
    assert "10.0.0.1" not in kept


@given(
    budget=st.builds(
        Budget, free=st.integers(1, 50), first_s=st.integers(1, 60), most_s=st.integers(60, 900)
    ),
    made=st.integers(0, 10_000),
)
def test_a_wait_never_shrinks_with_more_guesses_and_never_passes_its_bound(
    budget: Budget, made: int
) -> None:
    assert budget.wait_s(made) <= budget.wait_s(made + 1) <= budget.most_s
    assert (budget.wait_s(made) == 0) == (made < budget.free)


def test_who_guesses_at_one_login_all_day_gets_few_tries(office: Office) -> None:
    moment, tries = office.clock(), 0
    day_end = moment + timedelta(hours=6)
    while moment < day_end:
        at = moment
        try:
            sign_in(replace(office, clock=lambda: at), "manager", "wrong", device=HERE)  # noqa: B023
        except SignInNeeded:
            tries += 1
        except TooMany as slowed:
            moment += timedelta(seconds=slowed.wait_s)
    assert tries <= 6 * 40
