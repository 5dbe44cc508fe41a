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
from stadtherz.services.sensing.store.batches import (
    Batch,
    Landed,
    Number,
    Result,
    from_readings,
    joined,
    outcomes,
    parted,
)
from stadtherz.services.sensing.store.readings import Outcome, Reading
from stadtherz.services.sensing.store.writing import write_alone, write_batch

MOST_WAITING = 50_000  # rows
MOST_AT_ONCE = 10_000
WORTH_WRITING = 1_000  # what a group costs besides its rows is as much as 200 of them
Item = tuple[Municipality, Batch | Number]
_committers: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupCommitter[Item, Result | Landed]] = WeakKeyDictionary()


async def write(municipality: Municipality, readings: Sequence[Reading]) -> list[Outcome]:
    """Store readings; returns after the commit what each of them became, in order."""
    batch = from_readings(readings)
    return outcomes(batch, await write_columns(municipality, batch))


async def write_number(municipality: Municipality, number: Number) -> Landed:
    """Store one number; returns after the commit."""
    landed = await _committer().submit((municipality, number))
    assert isinstance(landed, Landed)
    return landed


async def write_columns(municipality: Municipality, batch: Batch) -> Result:
    """Store a batch of columns; returns after the commit."""
    result = await _committer().submit((municipality, batch), weight=len(batch))
    assert isinstance(result, Result)
    return result


async def stop() -> None:
    """Write what waits in this event loop and take nothing more."""
    await _committer().stop()


def waiting() -> int:
    """Rows that wait in this process."""
    return _committer().waiting


def _committer() -> GroupCommitter[Item, Result | Landed]:
    loop = asyncio.get_running_loop()
    known = _committers.get(loop)
    if known is None:
        known = _committers[loop] = GroupCommitter(
            commit,
            alone=commit_alone,
            name="sensing",
            most_waiting=MOST_WAITING,
            most_at_once=MOST_AT_ONCE,
            worth_writing=WORTH_WRITING,
        )
    return known


def commit_alone(items: list[Item]) -> list[Result | Landed] | None:
    """Write nothing but new numbers of one town, in one round trip; None, and nothing written, if they are anything else."""
    first = items[0][0]
    if any(municipality is not first for municipality, _part in items):
        return None
    parts = [part for _municipality, part in items]
    with activate_in_transaction(first, tells=False):
        result = write_alone(joined(parts))
    return None if result is None else parted(parts, result)


def commit(items: list[Item]) -> list[Result | Landed]:
    """Write the items of all towns, town by town in a fixed order; in the committer's transaction."""
    first = items[0][0]
    if all(municipality is first for municipality, _part in items):
        return _of_town(first, [part for _municipality, part in items])
    towns: dict[int, list[int]] = defaultdict(list)
    for place, (municipality, _part) in enumerate(items):
        towns[municipality.pk].append(place)
    results: dict[int, Result | Landed] = {}
    for key in sorted(towns):
        places = towns[key]
        parts = _of_town(items[places[0]][0], [items[place][1] for place in places])
        results.update(zip(places, parts, strict=True))
    return [results[place] for place in range(len(items))]


def _of_town(municipality: Municipality, parts: list[Batch | Number]) -> list[Result | Landed]:
    with activate_in_transaction(municipality, tells=False):
        return parted(parts, write_batch(joined(parts)))
