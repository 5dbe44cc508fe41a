# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A new map on its way: what serves meanwhile, what is noted, and what happens when it goes wrong."""

from __future__ import annotations

import ast
import errno
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract, ExtractKind
from stadtherz.kernel.jobs import run_waiting
from stadtherz.kernel.jobs.queue import _queue_for_each_municipality
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs, preparation
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.importing import values
from stadtherz.services.wayfinding.engine.tests.town import draft_town
from stadtherz.services.wayfinding.graph_files import folder, graph_path, order_path, report_path
from stadtherz.services.wayfinding.jobs import prepare
from stadtherz.services.wayfinding.preparation import Stopped, Trouble, Watched, is_due, is_running, take

pytestmark = pytest.mark.usefixtures("town")

PAGE = "/ankommen/amt/karte/"


def said(*words: str) -> str:
    out = StringIO()
    call_command("wayfinding", "map", *words, stdout=out)
    return out.getvalue()


def load(extract: Extract, version: str, content: bytes | None = None) -> None:
    """A newer version of the map, as loading it leaves it."""
    extract.version = version
    extract.save()
    if content is None:
        draft_town().write(extract_path(extract.slug))
    else:
        extract_path(extract.slug).write_bytes(content)


def look() -> None:
    """What the clock does every minute, and the worker after it."""
    _queue_for_each_municipality(prepare)
    run_waiting()


def test_a_map_that_cannot_be_read_does_not_keep_a_better_one_waiting(extract: Extract) -> None:
    load(extract, "0000000000bb", b"no map at all")
    look()
    state = preparation.preparation(extract.slug)
    assert (state.trouble, graph_path(extract.slug).exists()) == (Trouble.MAP, False)
    assert "cannot be read" in said("town")
    look()  # not tried again, and nothing waits for a later time
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'wayfinding.prepare'")
        assert cursor.fetchone() == (0,)
    load(extract, "0000000000cc")
    look()
    assert graph_path(extract.slug).exists()
    assert said("town").startswith("town (0000000000cc): ready")


def test_the_older_version_serves_also_a_process_that_starts_meanwhile(
    prepared: Extract, kaiserslautern: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "MAP_SECONDS", 0.0)
    before = prepared.slug
    load(prepared, "00000000000a")
    graphs.forget()
    with activate(kaiserslautern):
        assert graphs.map_in_use() == before
        assert graphs.town().engine.graph.edge_count
        build_graph(extract=prepared)
        assert graphs.map_in_use() == prepared.slug


def test_another_map_of_the_town_serves_but_never_a_made_up_one(
    prepared: Extract, kaiserslautern: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "MAP_SECONDS", 0.0)
    new = Extract.objects.create(
        key="county", version="0123456789cd", name="County", source="county.osm.pbf", bounds=prepared.bounds
    )
    graphs.forget()
    with activate(kaiserslautern):
        assert graphs.map_in_use() == prepared.slug
        assert graphs.loaded().town.mapped is not None
        Extract.objects.filter(pk=prepared.pk).update(kind=ExtractKind.MODEL)
        new.save()
        with pytest.raises(graphs.NoGraph):
            graphs.town()


def test_one_older_version_stays_and_the_rest_goes(prepared: Extract) -> None:
    first = prepared.slug
    for version in ("00000000000a", "00000000000b"):
        second = prepared.slug
        load(prepared, version)
        (folder() / f".{prepared.slug}.12.npz.4711").write_bytes(b"half, of a worker that was killed")
        build_graph(extract=prepared)
    os.utime(graph_path(second))
    assert graph_path(second).exists()
    assert graph_path(prepared.slug).exists()
    assert not any(file.exists() for file in (graph_path(first), order_path(first), report_path(first)))
    assert not list(folder().glob(".*"))


def test_a_full_disk_is_noted_and_leaves_nothing_behind(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full from the moment on in which the graph is written."""

    def full(file: Any, **_arrays: Any) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as filled:
        filled.setattr("stadtherz.services.wayfinding.engine.graph.np.savez", full)
        look()
    state = preparation.preparation(extract.slug)
    assert (state.trouble, graph_path(extract.slug).exists()) == (Trouble.ROOM, False)
    assert not [file for file in folder().iterdir() if ".npz." in file.name]
    assert not is_due(extract.slug)
    assert "Make room" in said("town")
    said("town", "--again")
    run_waiting()
    assert graph_path(extract.slug).exists()


def test_it_says_how_far_it_is_and_stops_when_asked(extract: Extract) -> None:
    watched = Watched(extract.slug)
    watched("drawing lines", 0.7)
    assert preparation.preparation(extract.slug).share == 0.7
    assert not is_running(extract.slug)
    with pytest.raises(CommandError, match="nothing to stop"):
        said("town", "--stop")
    assert take(extract.slug)
    assert is_running(extract.slug)
    assert "being prepared, 70%: drawing lines" in said("town", "--stop")
    with pytest.raises(Stopped):
        watched("placing kerbs", 0.8)
    watched.failed(Trouble.STOPPED)
    assert not is_due(extract.slug)
    look()
    assert not graph_path(extract.slug).exists()
    preparation.begin_anew(extract.slug)
    look()
    assert graph_path(extract.slug).exists()


def test_the_page_tells_the_state_and_what_was_not_understood(
    extract: Extract, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(person())
    assert client.get(PAGE).status_code == 403
    client.force_login(person(Role.CLERK))
    assert "innerhalb einer Minute" in client.get(PAGE).content.decode()
    build_graph(extract=extract)
    rows = [
        {"what": "left out", "key": "ways with fewer than two points", "value": "", "count": 40},
        {"what": "not understood", "key": "width", "value": "2 cars", "count": 1},
    ]
    report_path(extract.slug).write_text(json.dumps(rows))
    page = client.get(PAGE).content.decode()
    assert page.index("2 cars") < page.index("Wege mit weniger als zwei Punkten")
    assert "nicht verstanden" in page
    table = client.get(f"{PAGE}tabelle.csv").content.decode("utf-8-sig").splitlines()
    assert table[1] == "width;2 cars;nicht verstanden;1"
    load(extract, "0000000000bb", b"no map at all")
    look()
    page = client.get(PAGE).content.decode()
    assert "nicht lesbar" in page
    assert "war zu verstehen" not in page
    assert "Wege werden auf der Karte davor gefunden" in page
    assert "Die Wege der neuen Karte ließen sich nicht vorbereiten" in client.get(reverse("ui-desk")).content.decode()


def test_a_state_that_cannot_be_read_is_none(extract: Extract, tmp_path: Path) -> None:
    (folder() / f"{extract.slug}.state.json").write_text('{"share": 1, "colour": "red"}')
    assert preparation.preparation(extract.slug) == preparation.Preparation()
    assert is_due(extract.slug)


def test_all_that_the_reader_of_maps_says_has_german_words() -> None:
    """What it left out, and as what it read something, is shown to staff."""
    said = set()
    for module in Path(values.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(module.read_text())):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in {"drop", "note"}
            ):
                said |= {part.value for part in call.args if isinstance(part, ast.Constant) and " " in str(part.value)}
    assert len(said) > 8
    with translation.override("de"):
        assert [words for words in said if gettext(words) == words] == []
