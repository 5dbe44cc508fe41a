# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of OpenStreetMap for rails and for the places at which one walks over them.

Source: OpenStreetMap wiki, pages Key:railway and Tag:railway=level_crossing.
"""

from collections.abc import Mapping
from typing import Final

from ..vocabulary import Rails

Tags = Mapping[str, str]

#: on nodes; rails crossing rails (railway_crossing, flat_crossing) are not among them
CROSSED: Final = {"level_crossing", "crossing", "tram_level_crossing", "tram_crossing"}
#: what lies there by the way's own word; SOME: of both kinds, or such on which nobody rides any more
_LYING: Final = {
    "tram": Rails.TRAM, "rail": Rails.TRAIN, "narrow_gauge": Rails.TRAIN, "subway": Rails.TRAIN, "preserved": Rails.TRAIN,
    "light_rail": Rails.SOME, "disused": Rails.SOME, "funicular": Rails.SOME, "abandoned": Rails.NONE, "razed": Rails.NONE,
    "dismantled": Rails.NONE,
}  # fmt: skip


def rails_of(tags: Tags) -> Rails | None:
    """What lies on a way of the map, NONE where it was taken away; None where no rails are meant."""
    return _LYING.get(tags.get("railway", ""))
