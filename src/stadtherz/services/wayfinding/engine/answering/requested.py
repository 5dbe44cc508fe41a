# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a request in openrouteservice's form may ask beyond places and limits: each parameter is answered, or refused with a
sentence; none is passed over in silence.

Sources: openrouteservice API v2, documentation of the three requests and of the error codes. The numbers are those of
directions; `family` turns them into those of areas (3000) and tables (6000).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec


class AnswerError(Exception):
    """A refusal: HTTP status, openrouteservice's error code, a sentence, and what else may help."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, more: Mapping[str, Any] | None = None, advice: str = ""
    ) -> None:
        """`advice`: which hint it gets (`refusal_hints`), where the code does not say it."""
        self.code, self.message, self.status, self.more = code, message, status, dict(more or {})
        #: the number among those of directions, whatever `family` makes of it
        self.kind, self.advice = code, advice
        super().__init__(message)

    def body(self, hint: str = "") -> dict[str, Any]:
        """`hint`: what to do, in the language of the request (`refusal_hints`)."""
        said = {"error": {"code": self.code, "message": self.message}, "info": {"engine": ENGINE}, **self.more}
        return {**said, "hint": hint} if hint else said


ENGINE: Final = {"version": "stadtherz-1"}

#: what the numbers of directions are called elsewhere, where not only the thousand differs
_OTHERWISE: Final[dict[int, dict[int, int]]] = {
    2000: {},
    3000: {2009: 3099, 2010: 3099, 2011: 3003, 2012: 3011},
    6000: {2009: 6099, 2011: 6003, 2012: 6011},
}  # fmt: skip


@contextmanager
def family(thousand: int) -> Iterator[None]:
    """Gives refusals inside the numbers of areas (3000) or of tables (6000)."""
    try:
        yield
    except AnswerError as refusal:
        if 2000 <= refusal.code < 3000:
            refusal.code = _OTHERWISE[thousand].get(refusal.code, refusal.code - 2000 + thousand)
        raise


class Requested(msgspec.Struct):
    """Wishes for the form of an answer. Most requests have none."""

    attributes: tuple[str, ...] = ()
    manoeuvres: bool = False
    html: bool = False
    elevation: bool = False
    simplify: bool = False
    #: what was asked and cannot be had, in words for those who read the answer
    warnings: list[str] = msgspec.field(default_factory=list)

    @property
    def any_of_a_step(self) -> bool:
        return bool(self.attributes or self.manoeuvres or self.html)


ATTRIBUTES: Final = ("avgspeed", "detourfactor", "percentage")
_ON_FOOT: Final = "is only for {whom}; this interface is for people on foot and on wheels."
_TRAINS: Final = "public transport"
#: how else openrouteservice's parameters are answered: they change nothing here
_WITHOUT_EFFECT: Final = ("optimized", "suppress_warnings", "roundabout_exits")


def flag(body: Mapping[str, Any], name: str, default: bool = False) -> bool:
    value = body.get(name)
    if value is None:
        return default
    # openrouteservice's own Python client writes "true" and "false"
    value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise AnswerError(2002, f"Parameter '{name}' must be true or false.")
    return value


def words(value: Any, name: str, known: Sequence[str], *, more: str = "") -> tuple[str, ...]:
    """A list of words, each of which is known."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(2002, f"Parameter '{name}' must be a list.")
    for word in value:
        if word not in known:
            raise AnswerError(
                2003, f"Parameter '{name}' has incorrect value of '{word}'. Known: {', '.join(known)}.{more}"
            )
    return tuple(dict.fromkeys(value))


def choice(value: Any, name: str, known: Sequence[str], default: str) -> str:
    if value is None:
        return default
    if value not in known:
        raise AnswerError(2003, f"Parameter '{name}' has incorrect value of '{value}'. Known: {', '.join(known)}.")
    return str(value)


def number(value: Any, name: str) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnswerError(2002, f"Parameter '{name}' must be a number.") from error
    if not math.isfinite(found) or isinstance(value, bool):
        raise AnswerError(2002, f"Parameter '{name}' must be a number.")
    return found


def check_labels(body: Mapping[str, Any]) -> None:
    """These change nothing, and come back with the answer as they are."""
    for name in ("id", "format"):
        if isinstance(body.get(name), list | dict):
            raise AnswerError(2002, f"Parameter '{name}' must be a text.")


def is_given(body: Mapping[str, Any], name: str) -> bool:
    """Whether something is asked by it: the plug-in for QGIS sends what is empty as well."""
    return body.get(name) not in (None, "", [], {}, False, "false")


def read_requested(body: Mapping[str, Any], form: str, legs: int) -> Requested:
    """The wishes of a request for directions; `legs`: between how many places. Raises AnswerError."""
    asked = Requested()
    for name in body:
        if reader := _READERS.get(name):
            reader(body, asked, form, legs)
    if asked.simplify and is_given(body, "extra_info"):
        raise _incompatible("geometry_simplify", "extra_info")
    if asked.simplify and legs > 1:
        raise _incompatible("geometry_simplify", "more than two coordinates")
    if flag(body, "suppress_warnings"):
        asked.warnings.clear()
    return asked


