# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of studies: states, the public places that trips lead to, and the figures by which they are repeated."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: grows when the same map would be counted differently
METHOD: Final = 3
#: streets without house numbers on the map stand in with a point every so many metres
POINT_EVERY_M: Final = 50.0


class StudyState(models.TextChoices):
    """Where a study stands."""

    WAITING = "waiting", pgettext_lazy("study", "Waiting")
    DONE = "done", pgettext_lazy("study", "Done")
    FAILED = "failed", pgettext_lazy("study", "Failed")


class Destination(models.TextChoices):
    """Kinds of public places that everybody needs now and then."""

    TOWN_HALL = "town_hall", _("Town hall and offices")
    HEALTH = "health", _("Doctors and hospitals")
    PHARMACY = "pharmacy", _("Pharmacies")
    STOP = "stop", _("Stops and stations")
    FOOD = "food", _("Shops for daily needs")
    SCHOOL = "school", _("Schools and nurseries")
    MEETING = "meeting", _("Libraries and meeting places")
    MONEY = "money", _("Banks and post offices")
    TOILET = "toilet", _("Public toilets")


#: kind of a place in the search (the value of its OpenStreetMap tag) → where people go
DESTINATIONS: Final[dict[str, Destination]] = {
    "townhall": Destination.TOWN_HALL, "government": Destination.TOWN_HALL, "courthouse": Destination.TOWN_HALL,
    "doctors": Destination.HEALTH, "doctor": Destination.HEALTH, "hospital": Destination.HEALTH,
    "clinic": Destination.HEALTH, "dentist": Destination.HEALTH, "pharmacy": Destination.PHARMACY,
    "bus_stop": Destination.STOP, "tram_stop": Destination.STOP, "station": Destination.STOP, "halt": Destination.STOP,
    "supermarket": Destination.FOOD, "convenience": Destination.FOOD, "bakery": Destination.FOOD,
    "butcher": Destination.FOOD, "greengrocer": Destination.FOOD, "chemist": Destination.FOOD,
    "department_store": Destination.FOOD, "mall": Destination.FOOD, "marketplace": Destination.FOOD,
    "school": Destination.SCHOOL, "kindergarten": Destination.SCHOOL, "college": Destination.SCHOOL,
    "university": Destination.SCHOOL, "library": Destination.MEETING, "community_centre": Destination.MEETING,
    "social_facility": Destination.MEETING, "place_of_worship": Destination.MEETING, "bank": Destination.MONEY,
    "post_office": Destination.MONEY, "toilets": Destination.TOILET,
}  # fmt: skip
