# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages from the verb that writes them to a mail server that takes them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.jobs import run_waiting
from stadtherz.kernel.messages import actions, delivery
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.models import Message, MessageState, NoticeWish, Rhythm
from stadtherz.kernel.messages.smtp import MailServer as Address
from stadtherz.kernel.messages.smtp import mail_server
from stadtherz.kernel.messages.tests.mail_server import MailServer
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import person

WORDS = "Bänke & <script>alert(1)</script>"


@pytest.fixture
def reader(town: Municipality) -> Person:
    return person(pseudonym="Kastanie", email="kastanie@example.org")


def hello(to: Person | str, **more: Any) -> Message | None:
    context = {"words": WORDS, "address": "http://kaiserslautern.localhost:8000/ideas/1/"}
    return send(to=to, template="tests/hello", context=context, **more)


def test_a_message_reaches_the_server_as_text_and_html(reader: Person, server: MailServer) -> None:
    message = hello(reader)
    assert message is not None
    run_waiting()
    mail = server.only
    assert (mail["To"], mail["Subject"]) == ("kastanie@example.org", f"Ja: {WORDS}")
    assert mail["Message-ID"] == message.message_id
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in mail.iter_parts())
    assert f"Ja, Kastanie: {WORDS}" in text
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert 'href="http://kaiserslautern.localhost:8000/ideas/1/"' in html
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)


def test_html_fetches_nothing_from_anywhere(reader: Person) -> None:
    message = hello(reader)
    assert message is not None
    assert re.findall(r"<(?:img|link|script|iframe)|url\(|@import", message.html) == []


def test_what_is_rolled_back_is_not_sent(reader: Person, server: MailServer) -> None:
    with transaction.atomic():
        hello(reader)
        transaction.set_rollback(True)
    run_waiting()
    assert server.received == []


@pytest.mark.parametrize(("language", "begin"), [("de", "Ja, Kastanie"), ("en", "Yes, Kastanie"), ("de-easy", "Ja. B")])
def test_the_reader_gets_the_own_language(reader: Person, language: str, begin: str) -> None:
    reader.language = language
    message = hello(reader)
    assert message is not None
    assert message.text.startswith(begin)


def test_a_line_break_makes_no_header(reader: Person, server: MailServer) -> None:
    send(to=reader, template="tests/hello", context={"words": "a\r\nBcc: everybody@example.org"})
    run_waiting()
    assert (server.only["Bcc"], server.only["Subject"]) == (None, "Ja: a Bcc: everybody@example.org")


def test_without_a_server_mail_is_kept_to_be_read(reader: Person) -> None:
    message = hello(reader)
    assert message is not None
    run_waiting()
    message.refresh_from_db()
    assert message.state == MessageState.KEPT


def test_people_without_an_address_get_nothing(town: Municipality) -> None:
    without = Person.objects.create(pseudonym="Auf Papier", origin="paper")
    assert hello(without) is None


def test_a_busy_server_is_asked_again_and_the_identifier_stays(reader: Person, server: MailServer) -> None:
    server.answer_to_data = "451 later please"
    message = hello(reader)
    assert message is not None
    run_waiting()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.QUEUED, 1, "451 later please")
    assert timedelta(seconds=50) < message.next_try - timezone.now() < timedelta(seconds=61)
    assert delivery.queue_due() == 0
    server.answer_to_data = "250 queued"
    Message.objects.update(next_try=timezone.now())
    assert delivery.queue_due() == 1
    assert delivery.queue_due() == 0  # it waits already
    run_waiting()
    assert server.only["Message-ID"] == message.message_id


def test_a_server_that_is_away_costs_attempts_and_then_ends(reader: Person, server: MailServer) -> None:
    message = hello(reader)
    assert message is not None
    server.hang_up_after_data = True
    for attempt in range(1, len(delivery.BACK_OFF_MINUTES) + 2):
        Message.objects.update(next_try=timezone.now())
        delivery.deliver(message=message.pk)
        message.refresh_from_db()
        assert message.attempts == attempt
    assert message.state == MessageState.FAILED
    assert "SMTPServerDisconnected" in message.error


def test_an_address_that_does_not_exist_is_asked_once(reader: Person, server: MailServer) -> None:
    server.answer_to_recipient = "550 no such mailbox"
    message = hello(reader)
    assert message is not None
    run_waiting()
    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.FAILED, "550 no such mailbox")


def test_mail_that_opens_an_account_is_not_kept_after_sending(reader: Person, server: MailServer) -> None:
    account, other = hello(reader), hello(reader, notice="contribution")
    assert account is not None
    assert other is not None
    run_waiting()
    account.refresh_from_db()
    other.refresh_from_db()
    assert (account.text, account.html) == ("", "")
    assert WORDS in other.text


def test_a_delayed_message_can_be_taken_back(reader: Person, server: MailServer) -> None:
    hello(reader, about="decision:7", delay=timedelta(seconds=70))
    hello(reader, about="decision:8", delay=timedelta(seconds=70))
    run_waiting()
    assert server.received == []
    assert actions.take_back(about="decision:7") == 1
    Message.objects.update(next_try=timezone.now())
    delivery.queue_due()
    run_waiting()
    assert len(server.received) == 1


