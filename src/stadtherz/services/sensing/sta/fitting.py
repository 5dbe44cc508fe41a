# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""As many rows as an answer holds: a page, and each array inside it, ends where the next row would be too much, with a link.

Rows are as long as what was described (a place up to a million characters), and expanding multiplies them, so that a number of rows
bounds nothing. The first row is shown in any case: a page without one would lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 16_000_000  # of one answer


MOST_ENTITIES = 100_000  # of one answer, with everything expanded


@dataclass(frozen=True, slots=True)
class Room:
    """How many entities there may be in an answer or a part of it, and how many bytes of JSON."""

    entities: int = MOST_ENTITIES
    size: int = MOST_BYTES

    def each(self, rows: int) -> Room:
        """What one of so many rows has. Of bytes each may have them all: the page then ends behind it."""
        return Room(max(self.entities // max(rows, 1), 1), self.size)

    def inside(self, arrays: int) -> Room:
        """What each of so many arrays inside a row has: together with the row's own members not more than there is for the row."""
        return Room(self.entities, self.size // (1 + arrays))


def shown(rows: str, shown_row: str, row: str, token: str, keys: int, *, limit: int, room: Room) -> str:
    """The rows that fit as SQL: n, j (JSON of a row), ``fits``, and of the last that fits the token of what comes behind it.

    ``rows`` are numbered from 1 and are one more than ``limit`` if there are more; ``shown_row`` is the JSON of the row that is called
    ``row``, ``token`` its token, reckoned from the ``keys`` sort keys k0, k1, … of ``w``.
    """
    named = "".join(f", {row}.k{place}" for place in range(keys))
    # OFFSET 0: what a row becomes is worked out once, and not again for its length
    each = f"SELECT {row}.n{named}, CASE WHEN {row}.n <= {limit:d} THEN {shown_row} END AS j FROM ({rows}) AS {row} OFFSET 0"  # noqa: S608
    measured = (
        f"SELECT v.*, sum(octet_length(v.j)) OVER so_far AS size, lead(octet_length(v.j)) OVER so_far AS next"  # noqa: S608
        f" FROM ({each}) AS v WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)"
    )
    fits = f"w.n <= {limit:d} AND (w.n = 1 OR w.size <= {room.size:d})"
    ends = f"w.n = {limit:d} OR w.size + w.next > {room.size:d}"
    return (
        f"SELECT w.n, w.j, {fits} AS fits, CASE WHEN {fits} AND ({ends}) THEN {token} END AS token"  # noqa: S608
        f" FROM ({measured}) AS w"
    )
