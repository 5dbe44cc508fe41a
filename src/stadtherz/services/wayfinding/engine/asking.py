# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads and checks a request in openrouteservice's form, and gives every refusal its number and a plain sentence.

Source: openrouteservice API v2, documentation of directions, isochrones, matrix and of the error codes (2000 to 2099
routing, 3000 to 3099 isochrones, 6000 to 6099 matrix).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from typing import Any, Final

import shapely
import shapely.geometry

from .compatible import CompatibleWheelchair
from .engine import Point
from .phrases import LANGUAGES
from .presets import PRESETS
from .profiles import Profile, ProfileError, from_mapping
from .shapes import EXTRAS

MOST_POINTS: Final = 50
MOST_CELLS: Final = 2_500
MOST_RANGES: Final = 10
LONGEST_M: Final = 300_000.0
LONGEST_SECONDS: Final = 3_600.0
#: names of openrouteservice's profiles that we answer; all presets answer to their own keys too
NAMES: Final = {"wheelchair": None, "foot-walking": "foot", "foot-hiking": "foot"}
_COMPATIBLE: Final = (
    "maximum_incline", "maximum_sloped_kerb", "minimum_width", "surface_type", "smoothness_type", "track_type",
)  # fmt: skip
_KNOWN: Final = {
    "coordinates", "id", "preference", "units", "language", "geometry", "instructions", "instructions_format",
    "elevation", "extra_info", "options", "radiuses", "alternative_routes", "attributes", "geometry_simplify",
    "suppress_warnings", "continue_straight", "skip_segments", "roundabout_exits", "maneuvers", "bearings",
    "maximum_speed", "schedule", "ignore_transfers", "profile", "format", "optimized", "dry_run", "optimize_waypoints",
}  # fmt: skip


class AnswerError(Exception):
    """A refusal: HTTP status, openrouteservice's error code, a sentence, and what else may help."""

    def __init__(self, code: int, message: str, *, status: int = 400, more: Mapping[str, Any] | None = None) -> None:
        self.code, self.message, self.status, self.more = code, message, status, dict(more or {})
        super().__init__(message)

    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message}, "info": {"engine": ENGINE}, **self.more}


ENGINE: Final = {"version": "stadtherz-1"}


@dataclass(slots=True)
class Asked:
    """A checked request for directions."""

    points: list[Point]
    pricing: Any
    language: str = "de"
    instructions: bool = True
    geometry: bool = True
    extra: list[str] = field(default_factory=list)
    radius: float | None = None
    avoid: Any = None
    alternatives: Mapping[str, Any] | None = None
    both_ways: bool = False
    units: float = 1.0
    query: dict[str, Any] = field(default_factory=dict)


def read_directions(profile: str, body: Any) -> Asked:
    """Raises AnswerError."""
    if not isinstance(body, Mapping):
        raise AnswerError(2000, "The request must be a JSON object.")
    for name in body:
        if name not in _KNOWN:
            raise AnswerError(2012, f'Unknown parameter "{name}".')
    points = read_points(body.get("coordinates"), "coordinates", least=2)
    length = sum(_rough_metres(a, b) for a, b in pairwise(points))
    if length > LONGEST_M:
        raise AnswerError(
            2004, f"Request parameters exceed the server configuration limits. The approximated route distance must "
                  f"not be greater than {LONGEST_M:.1f} meters."
        )  # fmt: skip
    options = _object(body.get("options", {}), "options")
    return Asked(
        points=points, pricing=read_profile(profile, options, str(body.get("preference", "recommended"))),
        language=read_language(body.get("language")), instructions=_flag(body, "instructions", True),
        geometry=_flag(body, "geometry", True), extra=_extra(body.get("extra_info", [])),
        radius=_radius(body.get("radiuses")), avoid=read_area(options.get("avoid_polygons")),
        alternatives=_object(body["alternative_routes"], "alternative_routes") if body.get("alternative_routes")
        else None,
        both_ways=_flag(options, "both_ways", False), units=_units(body.get("units", "m")),
        query={**body, "profile": profile},
    )  # fmt: skip


def read_points(value: Any, name: str, *, least: int = 1, most: int = MOST_POINTS, codes: int = 2000) -> list[Point]:
    if value is None:
        raise AnswerError(codes + 1, f"Parameter '{name}' is missing.")
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(codes + 2, f"Parameter '{name}' must be a list of [longitude, latitude].")
    if len(value) < least:
        raise AnswerError(codes + 1, f"Parameter '{name}' needs at least {least} positions.")
    if len(value) > most:
        raise AnswerError(
            codes + 4, "Request parameters exceed the server configuration limits. "
                       f"The specified number of waypoints must not be greater than {most}."
        )  # fmt: skip
    points = []
    for number, position in enumerate(value):
        try:
            x, y = map(float, position)
        except (TypeError, ValueError) as error:
            raise AnswerError(codes + 2, f"'{name}[{number}]' must be [longitude, latitude].") from error
        if not (math.isfinite(x) and math.isfinite(y) and -180 <= x <= 180 and -90 <= y <= 90):
            raise AnswerError(codes + 3, f"'{name}[{number}]' is not a place on earth: {x}, {y}.")
        points.append((x, y))
    return points


