"""Messages reach a real SMTP server, encrypted, and none goes to one that cannot be trusted."""

import email
import email.policy
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.smtp_case import NAME, PASSWORD, USER, SmtpServer

from jixiao.contracts import MailSettings
from jixiao.gateways import Mailer


def settings(server: SmtpServer, **more: object) -> MailSettings:
    given = {"host": NAME, "port": server.port, "sender": "hr@example.org"}
    return MailSettings(**{**given, "site": "https://jx.example.org", **more})  # type: ignore[arg-type]


def test_a_message_arrives_by_starttls_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        Mailer(settings(server), "")("e3@example.org", "您有待办事项", "请登录查看\n.\nhttps://x\n")
    (got,) = server.got
    message = email.message_from_bytes(got["data"].encode(), policy=email.policy.default)
    assert got["secure"] is True
    assert "<e3@example.org>" in got["to"].lower()
    assert (message["Subject"], message["From"]) == ("您有待办事项", "hr@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip().splitlines()[0] == "请登录查看"
    assert "https://x" in message.get_content()


def test_a_message_arrives_by_tls_from_a_user_who_signs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(tmp_path, tls=True) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        known = settings(server, security="tls", user=USER, password_env="X")
        Mailer(known, PASSWORD)("e3@example.org", "s", "t")
        with pytest.raises(OSError, match="535"):
            Mailer(known, "another word")("e3@example.org", "s", "t")
    assert [(one["user"], one["secure"]) for one in server.got] == [(USER, True)]


def test_nothing_is_sent_in_the_open_or_to_a_server_with_a_strange_certificate(
    tmp_path: Path,
) -> None:
    with SmtpServer(tmp_path) as server:
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            Mailer(settings(server), "")("e3@example.org", "s", "t")
        assert server.got == []
    plain = tmp_path / "plain"
    plain.mkdir()
    with SmtpServer(plain, starttls=False) as server:
        with pytest.raises(OSError, match="STARTTLS"):
            Mailer(settings(server), "")("e3@example.org", "s", "t")
        assert server.got == []


def test_a_refused_address_and_one_with_a_line_break_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        with pytest.raises(ValueError, match="linefeed"):
            Mailer(settings(server), "")("e3@example.org\nBcc: all@example.org", "s", "t")
        server.refuses = True
        with pytest.raises(OSError, match="nobody here"):
            Mailer(settings(server), "")("e3@example.org", "s", "t")
    assert server.got == []


def test_settings_without_encryption_are_for_this_machine_alone() -> None:
    given = {"sender": "a@b.c", "site": "https://x", "security": "none"}
    assert MailSettings(host="127.0.0.1", **given).security == "none"  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="this machine alone"):
        MailSettings(host="smtp.example.org", **given)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="password_env"):
        MailSettings(host="h", sender="a", site="https://x", user="u")
