# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts steps into words with a table of phrases. Says only what is known, and says so where it is not."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from ..vocabulary import Barrier, Crossing, Kind, Rails, Ramp, Side, Surface, Tri
from .facts import AT_THE_END, HERE, RIGHT_AT_THE_BEGINNING_M, Met, met_of
from .phrases import (
    BARRIER_KEYS,
    CROSSING_KEYS,
    KIND_KEYS,
    LEVEL_KEYS,
    RAILS_KEYS,
    STAY_KEYS,
    SURFACE_KEYS,
    TURN_KEYS,
    WAY_KEYS,
    Table,
)
from .placing import accusative, crossed, where
from .route import KERB_MM, Route, Step, Totals, Turn, WalkedLeg
from .told import Look, Manner

#: slopes below this are not worth a word (per mille); DIN 18040-3 counts up to 3 % as level enough
_SLIGHT: Final = 30
# members are looked up by name on each use, which Python 3.11 does slowly
_CROSSING, _STEPS, _DEPART = Manner.CROSSING, Manner.STEPS, Turn.DEPART
_SQUARE: Final = Manner.SQUARE
#: who sets off on these must know where they are
_ACROSS: Final = frozenset({Manner.CROSSING, Manner.STEPS})
_ROUGH, _BOLLARD, _UNKNOWN = int(Surface.SETT), int(Barrier.BOLLARD), Surface.UNKNOWN
_AND: Final = {
    Turn.LEFT: "and.left", Turn.SHARP_LEFT: "and.left", Turn.RIGHT: "and.right", Turn.SHARP_RIGHT: "and.right",
    Turn.U_TURN: "and.back",
}  # fmt: skip
_PLACES: Final = {HERE: "met.here", AT_THE_END: "met.end"}
#: fewer metres that are not verified are not worth a word
_DOUBTFUL_M: Final = 20.0
_NOTHING: Final = met_of()
#: metres between the end of a way and the place that was asked for, from which on one has not arrived yet
APART_M: Final = 40.0
#: names of platforms that say it themselves, and numbers of platforms
_PLATFORM: Final = re.compile(r"(?:Bahn|Bus)?steig .+", re.IGNORECASE)
_NUMBER: Final = 3
#: names of squares that go with "den" as they are, and names of streets that the map draws as areas
_MASCULINE: Final = re.compile(r"(?:\S*(?:platz|markt|hof|anger)|Platz .*)", re.IGNORECASE)
_STREET: Final = re.compile(
    r".*(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|passage|zeile|ufer|brücke|steg|promenade|gate|gata|vei|veien|street|road|lane)",
    re.IGNORECASE,
)


def distance(metres: float, words: Table) -> str:
    """ "35 m", "240 m", "1,3 km": rounded as a person would say it."""
    return _distance(_said_metres(metres), words)


def _said_metres(metres: float) -> int:
    step = 1 if metres < 20 else 5 if metres < 100 else 10 if metres < 995 else 100
    return round(metres / step) * step or 1


@lru_cache(4096)
def _distance(metres: int, words: Table) -> str:
    thousands = words["thousands"]
    if metres < 1000 or thousands:
        return words["metres"].format(metres=f"{metres:,}".replace(",", thousands))
    return words["kilometres"].format(kilometres=f"{metres / 1000:.1f}".replace(".", words["decimal"]))


def percent(permille: float, words: Table) -> str:
    value = permille / 10
    return f"{value:.0f}" if value == int(value) or value >= 10 else f"{value:.1f}".replace(".", words["decimal"])


def centimetres(millimetres: float, words: Table) -> str:
    value = millimetres / 10
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}".replace(".", words["decimal"])


def instructions(route: Route, words: Table) -> list[list[str]]:
    """One text a step, one list a leg; the last of each leg is the arrival. Where most of the way is not verified,
    the summary says so once instead of every step."""
    doubts = route.totals.verified_share >= 0.5
    told: list[list[str]] = []
    for number, steps in enumerate(route.steps):
        last_surface = _UNKNOWN
        texts, place, in_zone = [], "", False
        for step in steps:
            look = step.look
            surface = look.surface
            stays = place == look.place != ""
            place, zone = look.place, ""
            # squares in a pedestrian zone are part of it
            if look.zone is not in_zone and look.manner is not _SQUARE:
                in_zone = look.zone
                zone = "zone" if in_zone else "zone.ends" if stays and look.manner is Manner.CARRIAGEWAY else ""
            if (
                look.plain and step.met is None and not step.patch and step.turn is not _DEPART and last_surface < _ROUGH
                and not (doubts and step.unverified > _DOUBTFUL_M)
            ):  # fmt: skip
                # of most steps nothing is told but turn, way and length
                texts.append(
                    _zoned(_walk(step.turn, None, look, stays, words), zone, words) + _for(step.metres, words, "")
                )
            elif step.patch or (surface >= _ROUGH and surface is not last_surface and look.walked):
                texts.append(sentence(step, words, surface, doubts, _ground(step, words), stays=stays, zone=zone))
            else:
                texts.append(sentence(step, words, last_surface, doubts, stays=stays, zone=zone))
            last_surface = surface or last_surface
        texts.append(_arrival(route.walked[number], "goal" if number == len(route.steps) - 1 else "goal.leg", words))
        told.append(texts)
    return told


