# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Toilets, lifts and benches of the map, with what is known about them: for people who plan a way around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.vocabulary import Place, Wheelchair
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind, State

#: kinds by their word in the address
KINDS: Final = {"toiletten": Place.TOILET, "aufzuege": Place.LIFT, "baenke": Place.BENCH}
#: metres within which a report about a lift is about this lift
SAME_LIFT: Final = 25.0


@dataclass(frozen=True, slots=True)
class HelpingPlace:
    """One of them. ``obstacle``: what is known about it today; ``metres``: from where was asked, as the crow flies."""

    id: str
    kind: Place
    name: str
    street: str
    wheelchair: Wheelchair
    lon: float
    lat: float
    obstacle: Obstacle | None = None
    metres: float | None = None

    @property
    def out_of_order(self) -> bool:
        """Whether somebody confirmed that it cannot be used."""
        return self.obstacle is not None and self.obstacle.state == State.CONFIRMED


def helping_places(
    town: Town, kind: Place, *, wheels: bool = False, near: tuple[float, float] | None = None
) -> list[HelpingPlace]:
    """All of a kind, the nearest to ``near`` (longitude, latitude) first, else by street and name.

    ``wheels``: only those that the map knows to be usable with a wheelchair.
    """
    graph = town.engine.graph
    places = graph.places
    chosen = places["kind"] == kind
    if wheels:
        chosen &= places["wheelchair"] == Wheelchair.YES
    reports = list(Obstacle.objects.current().filter(kind=Kind.LIFT)) if kind is Place.LIFT else []
    found = []
    for index in np.flatnonzero(chosen).tolist():
        lon, lat, edge = float(places["x"][index]), float(places["y"][index]), int(places["edge"][index])
        street = graph.names[int(graph.edges["name"][edge])] if edge >= 0 else ""
        street = "" if street.isdigit() else street  # a platform's number is no street
        about = next((o for o in reports if _apart((lon, lat), o.geometry.centroid.coords) <= SAME_LIFT), None)
        found.append(HelpingPlace(
            f"p{index}", kind, graph.place_names[int(places["name"][index])], street,
            Wheelchair(int(places["wheelchair"][index])), lon, lat, about,
            None if near is None else _apart((lon, lat), near),
        ))  # fmt: skip
    found.sort(key=lambda p: (p.metres or 0.0, not p.street, p.street, p.name))
    return found


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * METRES_PER_DEGREE
