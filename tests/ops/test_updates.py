# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""After an update, after going back, after moving to another machine: what does not fit together is said."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection

from stadtherz.kernel.geo.models import Extract, ExtractKind
from stadtherz.ops import everyday, places
from stadtherz.ops.database_health import maps
from stadtherz.ops.preparation import _refuse_under_a_running_platform, refuse_newer_tables, unknown_migrations
from stadtherz.ops.restore import refuse_newer_server
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


def test_tables_are_not_changed_under_a_running_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path)
    monkeypatch.setattr(places, "SOURCE", tmp_path)
    lock, code = tmp_path / "run.lock", tmp_path / "code.py"
    lock.touch()
    code.touch()
    _refuse_under_a_running_platform()
    assert "./stadtherz run starts" in everyday.what_comes_next()
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Failure, match="the platform is running"):
            _refuse_under_a_running_platform()
        for later, words in ((-60, "Ready. The platform is running."), (60, "end it, and start it again")):
            os.utime(code, (lock.stat().st_mtime + later,) * 2)
            assert words in everyday.what_comes_next()


def test_an_archive_of_a_newer_server_is_refused_in_words() -> None:
    refuse_newer_server("15.20 (Debian 15.20-0+deb12u1)", 15)
    refuse_newer_server("15.20 (Debian 15.20-0+deb12u1)", 17)
    with pytest.raises(Failure, match="made with PostgreSQL 17; PostgreSQL 15, which is used here, cannot read it"):
        refuse_newer_server("17.2 (Debian 17.2-1)", 15)


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
