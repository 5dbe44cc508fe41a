# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which time of which sensor the address asks for, and what it is held against. The address is the whole question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.spans import Span, same_day

LONGEST_DAYS = 3660
GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
PERIODS = ("today", "week", "year", "own")
AGAINST = ("before", "year", "day")


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: a span, perhaps another one to hold it against, perhaps another sensor."""

    period: str
    span: Span
    against: str = ""
    other: Datastream | None = None
    refused: str = ""
    since: date | None = None
    """The day on which the other time begins, if that is one of one's own choice."""
    unclear: str = ""
    """What is missing for the other time; the own one is shown."""

    @property
    def earlier(self) -> Span | None:
        """The span that the values are held against."""
        if self.against == "before":
            return self.span.before()
        if self.against == "day":
            return None if self.since is None else self.span.shifted(self.since)
        return self.span.year_before() if self.against == "year" else None

    def query(self, **changes: Any) -> str:
        """The address of this question with some changes; empty values fall away."""
        known = {
            "period": self.period, "against": self.against, "other": self.other.pk if self.other else "",
            "since": self.since.isoformat() if self.since and self.against == "day" else "",
            "from": self.span.first.isoformat() if self.period == "own" else "",
            "to": self.span.last.isoformat() if self.period == "own" else "",
        }  # fmt: skip
        known |= changes
        return "?" + urlencode({key: value for key, value in known.items() if value})


def span_of(period: str, today: date, zone: ZoneInfo) -> Span:
    """The span of a named period: today, the last seven days, the last twelve months."""
    if period == "week":
        return Span(today - timedelta(days=6), today, zone)
    if period == "year":
        return Span(same_day(today, today.year - 1) + timedelta(days=1), today, zone)
    return Span(today, today, zone)


def _day(text: str) -> date | None:
    """A day as browsers send it, or as people write it where there is no date field (21.11.2026)."""
    written = GERMAN_DAY.fullmatch(text.strip())
    found: date | None
    try:
        if written:
            found = date(int(written[3]), int(written[2]), int(written[1]))
        else:
            found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 1900 <= found.year <= 2200 else None


def asked(request: HttpRequest, *, others: Any = (), zone: ZoneInfo, default: str = "week") -> Asked:
    """Read the address. What cannot be read falls back to the default; a span that is wrong is told."""
    known = request.GET
    today = timezone.now().astimezone(zone).date()
    period = known.get("period", "") if known.get("period", "") in PERIODS else default
    against = known.get("against", "") if known.get("against", "") in AGAINST else ""
    chosen = known.get("other", "")
    other = next((each for each in others if str(each.pk) == chosen), None)
    since = _day(known.get("since", "")) if against == "day" else None
    unclear = _("Please say from which day on you want to compare.") if against == "day" and since is None else ""
    if period != "own":
        return Asked(period, span_of(period, today, zone), against, other, "", since, unclear)
    first, last = _day(known.get("from", "")), _day(known.get("to", ""))
    refused = _refused(first, last, bool(known.get("from") or known.get("to")))
    if refused or first is None or last is None:
        return Asked("own", span_of("week", today, zone), against, other, refused, since, unclear)
    return Asked("own", Span(first, last, zone), against, other, "", since, unclear)


def _refused(first: date | None, last: date | None, is_written: bool) -> str:
    """What is wrong with a period."""
    if first is None or last is None:
        return _("Please give both days of your period.") if is_written else ""
    if last < first:
        return _("Your period ends before it begins.")
    return _("Please choose at most ten years.") if (last - first).days >= LONGEST_DAYS else ""
