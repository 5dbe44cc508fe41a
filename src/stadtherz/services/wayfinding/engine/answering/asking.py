# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads and checks a request in openrouteservice's form, and gives every refusal its number and a plain sentence.

Source: openrouteservice API v2, documentation of directions, isochrones, matrix and of the error codes (2000 to 2099
routing, 3000 to 3099 isochrones, 6000 to 6099 matrix).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import msgspec
import shapely
import shapely.geometry

from ..compatible import CompatibleWheelchair
from ..engine import Point, PointNotFoundError
from ..geodesy import METRES_PER_DEGREE
from ..mending import MOST_CROSSINGS, TooTangled, mended
from ..presets import PRESETS
from ..profiles import Profile, ProfileError, from_mapping
from ..telling.phrases import LANGUAGES
from .requested import (
    KNOWN,
    AnswerError,
    Requested,
    check_labels,
    choice,
    flag,
    is_given,
    number,
    read_requested,
    words,
)
from .shapes import EXTRAS

MOST_POINTS: Final = 50
MOST_CELLS: Final = 2_500
MOST_RANGES: Final = 10
LONGEST_M: Final = 300_000.0
LONGEST_SECONDS: Final = 3_600.0
#: nobody is looked for farther from a way than this
WIDEST_M: Final = 5_000.0
#: JSON objects; put together once, because it is asked several times in each request
_OBJECT: Final = (dict, Mapping)
UNITS: Final = {"m": 1.0, "km": 0.001, "mi": 1 / 1609.344}
#: names of openrouteservice's profiles that we answer; all presets answer to their own keys too
NAMES: Final = {"wheelchair": None, "foot-walking": "foot", "foot-hiking": "foot"}
_COMPATIBLE: Final = (
    "maximum_incline", "maximum_sloped_kerb", "minimum_width", "surface_type", "smoothness_type", "track_type",
)  # fmt: skip
_PARAMS: Final = {"restrictions", "profile", "surface_quality_known", "allow_unsuitable"}
_OPTIONS: Final = {"profile_params", "avoid_polygons", "avoid_features", "both_ways"}
#: what openrouteservice's options mean elsewhere
_NOT_HERE: Final = {
    "avoid_borders": "is for motor vehicles", "avoid_countries": "is for motor vehicles",
    "vehicle_type": "is for motor vehicles", "round_trip": "cannot be had: name the places that the way shall pass",
    "weightings": "cannot be had: a profile of one's own says what is felt as effort",
}  # fmt: skip
PREFERENCES: Final = ("recommended", "shortest", "fastest")
AVOIDED: Final = ("steps", "ferries")
MOST_ALTERNATIVES: Final = 4


class Asked(msgspec.Struct):
    """A checked request. Without places: what is asked of ways for areas and tables."""

    points: list[Point]
    pricing: Any
    language: str = "de"
    instructions: bool = True
    geometry: bool = True
    extra: tuple[str, ...] = ()
    #: by place, in metres; None: what is usual for the profile
    radii: tuple[float | None, ...] = ()
    avoid: Any = None
    no_ferries: bool = False
    #: "shortest" or "fastest" instead of what the profile feels
    by: str = ""
    alternatives: Mapping[str, float] | None = None
    both_ways: bool = False
    units: float = 1.0
    form: Requested = msgspec.field(default_factory=Requested)
    query: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def radius(self) -> float | None:
        """The widest that is asked for."""
        return max((radius for radius in self.radii if radius is not None), default=None)

    def check_radius(self, index: int, point: Point, metres: float) -> None:
        """Raises PointNotFoundError where the nearest way lies beyond the radius of this very place."""
        radius = self.radii[index] if self.radii else None
        if radius is not None and metres > radius:
            raise PointNotFoundError(index, point, radius)