def _arrival(leg: WalkedLeg, key: str, words: Table) -> str:
    """Whether one has arrived, or how far it is still, and on which side the place is."""
    metres, side = leg.leg.end.metres, leg.goal_side
    if not side and metres < APART_M:
        return words[key]
    text = words[key]
    if metres >= APART_M:
        text = words[f"{key}.far"].format(distance=distance(10 * round(metres / 10), words))
    return text + words[f"goal.{side}"] if side else text


def _ground(step: Step, words: Table) -> str:
    """How much of a step is on rough ground."""
    surface, share = step.patch or step.look.surface, step.rough / (step.metres or 1.0)
    key = "ground.all" if share > 0.95 else "ground.most" if share > 0.6 else "ground.some"
    ground = words.get(f"ground.{surface.name.lower()}", words[SURFACE_KEYS[surface]])
    return words[key].format(ground=ground, distance=distance(step.rough, words))


def sentence(
    step: Step, words: Table, surface_before: Surface = _UNKNOWN, doubts: bool = True, ground: str = "",
    *, stays: bool = False, zone: str = "",
) -> str:  # fmt: skip
    """The instruction of one step with the facts that matter before one starts on it. `ground`: what is said of rough
    ground together with the distance; `stays`: whether the way before has the same name; `zone`: the phrase that says that
    no cars are to be expected from here on, or some again."""
    look, met, turn = step.look, step.met, step.turn
    if look.walked:
        octant = round(step.heading / 45) % 8 if turn is _DEPART else None
        text = _zoned(_walk(turn, octant, look, stays, words), zone, words) + _for(step.metres, words, ground)
    elif look.manner is _CROSSING:
        text = _turning(turn, _cross(look, words), words)
    elif look.manner is _STEPS:
        text = _turning(turn, _steps(look, met, words), words)
    else:
        text = _ride(look, met, words)
    if turn is _DEPART and step.heading and not look.walked and look.manner in _ACROSS:
        text = words["first"].format(heading=words[f"heading.{round(step.heading / 45) % 8}"]) + text
    surface = look.surface
    if surface is surface_before or (surface < _ROUGH and surface_before < _ROUGH):
        surface = _UNKNOWN
    if met is None:
        if surface or (doubts and step.unverified > _DOUBTFUL_M):
            return text + _facts(_NOTHING, surface, step, doubts, words)
        return text
    if met.landmark and step.is_corner:
        # one must know the corner before one turns there
        text = words["landmark"].format(name=met.landmark) + text
    return text + _facts(met, surface, step, doubts, words)


def _turning(turn: Turn, text: str, words: Table) -> str:
    """Who has no map before them must know where to turn before a crossing or a stair, too."""
    before = words.get(_AND.get(turn, ""), "")
    # in easy language it is a sentence of its own
    return before + (text if before.endswith(". ") else text[0].lower() + text[1:]) if before else text


# The same few thousand phrases make up all sentences of a town: each is put together once.


@lru_cache(16384)
def _walk(turn: Turn, octant: int | None, look: Look, stays: bool, words: Table) -> str:
    key = "depart" if octant is not None else TURN_KEYS[turn]
    if stays and turn in STAY_KEYS and look.manner is not _SQUARE:
        # nobody turns into the street on which they are
        key = STAY_KEYS[turn]
    heading = words[f"heading.{octant}"] if octant is not None else ""
    return words[key].format(heading=heading, way=_way(look, words), onto=_way(look, words, "onto."))


def _zoned(text: str, zone: str, words: Table) -> str:
    return text + words[zone] if zone else text


@lru_cache(16384)
def _for(metres: float, words: Table, ground: str) -> str:
    return words["for"].format(distance=distance(metres, words), ground=ground)


