# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The fixed plan of the model town: river, railway, ring and main streets, hill, park, and the quarters between them.

Metres east and north of the market fountain. The seed moves every control point a little, may mirror the town and
turns it, so that two towns share a character and not a map.
"""

import math
from dataclasses import dataclass
from random import Random

from shapely.geometry import LineString, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY, Wobble, smooth
from stadtherz.kernel.geo.modeltown.growth import Pattern

RIVER_WIDTH = 24.0
RIVER: tuple[XY, ...] = (
    (-1800, -180), (-1350, -260), (-1000, -430), (-640, -350), (-300, -440), (60, -520), (420, -450),
    (780, -540), (1150, -470), (1450, -560), (1800, -520),
)  # fmt: skip
RAILWAY: tuple[XY, ...] = (
    (-1800, 520), (-1200, 650), (-700, 712), (-300, 716), (0, 706), (350, 716), (700, 790), (1150, 960), (1800, 1150),
)  # fmt: skip
TOWN_EDGE = (1330.0, 1060.0)
HILL: tuple[XY, ...] = ((690, 60), (880, 0), (1080, 90), (1150, 290), (1060, 470), (860, 520), (700, 420), (640, 230))
HILLTOP: XY = (905.0, 265.0)
SERPENTINE: tuple[XY, ...] = (
    (230, 80), (450, 150), (590, 170), (690, 130), (830, 75), (960, 95), (1040, 180), (1035, 300), (950, 385),
    (830, 395), (770, 330), (790, 260), (860, 240),
)  # fmt: skip
STAIRS: tuple[XY, ...] = ((640, 158), (700, 190), (735, 225), (786, 275))
PARK: tuple[XY, ...] = ((-330, -215), (-420, -150), (-600, -120), (-780, -150), (-850, -260), (-800, -345),
                        (-640, -318), (-470, -345), (-350, -385), (-290, -330))  # fmt: skip
CEMETERY: tuple[XY, ...] = ((-1010, 190), (-860, 230), (-830, 350), (-900, 400), (-1030, 350))
SPORTS: tuple[XY, ...] = ((560, -600), (770, -640), (800, -760), (590, -790))
ALLOTMENTS: tuple[XY, ...] = ((-700, -480), (-480, -440), (-420, -560), (-560, -650), (-690, -600))
INDUSTRY: tuple[XY, ...] = ((-820, 760), (380, 768), (420, 980), (-180, 1010), (-800, 960))
GARDEN_CIRCLE: XY = (-620.0, 200.0)  # the streets of the Gartenstadt run around it
STATION: XY = (-60.0, 668.0)


@dataclass(frozen=True, slots=True)
class Avenue:
    """A planned street: its name's key in `names.py`, class, width in metres, control points."""

    name: str
    highway: str
    width: float
    points: tuple[XY, ...]
    pavement: str = "both"


