# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits for clerks of sensing, for the desk of the staff: the first source, alerts, sensors that nobody has adopted."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.registry.declaration import DeskLine
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.sources import waiting_devices
from stadtherz.services.sensing.queries.watching import waiting_alerts


def waiting() -> list[DeskLine]:
    """Alerts that nobody has taken over, and devices that send but are not known; two queries."""
    alerts = waiting_alerts().order_by().aggregate(n=Count("pk"), oldest=Min("began_at"))
    alerts_title = ngettext("%(n)d alert that nobody minds", "%(n)d alerts that nobody minds", alerts["n"])
    devices = waiting_devices()
    count, oldest = len(devices), min((device.since for device in devices), default=None)
    devices_title = ngettext("%(n)d new sensor to adopt", "%(n)d new sensors to adopt", count)
    return [
        DeskLine(
            alerts["n"], alerts_title % {"n": alerts["n"]}, _("Alerts"), reverse("sensing:alerts"), alerts["oldest"]
        ),
        DeskLine(count, devices_title % {"n": count}, _("New sensors"), reverse("sensing:sources"), oldest),
    ]


def to_set_up() -> list[DeskLine]:
    """Nothing once something is measured; one query."""
    if Datastream.objects.exists():
        return []
    title = _("Connect the first source, so that measurements arrive")
    return [DeskLine(count=1, title=title, done=title, url=reverse("sensing:sources"))]
