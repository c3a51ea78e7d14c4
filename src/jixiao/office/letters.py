"""Letters: e-mails that say that something waits, and nothing more; off unless a server is named.

A letter is written in the transaction of what it tells of, and sent later. Neither names nor texts
travel by e-mail, nor what it is that waits: only a link to the start page.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta

from jixiao.contracts.office import Account, Changing, Letter, Person
from jixiao.core import Stale
from jixiao.office.office import Office
from jixiao.office.secrets import new_id

BACK_OFF_S = (60, 600, 3600, 21600)
"""Seconds before each further try; after the last the letter is given up."""
LONGEST_TRY_S = 120
MOST_AT_ONCE = 20
WORDS = {
    "en": (
        "Something waits for you",
        "Something waits for you in the review system:\n{site}\n\n"
        "For confidentiality this message says no more.\n",
    ),
    "zh": (
        "您有待办事项",
        "考核系统中有事项等待您处理，请登录查看：\n{site}\n\n出于保密，邮件中不含具体内容。\n",
    ),
}
"""Subject and text by language."""
_LOG = logging.getLogger("jixiao.mail")


def write_letters(office: Office, change: Changing, people: Collection[str]) -> int:
    """Write people that something waits for them, once for all that waits, and return how many.

    Args:
        office: The application; without a mail server nothing is written.
        change: The change that lets something wait.
        people: Person ids.
    """
    if office.mail is None:
        return 0
    reached = {one.id for one in change.find(Person, id=set(people)) if one.email}
    waiting = {one.account for one in change.find(Letter, state="waiting")}
    accounts = change.find(Account, person=reached, disabled=False)
    made = [
        Letter(id=new_id(), account=one.id, due=office.clock())
        for one in accounts
        if one.id not in waiting
    ]
    change.add(*made)
    return len(made)


def send_letters(office: Office) -> int:
    """Send the letters that are due and return how many were tried."""
    if office.mail is None:
        return 0
    now = office.clock()
    with office.reading() as read:
        due = read.find(Letter, state="waiting", due__le=now, order="due", limit=MOST_AT_ONCE)
    return sum(_send_once(office, one) for one in due)


def _send_once(office: Office, letter: Letter) -> bool:
    """Send a letter, if no other process has taken it; keep what came of it."""
    now = office.clock()
    try:
        with office.store.noting() as note:
            later = now + timedelta(seconds=LONGEST_TRY_S)
            letter = note.replace(letter, due=later, tries=letter.tries + 1)
    except Stale:
        return False
    state = _sent(office, letter)
    with office.store.noting() as note:
        last = note.first(Letter, id=letter.id)
        if last is None:
            return True
        if state == "waiting":
            wait = timedelta(seconds=BACK_OFF_S[min(last.tries, len(BACK_OFF_S)) - 1])
            note.replace(last, due=now + wait)
        else:
            note.replace(last, state=state, due=now)
    return True


def _sent(office: Office, letter: Letter) -> str:
    """Return the state of a letter after a try."""
    assert office.mail is not None
    with office.reading() as read:
        account = read.first(Account, id=letter.account, disabled=False)
        person = read.first(Person, id=account.person) if account and account.person else None
    mail = office.workspace.settings().mail
    if account is None or person is None or not person.email or mail is None:
        return "given_up"
    subject, text = WORDS[account.language]
    try:
        office.mail(person.email, subject, text.format(site=mail.site))
    except (OSError, ValueError) as error:
        _LOG.warning("letter %s failed: %s", letter.id, type(error).__name__)
        is_last = isinstance(error, ValueError) or letter.tries > len(BACK_OFF_S)
        return "given_up" if is_last else "waiting"
    return "sent"