def read_directions(profile: str, body: Any, form: str = "json") -> Asked:
    """Raises AnswerError."""
    check_names(body, KNOWN)
    points = read_points(body.get("coordinates"), "coordinates", least=2)
    length = sum(_rough_metres(a, b) for a, b in pairwise(points))
    if length > LONGEST_M:
        raise AnswerError(
            2004, f"Request parameters exceed the server configuration limits. The approximated route distance must "
                  f"not be greater than {LONGEST_M:.1f} meters."
        )  # fmt: skip
    asked = read_ways(profile, body)
    asked.points, asked.language = points, read_language(body.get("language"))
    asked.instructions, asked.geometry = flag(body, "instructions", True), flag(body, "geometry", True)
    asked.extra = words(
        body.get("extra_info"), "extra_info", EXTRAS, more=" Other extra information is not known here."
    )
    asked.radii, asked.units = _radii(body.get("radiuses"), len(points)), read_units(body.get("units"))
    asked.alternatives = _alternatives(body.get("alternative_routes"), len(points))
    asked.form = read_requested(body, form, len(points) - 1)
    return asked


def check_names(body: Any, known: Iterable[str]) -> None:
    """Raises AnswerError for what is no object, and for names that nobody knows."""
    if not isinstance(body, _OBJECT):
        raise AnswerError(2000, "The request must be a JSON object.")
    for name in body:
        if name not in known:
            raise AnswerError(2012, f'Unknown parameter "{name}".')
    check_labels(body)


def read_ways(profile: str, body: Mapping[str, Any]) -> Asked:
    """What is asked of the ways themselves. Raises AnswerError."""
    options = _options(body.get("options"))
    preference = choice(body.get("preference"), "preference", PREFERENCES, "recommended")
    pricing = read_profile(profile, options, preference)
    is_ours = isinstance(pricing, Profile)
    avoided = words(options.get("avoid_features"), "options.avoid_features", AVOIDED,
                    more=" The map of this town knows no others that one can avoid.")  # fmt: skip
    if "steps" in avoided and is_ours:
        pricing = replace(pricing, key="personal", hard=replace(pricing.hard, steps=0, handrail=False))
    return Asked(
        points=[], pricing=pricing, avoid=read_area(options.get("avoid_polygons")), no_ferries="ferries" in avoided,
        by=preference if is_ours and preference != "recommended" else "", both_ways=flag(options, "both_ways"),
        query={**body, "profile": profile},
    )  # fmt: skip


def _options(value: Any) -> Mapping[str, Any]:
    options = _object({} if value is None else value, "options")
    params = _object(options.get("profile_params") or {}, "options.profile_params")
    for part, known, path in ((options, _OPTIONS, "options"), (params, _PARAMS, "options.profile_params")):
        for name in part:
            if name in _NOT_HERE:
                if is_given(part, name):
                    raise AnswerError(2011, f"'{path}.{name}' {_NOT_HERE[name]}.")
            elif name not in known:
                raise AnswerError(2012, f'Unknown parameter "{path}.{name}".')
    return options


def _alternatives(value: Any, places: int) -> Mapping[str, float] | None:
    wanted = _object({} if value is None else value, "alternative_routes")
    for name in wanted:
        if name not in ("target_count", "share_factor", "weight_factor"):
            raise AnswerError(2012, f'Unknown parameter "alternative_routes.{name}".')
    if not wanted:
        return None
    if places > 2:
        raise AnswerError(2011, "'alternative_routes' cannot go together with more than two coordinates.")
    found = {
        name: number(wanted.get(name, usual), f"alternative_routes.{name}")
        for name, usual in (("target_count", 2), ("share_factor", 0.8), ("weight_factor", 2.0))
    }
    for name, least, most in (
        ("target_count", 1, MOST_ALTERNATIVES),
        ("share_factor", 0, 1),
        ("weight_factor", 1, 100),
    ):
        if not least <= found[name] <= most:
            raise AnswerError(2003, f"'alternative_routes.{name}' must lie between {least} and {most}.")
    return found


def read_points(value: Any, name: str, *, least: int = 1, most: int = MOST_POINTS) -> list[Point]:
    if value is None:
        raise AnswerError(2001, f"Parameter '{name}' is missing.")
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(2002, f"Parameter '{name}' must be a list of [longitude, latitude].")
    if len(value) < least:
        raise AnswerError(2001, f"Parameter '{name}' needs at least {least} positions.")
    if len(value) > most:
        raise AnswerError(
            2004, "Request parameters exceed the server configuration limits. "
                       f"The specified number of waypoints must not be greater than {most}."
        )  # fmt: skip
    points = []
    for index, position in enumerate(value):
        try:
            if isinstance(position, str | Mapping) or bool in map(type, position):
                raise TypeError
            x, y = map(float, position)
        except (TypeError, ValueError, OverflowError) as error:
            raise AnswerError(2002, f"'{name}[{index}]' must be [longitude, latitude].") from error
        if not (math.isfinite(x) and math.isfinite(y) and -180 <= x <= 180 and -90 <= y <= 90):
            raise AnswerError(2003, f"'{name}[{index}]' is not a place on earth: {x}, {y}.")
        points.append((x, y))
    return points


