# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times as the store counts them: microseconds, days and months since 1970, in UTC. Exact; imports nothing of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000  # in microseconds
DAY = 24 * HOUR
AHEAD = timedelta(hours=1)  # a time that lies further ahead is no time of a measurement: a wrong clock, or a forecast
LEAST, MOST = -(2**63), 2**63 - 1  # before and after all times


def microseconds(time: datetime) -> int:
    """Microseconds since 1970 (UTC), exact."""
    return (time - EPOCH) // MICROSECOND


def following(time: datetime) -> datetime | None:
    """The next microsecond; None behind the last one of the calendar."""
    return time + MICROSECOND if time < datetime.max.replace(tzinfo=UTC) else None


def moment(micros: int) -> datetime:
    """The time that is ``micros`` microseconds after 1970, in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def month_of(micros: int) -> int:
    """Months since January 1970 (UTC), as NumPy counts them."""
    time = moment(micros)
    return (time.year - 1970) * 12 + time.month - 1


@lru_cache(maxsize=1000)
def begin_of_month(number: int) -> int:
    """Its first microsecond."""
    return microseconds(datetime(1970 + number // 12, number % 12 + 1, 1, tzinfo=UTC))