def test_one_click_stops_a_notice(reader: Person, server: MailServer) -> None:
    hello(reader, notice="follow")
    run_waiting()
    assert server.only["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = server.only["List-Unsubscribe"].strip(" <>").replace("http://kaiserslautern.localhost:8000", "")
    assert Client().get(address).status_code == 200  # a scanner that opens the link stops nothing
    assert hello(reader, notice="follow") is not None
    client = Client(enforce_csrf_checks=True)
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert hello(reader, notice="follow") is None
    assert hello(reader, notice="contribution") is not None


def test_a_forged_or_foreign_stop_link_stops_nothing(reader: Person, kusel: Municipality) -> None:
    message = hello(reader, notice="follow")
    assert message is not None
    path = "/" + message.headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    assert Client().post(path[:-3] + "x/").status_code == 404
    assert Client().post(path, headers={"host": "kusel.localhost"}).status_code == 404
    assert NoticeWish.objects.count() == 0


def test_what_an_account_needs_cannot_be_stopped(reader: Person) -> None:
    with pytest.raises(actions.NoticeIsNeeded):
        actions.choose_rhythm(person=reader, notice="account", rhythm=Rhythm.NEVER)
    message = hello(reader)
    assert message is not None
    assert "List-Unsubscribe" not in message.headers
    with pytest.raises(actions.UnknownNotice):
        hello(reader, notice="weather")


def test_daily_notices_come_as_one_mail(reader: Person, server: MailServer) -> None:
    actions.choose_rhythm(person=reader, notice="follow", rhythm=Rhythm.DAILY)
    for _ in range(3):
        hello(reader, notice="follow")
    run_waiting()
    assert server.received == []
    assert (delivery.summarise(), delivery.summarise()) == (1, 0)
    run_waiting()
    text = next(iter(server.only.iter_parts())).get_content()
    assert text.count("http://kaiserslautern.localhost:8000/ideas/1/") == 3
    assert text.count(WORDS) == 3


def test_changing_to_at_once_sends_what_was_held(reader: Person) -> None:
    actions.choose_rhythm(person=reader, notice="follow", rhythm=Rhythm.DAILY)
    hello(reader, notice="follow")
    actions.choose_rhythm(person=reader, notice="follow", rhythm=Rhythm.AT_ONCE)
    assert delivery.queue_due() == 1


def test_erasure_removes_every_message_of_a_person(reader: Person) -> None:
    hello(reader, notice="follow")
    hello("KASTANIE@example.org")
    hello(person())
    actions.choose_rhythm(person=reader, notice="follow", rhythm=Rhythm.DAILY)
    assert len(actions.export_messages(reader)) == 2
    actions.erase_messages(reader)
    assert not any("kastanie" in f"{m.address}{m.text}".lower() for m in Message.objects.all())
    assert (Message.objects.count(), NoticeWish.objects.count()) == (1, 0)


def test_old_messages_expire(reader: Person) -> None:
    hello(reader)
    assert actions.expire_messages(timezone.now() - timedelta(days=1)) == 0
    assert actions.expire_messages(timezone.now()) == 1


def test_towns_do_not_read_each_others_mail(reader: Person, kusel: Municipality) -> None:
    message = hello(reader)
    assert message is not None
    assert Client().get(f"/dev/mail/{message.pk}/").status_code == 200
    for path in ("", f"{message.pk}/", f"{message.pk}/html/"):
        answer = Client().get(f"/dev/mail/{path}", headers={"host": "kusel.localhost"})
        assert b"kastanie@example.org" not in answer.content
    with activate(kusel):
        delivery.deliver(message=message.pk)
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_the_mailbox_is_not_there_in_production(reader: Person, settings: Any) -> None:
    message = hello(reader)
    assert message is not None
    settings.PRODUCTION = True
    assert [
        Client().get(f"/dev/mail/{path}").status_code for path in ("", f"{message.pk}/", f"{message.pk}/html/")
    ] == [
        404,
        404,
        404,
    ]


@pytest.mark.parametrize("count", [5, 200])
def test_the_mailbox_takes_the_same_queries_for_any_number(
    reader: Person, count: int, django_assert_max_num_queries: Any
) -> None:
    Message.objects.bulk_create(
        Message(person=reader, address=f"p{n}@example.org", subject="Hallo", text="Hallo") for n in range(count)
    )
    with django_assert_max_num_queries(8):
        assert Client().get("/dev/mail/").status_code == 200


def test_a_person_chooses_rhythm_and_language(reader: Person) -> None:
    client = Client()
    client.force_login(reader)
    assert client.get("/notices/").status_code == 200
    answer = client.post("/notices/", {"language": "en", "contribution": "at_once", "follow": "never"})
    assert answer.status_code == 302
    reader.refresh_from_db()
    assert (reader.language, actions.wish(person=reader, notice="follow")) == ("en", Rhythm.NEVER)
    assert client.post("/notices/", {"language": "xx", "follow": "never"}).status_code == 200


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtp://user:p%40ss@mail.example.org", Address("mail.example.org", 587, "user", "p@ss", False, True)),
        ("smtps://mail.example.org", Address("mail.example.org", 465, tls=True)),
        ("smtp://mail.example.org:25?starttls=no", Address("mail.example.org", 25)),
        ("smtp://127.0.0.1:1025", Address("127.0.0.1", 1025)),
    ],
)
def test_the_option_is_read_as_documented(url: str, read: Address) -> None:
    assert mail_server(url) == read


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://a:b", "smtp://a?starttls=x"]
)
def test_an_option_that_cannot_be_read_says_so(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STADTHERZ_MAIL_URL"):
        mail_server(url)
