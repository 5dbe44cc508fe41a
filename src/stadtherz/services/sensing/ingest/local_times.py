# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times without a zone that are meant as a town's clock, also in the two nights a year when that clock is no guide.

Spring forward: the skipped hour does not exist; a time in it is refused. Fall back: an hour happens twice. In a series that
goes on in order, the first pass is summer time and the second winter time; a single time is taken as the first pass
(summer time), as the documentation says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.reasons import Explained


class LocalTimeRefused(Explained):
    """This time does not exist on the town's clock."""


def localized(naive: datetime, zone: ZoneInfo, *, second_pass: bool = False) -> datetime:
    """The time on the clock of ``zone``, in UTC. Raises ``LocalTimeRefused`` for an hour that was skipped."""
    found = naive.replace(tzinfo=zone, fold=1 if second_pass else 0)
    back = found.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) != naive:
        raise LocalTimeRefused(
            _("%(time)s does not exist: the clock went from 2 to 3 that night."), time=f"{naive:%d.%m.%Y %H:%M}"
        )
    return found.astimezone(UTC)


def is_ambiguous(naive: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock showed this time twice."""
    first, second = (naive.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


class LocalClock:
    """Local times of one series in the order in which they were written.

    In the hour that happens twice, the second pass has begun as soon as a time does not go on from the one before.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.before: datetime | None = None

    def moment(self, naive: datetime) -> datetime:
        """The next time of the series, in UTC. Raises ``LocalTimeRefused``."""
        found = localized(naive, self.zone)
        if is_ambiguous(naive, self.zone) and self.before is not None:
            near = self.before - timedelta(hours=2) < found  # another night's series does not count
            if near and found <= self.before:
                found = localized(naive, self.zone, second_pass=True)
        self.before = found
        return found
