# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The mail server from the option ``mail_url``, and what its answers mean (RFC 5321, section 4.2.1)."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from stadtherz.kernel.messages.models import Message

SECONDS = 20


class Postponed(Exception):
    """The server cannot take the message now; later it may."""


class Refused(Exception):
    """The server will never take the message, for example because the address does not exist."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to hand over mail."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


def mail_server(url: str) -> MailServer:
    """Read ``smtp://user:password@host:port`` (STARTTLS, 587) or ``smtps://…`` (TLS from the start, 465).

    ``?starttls=no`` sends in the clear; so does an address of this machine. Raises ``ImproperlyConfigured``.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"STADTHERZ_MAIL_URL cannot be read: {error}.") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured("STADTHERZ_MAIL_URL: write smtp://user:password@host:port or smtps://….")
    tls = parts.scheme == "smtps"
    wish = parse_qs(parts.query).get("starttls", ["no" if _is_this_machine(parts.hostname) else "yes"])[-1]
    if wish not in ("yes", "no"):
        raise ImproperlyConfigured("STADTHERZ_MAIL_URL: starttls is yes or no.")
    return MailServer(
        parts.hostname, port or (465 if tls else 587), unquote(parts.username or ""), unquote(parts.password or ""),
        tls, not tls and wish == "yes",
    )  # fmt: skip


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hand_over(message: Message, server: MailServer, *, sender: str) -> None:
    """Give the message to the server. Raises ``Postponed`` or ``Refused``; returns when the server took it over."""
    connection = EmailBackend(
        host=server.host, port=server.port, username=server.user, password=server.password, use_ssl=server.tls,
        use_tls=server.starttls, timeout=SECONDS,
    )  # fmt: skip
    try:
        connection.send_messages([as_mail(message, sender=sender)])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _meaning(code, answer) from error
    except smtplib.SMTPResponseException as error:
        raise _meaning(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Postponed(f"{type(error).__name__}: {error}") from error


def as_mail(message: Message, *, sender: str) -> EmailMultiAlternatives:
    """Plain text first, HTML beside it. The identifier is the stored one, the same at every attempt."""
    mail = EmailMultiAlternatives(
        message.subject, message.text, sender, [message.address],
        headers={"Message-ID": message.message_id, **message.headers},
    )  # fmt: skip
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail


def _meaning(code: int, answer: bytes | str) -> Postponed | Refused:
    """4yz: try again. 5yz: never, but for a login that the operator will mend (RFC 4954, section 6)."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    permanent = 500 <= code < 600 and code not in (530, 534, 535, 538, 554)
    return (Refused if permanent else Postponed)(f"{code} {text}"[:500])