@lru_cache(4096)
def _fact(key: str, name: str, write: Callable[[float, Table], str], value: float, words: Table) -> str:
    return words[key].format(**{name: write(value, words)})


def _way(look: Look, words: Table, onto: str = "") -> str:
    """On what one goes, or (``onto``) on what one turns."""
    kind, manner, name = look.kind, look.manner, look.name
    if manner is _SQUARE:
        return _on_square(look, words, onto)
    key = onto + (KIND_KEYS.get(kind) or WAY_KEYS[manner])
    if not name:
        return words[key]
    if kind in (Kind.LIVING_STREET, Kind.PEDESTRIAN):
        return accusative("into" if onto else "through", name, words)
    if manner is Manner.CARRIAGEWAY and kind is not Kind.BARE_STREET:
        return accusative("into" if onto else "along", name, words)
    if manner is Manner.PAVEMENT and look.side:
        return words[f"{onto}pavement.side"].format(
            name=name, side=words["left" if look.side == Side.LEFT else "right"]
        )
    return words[key + (_platform(name) if kind is Kind.PLATFORM else ".named")].format(name=name)


def _platform(name: str) -> str:
    return ".number" if len(name) <= _NUMBER else ".itself" if _PLATFORM.fullmatch(name) else ".named"


def _on_square(look: Look, words: Table, onto: str) -> str:
    name = look.name
    if not name:
        return words[f"{onto}square"]
    if _STREET.fullmatch(name):
        return accusative("into" if onto else "through", name, words)
    if look.kind is Kind.RIM:
        return words[f"{onto}rim"].format(name=name)
    return words[onto + ("square.masculine" if _MASCULINE.fullmatch(name) else "square.named")].format(name=name)


@lru_cache(4096)
def _cross(look: Look, words: Table) -> str:
    # whoever mapped a sound has seen lights
    crossing = Crossing.SIGNALS if look.sound else look.crossing
    how = words[CROSSING_KEYS[crossing]] if crossing else ""
    if look.sound:
        how += words["sound" if look.sound is Tri.YES else "no_sound"]
    if look.tactile is Tri.YES:
        how += words["tactile"]
    if look.island is Tri.YES:
        how += words["island"]
    return words["cross"].format(street=crossed(look.name, words) if look.name else words["cross.nameless"], how=how)


def _steps(look: Look, met: Met | None, words: Table) -> str:
    up, count = (met.steps_up, met.step_count) if met else (0, 0)
    text = words["steps.up" if up > 0 else "steps.down" if up < 0 else "steps"]
    text = text.format(place=where(look.name, met.near if met else "", words))
    text += words["steps.one" if count == 1 else "steps.count" if count else "steps.unknown"].format(count=count)
    if look.handrail:
        text += words["handrail" if look.handrail is Tri.YES else "no_handrail"]
    if look.ramp > Ramp.NO:
        text += words["ramp.wheels" if look.ramp is Ramp.WHEELCHAIR else "ramp.pram"]
    return text + "."


def _ride(look: Look, met: Met | None, words: Table) -> str:
    storey = ""
    if met and met.rises:
        storey = words["storey.up" if met.rises > 0 else "storey.down"].format(storey=_storey(met.storey, words))
    elif met and met.to:
        storey = words[LEVEL_KEYS[met.to]]
    return words[look.manner.name.lower()].format(name=_named(look, words), storey=storey)


def _storey(tenths: int, words: Table) -> str:
    return f"{tenths / 10:g}".replace(".", words["decimal"])


def _named(look: Look, words: Table) -> str:
    return words["cross.name"].format(name=look.name) if look.name else ""


def _facts(met: Met, surface: Surface, step: Step, doubts: bool, words: Table) -> str:
    """`surface`: of the ground, where it is news. `doubts`: whether to say what is not verified."""
    facts = _met(met, surface, words)
    if doubts and step.unverified > _DOUBTFUL_M:
        metres = _said_metres(step.unverified)
        if metres >= _said_metres(step.metres):
            facts += " " + words["unverified.all"]
        else:
            facts += " " + _fact("unverified", "distance", distance, metres, words)
    return facts + " " + words["bench"] if met.bench else facts


