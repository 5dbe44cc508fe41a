# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail server on 127.0.0.1 that speaks enough SMTP (RFC 5321) to receive real mail, and refuses when told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self._say("220 test ESMTP")
        for raw in self.rfile:
            verb = raw.decode().strip().split(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                self._say("250 test")
            elif verb == "RCPT":
                self._say(self.server.answer_to_recipient)
            elif verb == "DATA":
                self._say("354 go on")
                self._receive()
                if self.server.hang_up_after_data:
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _receive(self) -> None:
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        if self.server.hang_up_after_data:
            return
        self._say(self.server.answer_to_data)
        if self.server.answer_to_data.startswith("250"):
            self.server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it received; its answers can be changed by a test."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[Any] = []
        self.answer_to_recipient = "250 fine"
        self.answer_to_data = "250 queued"
        self.hang_up_after_data = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def only(self) -> EmailMessage:
        (mail,) = self.received
        return mail


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for the length of a test."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
