# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two sides of a street: which has a pavement that is not mapped as its own way, and what the map says of it.

Source: OpenStreetMap wiki, pages Key:sidewalk, Sidewalks.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ..vocabulary import Kind

Tags = Mapping[str, str]
#: streets whose pavements `sidewalk:*` describes
STREETS: Final = frozenset(
    {Kind.SERVICE, Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET, Kind.LIVING_STREET, Kind.PEDESTRIAN}
)


#: as some write it
_SPELT: Final = {
    "Both": "both", "left;right": "both", "right;left": "both", "Left": "left", "Right": "right", "No": "no", "None": "none",
    "Separate": "separate", "Yes": "yes",
}  # fmt: skip


class PavementSides(NamedTuple):
    left: bool
    right: bool
    separate: bool
    none: bool


def pavement_sides(tags: Tags, kind: Kind) -> PavementSides:
    """Which sides have a pavement that is not mapped as its own way (wiki: Key:sidewalk)."""
    if kind not in STREETS:
        return PavementSides(False, False, False, False)
    general = _SPELT.get(tags.get("sidewalk", ""), tags.get("sidewalk", ""))
    described = general not in {"separate", "no", "none"}
    sides: dict[str, str] = {}
    for side in ("left", "right"):
        said = tags.get(f"sidewalk:{side}", tags.get("sidewalk:both", ""))
        if not said and general in {"both", side, "yes"}:
            said = "yes"
        if (
            not said
            and described
            and any(
                key.startswith((f"sidewalk:{side}:", f"footway:{side}:", f"footway:{side}.", "sidewalk:both:"))
                for key in tags
            )
        ):
            said = "yes"
        sides[side] = said or (
            general if general in {"separate", "no", "none"} else "no" if general in {"left", "right"} else ""
        )
    values = sides.values()
    return PavementSides(
        sides["left"] == "yes", sides["right"] == "yes", "separate" in values, set(values) <= {"no", "none"}
    )


def side_tags(tags: Tags, side: str) -> dict[str, str]:
    """What the map says of one pavement, as if it were a way of its own. The street's surface is not the pavement's;
    its slope, light and name are."""
    found = {key: tags[key] for key in ("incline", "lit") if key in tags}
    for prefix in ("sidewalk:both", f"footway:{side}", f"sidewalk:{side}"):
        for key, value in tags.items():
            if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1] in {":", "."}:
                found[key[len(prefix) + 1 :].replace(".", ":")] = value
    return found