def read_profile(name: str, options: Mapping[str, Any], preference: str = "recommended") -> Any:
    """A preset, adjusted by the request; the name "wheelchair" is openrouteservice's own."""
    params = _object(options.get("profile_params") or {}, "options.profile_params")
    limits = _object(params.get("restrictions") or {}, "options.profile_params.restrictions")
    personal = params.get("profile")
    try:
        if name == "wheelchair" and personal is None:
            return _compatible(params, limits, preference)
        for theirs in ("restrictions", "surface_quality_known", "allow_unsuitable"):
            if is_given(params, theirs):
                raise AnswerError(
                    2011, f"'{theirs}' goes with the profile wheelchair alone; limits for {name} stand in "
                          "'options.profile_params.profile'."
                )  # fmt: skip
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
        if value is None or (name.startswith("maximum") and value == "any"):
            continue
        if name.endswith("_type"):
            found[name] = str(value)
            continue
        found[name] = number(value, name)
        if not 0 <= found[name] <= 1000:
            raise AnswerError(2003, f"'{name}' must lie between 0 and 1000.")
    return CompatibleWheelchair(
        **found, surface_quality_known=flag(params, "surface_quality_known"),
        allow_unsuitable=flag(params, "allow_unsuitable"), preference=preference,
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
    if kind not in ("Polygon", "MultiPolygon"):
        raise AnswerError(2003, "'avoid_polygons' must be a GeoJSON Polygon or MultiPolygon.")
    try:
        area = shapely.force_2d(shapely.geometry.shape(value))
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError,
            shapely.errors.ShapelyError) as error:  # fmt: skip
        raise AnswerError(2002, "'avoid_polygons' has coordinates that do not form a polygon.") from error
    if shapely.get_num_coordinates(area) > 20_000:
        raise AnswerError(2004, "'avoid_polygons' has more than 20000 positions.")
    if area.is_empty:
        if value.get("coordinates"):
            raise AnswerError(2002, "'avoid_polygons' has coordinates that do not form a polygon.")
        return None
    west, south, east, north = area.bounds
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise AnswerError(2003, "'avoid_polygons' has positions that are no place on earth.")
    try:
        return mended(area)
    except TooTangled as error:
        raise AnswerError(
            2004, f"'avoid_polygons' crosses or overlaps itself more than {MOST_CROSSINGS} times."
        ) from error


def read_numbers(value: Any, name: str) -> list[float]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise AnswerError(2002, f"Parameter '{name}' must be a list of numbers.")
    if len(value) > MOST_RANGES:
        raise AnswerError(2004, f"Parameter '{name}' has more than {MOST_RANGES} values.")
    numbers = [number(one, name) for one in value]
    if not all(one > 0 for one in numbers):
        raise AnswerError(2003, f"The values of '{name}' must be greater than 0.")
    return numbers


def _rough_metres(a: Point, b: Point) -> float:
    east = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, b[1] - a[1]) * METRES_PER_DEGREE


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, _OBJECT):
        raise AnswerError(2002, f"Parameter '{name}' must be an object.")
    return value


def _radii(value: Any, places: int) -> tuple[float | None, ...]:
    """By place, in metres; openrouteservice's -1 is what is usual for the profile."""
    if value is None:
        return ()
    numbers = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if len(numbers) not in (1, places):
        raise AnswerError(2003, "The number of 'radiuses' must be one, or that of the coordinates.")
    found = [number(one, "radiuses") for one in numbers]
    if not all(radius > 0 or radius == -1 for radius in found):
        raise AnswerError(2003, "The 'radiuses' must be greater than 0, or -1 for what is usual.")
    if all(radius == -1 for radius in found):
        return ()
    return tuple(None if radius < 0 else min(radius, WIDEST_M) for radius in found * (places // len(found)))


def read_units(value: Any) -> float:
    """How many of them a metre is."""
    return UNITS[choice(value, "units", tuple(UNITS), "m")]