@lru_cache(4096)
def _met(met: Met, surface: Surface, words: Table) -> str:
    """Kerbs, slopes, ground and what stands in the way, each with a space before it."""
    facts = []
    if met.kerb_down > KERB_MM:
        facts.append(_fact("kerb_down", "cm", centimetres, met.kerb_down, words))
    if met.kerb_up > KERB_MM:
        facts.append(_fact("kerb_up", "cm", centimetres, met.kerb_up, words))
    if met.up_unknown or met.down_unknown:
        several = met.up_unknown and met.down_unknown
        facts.append(words["kerb_unknown_too" if facts else "kerbs_unknown" if several else "kerb_unknown"])
    if met.bridge:
        facts.append(words["over_bridge"])
    if met.tunnel:
        facts.append(words["through_tunnel"])
    if met.indoor:
        facts.append(words["through_building"])
    if met.up > _SLIGHT:
        facts.append(_fact("up", "percent", percent, met.up, words))
    if met.down > _SLIGHT:
        facts.append(_fact("down", "percent", percent, met.down, words))
    if surface:
        facts.append(words["surface"].format(surface=words[SURFACE_KEYS[surface]]))
    facts += [_rails(after, rails, words) for after, rails in met.rails]
    if met.barrier > _BOLLARD:
        facts.append(words["barrier"].format(barrier=words[BARRIER_KEYS[met.barrier]]))
    return "".join(f" {fact}" for fact in facts)


def _rails(after: int, rails: int, words: Table) -> str:
    """ "Achtung, nach 40 m: Bahnübergang, mit Schranke, ohne Ton." `rails`: as the graph keeps them."""
    what, known = Rails(rails & 3), [Tri(rails >> shift & 3) for shift in (4, 6, 8)]
    text = words[RAILS_KEYS[what]]
    for name, tri in zip(("barrier", "light", "sound"), known, strict=True):
        if tri:
            text += words[f"rails.{name}" if tri is Tri.YES else f"rails.no_{name}"]
    if what is Rails.TRAIN and not any(known):
        text += words["rails.unknown"]
    key = _PLACES.get(after) or ("met.begin" if after < RIGHT_AT_THE_BEGINNING_M else "met.after")
    return words[key].format(what=text, distance=distance(after, words))


def summary(totals: Totals, words: Table) -> str:
    """ "640 m, 12 Minuten, steilste Stelle 4 % bergauf, 2 Bordsteine bis 3 cm, 60 m Kopfsteinpflaster." """
    figures = (
        words["sum.length"].format(length=distance(totals.metres, words)),
        words["sum.time"].format(time=duration(totals, words)),
    )
    return words["sum.between"].join([*figures, *conditions(totals, words)]) + "."


def duration(totals: Totals, words: Table) -> str:
    """ "12 Minuten"."""
    minutes = max(1, round(totals.seconds / 60))
    return words["sum.minute"] if minutes == 1 else words["sum.minutes"].format(minutes=minutes)


def conditions(totals: Totals, words: Table) -> list[str]:
    """What the way asks of somebody: slopes, kerbs, steps, rough ground, and how much nobody has checked."""
    parts = []
    up, down = (percent(slope, words) for slope in (totals.steepest_up, totals.steepest_down))
    if totals.steepest_up > _SLIGHT and totals.steepest_down > _SLIGHT:
        parts.append(words["sum.up_down"].format(up=up, down=down))
    elif totals.steepest_up > _SLIGHT:
        parts.append(words["sum.up"].format(percent=up))
    elif totals.steepest_down > _SLIGHT:
        parts.append(words["sum.down"].format(percent=down))
    if totals.kerbs:
        key = "sum.kerb" if len(totals.kerbs) == 1 else "sum.kerbs"
        parts.append(words[key].format(count=len(totals.kerbs), cm=centimetres(totals.kerbs[-1], words)))
    if totals.kerbs_unknown:
        key = "sum.kerb_unknown" if totals.kerbs_unknown == 1 else "sum.kerbs_unknown"
        parts.append(words[key].format(count=totals.kerbs_unknown))
    if totals.steps:
        key = "sum.steps_about" if totals.steps_guessed else "sum.step" if totals.steps == 1 else "sum.steps"
        parts.append(words[key].format(count=totals.steps))
    parts += [
        words["sum.rough"].format(distance=distance(metres, words), surface=words[SURFACE_KEYS[surface]])
        for surface, metres in totals.rough.items()
    ]
    if totals.unverified > 10:
        doubtful = _said_metres(totals.unverified)
        key = "sum.unverified.all" if doubtful >= _said_metres(totals.metres) else "sum.unverified"
        parts.append(words[key].format(distance=_distance(doubtful, words)))
    return parts


def listing(parts: Sequence[str], words: Table) -> str:
    """ "a, b und c"."""
    unique = list(dict.fromkeys(parts))
    return ", ".join(unique[:-1]) + words["and"] + unique[-1] if len(unique) > 1 else "".join(unique)
