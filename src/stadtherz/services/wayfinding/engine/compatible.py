# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The preset that answers like openrouteservice's profile "wheelchair": its speeds, its limits, its figures.

The rules by which ways are judged stand in openrouteservice.py; here are the limits of a request
(`options.profile_params.restrictions`) and the weighting. Drawn crossings cost and count nothing, because
openrouteservice walks from one pavement to the other in the junction itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .costs import HIGHEST, CostModel, Costs
from .graph import Ints
from .openrouteservice import SMOOTHNESS, SUITABLE, SURFACE_KNOWN, SURFACES, TRACKTYPES
from .profiles import Limit, ProfileError
from .vocabulary import Flag, Kind, Side

#: openrouteservice looks this far around a coordinate in its profile "wheelchair"
SNAP_M: Final = 350.0


@dataclass(frozen=True, slots=True)
class CompatibleWheelchair:
    """The request's limits in openrouteservice's own words and units (metres, per cent)."""

    maximum_incline: float | None = None
    maximum_sloped_kerb: float | None = None
    minimum_width: float | None = None
    surface_type: str | None = None
    smoothness_type: str | None = None
    track_type: str | None = None
    surface_quality_known: bool = False
    allow_unsuitable: bool = False
    preference: str = "recommended"

    @property
    def key(self) -> str:
        return "ors-wheelchair"

    def checked(self) -> "CompatibleWheelchair":
        for name, table in (
            ("surface_type", SURFACES), ("smoothness_type", SMOOTHNESS), ("track_type", TRACKTYPES),
        ):  # fmt: skip
            value = getattr(self, name)
            if value is not None and value not in table and value != "any":
                raise ProfileError(f"{name}: {value!r} is not one of {', '.join(table)}.")
        if self.preference not in {"recommended", "shortest", "fastest"}:
            raise ProfileError("preference must be recommended, shortest or fastest.")
        return self

    def costs(self, model: CostModel) -> Costs:
        edge = model.edge
        drawn = ((edge["flags"] & np.uint32(Flag.DRAWN)) > 0) & (edge["side"] == Side.NONE)
        length = np.where(drawn, 0, edge["length"])
        speed = edge["ors_speed"].astype("f8")
        seconds = length / 10 / (np.maximum(speed, 1.0) / 3.6)
        if self.preference == "shortest":
            weight = length * 10.0
        elif self.preference == "fastest":
            weight = seconds * 100.0
        else:
            weight = seconds * 100.0 / (0.5 + edge["ors_priority"] / 7)
        weight = np.clip(np.round(weight), 1, HIGHEST * 10)
        return Costs(
            weight=np.repeat(weight, 2).astype("u4"),
            tenths=np.repeat(np.round(seconds * 10), 2).astype("u4"),
            broken=np.repeat(self._broken(model), 2),
            closed=np.repeat((speed == 0) | (edge["kind"] == Kind.LIFT), 2),
            unverified=(edge["ors_flags"] & SURFACE_KNOWN) == 0,
            length=length,
        )

    def _broken(self, model: CostModel) -> Ints:
        edge = model.edge
        bits = np.zeros(len(model.metres), dtype="u4")
        has_values = (edge["ors_flags"] & 1) > 0
        surface = SURFACES.get(self.surface_type or "", 0)
        smoothness = SMOOTHNESS.get(self.smoothness_type or "", 0)
        track = TRACKTYPES.get(self.track_type or "", 0)
        for asked, test, bit in (
            (surface, edge["ors_surface"] > surface, Limit.SURFACE),
            (smoothness, edge["ors_smoothness"] > smoothness, Limit.SMOOTHNESS),
            (track, edge["ors_tracktype"] >= max(track, 1), Limit.TRACKTYPE),
            (self.maximum_incline is not None, edge["ors_incline"] > (self.maximum_incline or 0), Limit.INCLINE_UP),
            (self.maximum_sloped_kerb is not None,
             edge["ors_kerb"] > (self.maximum_sloped_kerb or 0) * 100, Limit.KERB_UP),
            (self.minimum_width, (edge["ors_width"] > 0) & (edge["ors_width"] < (self.minimum_width or 0) * 100),
             Limit.WIDTH),
            (self.surface_quality_known, (edge["ors_flags"] & SURFACE_KNOWN) == 0, Limit.SURFACE | Limit.UNKNOWN),
            (not self.allow_unsuitable, (edge["ors_flags"] & SUITABLE) == 0, Limit.WHEELCHAIR_NO),
        ):  # fmt: skip
            if asked:
                bits[test & has_values] |= np.uint32(bit)
        return bits
