"""An SMTP server on this machine that keeps what it is sent, for tests of messages."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from pathlib import Path
from typing import Any, Self

from tests.tls_case import server_context

NAME = "localhost"
USER, PASSWORD = "jixiao", "a word of its own"


class SmtpServer:
    """Speaks as much SMTP as a client needs: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA.

    Args:
        folder: Where its certificate is kept.
        tls: Whether TLS is spoken from the first byte on.
        starttls: Whether it can be begun later.
    """

    def __init__(self, folder: Path, *, tls: bool = False, starttls: bool = True) -> None:
        self.got: list[dict[str, Any]] = []
        self.refuses = False
        context, self.certificate = server_context(folder, NAME)
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    self._talk()
                except (ssl.SSLError, ConnectionError):
                    return

            def _talk(self) -> None:
                self._secure = tls
                if tls:
                    self._wrap()
                self._say("220 localhost ESMTP")
                mail: dict[str, Any] = {"user": ""}
                while line := self.rfile.readline().decode().strip():
                    word, _, rest = line.partition(" ")
                    if not self._answer(word.upper(), rest, mail):
                        return

            def _answer(self, word: str, rest: str, mail: dict[str, Any]) -> bool:
                if word == "EHLO":
                    offers = ["STARTTLS"] if starttls and not self._secure else ["AUTH PLAIN"]
                    self._say("250-localhost", *(f"250 {one}" for one in offers))
                elif word == "STARTTLS":
                    self._say("220 go")
                    self._wrap()
                elif word == "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    mail["user"] = user
                    good = (user, password) == (USER, PASSWORD)
                    self._say("235 good" if good else "535 no")
                elif word == "MAIL":
                    mail |= {"from": rest, "secure": self._secure}
                    self._say("250 ok")
                elif word == "RCPT":
                    mail["to"] = rest
                    self._say("550 nobody here" if outer.refuses else "250 ok")
                elif word == "DATA":
                    self._say("354 go on")
                    mail["data"] = self._text()
                    outer.got.append(mail)
                    self._say("250 kept")
                else:
                    self._say("221 bye" if word == "QUIT" else "250 ok")
                return word != "QUIT"

            def _text(self) -> str:
                lines = []
                while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
                    lines.append(line)
                return "".join(lines)

            def _say(self, *lines: str) -> None:
                self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

            def _wrap(self) -> None:
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")  # type: ignore[assignment]
                self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
                self._secure = True

            def finish(self) -> None:
                super().finish()
                self.connection.close()

        self._server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
