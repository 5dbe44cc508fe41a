# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of the outbox: write a message, take it back, choose what one wants to be told.

Delivery is the job in ``jobs``. A message is stored in the caller's transaction: no mail about what was rolled back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.messages.delivery import deliver
from stadtherz.kernel.messages.links import stop_address
from stadtherz.kernel.messages.models import Message, MessageState, NoticeWish, Rhythm
from stadtherz.kernel.messages.notices import BY_KEY
from stadtherz.kernel.messages.rendering import render
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person


class UnknownNotice(LookupError):
    """No kind of notice has this key; ``notices.NOTICES`` lists them."""


class NoticeIsNeeded(ValueError):
    """This kind of notice cannot be stopped, as the account does not work without it."""


@transaction.atomic
def send(
    *,
    to: Person | str,
    template: str,
    context: dict[str, Any],
    language: str | None = None,
    notice: str = "account",
    about: str = "",
    delay: timedelta | None = None,
) -> Message | None:
    """Queue the message ``template`` for ``to``, rendered now in the reader's language.

    Returns None when nothing is sent: the person has no address (takes part on paper, account deleted) or does not want
    this kind of ``notice``. ``about`` marks messages that ``take_back`` can find; ``delay`` leaves the time for it.
    """
    if notice not in BY_KEY:
        raise UnknownNotice(notice)
    person = to if isinstance(to, Person) else None
    address = (to.email or "") if isinstance(to, Person) else to
    rhythm = Rhythm.AT_ONCE if person is None else wish(person=person, notice=notice)
    if not address or rhythm == Rhythm.NEVER:
        return None
    language = language or (person.language if person else "") or active().languages[0]
    stoppable = person is not None and BY_KEY[notice].optional
    stop = stop_address(person, notice) if person is not None and stoppable else ""
    rendered = render(template=template, context={"person": person, **context}, language=language, stop_address=stop)
    message = Message.objects.create(
        person=person, address=address, notice=notice, template=template, language=language, about=about,
        subject=rendered.subject, text=rendered.text, html=rendered.html, headers=_headers(stop),
        state=MessageState.HELD if rhythm == Rhythm.DAILY else MessageState.QUEUED,
        next_try=timezone.now() + (delay or timedelta()),
    )  # fmt: skip
    if message.state == MessageState.QUEUED and not delay:
        _enqueue(message)
    return message


def _headers(stop: str) -> dict[str, str]:
    """RFC 8058, section 3.1: both headers, so that the mail program may stop the notice with one POST."""
    if not stop:
        return {"Auto-Submitted": "auto-generated"}
    return {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _enqueue(message: Message) -> None:
    enqueue(deliver, message=message.pk)


@transaction.atomic
def take_back(*, about: str) -> int:
    """Remove the messages about something that was undone and that have not left yet. Returns how many."""
    unsent = Message.objects.filter(about=about, state__in=[MessageState.QUEUED, MessageState.HELD], attempts=0)
    return unsent.delete()[0]


def wish(*, person: Person, notice: str) -> Rhythm:
    """How often the person wants this kind of notice."""
    if not BY_KEY[notice].optional:
        return Rhythm.AT_ONCE
    chosen = NoticeWish.objects.filter(person=person, notice=notice).values_list("rhythm", flat=True).first()
    return Rhythm(chosen) if chosen else BY_KEY[notice].rhythm


@transaction.atomic
def choose_rhythm(*, person: Person, notice: str, rhythm: Rhythm) -> None:
    """Remember how often the person wants this kind of notice. Raises ``NoticeIsNeeded``, ``UnknownNotice``."""
    if notice not in BY_KEY:
        raise UnknownNotice(notice)
    if not BY_KEY[notice].optional:
        raise NoticeIsNeeded(notice)
    NoticeWish.objects.update_or_create(person=person, notice=notice, defaults={"rhythm": rhythm})
    if rhythm == Rhythm.NEVER:
        Message.objects.filter(
            person=person, notice=notice, state__in=[MessageState.QUEUED, MessageState.HELD]
        ).delete()
    if rhythm == Rhythm.AT_ONCE:
        Message.objects.filter(person=person, notice=notice, state=MessageState.HELD).update(
            state=MessageState.QUEUED, next_try=timezone.now()
        )


@transaction.atomic
def choose_language(*, person: Person, language: str) -> None:
    """Mails to the person are written in this language from now on."""
    person.language = language
    person.save(update_fields=["language"])


def export_messages(person: Person) -> list[dict[str, Any]]:
    """The person's messages and wishes, for "download my data"."""
    messages = Message.objects.filter(person=person).order_by("created_at")
    wishes = NoticeWish.objects.filter(person=person).order_by("notice")
    return [
        *(
            {"to": m.address, "subject": m.subject, "text": m.text, "written": m.created_at.isoformat()}
            for m in messages
        ),
        *({"notice": w.notice, "how_often": w.rhythm} for w in wishes),
    ]


@transaction.atomic
def erase_messages(person: Person) -> None:
    """Remove the person's messages and wishes, also messages that went to the bare address."""
    Message.objects.filter(person=person).delete()
    if person.email:
        Message.objects.filter(address__iexact=person.email).delete()
    NoticeWish.objects.filter(person=person).delete()


def expire_messages(before: datetime) -> int:
    """Remove messages older than the retention; what still waits is older than any attempt would be."""
    return Message.objects.filter(created_at__lt=before).delete()[0]
