# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one way of single readings into the store: gathered with what arrives at the same time, acknowledged after the commit.

``write`` raises ``Busy`` (nothing taken; 503 with Retry-After) and ``NotWritten`` (nothing acknowledged) of ``kernel/group_commit``.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from stadtherz.kernel.group_commit import GroupCommitter
from stadtherz.kernel.municipalities.active import activate_in_transaction
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.ingest.readings import Outcome, Reading
from stadtherz.services.sensing.store.batches import Batch, Number, Result, from_readings, joined, outcomes, parted
from stadtherz.services.sensing.store.writing import write_batch

MOST_WAITING = 50_000  # rows
MOST_AT_ONCE = 10_000
Item = tuple[Municipality, Batch | Number]
_committers: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommitter[Item, Result]] = WeakKeyDictionary()


async def write(municipality: Municipality, readings: Sequence[Reading]) -> list[Outcome]:
    """Store readings; returns after the commit what each of them became, in order."""
    batch = from_readings(readings)
    return outcomes(batch, await write_columns(municipality, batch))


async def write_number(municipality: Municipality, number: Number) -> Result:
    """Store one number; returns after the commit."""
    return await _committer().submit((municipality, number), weight=1)


async def write_columns(municipality: Municipality, batch: Batch) -> Result:
    """Store a batch of columns; returns after the commit."""
    return await _committer().submit((municipality, batch), weight=len(batch))


async def stop() -> None:
    """Write what waits in this event loop and take nothing more."""
    await _committer().stop()


def waiting() -> int:
    """Rows that wait in this process."""
    return _committer().waiting


def _committer() -> GroupCommitter[Item, Result]:
    loop = asyncio.get_running_loop()
    known = _committers.get(loop)
    if known is None:
        known = _committers[loop] = GroupCommitter(
            commit, name="sensing", most_waiting=MOST_WAITING, most_at_once=MOST_AT_ONCE
        )
    return known


def commit(items: list[Item]) -> list[Result | Exception]:
    """Write the items of all towns, town by town in a fixed order; in the committer's transaction."""
    towns: dict[int, list[int]] = defaultdict(list)
    for place, (municipality, _batch) in enumerate(items):
        towns[municipality.pk].append(place)
    results: list[Result | Exception | None] = [None] * len(items)
    for key in sorted(towns):
        places = towns[key]
        batches = [items[place][1] for place in places]
        with activate_in_transaction(items[places[0]][0], tells=False):
            result = write_batch(joined(batches))
        for place, part in zip(places, parted(batches, result), strict=True):
            results[place] = part
    return [each for each in results if each is not None]
