# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Loading extracts: all or nothing, with messages that say what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import osmium
import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from osmium.osm.mutable import Node, Way

from stadtherz.kernel.geo.actions import key_of, load_extract, load_extract_from, load_model_town
from stadtherz.kernel.geo.demo import demo_map
from stadtherz.kernel.geo.errors import BrokenExtract, DownloadRefused, GeoError, NoStreets, NotAnExtract
from stadtherz.kernel.geo.extracts import current_extract, extract_path, folder, tiles_path
from stadtherz.kernel.geo.models import Address, District, Extract, ExtractKind, Place, Street
from stadtherz.kernel.geo.osm.reading import read_extract
from stadtherz.kernel.geo.queries import search_places
from stadtherz.kernel.geo.tests.conftest import real_file
from stadtherz.kernel.geo.tests.factories import write_hamlet
from stadtherz.kernel.geo.web.desk import to_load
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality


def test_an_extract_gives_map_and_search_and_is_kept(town: Municipality, hamlet: Path) -> None:
    steps: list[str] = []
    assert [line.count for line in to_load()] == [1]
    extract = load_extract(path=hamlet, municipality=town, report=steps.append)
    assert (extract.key, extract.kind, extract.streets, extract.addresses) == ("hamlet", ExtractKind.OSM, 2, 4)
    assert extract_path(extract.slug).read_bytes() == hamlet.read_bytes()
    assert tiles_path(extract.slug).stat().st_size > 0
    assert current_extract() == extract
    assert to_load() == []
    assert steps == ["reading streets, addresses and places", "drawing the base map", "filling the search"]
    assert sorted(p.name for p in folder().iterdir()) == [f"{extract.slug}.osm.pbf", f"{extract.slug}.pmtiles"]


def test_loading_again_replaces(town: Municipality, hamlet: Path) -> None:
    first = load_extract(path=hamlet)
    write_hamlet(hamlet, streets=("Neue Straße",))
    second = load_extract(path=hamlet)
    assert first.pk == second.pk
    assert first.version != second.version
    assert list(Street.objects.values_list("name", flat=True)) == ["Neue Straße"]
    assert Address.objects.count() == 0
    assert Extract.objects.count() == 1


def test_only_the_last_version_before_is_kept(town: Municipality, hamlet: Path) -> None:
    slugs = []
    for name in ("Erste Straße", "Zweite Straße", "Dritte Straße"):
        slugs.append(load_extract(path=write_hamlet(hamlet, streets=(name,))).slug)
    assert [tiles_path(slug).exists() for slug in slugs] == [False, True, True]
    assert [extract_path(slug).exists() for slug in slugs] == [False, True, True]


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", NotAnExtract, "is empty"),
        (b"<osm version='0.6'></osm>", NotAnExtract, "osmium cat"),
        (b"\x00\x00\x00\x0dOSMHeader" + b"\xff" * 100, BrokenExtract, "cut off"),
    ],
)
def test_what_is_no_extract_is_refused(
    town: Municipality, tmp_path: Path, content: bytes, error: type[GeoError], says: str
) -> None:
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(error, match=says):
        load_extract(path=path)
    assert not Extract.objects.exists()


def test_a_missing_file_is_named(town: Municipality, tmp_path: Path) -> None:
    with pytest.raises(NotAnExtract, match="There is no file"):
        load_extract(path=tmp_path / "nowhere.osm.pbf")


def test_a_truncated_extract_changes_nothing(town: Municipality, model_file: Path, tmp_path: Path) -> None:
    extract = load_extract(path=model_file, key="town")
    before = sorted(p.name for p in folder().iterdir())
    cut, whole = tmp_path / "town.osm.pbf", model_file.read_bytes()
    for kept in (0.3, 0.7, 0.99):
        cut.write_bytes(whole[: int(len(whole) * kept)])
        with pytest.raises(BrokenExtract, match="cannot be read to its end"):
            load_extract(path=cut, key="town")
        assert sorted(p.name for p in folder().iterdir()) == before
        assert Street.objects.count() == extract.streets
        assert current_extract() == extract


