# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The style of the active municipality's map, and single tiles. Both are open to all: a map of public data."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.actions import OSM_ATTRIBUTION, OSM_COPYRIGHT
from stadtherz.kernel.geo.extracts import current_extract, tiles_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.geo.tiles.archive import open_archive
from stadtherz.kernel.geo.tiles.making import MAX_ZOOM, MIN_ZOOM
from stadtherz.kernel.geo.tiles.palette import Theme
from stadtherz.kernel.geo.tiles.style import MapSource, style
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public

FOR_EVER = "public, max-age=31536000, immutable"
FONTS = {"Town Regular": "Regular", "Town SemiBold": "SemiBold", "Town Italic": "Italic"}


@public
@require_safe
def map_style(request: HttpRequest) -> HttpResponse:
    """Style JSON for MapLibre; ``?theme=dark`` for the night. Without an extract an empty ground."""
    theme = Theme.DARK if request.GET.get("theme") == Theme.DARK else Theme.LIGHT
    extract = current_extract()
    if extract is not None and not tiles_path(extract.slug).exists():
        extract = None
    source = _source(request, extract) if extract else None
    response = JsonResponse(style(source, theme, name=active().name))
    response["Cache-Control"] = "private, max-age=60"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == response["ETag"]:
        return HttpResponseNotModified(headers={"ETag": response["ETag"], "Cache-Control": response["Cache-Control"]})
    return response


def _source(request: HttpRequest, extract: Extract) -> MapSource:
    town = active()
    tiles = request.build_absolute_uri(f"/tiles/{extract.slug}/") + "{z}/{x}/{y}.mvt"
    fonts = {
        name: request.build_absolute_uri(static(f"kern/fonts/fira-sans/FiraSans-{cut}.woff2"))
        for name, cut in FONTS.items()
    }
    attribution = gettext(extract.attribution)
    if extract.attribution == OSM_ATTRIBUTION:
        attribution = f'<a href="{OSM_COPYRIGHT}" rel="noreferrer">{attribution}</a>'
    west, south, east, north = extract.bounds.extent
    return MapSource(
        tiles=tiles,
        bounds=(west, south, east, north),
        centre=(town.map_centre.x, town.map_centre.y),
        zoom=town.map_zoom,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        attribution=attribution,
        fonts=fonts,
    )


@public
@require_safe
def tile(request: HttpRequest, slug: str, z: str, x: str, y: str) -> HttpResponse:
    """A vector tile. 204 where the map is empty, 404 beyond its levels or for a map that is not (or no longer) here.

    The address holds the map's version, so what it names never changes. No database is asked.
    """
    etag = f'"{slug}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": FOR_EVER})
    path = tiles_path(slug)
    level, column, row = int(z), int(x), int(y)
    if not (MIN_ZOOM <= level <= MAX_ZOOM and column < 2**level and row < 2**level) or not path.exists():
        return HttpResponse(status=404)
    data = open_archive(path).tile(level, column, row)
    headers = {"ETag": etag, "Cache-Control": FOR_EVER}
    if data is None:
        return HttpResponse(status=204, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return HttpResponse(data, content_type="application/vnd.mapbox-vector-tile", headers=headers)
