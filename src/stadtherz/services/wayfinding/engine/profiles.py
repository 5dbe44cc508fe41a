# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person can and wants to manage: the routing profile as plain values with units.

*Hard* limits are never broken; a route that would break one is no route. *Soft* limits are broken only for a much
shorter way. What the map does not know is treated as the profile says, attribute by attribute. Nothing here knows a
name or a place: a profile is numbers, and equal numbers are the same profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum, IntFlag, StrEnum
from functools import cached_property
from math import isfinite
from typing import Any, Final, get_args, get_type_hints

from .vocabulary import Crossing, Ramp, Smoothness, Surface


class ProfileError(ValueError):
    """A profile contradicts itself or names something that does not exist."""


class WishTooLooseError(ProfileError):
    """A soft limit lets more pass than the hard one: nobody would ever notice it. ``name``: the field of Limits."""

    def __init__(self, name: str, wish: int, limit: int) -> None:
        super().__init__(
            f"The wish soft.{name} = {int(wish)} is looser than the limit hard.{name} = {int(limit)}, so it changes nothing. "
            "Make the wish stricter, or the limit looser."
        )
        self.name, self.wish, self.limit = name, wish, limit


class Unknown(IntEnum):
    """What to do where the map is silent."""

    ALLOW = 0
    COST = 1
    AVOID = 2
    FORBID = 3


class Aid(StrEnum):
    """What the person moves with; decides speeds and what "on wheels" means."""

    FEET = "feet"
    WHEELS_BY_HAND = "wheels-by-hand"
    WHEELS_BY_MOTOR = "wheels-by-motor"
    WHEELS_PUSHED = "wheels-pushed"


class Limit(IntFlag):
    """Names of limits, as bits: which limits an edge breaks."""

    KERB_UP = 1
    KERB_DOWN = 2
    INCLINE_UP = 4
    INCLINE_DOWN = 8
    STEEP_LENGTH = 16
    WIDTH = 32
    SURFACE = 64
    SMOOTHNESS = 128
    TRACKTYPE = 256
    STEPS = 512
    HANDRAIL = 1024
    LIFT = 2048
    ESCALATOR = 4096
    CROSSING = 8192
    SOUND = 16384
    TACTILE = 32768
    ISLAND = 65536
    LIGHT = 131072
    BARRIER = 262144
    WHEELCHAIR_NO = 524288
    UNKNOWN = 1 << 20  # set beside another bit: the value is not known, and the profile forbids that
    CLOSED = 1 << 21  # an obstacle or an avoided area
    TURNING = 1 << 22


@dataclass(frozen=True, slots=True)
class Limits:
    """None means: no limit."""

    kerb_up_mm: int | None = None
    kerb_down_mm: int | None = None
    incline_up_permille: int | None = None
    incline_down_permille: int | None = None
    #: a slope above `steep_permille` may last at most `steep_metres`
    steep_permille: int | None = None
    steep_metres: int | None = None
    width_cm: int | None = None
    #: the worst that is still good enough (the order of vocabulary.Surface and Smoothness)
    surface: Surface | None = None
    smoothness: Smoothness | None = None
    tracktype: int | None = None
    #: steps in one flight; 0 means none at all
    steps: int | None = None
    handrail: bool = False
    #: a flight with such a ramp (or better) counts as no steps
    ramp: Ramp | None = None
    no_lifts: bool = False
    no_escalators: bool = False
    #: at streets with much traffic at least this
    crossing: Crossing | None = None
    sound: bool = False
    tactile: bool = False
    island: bool = False
    light: bool = False
    #: no stile, turnstile, kissing gate; gaps as wide as `width_cm`
    wheels: bool = False
    #: free square, this long and wide, where one has to turn: in lifts and between staggered barriers
    turning_cm: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownPolicy:
    """What unknown means, for each attribute."""

    surface: Unknown = Unknown.COST
    smoothness: Unknown = Unknown.ALLOW
    width: Unknown = Unknown.ALLOW
    incline: Unknown = Unknown.COST
    kerb: Unknown = Unknown.COST
    steps: Unknown = Unknown.COST
    crossing: Unknown = Unknown.COST
    light: Unknown = Unknown.ALLOW
    #: only for who sets a limit for it
    turning: Unknown = Unknown.ALLOW


