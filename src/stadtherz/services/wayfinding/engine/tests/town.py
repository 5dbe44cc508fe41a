# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small invented town as a real .osm.pbf, so that the tests need no outside data.

Streets form a grid of 6 by 5 with 100 m between them; Hauptstraße (row 2) has much traffic. Coordinates are metres
east and north of (7.77, 49.44)."""

import math
from pathlib import Path

import osmium

WEST, SOUTH = 7.77, 49.44
_X = 1 / (111_194.93 * math.cos(math.radians(SOUTH)))
_Y = 1 / 111_194.93


def at(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place given in metres."""
    return WEST + east * _X, SOUTH + north * _Y


class Draft:
    """Collects nodes and ways and writes them."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[float, float], int] = {}
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[list[int], dict[str, str]]] = []

    def node(self, east: float, north: float, **tags: str) -> int:
        number = self.nodes.setdefault((east, north), len(self.nodes) + 1)
        self.node_tags.setdefault(number, {}).update({key.replace("__", ":"): value for key, value in tags.items()})
        return number

    def way(self, *points: tuple[float, float], **tags: str) -> int:
        nodes = [self.node(*point) for point in points]
        self.ways.append((nodes, {key.replace("__", ":"): value for key, value in tags.items()}))
        return len(self.ways)

    def write(self, path: Path, *, sign: int = 1, first: int = 1) -> Path:
        """``first``: number of the first way."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for (east, north), number in sorted(self.nodes.items(), key=lambda item: item[1]):
                node = osmium.osm.mutable.Node(
                    id=sign * number, location=at(east, north), tags=self.node_tags[number], version=1,
                    timestamp="2024-05-01T00:00:00Z",
                )  # fmt: skip
                writer.add_node(node)
            for number, (nodes, tags) in enumerate(self.ways, start=first):
                way = osmium.osm.mutable.Way(
                    id=sign * number, nodes=[sign * node for node in nodes], tags=tags, version=1,
                    timestamp="2024-05-01T00:00:00Z",
                )  # fmt: skip
                writer.add_way(way)
        return path


def draft_town() -> Draft:
    town = Draft()
    for row in range(5):
        tags = {"highway": "residential", "sidewalk": "both", "surface": "asphalt", "incline": "0%"}
        tags["name"] = f"Querstraße {row}"
        tags["sidewalk:both:surface"] = "paving_stones"
        if row == 2:
            tags |= {"highway": "primary", "name": "Hauptstraße"}
        points = [(column * 100, row * 100) for column in range(6)]
        if row == 2:
            points.insert(3, (250, 200))
        town.ways.append(([town.node(*point) for point in points], tags))
    for column in range(6):
        tags = {"highway": "residential", "name": f"Längsweg {column}", "sidewalk": "no", "surface": "asphalt"}
        tags["incline"] = "up" if column == 0 else "0"
        if column == 5:
            tags |= {"sidewalk": "right", "sidewalk:right:surface": "sett", "incline": "9%"}
        town.ways.append(([town.node(column * 100, row * 100) for row in range(5)], tags))
    # a signalled crossing of the main street, mapped as its own way with kerbs
    town.node(250, 200, highway="crossing", crossing="traffic_signals", traffic_signals__sound="yes")
    town.node(250, 208, kerb="lowered", tactile_paving="yes")
    town.node(250, 192, kerb="raised", kerb__height="0.12")
    town.way((250, 300), (250, 208), highway="footway", surface="asphalt", incline="0", name="Parkweg", width="2")
    town.way((250, 208), (250, 200), (250, 192), highway="footway", footway="crossing", surface="asphalt")
    town.way((250, 192), (250, 100), highway="footway", surface="gravel", width="1,5", incline="-2 %")
    town.way((200, 300), (250, 300), highway="footway", surface="asphalt", incline="0")
    # steps with and without number, a ramp, a handrail
    town.way((300, 300), (330, 330), highway="steps", step_count="6", handrail="yes", incline="up")
    town.way((330, 330), (400, 400), highway="footway", surface="compacted", lit="no")
    town.way((0, 400), (0, 430), highway="steps", ramp__wheelchair="yes")
    town.way((0, 430), (100, 430), highway="footway", width="80 cm", surface="asphalt")
    town.way((100, 430), (100, 400), highway="footway", surface="asphalt", incline="3-5%")
    # a lift between two storeys, only reachable through it
    town.node(500, 430, highway="elevator", wheelchair="yes")
    town.way((500, 400), (500, 430), highway="footway", level="0", surface="asphalt")
    town.way((500, 430), (450, 430), highway="corridor", level="1", name="Galerie", surface="tiles")
    # a stile in the only way to the mill
    town.node(-30, 100, barrier="stile")
    town.way((0, 100), (-30, 100), (-60, 100), highway="path", name="Mühlenpfad", surface="ground", smoothness="bad")
    # an island of the graph, a private way, a one-way escalator
    town.way((900, 900), (950, 900), highway="footway", name="Insel")
    town.way((400, 0), (400, -40), highway="service", access="private")
    town.way((200, 0), (200, -20), highway="steps", conveying="forward", incline="up")
    town.way((200, -20), (300, -20), (300, 0), highway="footway", surface="asphalt")
    town.node(150, 100, amenity="bench")
    town.node(350, 95, amenity="toilets", wheelchair="yes")
    return town


def cut_town(low: float, high: float) -> Draft:
    """The part of the invented town between two columns (metres east)."""
    whole, part = draft_town(), Draft()
    place = {number: where for where, number in whole.nodes.items()}
    for nodes, tags in whole.ways:
        kept = [place[node] for node in nodes if low <= place[node][0] <= high]
        if len(kept) > 1:
            part.ways.append(([part.node(*where) for where in kept], tags))
    for where, number in part.nodes.items():
        part.node_tags[number] = whole.node_tags[whole.nodes[where]]
    return part
