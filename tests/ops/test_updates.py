# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""After an update, after going back, after moving to another machine: what does not fit together is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection

from stadtherz.kernel.geo.models import Extract, ExtractKind
from stadtherz.ops.database_health import maps
from stadtherz.ops.preparation import refuse_newer_tables, unknown_migrations
from stadtherz.ops.steps import Failure


def test_tables_that_a_newer_version_made_are_refused(db: None) -> None:
    connection.ensure_connection()
    assert connection.connection is not None
    refuse_newer_tables(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '0099_later', now())")
    with pytest.raises(Failure, match=r"audit\.0099_later"):
        refuse_newer_tables(connection.connection)


def test_migrations_of_others_say_nothing_about_our_version() -> None:
    assert unknown_migrations(["audit.0001_initial", "audit.0099_later", "somebody.0001_else"]) == ["audit.0099_later"]


def test_a_map_whose_files_are_gone_is_missed(db: None, tmp_path: Path) -> None:
    connection.ensure_connection()
    assert connection.connection is not None
    assert maps(connection.connection, tmp_path)[1:3] == (True, "none loaded yet")
    extract = Extract.objects.create(
        key="town", version="1", name="Town", source="town.osm.pbf", kind=ExtractKind.OSM, attribution="©",
        bounds=Polygon.from_bbox((7, 49, 8, 50)),
    )  # fmt: skip
    _what, well, _fact, trouble, remedy = maps(connection.connection, tmp_path)
    assert (well, "town-1" in trouble, "it was town.osm.pbf" in remedy) == (False, True, True)
    for ending in (".osm.pbf", ".pmtiles"):
        (tmp_path / f"{extract.slug}{ending}").touch()
    assert maps(connection.connection, tmp_path)[1]
