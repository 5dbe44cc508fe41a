# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "your way": an answer for every question, and words where there is no way."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract, Place
from stadtherz.kernel.geo.search.spelling import compact, spelling
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.tests.town import at, draft_town
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.places import Place as Found
from stadtherz.services.wayfinding.places import the_address
from stadtherz.services.wayfinding.web.words import _HINTS

PAGE, LINE = "/ankommen/weg/", "/ankommen/weg/linie.geojson"


def coordinates(east: float, north: float) -> str:
    lon, lat = at(east, north)
    return f"{lat:.6f}, {lon:.6f}"


START, END, HILL = coordinates(10, 5), coordinates(390, 395), coordinates(1500, 400)


@pytest.fixture
def hill(extract: Extract) -> Extract:
    """The town with a hill to which only steps lead."""
    town = draft_town()
    town.way((500, 400), (900, 400), highway="steps", step_count="40", name="Hangtreppe", image="File:Hang.jpg")
    for row in (400, 500):
        town.way((900, row), (1500, row), highway="residential", name=f"Bergweg {row}", surface="asphalt", incline="0")
    for column in (900, 1500):
        town.way((column, 400), (column, 500), highway="residential", name=f"Steig {column}", surface="asphalt")
    town.write(extract_path(extract.slug))
    build_graph(extract=extract)
    return extract


def place(extract: Extract, name: str, east: float, north: float, *, kind: str = "park", address: str = "") -> None:
    Place.objects.create(
        extract=extract, name=name, spelling=spelling(name), compact=compact(name), kind=kind, weight=3,
        address=address, location=Point(*at(east, north), srid=4326),
    )  # fmt: skip


def ask(client: Client, page: str = PAGE, language: str = "de", **query: str) -> Any:
    return client.get(page, query, headers={"accept-language": language})


def read(answer: Any) -> str:
    """The main part of the page."""
    found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert found is not None
    return found[0]