def read_profile(name: str, options: Mapping[str, Any], preference: str = "recommended") -> Any:
    """A preset, adjusted by the request; the name "wheelchair" is openrouteservice's own."""
    params = _object(options.get("profile_params", {}), "options.profile_params")
    limits = _object(params.get("restrictions", {}), "options.profile_params.restrictions")
    personal = params.get("profile")
    try:
        if name == "wheelchair" and personal is None:
            return _compatible(params, limits, preference)
        key = NAMES.get(name, name) or "wheelchair-manual"
        if key not in PRESETS:
            raise AnswerError(2003, f"Parameter 'profile' has incorrect value of '{name}'.")
        base: Profile = PRESETS[key].profile
        return base if personal is None else from_mapping(_object(personal, "options.profile_params.profile"), base)
    except ProfileError as error:
        raise AnswerError(2003, str(error)) from error


def _compatible(params: Mapping[str, Any], limits: Mapping[str, Any], preference: str) -> CompatibleWheelchair:
    found: dict[str, Any] = {}
    for name, value in limits.items():
        if name not in _COMPATIBLE:
            raise AnswerError(2012, f'Unknown parameter "{name}" in restrictions.')
        if name.endswith("_type"):
            found[name] = str(value)
            continue
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise AnswerError(2002, f"'{name}' must be a number.") from error
        if not 0 <= number <= 1000:
            raise AnswerError(2003, f"'{name}' must lie between 0 and 1000.")
        if not (name == "maximum_incline" and value == "any"):
            found[name] = number
    return CompatibleWheelchair(
        **found, surface_quality_known=_flag(params, "surface_quality_known", False),
        allow_unsuitable=_flag(params, "allow_unsuitable", False), preference=preference,
    ).checked()  # fmt: skip


def read_language(value: Any) -> str:
    if value is None:
        return "de"
    code = str(value).lower().replace("_", "-")
    for candidate in (code, code.split("-")[0]):
        if candidate in LANGUAGES:
            return candidate
    raise AnswerError(2003, f"Parameter 'language' has incorrect value of '{value}'. Known: {', '.join(LANGUAGES)}.")


def read_area(value: Any) -> Any:
    """A shapely geometry of the area to avoid, or None."""
    if not value:
        return None
    kind = _object(value, "options.avoid_polygons").get("type")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise AnswerError(2003, "'avoid_polygons' must be a GeoJSON Polygon or MultiPolygon.")
    try:
        area = shapely.geometry.shape(value)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError) as error:
        raise AnswerError(2002, "'avoid_polygons' has coordinates that do not form a polygon.") from error
    if shapely.get_num_coordinates(area) > 20_000:
        raise AnswerError(2004, "'avoid_polygons' has more than 20000 positions.")
    return shapely.make_valid(area)


def read_numbers(value: Any, name: str, codes: int) -> list[float]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise AnswerError(codes + 2, f"Parameter '{name}' must be a list of numbers.")
    if len(value) > MOST_RANGES:
        raise AnswerError(codes + 4, f"Parameter '{name}' has more than {MOST_RANGES} values.")
    try:
        numbers = [float(number) for number in value]
    except (TypeError, ValueError) as error:
        raise AnswerError(codes + 2, f"Parameter '{name}' must be a list of numbers.") from error
    if not all(math.isfinite(number) and number > 0 for number in numbers):
        raise AnswerError(codes + 3, f"The values of '{name}' must be greater than 0.")
    return numbers


def _rough_metres(a: Point, b: Point) -> float:
    east = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, b[1] - a[1]) * 111_195


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise AnswerError(2002, f"Parameter '{name}' must be an object.")
    return value


def _flag(body: Mapping[str, Any], name: str, default: bool) -> bool:
    value = body.get(name, default)
    # openrouteservice's own Python client writes "true" and "false"
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise AnswerError(2002, f"Parameter '{name}' must be true or false.")
    return value


def _extra(value: Any) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(2002, "Parameter 'extra_info' must be a list.")
    for name in value:
        if name not in EXTRAS:
            raise AnswerError(2003, f"Parameter 'extra_info' has incorrect value of '{name}'.")
    return list(value)


def _radius(value: Any) -> float | None:
    """The smallest of the asked radii, in metres; None: what is usual for the profile."""
    if value is None:
        return None
    numbers = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    try:
        radius = min(float(number) for number in numbers)
    except (TypeError, ValueError) as error:
        raise AnswerError(2002, "Parameter 'radiuses' must be numbers.") from error
    if not isfinite(radius):
        raise AnswerError(2003, "Parameter 'radiuses' must be finite numbers.")
    return None if radius < 0 else min(radius, 5_000.0)


def _units(value: Any) -> float:
    try:
        return {"m": 1.0, "km": 0.001, "mi": 1 / 1609.344}[str(value)]
    except KeyError as error:
        raise AnswerError(2003, f"Parameter 'units' has incorrect value of '{value}'.") from error