AVENUES: tuple[Avenue, ...] = (
    Avenue("west", "secondary", 8.5, ((-230, 16), (-470, -30), (-720, -40), (-1000, 50), (-1300, 60), (-1800, -10)), "separate"),
    Avenue("east", "secondary", 8.5, ((230, -20), (470, -95), (650, -170), (900, -250), (1200, -230), (1800, -290)), "separate"),
    Avenue("north", "secondary", 8.0, ((130, 190), (270, 400), (360, 560), (400, 735), (440, 960), (560, 1300), (590, 1700))),
    Avenue("south", "secondary", 8.5, ((40, -230), (62, -420), (66, -520), (50, -680), (-30, -900), (-60, -1200), (-140, -1700)), "separate"),
    Avenue("station", "tertiary", 9.0, ((-12, 230), (-34, 400), (-40, 520), (-58, 632)), "separate"),
    Avenue("forest", "tertiary", 7.0, ((-160, 160), (-360, 330), (-560, 440), (-760, 560), (-850, 700), (-960, 900), (-1180, 1250), (-1500, 1600))),
    Avenue("rail", "tertiary", 7.0, ((-782, 585), (-600, 640), (-330, 648), (-58, 632), (180, 640), (370, 640))),
    Avenue("factory", "unclassified", 7.0, ((-880, 760), (-600, 790), (-240, 800), (100, 790), (402, 778))),
    Avenue("southring", "tertiary", 7.5, ((-1010, 52), (-1030, -150), (-985, -330), (-960, -470), (-860, -680), (-620, -850),
                                          (-300, -890), (-28, -890), (320, -900), (640, -850), (860, -700), (945, -530), (930, -380), (905, -252))),
    Avenue("bank_north", "residential", 5.5, ((-1000, -300), (-860, -372), (-640, -290), (-330, -392), (-150, -405), (60, -462), (300, -410),
                                              (520, -396), (760, -478), (938, -440))),
    Avenue("bank_south", "living_street", 5.0, ((-962, -500), (-800, -455), (-640, -425), (-440, -470), (-200, -545), (60, -588), (300, -545),
                                                (480, -515), (720, -596), (905, -600))),
    Avenue("hill", "residential", 5.5, SERPENTINE),
    Avenue("vineyard", "residential", 5.5, ((330, 500), (520, 470), (640, 560), (840, 610), (1060, 560), (1220, 380), (1210, 120), (1080, -70), (960, -245))),
    Avenue("garden", "residential", 5.5, ((-450, -32), (-520, 120), (-560, 260), (-548, 432))),
    Avenue("meadow", "residential", 5.5, ((-1012, 60), (-960, 260), (-980, 480), (-900, 640), (-790, 600))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter: where it lies, how its streets run and what stands there."""

    key: str
    name: str
    short: str
    seeds: tuple[XY, ...]
    pattern: Pattern
    houses: str


QUARTERS: tuple[Quarter, ...] = (
    Quarter("altstadt", "Altstadt", "Alt", ((0, 0), (-150, 120), (150, -120), (150, 130), (-140, -140)), Pattern(58, 66, 45), "old"),
    Quarter("bahnhof", "Bahnhofsviertel", "Bhf", ((-250, 480), (120, 470), (-420, 540)), Pattern(92, 118), "row"),
    Quarter("nord", "Nordstadt", "Nord", ((0, 900), (-300, 1000), (700, 950)), Pattern(100, 130), "semi"),
    Quarter("garten", "Gartenstadt", "Gar", ((-400, 130), (-760, 200), (-640, 420), (-420, -90), (-800, -200)), Pattern(86, 150), "detached"),
    Quarter("auen", "Auenviertel", "Au", ((-300, -700), (-560, -700), (350, -700), (700, -750), (0, -440)), Pattern(88, 120), "semi"),
    Quarter("berg", "Bergviertel", "Berg", ((500, 320), (900, 260), (560, 20), (1150, 500), (700, -70)), Pattern(92, 150), "detached"),
    Quarter("wald", "Waldsiedlung", "Wald", ((-1100, 300), (-1050, 700), (-1150, -100)), Pattern(90, 160), "detached"),
    Quarter("wiesen", "Wiesengrund", "Wie", ((600, -330), (1150, -400), (1000, -800), (-100, -1000), (500, -1000)), Pattern(84, 130), "detached"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan with the seed's own irregularities worked in."""

    mirrored: bool
    turn: float
    ring: tuple[XY, ...]
    river: LineString
    railway: LineString
    edge: Polygon
    shift: Wobble
    lie: Wobble

    @property
    def compass(self) -> dict[str, str]:
        """In a mirrored town the street that leads west is the one drawn to the east."""
        return {"west": "east", "east": "west"} if self.mirrored else {}

    def moved(self, points: tuple[XY, ...], *, closed: bool = False) -> list[XY]:
        """A smooth line through the control points, each moved by the seed's wobble (nothing tears: it is a field)."""
        return smooth([self.nudge(p) for p in points], closed=closed)

    def nudge(self, point: XY) -> XY:
        x, y = point
        calm = min(1.0, math.hypot(x, y) / 400)
        return (x + 22 * calm * self.shift.at(x, y), y + 22 * calm * self.shift.at(y + 5000, x))

    def polygon(self, points: tuple[XY, ...]) -> Polygon:
        return Polygon(self.moved(points, closed=True)).buffer(0)


def draw_plan(rng: Random) -> Plan:
    """The plan of one seed."""
    shift, lie = Wobble.drawn(rng, 700), Wobble.drawn(rng, 420)
    phases = [rng.uniform(0, math.tau) for _ in range(4)]
    ring = []
    for index in range(22):
        angle = math.tau * index / 22
        radius = 292 * (
            1
            + 0.10 * math.cos(2 * angle + phases[0])
            + 0.055 * math.cos(3 * angle + phases[1])
            + 0.03 * math.cos(5 * angle + phases[2])
        )
        ring.append((1.06 * radius * math.cos(angle), radius * math.sin(angle)))
    edge = []
    for index in range(30):
        angle = math.tau * index / 30
        reach = (
            1 + 0.06 * math.cos(3 * angle + phases[3]) + 0.10 * shift.at(900 * math.cos(angle), 900 * math.sin(angle))
        )
        edge.append((TOWN_EDGE[0] * reach * math.cos(angle), TOWN_EDGE[1] * reach * math.sin(angle)))
    plan = Plan(
        mirrored=rng.random() < 0.5,
        turn=math.radians(rng.uniform(-16, 16)),
        ring=tuple(smooth(ring, closed=True)),
        river=LineString(),
        railway=LineString(),
        edge=Polygon(smooth(edge, closed=True)).buffer(0),
        shift=shift,
        lie=lie,
    )
    return Plan(
        plan.mirrored, plan.turn, plan.ring, LineString(plan.moved(RIVER)), LineString(plan.moved(RAILWAY)), plan.edge,
        shift, lie,
    )  # fmt: skip