def plain(part: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def unspaced(text: str) -> str:
    """With plain blanks between figures and units."""
    return text.replace("\u00a0", " ")


def text_of(answer: Any) -> str:
    return plain(read(answer))


def items(answer: Any, list_id: str) -> list[str]:
    """The items of an ordered list."""
    found = re.search(rf'<ol[^>]* id="{list_id}">(.*?)</ol>', read(answer), re.DOTALL)
    return re.findall(r"<li.*?</li>", found[1], re.DOTALL) if found else []


def all_of(answer: Any, pattern: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(pattern, read(answer), re.DOTALL)]


def map_source(answer: Any) -> str:
    [source] = all_of(answer, r'<stadt-map[^>]* src="([^"]*)"')
    return source


def test_the_empty_form_offers_every_preset_with_its_reason(kaiserslautern: Municipality, client: Client) -> None:
    answer = ask(client)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert all_of(answer, r'name="aid" id="\w+[^"]*" value="([^"]*)"') == list(PRESETS)
    for preset in PRESETS.values():
        assert preset.reason["de"].split()[0] in text_of(answer)
    assert not answer.cookies


def test_a_way_in_words_and_steps(prepared: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="foot")
    [summary] = all_of(answer, r'wf-summary">(.*?)</p>')
    assert "Minuten" in summary
    steps = [plain(item) for item in items(answer, "wf-steps")]
    assert steps[0].startswith("Geh nach")
    assert steps[-1] == "Du bist am Ziel."
    assert "Was wir nicht wissen" in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert all_of(answer, r'<stadt-map[^>]* list="([^"]*)"') == ["wf-beside"]


def test_the_line_belongs_to_the_steps(prepared: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="foot")
    drawn = client.get(map_source(answer))
    assert drawn.headers["Cache-Control"] == "no-store, private"
    features = drawn.json()["features"]
    lines = [feature for feature in features if feature["geometry"]["type"] == "LineString"]
    ids = [re.findall(r'data-feature-id="(.*?)"', item)[0] for item in items(answer, "wf-steps")]
    assert [line["properties"]["id"] for line in lines] == ids[:-1]
    assert lines[0]["geometry"]["coordinates"][0] == pytest.approx(at(10, 5), abs=1e-3)
    assert not any(line["properties"]["dashed"] for line in lines)
    assert [f["properties"]["letter"] for f in features if "letter" in f["properties"]] == ["A", "B"]


def test_steep_stretches_and_kerbs_are_drawn_and_told_beside_the_map(prepared: Extract, client: Client) -> None:
    """Along a street of 9 %, there and back; and over a crossing with a kerb of 12 cm."""

    def drawn(start: tuple[int, int], goal: tuple[int, int], sign: str) -> tuple[set[tuple[Any, str]], str]:
        answer = ask(client, start=coordinates(*start), goal=coordinates(*goal), aid="foot")
        found = [f["properties"] for f in client.get(map_source(answer)).json()["features"]]
        return {(f[sign], f["label"]) for f in found if sign in f}, text_of(answer)

    for start, goal, slope in (((500, 310), (500, 390), "9 % bergauf"), ((500, 390), (500, 310), "9 % bergab")):
        stretches, said = drawn(start, goal, "level")
        assert stretches == {(2, slope)}
        assert "Auf der Karte: steiler als 6 %" in unspaced(said)
    dots, said = drawn((250, 250), (250, 150), "dot")
    assert dots == {("full", "12 cm"), ("full", "3 cm")}
    assert "Auf der Karte: Bordstein" in unspaced(said)
    assert drawn((10, 5), (90, 5), "level")[0] == set()


def test_why_not(hill: Extract, client: Client) -> None:
    """Only steps lead up the hill; a wheelchair does not climb them."""
    answer = ask(client, start=START, goal=HILL, aid="wheelchair-manual")
    text = text_of(answer)
    assert "Kein Weg hält alle deine Grenzen ein" in text
    broken = items(answer, "wf-broken")
    assert any("Treppe mit 40 Stufen in der Hangtreppe" in plain(item).replace("\u00a0", " ") for item in broken)
    assert all("<span>" in item for item in broken), "each says what would help"
    (stairs,) = [item for item in broken if "Hangtreppe" in item]
    assert (
        '<a class="sh-link" href="https://commons.wikimedia.org/wiki/File:Hang.jpg" rel="noopener nofollow"' in stairs
    )
    (step,) = re.findall(r'href="#step-(\d+)"', stairs)
    steps = items(answer, "wf-steps")
    assert "40 Stufen" in plain(steps[int(step) - 1]).replace("\u00a0", " ")
    assert f'id="step-{step}"' in steps[int(step) - 1]
    without = [item for item in broken if item != stairs]
    assert all("/ankommen/mithelfen/?ort=49." in item and "wie es dort aussieht" in item for item in without)
    assert "Dieser Weg hält deine Grenzen nicht ein" in text
    assert items(answer, "wf-steps")
    assert "wf-summary" not in read(answer)
    drawn = client.get(map_source(answer)).json()["features"]
    assert all(f["properties"]["dashed"] for f in drawn if f["geometry"]["type"] == "LineString")
    letters = [f["properties"]["letter"] for f in drawn if "letter" in f["properties"]]
    assert letters == ["A", "B", *(str(number) for number in range(1, len(broken) + 1))]


def test_why_not_in_easy_language(hill: Extract, client: Client) -> None:
    """No subjunctive, no genitive, nothing in brackets."""
    client.cookies["stadtherz_easy"] = "1"
    answer = ask(client, start=START, goal=HILL, aid="wheelchair-manual")
    text = text_of(answer)
    for said in ("Das ist im Weg:", "Pass auf: Der Weg passt nicht überall für dich. Der Weg ist ", "Der beste Weg"):
        assert said in unspaced(text)
    for item in items(answer, "wf-broken"):
        assert "Schritt " in plain(item)
        assert not any(word in plain(item) for word in ("würde", "müsste", "des Wegs", "(", " cm", "%"))


def test_in_english_and_easy_language(prepared: Extract, client: Client) -> None:
    english = ask(client, language="en", start=START, goal=END, aid="walker")
    assert "You have arrived." in text_of(english)
    assert "What we do not know" in text_of(english)
    client.cookies["stadtherz_easy"] = "1"
    easy = ask(client, start=START, goal=END, aid="wheelchair-manual")
    assert "Du bist da." in text_of(easy)
    assert "Rollstuhl ohne Motor" in text_of(easy)
    assert "Vielleicht ist heute etwas im Weg." in text_of(easy)


@pytest.mark.parametrize(
    ("start", "goal", "said"),
    [
        (START, START, "Du bist schon da"),
        (START, "49.6, 8.2", "liegt außerhalb der Karte dieser Stadt"),
        (START, "0, 0", "liegt außerhalb der Karte dieser Stadt"),
        (START, coordinates(925, 900), "Dorthin führt kein Weg"),
        (coordinates(900, 300), START, "kennen wir keinen Weg"),
        (START, "xyzzy", "Diesen Ort haben wir nicht gefunden"),
        (START, "<script>alert(1)</script>", "Diesen Ort haben wir nicht gefunden"),
        (START, "\x00", "Wohin?"),
        (START, "", "Hier fehlt noch etwas"),
        (START, "999, 999", "Diesen Ort haben wir nicht gefunden"),
        (START, "1" * 500, "Wohin?"),
    ],
)
def test_never_an_empty_answer(prepared: Extract, client: Client, start: str, goal: str, said: str) -> None:
    answer = ask(client, start=start, goal=goal, aid="foot")
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert 'name="start"' in read(answer), "the form stays at hand"
    assert not items(answer, "wf-steps")
    assert ask(client, LINE, start=start, goal=goal, aid="foot").status_code == 404


def test_a_way_that_ends_before_the_place_says_so(prepared: Extract, client: Client) -> None:
    """A wheelchair gets no farther than the stile in the way to the mill."""
    answer = ask(client, start=START, goal=coordinates(-60, 100), aid="wheelchair-manual")
    assert "Der Weg endet etwa 60 Meter vor deinem Ziel" in text_of(answer)


def test_an_unknown_preset_is_asked_again(prepared: Extract, client: Client) -> None:
    for aid in ("", "jetpack"):
        assert 'id="id_aid-error"' in read(ask(client, start=START, goal=END, aid=aid))


def test_several_places_are_offered(prepared: Extract, client: Client) -> None:
    place(prepared, "Rosenpark", 100, 100, address="Querstraße 1")
    place(prepared, "Rosenpark", 400, 300, address="Querstraße 3")
    asked = ask(client, start="Rosenpark", goal=END, aid="foot")
    links = all_of(asked, r'<li><a class="sh-more" href="([^"]*)"')
    assert len(links) == 2
    answer = client.get(links[1], headers={"accept-language": "de"})
    assert "Du bist am Ziel." in text_of(answer)
    chosen = parse_qs(urlsplit(links[1]).query)
    assert all_of(answer, r'name="start_at" value="([^"]*)"') == chosen["start_at"]
    stale = ask(client, start="Nirgendwo", goal=END, aid="foot", start_at=chosen["start_at"][0])
    assert "Diesen Ort haben wir nicht gefunden" in text_of(stale), "a choice holds only for its words"


def test_what_is_missing_is_said_and_takes_the_reader_there(prepared: Extract, client: Client) -> None:
    """Also where nothing at all was filled in, and where beside a question something is wrong."""
    empty = ask(client, start="", goal="", aid="", limits_of="foot")
    assert 'id="id_start-error"' in read(empty)
    assert 'id="id_goal-error"' in read(empty)
    assert read(empty).count("data-error-summary") == 1
    assert "data-error-summary" not in read(ask(client, aid="walker")), "a link with a preset asks nothing yet"
    place(prepared, "Rosenpark", 100, 100, address="Querstraße 1")
    place(prepared, "Rosenpark", 400, 300, address="Querstraße 3")
    asked = read(ask(client, start="Rosenpark", goal=END, aid="foot"))
    assert asked.count("data-error-summary") == 1
    assert asked.index("data-error-summary") < asked.index("Zu „Rosenpark“ passen diese Orte")
    assert read(ask(client, start="Rosenpark", goal="Nirgendwo", aid="foot")).count("data-error-summary") == 2


def test_a_whole_address_is_not_asked_back() -> None:
    """Its street is found as well, and is not what was meant; the same address in two districts is."""
    house, street = Found("Rosenweg 3, 00001 Ort", 7.0, 49.0), Found("Rosenweg, 00001 Ort", 7.0, 49.0)
    assert the_address("rosenweg 3", (house, street)) is house
    assert the_address("Rosenweg", (house, street)) is None
    assert the_address("Rosenweg 3", (house, Found("Rosenweg 3, 00002 Ort", 7.1, 49.0))) is None


def test_a_name_that_is_clear_is_taken(prepared: Extract, client: Client) -> None:
    place(prepared, "Stadthalle", 390, 395, kind="townhall")
    assert "Von" in text_of(ask(client, start=START, goal="Stadthalle", aid="foot"))
    assert "nach Stadthalle" in text_of(ask(client, start=START, goal="Stadthalle", aid="foot"))


def test_longitude_first_is_understood(prepared: Extract, client: Client) -> None:
    swapped = ", ".join(reversed(END.split(", ")))
    assert "Du bist am Ziel." in text_of(ask(client, start=START, goal=swapped, aid="foot"))


def test_the_way_back_is_one_link(prepared: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="foot")
    [back] = all_of(answer, r'href="([^"]*)"><svg[^>]*><use[^>]*></use></svg>Der Rückweg')
    returned = client.get(back, headers={"accept-language": "de"})
    assert "Du bist am Ziel." in text_of(returned)


def test_while_the_graph_is_prepared(extract: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="foot")
    assert answer.status_code == 200
    assert "wird noch vorbereitet" in text_of(answer)


def test_a_municipality_without_the_service(prepared: Extract, kusel: Municipality, client: Client) -> None:
    kusel.services = []
    kusel.save()
    forget_hosts()
    assert client.get(PAGE, headers={"host": "kusel.localhost"}).status_code == 404


def test_the_door_leads_to_the_page(kaiserslautern: Municipality, client: Client) -> None:
    home = client.get("/", headers={"accept-language": "de"}).content.decode()
    assert f'href="{PAGE}"' in home
    assert 'href="/ankommen/hindernisse/"' in home
    assert all_of(ask(client, aid="walker"), r'name="aid"[^>]* value="([^"]*)"[^>]* checked>') == ["walker"]


def test_only_looking_is_possible(kaiserslautern: Municipality, client: Client) -> None:
    assert client.post(PAGE).status_code == 405


@pytest.mark.parametrize("goal", [END, HILL, "Stadthalle"])
def test_few_queries(hill: Extract, client: Client, django_assert_max_num_queries: Any, goal: str) -> None:
    place(hill, "Stadthalle", 390, 395, kind="townhall")
    ask(client, start=START, goal=goal, aid="wheelchair-manual")
    # a place on the edge of the map may lie on a neighbour's
    with django_assert_max_num_queries(14 if goal == HILL else 13):
        ask(client, start=START, goal=goal, aid="wheelchair-manual")


def test_figures_keep_their_units() -> None:
    assert unbroken("60 m, 4 % und 3 Stufen") == "60\u00a0m, 4\u00a0% und 3\u00a0Stufen"
    assert unbroken("7 mal") == "7 mal"


def test_hints_are_in_both_languages(kaiserslautern: Municipality) -> None:
    from django.utils.translation import override

    for text in set(_HINTS.values()):
        with override("en"):
            english = str(text)
        with override("de"):
            assert str(text) != english
