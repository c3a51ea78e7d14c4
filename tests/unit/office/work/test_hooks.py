"""Hooks: added with a secret told once, changed, paused, tried, removed; only by administrators."""

import pytest
from tests.hook_case import ADDRESS, HOST, Receiver, with_hook
from tests.office_case import viewer

from jixiao.contracts.office import Delivery, Hook
from jixiao.core import Conflict, Forbidden, Stale
from jixiao.office import Office
from jixiao.office.options import set_options
from jixiao.office.safety.stop import set_stop
from jixiao.office.work.delivering import deliver
from jixiao.office.work.hooks import add_hook, change_hook, hooks, pause_hook, remove_hook, try_hook


def test_only_administrators_reach_hooks(office: Office) -> None:
    for login in ("analyst", "auditor", "manager", "employee"):
        with pytest.raises(Forbidden):
            hooks(office, viewer(office, login))
        with pytest.raises(Forbidden):
            add_hook(office, viewer(office, login), ADDRESS, ["job.end"])


def test_an_address_must_be_listed_and_an_event_known(office: Office) -> None:
    boss = viewer(office, "administrator")
    with pytest.raises(Conflict, match="a host that is not listed under Settings"):
        add_hook(office, boss, ADDRESS, ["job.end"])
    set_options(office, boss, {"hook_hosts": [HOST]}, {})
    with pytest.raises(Conflict, match=r"some of job\.end"):
        add_hook(office, boss, ADDRESS, ["person.erase"])
    with pytest.raises(Conflict, match="another scheme"):
        add_hook(office, boss, ADDRESS.replace("https", "http"), ["job.end"])
    with office.reading() as read:
        assert read.count(Hook) == 0


def test_the_secret_is_kept_sealed_and_opens_to_what_was_told(office: Office) -> None:
    hook, secret = with_hook(office, "job.end")
    assert secret not in repr(hook)
    assert office.seal.open(hook.secret) == secret
    (entry,) = [one for one in office.store.entries() if one.action == "hook.add"]
    assert secret not in str(entry)


def test_a_change_of_an_older_version_is_refused(office: Office) -> None:
    boss = viewer(office, "administrator")
    hook, _ = with_hook(office, "job.end")
    change_hook(office, boss, hook.id, url=ADDRESS, events=["stop.pull"], version=hook.version)
    with pytest.raises(Stale):
        pause_hook(office, boss, hook.id, paused=True, version=hook.version)
    (found,) = hooks(office, boss)
    assert found[0].events == ("stop.pull",)


def test_what_happens_while_a_hook_is_paused_is_not_told_later(
    office: Office, receiver: Receiver
) -> None:
    boss = viewer(office, "administrator")
    hook, _ = with_hook(office, "stop.pull")
    hook = pause_hook(office, boss, hook.id, paused=True, version=hook.version)
    set_stop(office, boss, stopped=True, reason="unseen")
    assert deliver(office, send=receiver) == 0
    pause_hook(office, boss, hook.id, paused=False, version=hook.version)
    assert deliver(office, send=receiver) == 0
    set_stop(office, boss, stopped=False)
    set_stop(office, boss, stopped=True, reason="seen")
    assert deliver(office, send=receiver) == 1
    assert receiver.events == ["stop.pull"]


def test_a_trial_is_sent_once_and_hides_no_event_from_the_hook(
    office: Office, receiver: Receiver
) -> None:
    boss = viewer(office, "administrator")
    hook, _ = with_hook(office, "stop.pull")
    set_stop(office, boss, stopped=True, reason="before the trial")
    receiver.status = 503
    made = try_hook(office, boss, hook.id, send=receiver)
    assert (made.state, made.status, made.tries) == ("given_up", 503, 1)
    receiver.status = 204
    assert try_hook(office, boss, hook.id, send=receiver).state == "delivered"
    assert deliver(office, send=receiver) == 1
    assert receiver.events == ["hook.try", "hook.try", "stop.pull"]
    pause_hook(office, boss, hook.id, paused=True, version=hook.version)
    with pytest.raises(Conflict, match="one that is on"):
        try_hook(office, boss, hook.id, send=receiver)


def test_a_removed_hook_leaves_no_delivery(office: Office, receiver: Receiver) -> None:
    boss = viewer(office, "administrator")
    hook, _ = with_hook(office, "stop.pull")
    try_hook(office, boss, hook.id, send=receiver)
    remove_hook(office, boss, hook.id)
    with office.reading() as read:
        assert read.count(Delivery) == read.count(Hook) == 0
