"""Messages by SMTP: encrypted, one at a time, through the server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from jixiao.contracts import MailSettings

TIMEOUT_S = 20.0


class Mailer:
    """Sends messages.

    Args:
        settings: The server.
        password: Of the user; empty where nobody signs in.
    """

    def __init__(self, settings: MailSettings, password: str) -> None:
        self._settings, self._password = settings, password

    def __call__(self, address: str, subject: str, text: str) -> None:
        """Send one message.

        Args:
            address: Of whom it is for.
            subject: Its subject.
            text: What it says.

        Raises:
            OSError: If the server cannot be reached, is not who it should be, or refuses it.
            ValueError: If the address can be none.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.sender, address, subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(domain="jixiao.invalid")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._connected() as server:
            if self._settings.user:
                server.login(self._settings.user, self._password)
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if self._settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
        return server
