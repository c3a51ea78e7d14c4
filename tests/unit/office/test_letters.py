"""Letters say that something waits and nothing more; each is sent once, or given up in the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.office_case import viewer
from tests.paper_case import YAML, released, with_paper
from tests.smtp_case import NAME, PASSWORD, USER, SmtpServer

from jixiao.bootstrap import open_office
from jixiao.contracts.office import Account, Letter, Person
from jixiao.core import ContractError
from jixiao.office import Office
from jixiao.office.letters import BACK_OFF_S, WORDS, send_letters, write_letters
from jixiao.office.papers.contests import contest

MAIL = "mail: {host: smtp.example.org, sender: hr@example.org, site: 'https://jx.example.org'}\n"
ADDRESS = "e3@example.org"


class Post:
    """Takes messages in place of a server, or fails."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.error: Exception | None = None

    def __call__(self, address: str, subject: str, text: str) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((address, subject, text))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def told(office: Office, post: Post) -> Office:
    """Return the application with a mail server; one person has an address."""
    with office.changing("test", "fill", "person") as change:
        change.replace(change.get(Person, "p-E3"), email=ADDRESS)
    return replace(office, mail=post)


def letter_waits(office: Office) -> None:
    """Let a report be released to the person with the address."""
    released(office, with_paper(office))
    path = office.workspace.store.base / "jixiao.yaml"
    path.write_text(YAML + MAIL, "utf-8")


def later(office: Office, seconds: float) -> Office:
    return replace(office, clock=lambda: datetime.now(UTC) + timedelta(seconds=seconds))


def states(office: Office) -> list[tuple[str, int]]:
    with office.reading() as read:
        return [(one.state, one.tries) for one in read.find(Letter)]


def test_a_released_report_sends_its_person_a_link_and_no_word_about_it(
    told: Office, post: Post
) -> None:
    letter_waits(told)
    assert send_letters(told) == 1
    assert send_letters(told) == 0
    ((address, subject, text),) = post.sent
    assert address == ADDRESS
    assert subject == WORDS["en"][0]
    assert text == WORDS["en"][1].format(site="https://jx.example.org")
    assert not any(word in text for word in ("E3", "report", "Output", "2025"))
    assert states(told) == [("sent", 1)]


def test_a_letter_is_in_the_language_of_the_account(told: Office, post: Post) -> None:
    letter_waits(told)
    with told.changing("test", "language", "account") as change:
        change.replace(change.get(Account, "a-employee"), language="zh")
    send_letters(told)
    assert post.sent[0][1] == "您有待办事项"


def test_a_letter_reaches_a_server_as_the_workspace_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    with SmtpServer(tmp_path) as server:
        named = f"mail: {{host: {NAME}, port: {server.port}, user: {USER}, password_env: MAIL_WORD,"
        named += " sender: hr@example.org, site: 'https://jx.example.org'}\n"
        (folder / "jixiao.yaml").write_text(YAML + named, "utf-8")
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        with pytest.raises(ContractError, match="export MAIL_WORD"):
            open_office(folder, serving=True)
        monkeypatch.setenv("MAIL_WORD", PASSWORD)
        office = open_office(folder, serving=True)
        with office.changing("test", "fill", "person") as change:
            change.add(
                Person(id="p", key="E3", name="Name of E3", pseudonym="x", email=ADDRESS),
                Account(id="a", login="e3", roles=("employee",), person="p"),
            )
            assert write_letters(office, change, ["p"]) == 1
            assert write_letters(office, change, ["p"]) == 0, "it waits already"
        assert send_letters(office) == 1
        office.store.close()
    (got,) = server.got
    assert (got["user"], got["secure"]) == (USER, True)
    assert "https://jx.example.org" in got["data"]
    assert "Name of E3" not in got["data"]


def test_without_a_mail_server_nothing_is_written(office: Office) -> None:
    letter_waits(office)
    assert states(office) == []
    assert send_letters(office) == 0


def test_a_server_that_fails_is_tried_ever_later_and_given_up_in_the_end(
    told: Office, post: Post
) -> None:
    letter_waits(told)
    post.error = ConnectionRefusedError("no")
    assert send_letters(told) == 1
    assert send_letters(told) == 0, "not due yet"
    past = 0.0
    for wait in BACK_OFF_S:
        past += wait + 1
        assert send_letters(later(told, past)) == 1
    assert states(told) == [("given_up", len(BACK_OFF_S) + 1)]
    assert send_letters(later(told, past + 10**6)) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.replace(c.get(Account, "a-employee"), disabled=True),
        lambda c: c.replace(c.get(Person, "p-E3"), email=""),
    ],
)
def test_whoever_can_no_longer_be_reached_is_sent_nothing(
    told: Office, post: Post, change: Callable[..., object]
) -> None:
    letter_waits(told)
    with told.changing("test", "close", "account") as made:
        change(made)
    send_letters(told)
    assert post.sent == []
    assert states(told) == [("given_up", 1)]


def test_the_outcome_of_an_objection_is_told_too(told: Office, post: Post) -> None:
    from jixiao.contracts.office import Paper
    from jixiao.office.papers.contests import settle

    letter_waits(told)
    send_letters(told)
    with told.reading() as read:
        (paper,) = read.find(Paper)
    made = contest(told, viewer(told, "employee"), paper.id, version=paper.version, text="no")
    head = viewer(told, "head")
    settle(told, head, made.id, version=made.version, outcome="stands", reply="it is right")
    assert send_letters(told) == 1
    assert len(post.sent) == 2
