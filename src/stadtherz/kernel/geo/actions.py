# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be done with maps: load an extract, load a model town, load a municipality's districts."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from stadtherz.kernel.geo import storing
from stadtherz.kernel.geo.district_file import read_districts
from stadtherz.kernel.geo.errors import DistrictInUse, DistrictsElsewhere, DownloadRefused, GeoError
from stadtherz.kernel.geo.extracts import extract_path, folder, tiles_path
from stadtherz.kernel.geo.models import District, Extract, ExtractKind
from stadtherz.kernel.geo.osm.reading import Contents, check_header, read_extract
from stadtherz.kernel.geo.tiles.making import make_tiles
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.outside import OutsideError, download

Report = Callable[[str], None]
NEAR_DEGREES = 0.1
"""Some 7 to 11 km: farther from the middle of its map lies no nearest district of any town."""
MAX_DOWNLOAD = 6 * 1024**3
OSM_ATTRIBUTION = gettext_noop("© OpenStreetMap contributors")
OSM_COPYRIGHT = "https://www.openstreetmap.org/copyright"
MODEL_GENERATOR = "Stadtherz model town"
MODEL_ATTRIBUTION = gettext_noop("Model town, generated: not a real map")


def _silent(step: str) -> None:
    """Nobody wants to hear of the steps."""


def load_extract(
    *, path: Path, municipality: Municipality | None = None, key: str = "", source: str = "", etag: str = "",
    report: Report = _silent,
) -> Extract:  # fmt: skip
    """Load an ``.osm.pbf``: keep the file, make its base map, fill the search.

    An earlier extract of the same ``key`` (default: the file's name) is replaced; until everything new is ready the old
    stays in use, and if anything fails nothing has changed. With ``municipality`` the extract must contain its centre.
    Raises a ``GeoError``.
    """
    check_header(path)
    key = key or key_of(path.name)
    version = _digest(path)
    report("reading streets, addresses and places")
    contents = read_extract(path)
    if municipality is not None and not _box(contents).covers(municipality.map_centre):
        raise GeoError(
            f"{path.name} does not contain the centre of {municipality.name}"
            f" ({municipality.map_centre.y:.4f}, {municipality.map_centre.x:.4f}).",
            "Load the extract of the right region.",
        )
    slug = f"{key}-{version}"
    report("drawing the base map")
    with TemporaryDirectory(dir=folder(), prefix=".load-") as room:
        copy = Path(room) / "extract.osm.pbf"
        shutil.copyfile(path, copy)
        make_tiles(copy, tiles_path(slug), bounds=contents.bounds)
        copy.replace(extract_path(slug))
    report("filling the search")
    extract = _replace(key=key, version=version, contents=contents, source=source or path.name, etag=etag)
    _sweep(extract)
    return extract


def load_extract_from(*, url: str, municipality: Municipality | None = None, report: Report = _silent) -> Extract:
    """Fetch an extract from a public address and load it. What has not changed there is not fetched again."""
    known = Extract.objects.filter(source=url).first()
    complete = known is not None and tiles_path(known.slug).exists() and extract_path(known.slug).exists()
    name = key_of(urlsplit(url).path.rpartition("/")[2])
    with TemporaryDirectory(dir=folder(), prefix=".fetch-") as room:
        path = Path(room) / f"{name}.osm.pbf"
        report(f"fetching {url}")
        try:
            answer = download(url, to=path, max_bytes=MAX_DOWNLOAD, etag=known.etag if known and complete else "")
        except OutsideError as error:
            raise DownloadRefused(f"{error} Nothing was changed.", "Fetch the file yourself, and name it.") from error
        if answer.unchanged and known is not None:
            report("unchanged since the last time")
            return known
        return load_extract(path=path, municipality=municipality, source=url, etag=answer.etag[:200], report=report)