def test_an_extract_without_streets_is_refused(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "empty.osm.pbf"
    with osmium.SimpleWriter(str(path)):
        pass
    with pytest.raises(NoStreets, match="holds no streets"):
        load_extract(path=path)


def test_an_editors_file_with_negative_numbers_is_refused_with_what_to_do(town: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "drawn.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in (-1, -2):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(7.77 + number / 1000, 49.44)))
        writer.add_way(osmium.osm.mutable.Way(id=-1, nodes=[-1, -2], tags={"highway": "residential"}))
    with pytest.raises(NotAnExtract, match=r"negative numbers.*osmium renumber"):
        load_extract(path=path)


def test_an_extract_that_was_cut_through_its_ways_is_drawn(town: Municipality, hamlet: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    with osmium.SimpleWriter(str(cut)) as writer:
        for item in osmium.FileProcessor(str(hamlet)):
            writer.add(item.replace(nodes=[*(node.ref for node in item.nodes), 999_999]) if item.is_way() else item)
    assert tiles_path(load_extract(path=cut).slug).exists()


def test_an_extract_of_elsewhere_is_refused_for_a_municipality(kusel: Municipality, hamlet: Path) -> None:
    with activate(kusel), pytest.raises(GeoError, match="does not contain the centre of Kusel"):
        load_extract(path=hamlet, municipality=kusel)


def test_without_tilemaker_the_remedy_is_named(
    town: Municipality, hamlet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GeoError, match="apt install tilemaker"):
        load_extract(path=hamlet)
    assert not Extract.objects.exists()
    assert list(folder().iterdir()) == []


def test_each_municipality_sees_the_extract_around_it(
    kaiserslautern: Municipality, kusel: Municipality, tmp_path: Path
) -> None:
    one = load_extract(path=write_hamlet(tmp_path / "one.osm.pbf", at=(7.768, 49.443)))
    two = load_extract(path=write_hamlet(tmp_path / "two.osm.pbf", at=(7.403, 49.537)))
    assert (current_extract(kaiserslautern), current_extract(kusel)) == (one, two)
    with activate(kusel):
        assert [(found.lon < 7.5) for found in search_places("Eisenbahnstr 12")] == [True, True]


def test_a_real_map_comes_before_the_model_town(town: Municipality, model_file: Path, hamlet: Path) -> None:
    load_extract(path=write_hamlet(hamlet, at=(7.768, 49.443)))
    load_extract(path=model_file)
    shown = current_extract()
    assert shown is not None
    assert shown.key == "hamlet"


def test_the_model_town_comes_with_districts(town: Municipality, kusel: Municipality) -> None:
    extract = load_model_town(municipality=town, seed=1)
    assert (extract.kind, extract.name) == (ExtractKind.MODEL, "Modellstadt")
    assert District.objects.count() == 8
    found = search_places("Rathaus")
    assert (found[0].kind, found[0].name, found[0].detail) == ("townhall", "Rathaus", "Marktplatz 1")
    with activate(kusel):
        assert District.objects.count() == 0


def test_names_with_nul_and_markup_are_stored_as_they_are(town: Municipality, tmp_path: Path) -> None:
    name = "<b>Str'aße</b>\"; DROP TABLE geo_extract_street; --\t\\N"
    load_extract(path=write_hamlet(tmp_path / "odd.osm.pbf", streets=(name,)))
    assert Street.objects.get().name == name


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("kaiserslautern.osm.pbf", "kaiserslautern"),
        ("rheinland-pfalz-latest.osm.pbf", "rheinland-pfalz"),
        ("rheinland-pfalz-260101.osm.pbf", "rheinland-pfalz"),
        ("Größe & Co.pbf", "groe-co"),
        ("../../etc/passwd", "etcpasswd"),
        ("", "extract"),
    ],
)
def test_the_key_is_the_files_name(name: str, key: str) -> None:
    assert key_of(name) == key


class _Server(BaseHTTPRequestHandler):
    content = b""
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.path.startswith("/gone"):
            self.send_error(404)
            return
        if self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content[: len(self.content) // 2] if self.path.startswith("/cut") else self.content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(hamlet: Path) -> Iterator[str]:
    _Server.content, _Server.asked = hamlet.read_bytes(), 0
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()


def test_an_extract_is_fetched_and_not_again(town: Municipality, server: str) -> None:
    url = f"{server}/hamlet-latest.osm.pbf"
    first = load_extract_from(url=url)
    steps: list[str] = []
    second = load_extract_from(url=url, report=steps.append)
    assert (first.key, first.source, first.pk) == ("hamlet", url, second.pk)
    assert steps[-1] == "unchanged since the last time"
    assert Place.objects.count() == 1


@pytest.mark.parametrize("path", ["/gone.osm.pbf", "/cut.osm.pbf"])
def test_a_failed_download_changes_nothing(town: Municipality, server: str, path: str) -> None:
    with pytest.raises(DownloadRefused, match="Nothing was changed"):
        load_extract_from(url=server + path)
    assert not Extract.objects.exists()
    assert list(folder().iterdir()) == []


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/x.osm.pbf", "http://169.254.169.254/x", "file:///etc/passwd", "ftp://x/y"]
)
def test_internal_addresses_are_not_fetched(town: Municipality, url: str) -> None:
    with pytest.raises(DownloadRefused):
        load_extract_from(url=url)


def test_the_command_says_what_it_did_and_what_went_wrong(
    town: Municipality, hamlet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("osm_load", str(hamlet))
    said = capsys.readouterr().out
    assert "2 streets, 4 addresses, 1 places" in said
    assert f"It is the map of {town.name}." in said
    town.map_centre = Point(9.0, 51.0, srid=4326)
    town.save()
    call_command("osm_load", str(hamlet))
    assert "It is nobody's map" in capsys.readouterr().out
    for wrong in (["osm_load"], ["osm_load", "x", "--model-town"], ["osm_load", str(hamlet), "--municipality=nix"]):
        with pytest.raises(CommandError):
            call_command(*wrong)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("osm_load", "/nowhere.osm.pbf")


def test_a_full_disk_is_said_in_words(town: Municipality, hamlet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr("stadtherz.kernel.geo.actions.shutil.copyfile", full)
    with pytest.raises(CommandError, match=r"No space left on device.*The map is as it was"):
        call_command("osm_load", str(hamlet))
    assert not Extract.objects.exists()
    assert list(folder().iterdir()) == []


def test_the_real_extract_of_kaiserslautern(town: Municipality) -> None:
    extract = load_extract(path=real_file("osm/kaiserslautern.osm.pbf"), municipality=town)
    assert (extract.streets, extract.addresses) == (585, 11109)
    first = {typed: search_places(typed)[0].label for typed in EXPECTED}
    assert first == EXPECTED


EXPECTED = {
    "Eisenbahnstr 12": "Eisenbahnstraße 12, 67655 Kaiserslautern",
    "eisenbahnstr. 12, 67655 kaiserslautern": "Eisenbahnstraße 12, 67655 Kaiserslautern",
    "67655 Fackelstr 3": "Fackelstraße 3, 67655 Kaiserslautern",
    "Koenigstr 5": "Königstraße 5, 67655 Kaiserslautern",
    "Eisenbanstrase": "Eisenbahnstraße, 67655 Kaiserslautern",
    "stiftspl": "Stiftsplatz, 67655 Kaiserslautern",
    "St.-Martins-Pl.": "St.-Martins-Platz, 67657 Kaiserslautern",
    "sankt martins platz": "St.-Martins-Platz, 67657 Kaiserslautern",
    "breitscheid": "Rudolf-Breitscheid-Straße, 67655 Kaiserslautern",
    "rathaus kaiserslautern": "Rathaus Kaiserslautern, Willy-Brandt-Platz 1",
    "fritz walter stadion": "Fritz-Walter-Stadion, Stadionstraße 1",
}


def test_stray_streets_do_not_widen_the_bounds(tmp_path: Path) -> None:
    path = tmp_path / "stray.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 60):
            writer.add_node(Node(id=number, location=(7.7 + number * 0.001, 49.4)))
        writer.add_node(Node(id=60, location=(9.0, 49.4)))
        writer.add_node(Node(id=61, location=(9.1, 49.4)))
        writer.add_way(Way(id=1, nodes=list(range(1, 60)), tags={"highway": "primary"}))
        writer.add_way(Way(id=2, nodes=[60, 61], tags={"highway": "motorway"}))
    assert read_extract(path).bounds == pytest.approx((7.701, 49.4, 7.759, 49.4))


def test_the_demonstration_draws_a_map_only_where_none_is(town: Municipality, hamlet: Path) -> None:
    write_hamlet(hamlet, at=(7.768, 49.443))
    load_extract(path=hamlet)
    assert demo_map(town) == []
    assert Extract.objects.count() == 1