def _incompatible(one: str, other: str) -> AnswerError:
    return AnswerError(2011, f"Parameter '{one}' cannot go together with {other}.")


Reader = Callable[[Mapping[str, Any], Requested, str, int], None]


def _attributes(body: Mapping[str, Any], asked: Requested, _form: str, _legs: int) -> None:
    asked.attributes = words(body["attributes"], "attributes", ATTRIBUTES)


def _manoeuvres(body: Mapping[str, Any], asked: Requested, _form: str, _legs: int) -> None:
    asked.manoeuvres = flag(body, "maneuvers")


def _html(body: Mapping[str, Any], asked: Requested, _form: str, _legs: int) -> None:
    asked.html = choice(body["instructions_format"], "instructions_format", ("text", "html"), "text") == "html"


def _elevation(body: Mapping[str, Any], asked: Requested, form: str, _legs: int) -> None:
    asked.elevation = flag(body, "elevation")
    if not asked.elevation:
        return
    if form == "gpx":
        raise AnswerError(
            2011, "GPX wants heights above the sea, and only slopes are known here: ask without 'elevation'."
        )
    asked.warnings.append(
        "Heights are metres above the start, reckoned from the slopes that are known; where none is known it counts as level."
    )


def _simplify(body: Mapping[str, Any], asked: Requested, _form: str, _legs: int) -> None:
    asked.simplify = flag(body, "geometry_simplify")


def _geometry(body: Mapping[str, Any], _asked: Requested, form: str, _legs: int) -> None:
    if not flag(body, "geometry", True) and form != "json":
        raise AnswerError(2003, f"Parameter 'geometry' cannot be false in the form {form}.")


def _bearings(body: Mapping[str, Any], _asked: Requested, _form: str, legs: int) -> None:
    value = body["bearings"]
    if value is None:
        return
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(
        pair is None or (isinstance(pair, Sequence) and not isinstance(pair, str)) for pair in value
    ):  # fmt: skip
        raise AnswerError(2002, "Parameter 'bearings' must be a list of [bearing, deviation].")
    for pair in value:
        for part in pair or ():
            number(part, "bearings")
    if value and len(value) not in (legs, legs + 1):
        raise AnswerError(2003, "The number of 'bearings' must be that of the coordinates.")
    if any(value):
        raise AnswerError(2011, f"'bearings' {_ON_FOOT.format(whom='bicycles')} One may set off in any direction.")


def _straight_on(body: Mapping[str, Any], _asked: Requested, _form: str, _legs: int) -> None:
    if flag(body, "continue_straight"):
        raise AnswerError(2011, "'continue_straight' cannot be had: on foot and on wheels one may turn round anywhere.")


def _skipped(body: Mapping[str, Any], _asked: Requested, _form: str, legs: int) -> None:
    value = body["skip_segments"]
    if value is None:
        return
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise AnswerError(2002, "Parameter 'skip_segments' must be a list of numbers.")
    if not all(1 <= number(part, "skip_segments") <= legs for part in value) or len(value) > legs:
        raise AnswerError(2003, f"'skip_segments' must lie between 1 and {legs}.")
    if value:
        raise AnswerError(2011, "'skip_segments' cannot be had: a straight line is no way that keeps anybody's limits.")


def _only_for(name: str, whom: str) -> Reader:
    def read(body: Mapping[str, Any], _asked: Requested, _form: str, _legs: int) -> None:
        if is_given(body, name):
            raise AnswerError(2011, f"'{name}' {_ON_FOOT.format(whom=whom)}")

    return read


def _checked(name: str) -> Reader:
    def read(body: Mapping[str, Any], _asked: Requested, _form: str, _legs: int) -> None:
        flag(body, name)

    return read


_READERS: Final[dict[str, Reader]] = {
    "attributes": _attributes, "maneuvers": _manoeuvres, "instructions_format": _html, "elevation": _elevation,
    "geometry_simplify": _simplify, "geometry": _geometry, "bearings": _bearings, "continue_straight": _straight_on,
    "skip_segments": _skipped, "maximum_speed": _only_for("maximum_speed", "motor vehicles"),
    **{name: _only_for(name, _TRAINS) for name in (
        "schedule", "schedule_duration", "schedule_rows", "walking_time", "ignore_transfers", "departure", "arrival",
    )},
    **{name: _checked(name) for name in _WITHOUT_EFFECT},
}  # fmt: skip
#: all names of openrouteservice's directions
KNOWN: Final = frozenset({
    "coordinates", "id", "preference", "units", "language", "instructions", "extra_info", "options", "radiuses",
    "alternative_routes", "profile", "format", *_READERS,
})  # fmt: skip