def load_model_town(*, municipality: Municipality, seed: int | None = None, report: Report = _silent) -> Extract:
    """Draw a model town around the municipality's centre, load it like any extract, and its districts if there are none.

    The seed follows from the municipality's key, so that each has a town of its own and always the same.
    """
    from stadtherz.kernel.geo.modeltown.town import draw_town
    from stadtherz.kernel.geo.modeltown.write import write_pbf

    report("drawing a model town")
    centre = (municipality.map_centre.x, municipality.map_centre.y)
    seed = seed if seed is not None else int(hashlib.sha256(municipality.key.encode()).hexdigest()[:6], 16)
    town = draw_town(name="Modellstadt", centre=centre, seed=seed)
    with TemporaryDirectory(dir=folder(), prefix=".model-") as room:
        path, districts = Path(room) / f"modellstadt-{municipality.key}.osm.pbf", Path(room) / "districts.geojson"
        write_pbf(town, path)
        town.write_districts(districts)
        extract = load_extract(path=path, municipality=municipality, report=report)
        if not District.objects.exists():
            load_districts(geojson_path=districts, name_property="name", source=MODEL_ATTRIBUTION)
    return extract


@transaction.atomic
def load_districts(*, geojson_path: Path, name_property: str = "name", source: str = "") -> list[District]:
    """Make the active municipality's districts those of the file: by name, new ones added, missing ones removed.

    Raises ``DistrictsUnreadable`` for the file, ``DistrictsElsewhere`` for another town's and ``DistrictInUse`` if something
    still refers to a missing one.
    """
    found = read_districts(geojson_path, name_property)
    centre = active().map_centre
    if min(one.geometry.distance(centre) for one in found) > NEAR_DEGREES:
        raise DistrictsElsewhere(
            f"No district of the file lies near the middle of the town's map ({centre.y:.3f}, {centre.x:.3f}).",
            "Is it another town's file? Otherwise correct the middle of the map on the page of the municipality.",
        )
    for gone in District.objects.exclude(name__in=[one.name for one in found]):
        try:
            gone.delete()
        except (ProtectedError, RestrictedError) as error:
            raise DistrictInUse(
                f"The file has no district {gone.name}, but contributions still refer to it.",
                "Rename it in the file, or move what refers to it first.",
            ) from error
    known = {district.name: district for district in District.objects.all()}
    for one in found:
        district = known.get(one.name) or District(name=one.name)
        district.geometry, district.middle = one.geometry, one.geometry.point_on_surface
        district.short = one.short or district.short
        district.source = source or geojson_path.name
        district.save()
        known[one.name] = district
    return [known[name] for name in sorted(known)]


def key_of(file_name: str) -> str:
    """The key under which a file is loaded: its name without endings and without the date of a download."""
    stem = re.sub(r"(\.osm)?\.pbf\Z|\.osm\Z", "", file_name)
    stem = re.sub(r"-(latest|\d{6,8})\Z", "", stem)
    return slugify(stem)[:40].strip("-") or "extract"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _box(contents: Contents) -> Polygon:
    box = Polygon.from_bbox(contents.bounds)
    box.srid = 4326
    return box


@transaction.atomic
def _replace(*, key: str, version: str, contents: Contents, source: str, etag: str) -> Extract:
    with connection.cursor() as cursor:  # two loads of one key wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"stadtherz.geo.extract.{key}"])
    model = contents.generator == MODEL_GENERATOR
    extract, _ = Extract.objects.update_or_create(
        key=key,
        defaults={
            "version": version,
            "kind": ExtractKind.MODEL if model else ExtractKind.OSM,
            "name": "Modellstadt" if model else key.replace("-", " ").title(),
            "source": source[:500],
            "etag": etag,
            "attribution": MODEL_ATTRIBUTION if model else OSM_ATTRIBUTION,
            "bounds": _box(contents),
            "streets": len(contents.streets),
            "places": len(contents.places),
        },
    )
    extract.addresses = storing.store(extract, contents)
    extract.save(update_fields=["addresses"])
    return extract


def _sweep(extract: Extract) -> None:
    """Remove files of versions of this key before the last one: a page that is still open may ask for the last."""
    archives = sorted(
        (
            p
            for p in folder().glob(f"{extract.key}-*.pmtiles")
            if re.fullmatch(rf"{extract.key}-[0-9a-f]{{12}}", p.stem)
        ),
        key=lambda p: p.stat().st_mtime,
    )
    for old in [p for p in archives if p.stem != extract.slug][:-1]:
        old.unlink()
        extract_path(old.stem).unlink(missing_ok=True)
