# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every arc costs a profile: time, felt effort, and the limits that it breaks; all arcs at once.

Weights are tenths of a second as uint32, as the routing library needs them. The limits are kept apart from the weights,
as bits, so that the same numbers answer "the best way within my limits" and "which way comes closest to them". Loosening a
hard limit changes bits only and therefore never makes a route dearer.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from .graph import KERB_UNKNOWN, NO_INCLINE, Graph, Ints
from .profiles import Aid, Limit, Limits, Profile, Unknown
from .steepness import Steepness
from .vocabulary import (
    IMPASSABLE_ON_WHEELS,
    Access,
    Barrier,
    Crossing,
    Flag,
    Kind,
    Ramp,
    Smoothness,
    Surface,
    Tri,
    Wheelchair,
)

#: the weight of an arc that must not be used
FORBIDDEN: Final = 2_147_483_647
#: no single arc may cost more than this (3 days), so that sums stay below FORBIDDEN
HIGHEST: Final = 2_000_000
#: share of the speed on asphalt, on wheels that are driven or pushed by hand; our estimate, in the order of
#: Duvall et al. 2013 (rolling resistance of pathway surfaces)
_ON_WHEELS: Final = {
    Surface.ASPHALT: 1.0, Surface.PAVED: 1.0, Surface.CONCRETE: 1.0, Surface.PAVING_STONES: 0.95, Surface.PLATES: 0.9,
    Surface.WOOD: 0.9, Surface.METAL: 0.85, Surface.SETT: 0.65, Surface.FINE_GRAVEL: 0.7, Surface.COMPACTED: 0.75,
    Surface.COBBLES: 0.5, Surface.GRASS_PAVER: 0.5, Surface.UNPAVED: 0.6, Surface.GRAVEL: 0.45, Surface.GROUND: 0.5,
    Surface.GRASS: 0.4, Surface.SAND: 0.25, Surface.MUD: 0.2,
}  # fmt: skip
_SMOOTH: Final = {
    Smoothness.INTERMEDIATE: 0.85, Smoothness.BAD: 0.65, Smoothness.VERY_BAD: 0.45, Smoothness.HORRIBLE: 0.3,
    Smoothness.VERY_HORRIBLE: 0.2, Smoothness.IMPASSABLE: 0.1,
}  # fmt: skip
#: weights without hard limits that are kept: a few more than there are presets, and fewer where they are large
_KEPT: Final = 12
_KEPT_BYTES: Final = 64 * 2**20
#: metres of stairs that one step takes, landings included: on the 597 counted stairs of Heidelberg 0.57 all in all, on half of
#: them less than 0.41. And of stairs as short as a step nobody knows that it is one
STEP_M: Final = 0.5
FEWEST_STEPS: Final = 3
#: extra share of the time where the map is silent
_UNKNOWN_FACTOR: Final = {Unknown.ALLOW: 1.0, Unknown.COST: 1.1, Unknown.AVOID: 2.0, Unknown.FORBID: 2.0}
_UNKNOWN_SECONDS: Final = {Unknown.ALLOW: 0.0, Unknown.COST: 10.0, Unknown.AVOID: 60.0, Unknown.FORBID: 60.0}


@dataclass(frozen=True, slots=True)
class Costs:
    """By arc: `weight` (felt tenths of a second), `tenths` (expected time), `broken` (bits of Limit), `closed` (nobody
    may or can go there), `unverified` (by edge: an attribute the profile asks for is not known)."""

    weight: Ints
    tenths: Ints
    broken: Ints
    closed: Ints
    unverified: Ints
    #: by edge: length in decimetres as counted for answers (the compatible profile does not count drawn crossings)
    length: Ints

    def counted(self, by: str) -> "Costs":
        """The same limits where not effort counts, but metres ("shortest") or time ("fastest")."""
        weight = np.repeat(self.length, 2) if by == "shortest" else self.tenths
        return replace(self, weight=np.maximum(weight, 1).astype("u4"))

    def final(self) -> Ints:
        """Weights in which broken limits and closed arcs are forbidden."""
        return np.where(self.closed | (self.broken > 0), np.uint32(FORBIDDEN), self.weight)


