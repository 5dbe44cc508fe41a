# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes messages from the outbox to the mail server, and makes the daily summaries.

A message leaves at least once. The row is locked while it is handed over and marked in the same transaction, so that two
workers never send it at the same time. If the worker is killed in the moment between the server's "taken over" and the
commit, it is sent once more, with the same Message-ID, by which mail programs recognise the double.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.jobs import enqueue, job
from stadtherz.kernel.messages import smtp
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.messages.models import Message, MessageState
from stadtherz.kernel.messages.rendering import render
from stadtherz.kernel.people.models import Person

BACK_OFF_MINUTES = (1, 5, 20, 60, 240, 720, 1440)
AT_A_TIME = 200
SECRETS = "account"  # these mails hold links that open an account: their text is not kept after sending


@job("messages.deliver")
@transaction.atomic
def deliver(*, message: int) -> None:
    """Hand over one message if it is due and nobody else does it now. A failure is noted and tried again later."""
    found = Message.objects.select_for_update(skip_locked=True).filter(pk=message, state=MessageState.QUEUED).first()
    now = timezone.now()
    if found is None or found.next_try > now:
        return
    url = settings.OPTION["mail_url"]
    if not url:
        found.state, found.sent_at = MessageState.KEPT, now
        found.save(update_fields=["state", "sent_at"])
        return
    found.attempts += 1
    try:
        smtp.hand_over(found, smtp.mail_server(url), sender=settings.OPTION["mail_from"])
    except smtp.Refused as refused:
        found.state, found.error = MessageState.FAILED, str(refused)
    except smtp.Postponed as postponed:
        _postpone(found, str(postponed))
    else:
        found.state, found.sent_at, found.error = MessageState.SENT, timezone.now(), ""
        if found.notice == SECRETS:
            found.text = found.html = ""
    found.save()


def _postpone(message: Message, error: str) -> None:
    message.error = error
    if message.attempts > len(BACK_OFF_MINUTES):
        message.state = MessageState.FAILED
        return
    message.next_try = timezone.now() + timedelta(minutes=BACK_OFF_MINUTES[message.attempts - 1])


def queue_due() -> int:
    """Queue a job for each message that is due: those that waited for a pause or for the server. Returns how many."""
    due = Message.objects.filter(state=MessageState.QUEUED, next_try__lte=timezone.now())
    numbers = list(due.order_by("next_try", "pk").values_list("pk", flat=True)[:AT_A_TIME])
    return sum(enqueue(deliver, once=str(number), message=number) for number in numbers)


@transaction.atomic
def summarise() -> int:
    """Make one mail for each person whose notices wait for the daily summary. Returns how many mails."""
    people = Message.objects.filter(state=MessageState.HELD).values_list("person", flat=True).distinct()
    return sum(_summarise_for(Person.objects.get(pk=number)) for number in people)


def _summarise_for(person: Person) -> bool:
    held = list(Message.objects.select_for_update().filter(person=person, state=MessageState.HELD).order_by("pk"))
    if not held or not person.email:
        return False
    rendered = render(
        template="notices/daily", language=person.language,
        context={"person": person, "messages": held, "settings_address": absolute("/notices/")},
    )  # fmt: skip
    made = Message.objects.create(
        person=person, address=person.email, notice=held[0].notice, template="notices/daily", language=person.language,
        subject=rendered.subject, text=rendered.text, html=rendered.html, headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    Message.objects.filter(pk__in=[message.pk for message in held]).update(
        state=MessageState.SUMMARISED, sent_at=timezone.now()
    )
    enqueue(deliver, message=made.pk)
    return True
