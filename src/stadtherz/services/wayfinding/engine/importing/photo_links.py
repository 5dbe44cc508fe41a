# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links to photos that OpenStreetMap has.

Source: https://wiki.openstreetmap.org/wiki/Photo_linking (image, wikimedia_commons, mapillary).
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from ..graph import Graph
from .mapfile import MapContent

LONGEST: Final = 300
_COMMONS: Final = "https://commons.wikimedia.org/wiki/"


def link_of(tags: Mapping[str, str]) -> str:
    """The address of a photo; empty where there is none that a browser can open."""
    commons, image, mapillary = (
        tags.get(key, "").split(";")[0].strip() for key in ("wikimedia_commons", "image", "mapillary")
    )
    for title in (commons, image):
        if title.startswith(("File:", "Category:")):
            return (_COMMONS + quote(title.replace(" ", "_"), safe=":_(),'-."))[:LONGEST]
    if mapillary.isalnum():
        return f"https://www.mapillary.com/app/?pKey={mapillary}"
    for address in (image, commons, mapillary):
        if _opens(address):
            return address
    return ""


def _opens(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and len(address) <= LONGEST
    except ValueError:
        return False


def store_photos(graph: Graph, content: MapContent) -> None:
    """Keeps the links of ways ("w1") and of the points at which something happens ("n1")."""
    found = {f"w{way.id}": link_of(way.tags) for way in content.ways}
    found |= {f"n{number}": link_of(node.tags) for number, node in content.nodes.items()}
    graph.about["photos"] = {key: link for key, link in found.items() if link}