@dataclass(frozen=True, slots=True)
class Pace:
    """Speed on level asphalt in km/h, and how it falls: v = level · exp(-up · slope) uphill, with `down` downhill
    (the form of Tobler 1993, Three presentations on geographical analysis and modeling)."""

    level_kmh: float = 4.5
    up: float = 3.5
    down: float = 1.5
    seconds_a_step: float = 0.7
    seconds_a_kerb: float = 0.0
    lift_seconds: float = 60.0
    signal_seconds: float = 20.0
    street_seconds: float = 8.0


@dataclass(frozen=True)
class Profile:
    key: str
    aid: Aid = Aid.FEET
    hard: Limits = field(default_factory=Limits)
    soft: Limits = field(default_factory=Limits)
    unknown: UnknownPolicy = field(default_factory=UnknownPolicy)
    pace: Pace = field(default_factory=Pace)
    #: metres with a broken soft limit count as many metres
    soft_factor: float = 3.0
    #: time on a bad surface is felt this many times as much again (0: only the time counts)
    comfort: float = 0.5
    #: walking on a carriageway without pavement counts as many metres
    street_factor: float = 1.5
    #: walking straight across a square without tactile paving counts as many metres
    open_factor: float = 1.0
    rest_every_m: int | None = None
    toilet_within_m: int | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Worked out once: a prepared profile is looked up with every question, by some fifty numbers."""
        return hash((self.key, self.aid, self.hard, self.soft, self.unknown, self.pace, self.soft_factor))

    def adjusted(self, **changes: Any) -> "Profile":
        """A copy with other numbers, named like the fields of Limits ("kerb_up_mm=30") for the hard limits, or like
        those of Profile."""
        names = {f.name for f in fields(Limits)}
        hard = {name: value for name, value in changes.items() if name in names}
        rest = {name: value for name, value in changes.items() if name not in names}
        return replace(self, hard=replace(self.hard, **hard), **rest)


_RANGES: Final = {
    "kerb_up_mm": (0, 500), "kerb_down_mm": (0, 500), "incline_up_permille": (0, 450),
    "incline_down_permille": (0, 450), "steep_permille": (0, 450), "steep_metres": (0, 10000), "width_cm": (0, 500), "turning_cm": (0, 500),
    "tracktype": (1, 5), "steps": (0, 1000), "soft_factor": (1.0, 20.0), "comfort": (0.0, 5.0),
    "street_factor": (1.0, 10.0), "open_factor": (1.0, 10.0), "level_kmh": (0.5, 20.0), "up": (0.0, 20.0), "down": (0.0, 20.0),
    "seconds_a_step": (0.0, 30.0), "seconds_a_kerb": (0.0, 120.0), "lift_seconds": (0.0, 900.0),
    "signal_seconds": (0.0, 300.0), "street_seconds": (0.0, 300.0), "rest_every_m": (10, 10000),
    "toilet_within_m": (10, 10000),
}  # fmt: skip


#: limits of which the smaller figure is the stricter one, and the other way round
_FEWER_IS_STRICT: Final = (
    "kerb_up_mm", "kerb_down_mm", "incline_up_permille", "incline_down_permille", "surface", "smoothness", "tracktype",
    "steps",
)  # fmt: skip
_MORE_IS_STRICT: Final = ("width_cm", "turning_cm", "crossing")


def _too_loose(profile: Profile) -> list[str]:
    """Names of the soft limits that let more pass than the hard ones."""
    hard, soft = profile.hard, profile.soft
    found = []
    for name in (*_FEWER_IS_STRICT, *_MORE_IS_STRICT):
        limit, wish = getattr(hard, name), getattr(soft, name)
        if limit is not None and wish is not None and (wish > limit if name in _FEWER_IS_STRICT else wish < limit):
            found.append(name)
    return found


def check(profile: Profile) -> Profile:
    """Returns the profile if its numbers are possible and do not contradict each other; raises ProfileError."""
    for part in (profile, profile.hard, profile.soft, profile.pace):
        for item in fields(part):
            value, allowed = getattr(part, item.name), _RANGES.get(item.name)
            if allowed and value is not None and not allowed[0] <= value <= allowed[1]:
                raise ProfileError(f"{item.name} must lie between {allowed[0]} and {allowed[1]}, not {value}.")
    hard = profile.hard
    if (hard.steep_permille is None) != (hard.steep_metres is None):
        raise ProfileError("A limit for steep stretches needs both a slope and a length.")
    for direction in ("up", "down"):
        limit = getattr(hard, f"incline_{direction}_permille")
        if limit is not None and hard.steep_permille is not None and hard.steep_permille > limit:
            raise ProfileError(
                f"Stretches steeper than {hard.steep_permille / 10} % are limited in length, "
                f"but {direction}hill nothing steeper than {limit / 10} % is allowed at all."
            )
    if hard.handrail and hard.steps == 0:
        raise ProfileError("Steps are excluded altogether, so a handrail cannot be asked for.")
    for name in _too_loose(profile):
        raise WishTooLooseError(name, getattr(profile.soft, name), getattr(hard, name))
    return profile


def from_mapping(data: Mapping[str, Any], base: Profile, *, just_said: bool = True) -> Profile:
    """A profile from untrusted JSON-like data over a preset: {"hard": {"kerb_up_mm": 30}, "pace": {...}}.

    Words stand for enumerations ("surface": "sett", "unknown": {"kerb": "forbid"}). Raises ProfileError with the
    field's name for anything unknown or of the wrong type, and WishTooLooseError for a soft limit of these data that lets
    more pass than the hard one; those of the preset give way silently. Not `just_said`: the data were stored by an older
    version, and nobody is there to answer; all soft limits give way."""
    merged = _merge(base, data, "")
    said = data.get("soft", {}) if just_said else {}
    gone = {name: None for name in _too_loose(merged) if name not in said}
    return check(replace(merged, soft=replace(merged.soft, **gone)) if gone else merged)


def _merge(part: Any, data: Mapping[str, Any], path: str) -> Any:
    if not isinstance(data, Mapping):
        raise ProfileError(f"{path.rstrip('.') or 'profile'} must be an object.")
    hints = get_type_hints(type(part))
    changes: dict[str, Any] = {}
    for name, value in data.items():
        if name not in hints or (name == "key" and path == ""):
            raise ProfileError(f"There is no setting {path}{name}.")
        current = getattr(part, name)
        if isinstance(current, Limits | UnknownPolicy | Pace):
            changes[name] = _merge(current, value, f"{path}{name}.")
        else:
            changes[name] = _read(value, hints[name], f"{path}{name}")
    if changes and path == "":
        changes["key"] = "personal"
    return replace(part, **changes)


def _read(value: Any, hint: Any, name: str) -> Any:
    options = get_args(hint) or (hint,)
    if value is None and type(None) in options:
        return None
    for option in options:
        if option is bool and isinstance(value, bool):
            return value
        if isinstance(option, type) and issubclass(option, IntEnum | StrEnum) and isinstance(value, str):
            try:
                return option[value.upper().replace("-", "_")]
            except KeyError as error:
                words = ", ".join(item.name.lower() for item in option)
                raise ProfileError(f"{name} must be one of {words}.") from error
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            if option is float:
                return float(value)
            if option is int and int(value) == value:
                return int(value)
    raise ProfileError(f"{name} has a value that does not fit: {value!r}.")


def as_mapping(profile: Profile) -> dict[str, Any]:
    """The profile as JSON-like data that `from_mapping` reads back."""

    def plain(part: Any) -> Any:
        if isinstance(part, IntEnum):
            return part.name.lower()
        if hasattr(part, "__dataclass_fields__"):
            return {item.name: plain(getattr(part, item.name)) for item in fields(part) if item.name != "key"}
        return str(part) if isinstance(part, StrEnum) else part

    data: dict[str, Any] = plain(profile)
    data["aid"] = profile.aid.name.lower()
    return data
