# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door by which one goes into a house: who looks for a way to the hospital does not want to arrive behind its middle.

Source: OpenStreetMap wiki, Key:entrance.
"""

from collections.abc import Iterable, Mapping

LonLat = tuple[float, float]

#: doors for everybody; all others (service, exit, emergency, staircase, garage) are not
_FOR_ALL = {"main": 2, "yes": 1}
#: a door that all can use is worth more than the main one, and one with steps less than any
_WHEELCHAIR = {"yes": 3, "no": -3}
_MAIN = 2


class Doors:
    """The entrances of an extract, by the number of their node."""

    def __init__(self) -> None:
        self._worth: dict[int, int] = {}
        self._where: dict[int, LonLat] = {}

    def take(self, node: int, tags: Mapping[str, str], location: LonLat) -> None:
        """Keeps a node that is a door for everybody."""
        worth = _FOR_ALL.get(tags.get("entrance", ""))
        if worth is None or tags.get("access") in {"no", "private"}:
            return
        self._worth[node] = worth + _WHEELCHAIR.get(tags.get("wheelchair", ""), 0)
        self._where[node] = location

    def among(self, nodes: Iterable[int]) -> LonLat | None:
        """The best door on an outline; None where there is none, or where several are like each other and none is the main one."""
        doors = sorted({node for node in nodes if node in self._worth}, key=lambda node: -self._worth[node])
        if not doors:
            return None
        best = self._worth[doors[0]]
        if best < _MAIN and sum(self._worth[door] == best for door in doors) > 1:
            return None
        return self._where[doors[0]]
