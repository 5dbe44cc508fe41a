# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Many mails of one kind to one address within minutes become one: when a gateway fails, a hundred sensors fall silent at once.

The first ones leave at once, because they may be urgent. Further ones wait and leave together; whoever writes them says so by
``pause_for`` and calls ``gather`` each minute. Should nobody gather them, each leaves by itself when its pause is over.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.messages.delivery import deliver
from stadtherz.kernel.messages.models import Message, MessageState
from stadtherz.kernel.messages.rendering import render

AT_ONCE, WITHIN = 10, timedelta(minutes=10)
"""So many mails of a kind to an address within this time leave by themselves."""
SOON = timedelta(seconds=90)
"""Longer than the minute after which somebody gathers again."""


def pause_for(*, address: str, kind: str) -> timedelta | None:
    """How long a further mail of this kind (the beginning of its template's name) to the address waits for others; None: not at all."""
    recent = Message.objects.filter(
        address=address, template__startswith=kind, created_at__gt=timezone.now() - WITHIN
    ).count()
    return WITHIN if recent >= AT_ONCE else None


@transaction.atomic
def gather(*, kind: str, link: str) -> int:
    """Make one mail of those of a kind that wait for the same address, once the first of them would leave. Returns how many mails.

    ``link``: where all of it stands.
    """
    now = timezone.now()
    waiting = Message.objects.select_for_update(skip_locked=True).filter(
        template__startswith=kind, state=MessageState.QUEUED, attempts=0, next_try__gt=now
    )
    groups: dict[tuple[str, str], list[Message]] = {}
    for message in waiting.order_by("pk"):
        groups.setdefault((message.address, message.language), []).append(message)
    due = {
        key: group
        for key, group in groups.items()
        if len(group) > 1 and min(message.next_try for message in group) <= now + SOON
    }
    for (address, language), group in due.items():
        rendered = render(template="notices/gathered", context={"messages": group, "link": link}, language=language)
        made = Message.objects.create(
            address=address, notice=group[0].notice, template="notices/gathered", language=language,
            subject=rendered.subject, text=rendered.text, html=rendered.html, headers={"Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        Message.objects.filter(pk__in=[message.pk for message in group]).update(
            state=MessageState.SUMMARISED, sent_at=now
        )
        enqueue(deliver, message=made.pk)
    return len(due)