class CostModel:
    """Prepared views of a graph from which the costs of any profile follow in a few milliseconds."""

    def __init__(self, graph: Graph) -> None:
        edge = graph.edges
        self.graph, self.edge = graph, edge
        self._kept: OrderedDict[Profile, tuple[Ints, Ints]] = OrderedDict()
        self._lock = threading.Lock()
        self.metres = edge["length"] / 10.0
        kind = self.kind = edge["kind"]
        self.flags = edge["flags"]
        self.steps_here = (kind == Kind.STEPS) | (kind == Kind.ESCALATOR)
        self.crossing_here = kind == Kind.CROSSING
        self.lift_here = kind == Kind.LIFT
        self.on_street = np.isin(kind, (Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET, Kind.SERVICE))
        self.busy_street = np.isin(kind, (Kind.BUSY_STREET, Kind.MAIN_STREET))
        self.busy_crossing = self.crossing_here & self._flag(Flag.BUSY_ROAD)
        self.ground_known = ~(self.steps_here | self.crossing_here | self.lift_here | (kind == Kind.FERRY))
        self.surface_unknown = self.ground_known & (edge["surface"] == 0) & (edge["smoothness"] == 0)
        self.incline_unknown = self.ground_known & (edge["incline"] == NO_INCLINE)
        self.slope = np.where(edge["incline"] == NO_INCLINE, 0, edge["incline"]).astype("i4")
        self.slope[self.steps_here] = 0
        self.steepness = Steepness(graph, self.slope)
        self.kerb_unknown = (edge["kerb_up"] == KERB_UNKNOWN) | (edge["kerb_down"] == KERB_UNKNOWN)
        narrow = (Kind.FOOTWAY, Kind.PAVEMENT, Kind.PATH, Kind.CORRIDOR, Kind.STEPS)
        across = self._flag(Flag.ACROSS)
        self.width_unknown = np.isin(kind, narrow) & (edge["width"] == 0) & ~across
        #: how long something is, as one would tell it: a square by its outline, not by our lines across it
        self.told_metres = np.where(across, 0.0, self.metres)
        #: nothing there that a cane or a foot could follow
        self.unguided = across & (edge["tactile"] != Tri.YES)
        counted, guessed = edge["steps"], np.maximum(np.round(self.metres / STEP_M), FEWEST_STEPS)
        #: where nobody has counted them, from the length of the stairs
        self.step_count = np.where(self.steps_here, np.where(counted > 0, counted, guessed), 0).astype("i4")
        self.turning_here = self.lift_here | np.isin(edge["barrier"], (Barrier.CYCLE_BARRIER, Barrier.KISSING_GATE))
        self.turning_unknown = self.turning_here & (edge["turning"] == 0)
        self.private = edge["access"] == Access.PRIVATE

    def _flag(self, flag: Flag) -> Ints:
        return (self.flags & np.uint32(flag)) > 0

    def costs(self, profile: Profile) -> Costs:
        """Costs of a profile. 50,000 edges take about 10 ms, and half of it where only the hard limits are new."""
        weight, tenths = self._weighed(profile)
        broken = self._broken(profile.hard, profile)
        closed = np.stack((self._flag(Flag.NO_FORWARD), self._flag(Flag.NO_BACKWARD)), axis=1) | self.private[:, None]
        return Costs(
            weight=weight, tenths=tenths, broken=np.stack(broken, axis=1).reshape(-1).astype("u4"),
            closed=closed.reshape(-1), unverified=self._unverified(profile), length=self.edge["length"],
        )  # fmt: skip

    def _weighed(self, profile: Profile) -> tuple[Ints, Ints]:
        """Felt and expected tenths of a second by arc. They do not depend on hard limits (but on whether room to turn is
        asked for), which is what people change; so those of the last few profiles are kept and shared."""
        key = replace(profile, key="", hard=Limits(turning_cm=profile.hard.turning_cm))
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self._weigh(profile)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > min(_KEPT, 1 + _KEPT_BYTES // (found[0].nbytes + found[1].nbytes)):
                    self._kept.popitem(last=False)
        return found

    def _weigh(self, profile: Profile) -> tuple[Ints, Ints]:
        time = self._seconds(profile)
        effort = self._effort(profile, time)
        soft = self._broken(profile.soft, None)
        weight, tenths = [], []
        for way in (0, 1):
            # weigh soft limits once, however many are broken
            felt = effort[way]
            if profile.soft_factor > 1.0:
                felt = np.where(soft[way] > 0, felt * profile.soft_factor + 5.0, felt)
            weight.append(np.clip(np.round(felt * 10), 1, HIGHEST))
            tenths.append(np.clip(np.round(time[way] * 10), 1, HIGHEST))
        both = tuple(np.stack(part, axis=1).reshape(-1).astype("u4") for part in (weight, tenths))
        for array in both:
            array.flags.writeable = False
        return both[0], both[1]

    def _seconds(self, profile: Profile) -> list[Ints]:
        """Expected seconds, forward and backward."""
        pace, edge = profile.pace, self.edge
        speed = self._level_speed(profile) / 3.6
        fixed = np.where(self.lift_here, pace.lift_seconds, 0.0)
        fixed += self.step_count * pace.seconds_a_step * (edge["kind"] == Kind.STEPS)
        fixed += np.where(edge["barrier"] > Barrier.BOLLARD, 4.0, 0.0)
        waits = np.where(edge["crossing"] == Crossing.SIGNALS, pace.signal_seconds, pace.street_seconds * 0.5)
        fixed += np.where(self.crossing_here, np.where(self.busy_crossing, waits, 2.0), 0.0)
        if pace.seconds_a_kerb:
            fixed += pace.seconds_a_kerb * ((np.abs(edge["kerb_up"]) > 10) + (np.abs(edge["kerb_down"]) > 10))
        found = []
        fine = self.steepness.edges
        for way, slope in enumerate((self.slope / 1000.0, -self.slope / 1000.0)):
            factor = np.maximum(np.exp(-np.where(slope > 0, pace.up, -pace.down) * slope), 0.1)
            if len(fine):
                # a street with one steep corner is not walked as if it were steep all along
                factor[fine] = 1 / self.steepness.slowed(way, pace.up, pace.down)
            found.append(self.metres / (speed * factor) + fixed)
        return found

    def _level_speed(self, profile: Profile) -> Ints:
        """km/h on the flat, by surface."""
        share = np.ones(32)
        for surface, part in _ON_WHEELS.items():
            share[surface] = part if profile.aid is not Aid.FEET else 1 - (1 - part) * 0.35
        smooth = np.ones(16)
        for smoothness, part in _SMOOTH.items():
            smooth[smoothness] = part if profile.aid is not Aid.FEET else 1 - (1 - part) * 0.35
        both = np.minimum(share[self.edge["surface"]], smooth[self.edge["smoothness"]])
        both = np.where(self.steps_here, 0.6, both)
        result: Ints = profile.pace.level_kmh * both
        return result

    def _effort(self, profile: Profile, time: list[Ints]) -> list[Ints]:
        """Felt seconds: rough ground, streets without pavement, and what is not known weigh more."""
        policy, edge = profile.unknown, self.edge
        rough = 1 + profile.comfort * (1 - self._level_speed(profile) / profile.pace.level_kmh)
        rough = np.where(self.on_street, rough * profile.street_factor, rough)
        rough = np.where(self.busy_street, rough * profile.street_factor, rough)
        rough = np.where(self._flag(Flag.SEPARATE_PAVEMENT) & self.on_street, rough * 2.0, rough)
        rough = np.where(edge["access"] == Access.CUSTOMERS, rough * 2.0, rough)
        if profile.open_factor != 1.0:
            rough = np.where(self.unguided, rough * profile.open_factor, rough)
        for unknown, choice in (
            (self.surface_unknown, policy.surface), (self.incline_unknown, policy.incline),
            (self.width_unknown, policy.width), (edge["lit"] == 0, policy.light),
        ):  # fmt: skip
            if choice is not Unknown.ALLOW:
                rough = np.where(unknown, rough * _UNKNOWN_FACTOR[choice], rough)
        extra = np.where(self.kerb_unknown, _UNKNOWN_SECONDS[policy.kerb], 0.0)
        unsure = self.busy_crossing & (edge["crossing"] <= Crossing.UNKNOWN)
        extra += np.where(unsure, _UNKNOWN_SECONDS[policy.crossing], 0.0)
        extra += np.where(self.steps_here & (edge["steps"] == 0), _UNKNOWN_SECONDS[policy.steps], 0.0)
        if profile.hard.turning_cm is not None:
            extra += np.where(self.turning_unknown, _UNKNOWN_SECONDS[policy.turning], 0.0)
        # crossing a busy street where nothing helps is felt beyond the waiting
        extra += np.where(self.busy_crossing & (edge["crossing"] < Crossing.MARKED), profile.pace.street_seconds, 0.0)
        return [seconds * rough + extra for seconds in time]

    def _broken(self, limits: Limits, profile: Profile | None) -> list[Ints]:
        """Bits of broken limits, forward and backward. With a profile, forbidden unknowns count too."""
        same = np.zeros(len(self.metres), dtype="u4")
        self._ground_bits(limits, same)
        self._steps_bits(limits, same)
        self._crossing_bits(limits, same)
        if profile:
            self._unknown_bits(profile, same)
        edge = self.edge
        result = []
        climb, fall = self.steepness.up
        for rise, descent, up, down in (
            (climb, fall, edge["kerb_up"], edge["kerb_down"]), (fall, climb, edge["kerb_down"], edge["kerb_up"]),
        ):  # fmt: skip
            bits = same.copy()
            for value, limit, bit in (
                (up, limits.kerb_up_mm, Limit.KERB_UP), (down, limits.kerb_down_mm, Limit.KERB_DOWN),
                (rise, limits.incline_up_permille, Limit.INCLINE_UP),
                (descent, limits.incline_down_permille, Limit.INCLINE_DOWN),
            ):  # fmt: skip
                if limit is not None:
                    bits[value > limit] |= np.uint32(bit)
            result.append(bits)
        if limits.steep_permille is not None and limits.steep_metres is not None:
            # whoever joins or leaves such a climb halfway may manage it nevertheless: climbs.py
            runs = self.steepness.runs(limits.steep_permille)
            too_long = runs.arc[runs.through > limits.steep_metres * 10]
            for way in (0, 1):
                result[way][too_long[too_long & 1 == way] >> 1] |= np.uint32(Limit.STEEP_LENGTH)
        return result

    def _ground_bits(self, limits: Limits, bits: Ints) -> None:
        edge = self.edge
        if limits.width_cm is not None:
            for name, bit in (("width", Limit.WIDTH), ("passage", Limit.BARRIER)):
                bits[(edge[name] > 0) & (edge[name] < limits.width_cm)] |= np.uint32(bit)
        if limits.turning_cm is not None:
            bits[self.turning_here & (edge["turning"] > 0) & (edge["turning"] < limits.turning_cm)] |= np.uint32(
                Limit.TURNING
            )
        if limits.surface is not None:
            bits[edge["surface"] > limits.surface] |= np.uint32(Limit.SURFACE)
        if limits.smoothness is not None:
            bits[edge["smoothness"] > limits.smoothness] |= np.uint32(Limit.SMOOTHNESS)
        if limits.tracktype is not None:
            # a known good surface outweighs a bad track grade
            bad = (edge["tracktype"] > limits.tracktype) & (edge["surface"] == 0)
            bits[bad] |= np.uint32(Limit.TRACKTYPE)
        if limits.light:
            bits[edge["lit"] == Tri.NO] |= np.uint32(Limit.LIGHT)
        if limits.wheels:
            bits[np.isin(edge["barrier"], IMPASSABLE_ON_WHEELS)] |= np.uint32(Limit.BARRIER)
            bits[(edge["wheelchair"] == Wheelchair.NO) & ~self.steps_here] |= np.uint32(Limit.WHEELCHAIR_NO)

    def _steps_bits(self, limits: Limits, bits: Ints) -> None:
        edge = self.edge
        stairs = edge["kind"] == Kind.STEPS
        if limits.ramp is not None:
            stairs = stairs & (edge["ramp"] < limits.ramp)
        if limits.steps is not None:
            bits[stairs & (self.step_count > limits.steps)] |= np.uint32(Limit.STEPS)
        if limits.handrail:
            bits[stairs & (edge["handrail"] == Tri.NO)] |= np.uint32(Limit.HANDRAIL)
        if limits.no_lifts:
            bits[self.lift_here] |= np.uint32(Limit.LIFT)
        if limits.no_escalators:
            bits[edge["kind"] == Kind.ESCALATOR] |= np.uint32(Limit.ESCALATOR)

    def _crossing_bits(self, limits: Limits, bits: Ints) -> None:
        edge = self.edge
        if limits.crossing is not None:
            known = edge["crossing"] > Crossing.UNKNOWN
            bits[self.busy_crossing & known & (edge["crossing"] < limits.crossing)] |= np.uint32(Limit.CROSSING)
        signals = self.crossing_here & (edge["crossing"] == Crossing.SIGNALS)
        if limits.sound:
            bits[signals & (edge["sound"] == Tri.NO)] |= np.uint32(Limit.SOUND)
        if limits.tactile:
            bits[self.crossing_here & (edge["tactile"] == Tri.NO)] |= np.uint32(Limit.TACTILE)
        if limits.island:
            bits[self.busy_crossing & (edge["island"] == Tri.NO)] |= np.uint32(Limit.ISLAND)

    def _unknown_bits(self, profile: Profile, bits: Ints) -> None:
        policy, edge, hard = profile.unknown, self.edge, profile.hard
        missing_steps = self.steps_here & (edge["steps"] == 0) & (edge["ramp"] < (hard.ramp or Ramp.WHEELCHAIR))
        for unknown, choice, bit, asked in (
            (self.surface_unknown, policy.surface, Limit.SURFACE, True),
            (self.ground_known & (edge["smoothness"] == 0), policy.smoothness, Limit.SMOOTHNESS, True),
            (self.width_unknown, policy.width, Limit.WIDTH, True),
            (self.incline_unknown, policy.incline, Limit.INCLINE_UP, True),
            (self.kerb_unknown, policy.kerb, Limit.KERB_UP, True),
            (missing_steps, policy.steps, Limit.STEPS, hard.steps is not None and hard.steps > 0),
            (self.busy_crossing & (edge["crossing"] <= 1), policy.crossing, Limit.CROSSING, True),
            (edge["lit"] == 0, policy.light, Limit.LIGHT, True),
            (self.turning_unknown, policy.turning, Limit.TURNING, hard.turning_cm is not None),
        ):
            if choice is Unknown.FORBID and asked:
                bits[unknown] |= np.uint32(bit | Limit.UNKNOWN)

    def _unverified(self, profile: Profile) -> Ints:
        """Edges of which something the profile limits is not known."""
        hard, missing = profile.hard, np.zeros(len(self.metres), dtype=bool)
        if hard.surface is not None or hard.smoothness is not None:
            missing |= self.surface_unknown
        if hard.incline_up_permille is not None or hard.incline_down_permille is not None:
            missing |= self.incline_unknown
        if hard.kerb_up_mm is not None or hard.kerb_down_mm is not None:
            missing |= self.kerb_unknown
        if hard.width_cm is not None:
            missing |= self.width_unknown
        if hard.turning_cm is not None:
            missing |= self.turning_unknown
        edge, soft = self.edge, profile.soft
        if soft.crossing is not None or hard.crossing is not None:
            missing |= self.busy_crossing & (edge["crossing"] <= Crossing.UNKNOWN)
        if soft.sound or hard.sound:
            missing |= self.crossing_here & (edge["crossing"] == Crossing.SIGNALS) & (edge["sound"] == Tri.UNKNOWN)
        if soft.tactile or hard.tactile:
            missing |= self.crossing_here & (edge["tactile"] == Tri.UNKNOWN)
        if soft.light or hard.light:
            missing |= self.ground_known & (edge["lit"] == Tri.UNKNOWN)
        missing |= self.steps_here & (edge["steps"] == 0)
        return missing
