# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody means by the start or the destination that they typed: an address, a place, or coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.contrib.gis.geos import Point

from stadtherz.kernel.geo.queries import search_places, whereabouts
from stadtherz.kernel.municipalities.active import active

CHOICES: Final = 6
#: a hit that is so much better than the next is what is meant
CLEARLY: Final = 8.0
#: a single hit below this is a guess, about which one is asked
SURE: Final = 60.0
#: farther from the middle of the town than this, coordinates are not meant so
HERE_DEGREES: Final = 1.0
_COORDINATES: Final = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the words under which it was found."""

    label: str
    lon: float
    lat: float

    @property
    def token(self) -> str:
        """Place and words in one value, for links: the place holds as long as the words stay."""
        return f"{self.lat:.6f},{self.lon:.6f};{self.label}"


@dataclass(frozen=True, slots=True)
class Meant:
    """The place that is meant, or those among which one must choose; neither where nothing was found."""

    place: Place | None = None
    choices: tuple[Place, ...] = ()


def meant(text: str, token: str = "") -> Meant:
    """What ``text`` means.

    ``token`` (see ``Place.token``) is a choice that was made before; it counts while its words are those of the text.
    """
    said = text.strip()
    where, _, label = token.partition(";")
    chosen = _coordinates(where) if label == said else None
    if chosen is not None:
        return Meant(Place(said, chosen[1], chosen[0]))
    pair = _coordinates(said)
    if pair is not None:
        return Meant(_at(*pair))
    found = search_places(said, limit=CHOICES)
    places = tuple(Place(one.label, one.lon, one.lat) for one in found)
    scores = [one.score for one in found]
    if exact := the_address(said, places):
        return Meant(exact)
    if not scores or scores[0] < SURE or (len(scores) > 1 and scores[0] - scores[1] < CLEARLY):
        return Meant(choices=places)
    return Meant(places[0])


def the_address(said: str, places: tuple[Place, ...]) -> Place | None:
    """The only place whose street and house number are what was written: the street as a whole is no other meaning of it."""
    same = [place for place in places if place.label.partition(",")[0].casefold() == said.casefold()]
    return same[0] if len(same) == 1 and any(map(str.isdigit, said)) else None


def _coordinates(text: str) -> tuple[float, float] | None:
    match = _COORDINATES.fullmatch(text)
    if match is None:
        return None
    first, second = float(match[1]), float(match[2])
    return (first, second) if abs(first) <= 90 and abs(second) <= 180 else None


def _at(lat: float, lon: float) -> Place:
    """The place at coordinates; longitude first is understood where only that lies near the town."""
    centre = active().map_centre
    here, swapped = Point(lon, lat, srid=4326), Point(lat, lon, srid=4326)
    if centre.distance(swapped) < HERE_DEGREES < centre.distance(here):
        lat, lon, here = lon, lat, swapped
    near = whereabouts(here).label
    return Place(near or f"{lat:.5f}, {lon:.5f}", lon, lat)
