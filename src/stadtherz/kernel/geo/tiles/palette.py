# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The colours of the base map, by day and by night. Quiet on purpose: what the town has to say is drawn on top."""

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """By day or by night."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they paint."""

    land: str
    residential: str
    works: str
    institution: str
    wood: str
    grass: str
    park: str
    field: str
    sand: str
    pitch: str
    water: str
    water_line: str
    building: str
    building_edge: str
    public_building: str
    square: str
    road: str
    road_edge: str
    main_road: str
    main_road_edge: str
    motorway: str
    motorway_edge: str
    path: str
    pavement: str
    stairs: str
    rail: str
    boundary: str
    text: str
    text_soft: str
    text_water: str
    text_green: str
    text_place: str
    halo: str
    halo_water: str
    halo_green: str


LIGHT = Palette(
    land="#f5f4f0",
    residential="#efede8",
    works="#eae8ea",
    institution="#efeae0",
    wood="#d3e2c9",
    grass="#e2ecd6",
    park="#d6e7ca",
    field="#f0f0e2",
    sand="#f2ebd8",
    pitch="#cfe3c8",
    water="#bcd9e8",
    water_line="#a9cde0",
    building="#e0dbd3",
    building_edge="#cfc8be",
    public_building="#d6c9bd",
    square="#f7f2e8",
    road="#ffffff",
    road_edge="#d8d3ca",
    main_road="#fffdf6",
    main_road_edge="#c9c1b2",
    motorway="#fbeecb",
    motorway_edge="#d6bf8a",
    path="#b9ac9b",
    pavement="#d9d2c7",
    stairs="#9c8b76",
    rail="#b3aeaa",
    boundary="#b7a9b4",
    text="#4b4741",
    text_soft="#6f6a63",
    text_water="#3f6f8c",
    text_green="#4c6b3d",
    text_place="#33302c",
    halo="rgba(255,255,255,0.88)",
    halo_water="rgba(214,232,241,0.9)",
    halo_green="rgba(240,246,234,0.9)",
)

DARK = Palette(
    land="#1b1f22",
    residential="#20252a",
    works="#23262c",
    institution="#262727",
    wood="#1d2b22",
    grass="#212d25",
    park="#1f3126",
    field="#20251f",
    sand="#2a2823",
    pitch="#24372b",
    water="#152f40",
    water_line="#1d3d52",
    building="#2d3338",
    building_edge="#3a4147",
    public_building="#3b3a3a",
    square="#2b2c2b",
    road="#3c444b",
    road_edge="#15181b",
    main_road="#4b545c",
    main_road_edge="#14171a",
    motorway="#5c5641",
    motorway_edge="#1a1812",
    path="#5d5a52",
    pavement="#363d43",
    stairs="#8a7f6d",
    rail="#565c62",
    boundary="#6b6170",
    text="#d3d0ca",
    text_soft="#a9a7a2",
    text_water="#8bb8d0",
    text_green="#9cbd90",
    text_place="#f0eeea",
    halo="rgba(20,24,27,0.9)",
    halo_water="rgba(16,36,49,0.9)",
    halo_green="rgba(24,38,30,0.9)",
)

PALETTES = {Theme.LIGHT: LIGHT, Theme.DARK: DARK}
