# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages of devices that nobody adopted yet: kept within bounds, thrown away after a month, replayed after adoption."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import QuarantinedMessage, Source

PER_DEVICE, PER_SOURCE, DEVICES = 200, 5000, 500  # messages, messages, devices
LARGEST = 4000  # characters of one message
KEPT = timedelta(days=30)
WAITING = 4092  # of the advisory lock


def one_by_one(source: Source) -> None:
    """Until the end of the transaction nobody else puts messages of this source into quarantine, or adopts a device of it.

    Taken before any row is locked. The row of the source would not do: who stores values of a known device changes it last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s::int)", [WAITING, source.pk])


def keep(
    source: Source, messages: Sequence[DeviceMessage], problems: list[Any], problem: Callable[..., Any]
) -> tuple[int, int]:
    """Put the messages into quarantine as far as there is room; returns how many, and how many were there before. A device's
    newest push out its oldest; of a source that has too many unknown devices, further ones are refused with the reason."""
    if not messages:
        return 0, 0
    waiting = QuarantinedMessage.objects.filter(source=source)
    counts = dict(waiting.values_list("external_id").annotate(Count("pk")))
    marks = {message.own_mark for message in messages}
    known = set(waiting.filter(mark__in=marks).values_list("external_id", "mark"))
    room, rows, repeated = PER_SOURCE - sum(counts.values()), list[QuarantinedMessage](), 0
    for message in messages:
        if (message.device, message.own_mark) in known:
            repeated += 1
            continue
        content = message.kept()
        if len(json.dumps(content)) > LARGEST:
            problems.append(
                problem(
                    message.device, "", _("The message is longer than %(largest)s characters.") % {"largest": LARGEST}
                )
            )
        elif message.device not in counts and len(counts) >= DEVICES:
            problems.append(
                problem(
                    message.device,
                    "",
                    _("More than %(devices)s unknown devices wait at this source.") % {"devices": DEVICES},
                )
            )
        elif room <= len(rows) and counts.get(message.device, 0) < PER_DEVICE:
            problems.append(
                problem(
                    message.device,
                    "",
                    _("More than %(per_source)s messages wait at this source.") % {"per_source": PER_SOURCE},
                )
            )
        else:
            counts[message.device] = counts.get(message.device, 0) + 1
            known.add((message.device, message.own_mark))
            rows.append(QuarantinedMessage(
                source=source, external_id=message.device, mark=message.own_mark, content=content,
            ))  # fmt: skip
    QuarantinedMessage.objects.bulk_create(rows, ignore_conflicts=True)
    for device in {row.external_id for row in rows if counts[row.external_id] > PER_DEVICE}:
        newest = waiting.filter(external_id=device).order_by("-received_at", "-pk").values_list("pk", flat=True)
        waiting.filter(external_id=device).exclude(pk__in=list(newest[:PER_DEVICE])).delete()
    return len(rows), repeated


def take_out(source: Source, device: str) -> list[DeviceMessage]:
    """Remove and return what waits of this device, oldest first."""
    rows = list(QuarantinedMessage.objects.filter(source=source, external_id=device).order_by("received_at", "pk"))
    QuarantinedMessage.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [DeviceMessage.from_kept(device, row.mark, row.content) for row in rows]


def expire(now: datetime | None = None) -> int:
    """Throw away what waited for more than a month."""
    removed, _each = QuarantinedMessage.objects.filter(received_at__lt=(now or timezone.now()) - KEPT).delete()
    return removed
