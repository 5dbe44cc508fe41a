# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of sensing: looking whether rules raise an alert, asking sources that are due, clearing the quarantine, and the upkeep of the store:
hourly figures, packing, keeping, partitions."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from stadtherz.kernel.jobs import enqueue, job, periodic
from stadtherz.services.sensing.actions import folders
from stadtherz.services.sensing.actions.alert_news import gather_mails
from stadtherz.services.sensing.actions.alerts import watch_all
from stadtherz.services.sensing.alert_calls import call_webhook, try_webhook
from stadtherz.services.sensing.connectors.fetching import ask, due_sources
from stadtherz.services.sensing.demo.continuing import go_on
from stadtherz.services.sensing.ingest import quarantine
from stadtherz.services.sensing.models import Source
from stadtherz.services.sensing.mqtt.deliveries import forget_deliveries
from stadtherz.services.sensing.store import keeping, months, moving, noting
from stadtherz.services.sensing.store.rollups import AT_ONCE, roll_up

__all__ = ["call_webhook", "try_webhook"]


@periodic("* * * * *")
@job("sensing.watch")
def watch() -> None:
    """Let all rules of alerts look at what came since they looked last."""
    watch_all(now=timezone.now())
    gather_mails()


@job("sensing.ask_source", attempts=2)
def ask_source(*, source: int) -> None:
    """Ask one source, unless it was removed or paused meanwhile."""
    found = Source.objects.filter(pk=source, is_paused=False).first()
    if found is not None:
        ask(found)


@periodic("* * * * *")
@job("sensing.ask_due_sources")
def ask_due_sources() -> None:
    """Queue each source whose time has come; one that is still being asked is not queued twice."""
    for source in due_sources():
        enqueue(ask_source, once=str(source.pk), source=source.pk)


@periodic("* * * * *")
@job("sensing.read_folders")
def read_folders() -> None:
    """Take in the files that lie in the folders of sources."""
    for source in folders.waiting_sources():
        enqueue(read_folder, once=str(source.pk), source=source.pk)


@job("sensing.read_folder", attempts=2)
def read_folder(*, source: int) -> None:
    """Take in the files of one source; each is moved away with its report."""
    found = Source.objects.filter(pk=source, is_paused=False).first()
    if found is not None:
        folders.read_folder(found)


@periodic("*/10 * * * *")
@job("sensing.continue_examples")
def continue_examples() -> None:
    """Go on with the example data where there is any, so that a demonstration is not silent after an hour."""
    go_on(now=timezone.now())


@periodic("17 3 * * *")
@job("sensing.clear_quarantine")
def clear_quarantine() -> None:
    """Throw away messages of devices that nobody adopted for a month, what is known of deliveries as old, and news for who is gone."""
    quarantine.expire()
    forget_deliveries()
    noting.forget_gone()


@periodic("*/10 * * * *")
@job("sensing.roll_up")
def roll_up_hours() -> None:
    """Make the figures of hours that changed and are over; some at a time, because writers wait meanwhile."""
    if roll_up(now=timezone.now(), most=AT_ONCE) >= AT_ONCE:
        enqueue(roll_up_hours, once="")


@periodic("20 2 * * *")
@job("sensing.pack")
def pack() -> None:
    """Queue the days that have gone cold, a month of a datastream at a time."""
    for datastream, days in keeping.cold_days(now=timezone.now()):
        enqueue(pack_days, datastream=datastream, days=" ".join(map(str, days)))


@job("sensing.pack_days")
def pack_days(*, datastream: int, days: str) -> None:
    """Pack these days (numbers since 1970) of a datastream."""
    moving.pack_days(datastream, [int(day) for day in days.split()])


@periodic("50 3 * * *")
@job("sensing.keep")
def keep() -> None:
    """Make months ahead, drop empty ones, and queue what the rules for keeping no longer allow."""
    now = timezone.now()
    months.make_ahead(now=now)
    months.drop_empty(now=now)
    for datastream, values, figures in keeping.rules(now=now):
        enqueue(
            forget, datastream=datastream, values=values and values.isoformat(), figures=figures and figures.isoformat()
        )


@job("sensing.forget")
def forget(*, datastream: int, values: str | None, figures: str | None) -> None:
    """Remove single values and hourly figures of a datastream that are older."""
    keeping.forget_old(
        datastream, date.fromisoformat(values) if values else None, date.fromisoformat(figures) if figures else None
    )
