# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the walking graph: kinds of way, surfaces, crossings, barriers, and where a fact comes from.

Numbers are stored in files and in saved routes: add at the end, never renumber. Sources: OpenStreetMap wiki, pages
Key:highway, Key:surface, Key:smoothness, Key:tracktype, Key:crossing, Key:kerb, Key:barrier, Key:wheelchair.
"""

from enum import IntEnum, IntFlag
from typing import Final


class Kind(IntEnum):
    """What one walks on."""

    FOOTWAY = 1
    PAVEMENT = 2
    CROSSING = 3
    PEDESTRIAN = 4
    LIVING_STREET = 5
    PATH = 6
    TRACK = 7
    CYCLEWAY = 8
    STEPS = 9
    LIFT = 10
    ESCALATOR = 11
    SERVICE = 12
    QUIET_STREET = 13
    BUSY_STREET = 14
    MAIN_STREET = 15
    PLATFORM = 16
    CORRIDOR = 17
    FERRY = 18
    SQUARE = 19  # straight across an open area
    RIM = 20  # along the outline of a square with a name: only told so, the graph has what the map says
    BARE_STREET = 21  # a street that is said to have no pavement: only told so, too
    SHARED_PATH = 22  # made for people on foot and on bicycles: only told so
    CAR_PARK = 23  # between parked cars: only told so, too


class Side(IntEnum):
    """Side of the street, in the drawing direction of the way."""

    NONE = 0
    LEFT = 1
    RIGHT = 2


class Tri(IntEnum):
    UNKNOWN = 0
    NO = 1
    YES = 2


class Surface(IntEnum):
    """From smooth to impassable: the order is the order of effort, so that "at least as good as" is a comparison."""

    UNKNOWN = 0
    ASPHALT = 1
    PAVED = 2
    CONCRETE = 3
    PAVING_STONES = 4
    PLATES = 5
    WOOD = 6
    METAL = 7
    SETT = 8
    FINE_GRAVEL = 9
    COMPACTED = 10
    COBBLES = 11
    GRASS_PAVER = 12
    UNPAVED = 13
    GRAVEL = 14
    GROUND = 15
    GRASS = 16
    SAND = 17
    MUD = 18


class Smoothness(IntEnum):
    UNKNOWN = 0
    EXCELLENT = 1
    GOOD = 2
    INTERMEDIATE = 3
    BAD = 4
    VERY_BAD = 5
    HORRIBLE = 6
    VERY_HORRIBLE = 7
    IMPASSABLE = 8


class Crossing(IntEnum):
    """How a street is crossed, from nothing to signals."""

    NONE = 0
    UNKNOWN = 1
    UNMARKED = 2
    MARKED = 3
    SIGNALS = 4


class Rails(IntEnum):
    """What one walks over where a way crosses tracks."""

    NONE = 0
    TRAM = 1
    TRAIN = 2
    SOME = 3  # nobody has noted of what, or nobody rides on them any more


class RailsAt(IntEnum):
    """Where on an edge, in drawing direction."""

    START = 1
    END = 2
    ALONG = 3  # on a crossing of a street in which they lie


class Ramp(IntEnum):
    UNKNOWN = 0
    NO = 1
    PRAM = 2
    WHEELCHAIR = 3


class Wheelchair(IntEnum):
    UNKNOWN = 0
    NO = 1
    LIMITED = 2
    YES = 3


class Barrier(IntEnum):
    NONE = 0
    GATE = 1
    BOLLARD = 2
    CYCLE_BARRIER = 3
    BLOCK = 4
    STILE = 5
    TURNSTILE = 6
    KISSING_GATE = 7
    LIFT_GATE = 8
    CHAIN = 9
    OTHER = 10
    STEP = 11
    REVOLVING_DOOR = 12


class Access(IntEnum):
    """Who may walk there. Ways closed to everyone are not in the graph."""

    OPEN = 0
    PERMISSIVE = 1
    CUSTOMERS = 2
    DESTINATION = 3
    PRIVATE = 4


class Flag(IntFlag):
    """Yes-or-no facts of an edge that no limit asks for by degree."""

    BRIDGE = 1
    TUNNEL = 2
    COVERED = 4
    INDOOR = 8
    AREA = 16
    NO_FORWARD = 32
    NO_BACKWARD = 64
    SEPARATE_PAVEMENT = 128  # the pavement is mapped as its own way: do not walk on the carriageway
    NO_PAVEMENT = 256  # said to have none
    DRAWN = 512  # made by us (a pavement or crossing that the map only names as a property of the street)
    CONDITIONAL = 1024  # a time or season limits access; the text stands in Graph.conditions
    BENCH = 2048
    TOILET = 4096
    KERB_DIRECTION_GUESSED = 8192
    BUSY_ROAD = 16384  # a crossing of a street with much traffic
    ACROSS = 32768  # straight across an open area: not drawn in the map, and nothing there to walk along
    SHARED = 65536  # made for people on foot and on bicycles
    PARKING = 131072  # between parked cars


class Provenance(IntEnum):
    """Where a value comes from. Higher numbers are better knowledge and are not overwritten by lower ones."""

    NONE = 0
    ASSUMED = 1
    OSM = 2
    ELEVATION_MODEL = 3
    RESIDENT = 4
    SENSOR = 5
    SURVEY = 6


class Place(IntEnum):
    BENCH = 1
    TOILET = 2
    ENTRANCE = 3
    LIFT = 4
    LANDMARK = 5


SURFACE_WORDS: Final[dict[str, Surface]] = {
    "asphalt": Surface.ASPHALT, "chipseal": Surface.ASPHALT, "tartan": Surface.ASPHALT, "rubber": Surface.ASPHALT,
    "paved": Surface.PAVED, "tiles": Surface.PAVED, "acrylic": Surface.PAVED,
    "concrete": Surface.CONCRETE, "cement": Surface.CONCRETE,
    "paving_stones": Surface.PAVING_STONES, "paving_stones:30": Surface.PAVING_STONES,
    "paving_stones:20": Surface.PAVING_STONES, "bricks": Surface.PAVING_STONES, "brick": Surface.PAVING_STONES,
    "concrete:plates": Surface.PLATES, "concrete:lanes": Surface.PLATES, "stone": Surface.PLATES,
    "wood": Surface.WOOD, "metal": Surface.METAL, "metal_grid": Surface.METAL, "grate": Surface.METAL,
    "sett": Surface.SETT, "cobblestone:flattened": Surface.SETT,
    "fine_gravel": Surface.FINE_GRAVEL, "compacted": Surface.COMPACTED,
    "cobblestone": Surface.COBBLES, "unhewn_cobblestone": Surface.COBBLES,
    "grass_paver": Surface.GRASS_PAVER, "unpaved": Surface.UNPAVED,
    "gravel": Surface.GRAVEL, "pebblestone": Surface.GRAVEL, "rock": Surface.GRAVEL,
    "ground": Surface.GROUND, "dirt": Surface.GROUND, "earth": Surface.GROUND, "clay": Surface.GROUND,
    "soil": Surface.GROUND, "woodchips": Surface.GROUND, "forestground": Surface.GROUND,
    "grass": Surface.GRASS, "sand": Surface.SAND, "salt": Surface.SAND,
    "mud": Surface.MUD, "snow": Surface.MUD, "ice": Surface.MUD,
}  # fmt: skip

SMOOTHNESS_WORDS: Final = {item.name.lower(): item for item in Smoothness if item}

BARRIER_WORDS: Final[dict[str, Barrier]] = {
    "gate": Barrier.GATE, "wicket_gate": Barrier.GATE, "swing_gate": Barrier.GATE, "door": Barrier.GATE,
    "hampshire_gate": Barrier.KISSING_GATE, "kissing_gate": Barrier.KISSING_GATE, "bollard": Barrier.BOLLARD,
    "cycle_barrier": Barrier.CYCLE_BARRIER, "chicane": Barrier.CYCLE_BARRIER, "motorcycle_barrier":
    Barrier.CYCLE_BARRIER, "block": Barrier.BLOCK, "jersey_barrier": Barrier.BLOCK, "debris": Barrier.BLOCK,
    "log": Barrier.BLOCK, "stone": Barrier.BLOCK, "fallen_tree": Barrier.BLOCK, "stile": Barrier.STILE,
    "horse_stile": Barrier.STILE, "step": Barrier.STEP, "steps": Barrier.STEP, "turnstile": Barrier.TURNSTILE, "full-height_turnstile": Barrier.TURNSTILE,
    "lift_gate": Barrier.LIFT_GATE, "chain": Barrier.CHAIN, "rope": Barrier.CHAIN, "fence": Barrier.OTHER,
    "wall": Barrier.OTHER, "hedge": Barrier.OTHER, "yes": Barrier.OTHER, "retaining_wall": Barrier.OTHER, "city_wall": Barrier.OTHER,
    "guard_rail": Barrier.OTHER, "cable_barrier": Barrier.OTHER, "ditch": Barrier.OTHER, "hole": Barrier.OTHER,
    "sliding_gate": Barrier.GATE, "sally_port": Barrier.GATE, "security_control": Barrier.OTHER, "height_restrictor": Barrier.GATE,
    "rising_bollard": Barrier.BOLLARD, "planter": Barrier.BLOCK, "sump_buster": Barrier.BLOCK, "bump_gate": Barrier.LIFT_GATE,
    "sliding_beam": Barrier.LIFT_GATE, "spikes": Barrier.BLOCK, "coupure": Barrier.GATE, "bar": Barrier.LIFT_GATE,
    "revolving_door": Barrier.REVOLVING_DOOR,
}  # fmt: skip
#: the barriers that no wheel passes (OSM wiki, Key:barrier)
IMPASSABLE_ON_WHEELS: Final = (
    Barrier.STILE, Barrier.TURNSTILE, Barrier.KISSING_GATE, Barrier.STEP, Barrier.REVOLVING_DOOR,
)  # fmt: skip
