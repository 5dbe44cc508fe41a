# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's own limits: in words, in the address, in the answer; other ways, heights, and taking a way along."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Profile, Unknown, WishTooLooseError, check
from stadtherz.services.wayfinding.tests.test_pages import (
    END,
    HILL,
    START,
    all_of,
    ask,
    hill,  # noqa: F401  a fixture
    map_source,
    text_of,
)
from stadtherz.services.wayfinding.web.heights import drawn
from stadtherz.services.wayfinding.web.limits import EVERY, form_fields, in_words, personal, written

TRACK = "/ankommen/weg/weg.gpx"


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_stands_among_its_own_choices_and_is_not_changed_by_them(key: str) -> None:
    preset = PRESETS[key].profile
    fields = form_fields(preset)
    for item in EVERY:
        assert fields[item.name].initial in [value for value, _ in fields[item.name].choices]  # type: ignore[union-attr, misc]
    untouched = {name: field.initial for name, field in fields.items()}
    assert personal(preset, untouched) == (preset, {})


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.name)
def test_each_choice_makes_a_possible_profile_with_that_value(key: str, item: object) -> None:
    preset = PRESETS[key].profile
    for value, words in item.choices(preset):  # type: ignore[attr-defined]
        if item.wish and _looser(item.field, value, preset):  # type: ignore[attr-defined]
            with pytest.raises(WishTooLooseError):
                personal(preset, {item.name: value})  # type: ignore[attr-defined]
            continue
        profile, _ = personal(preset, {item.name: value})  # type: ignore[attr-defined]
        assert written(item.of(check(profile))) == value  # type: ignore[attr-defined]
        assert words


def _looser(field: str, value: str, preset: Profile) -> bool:
    limit = getattr(preset.hard, field)
    return value != "none" and limit is not None and int(value) > int(limit)


def test_a_wish_looser_than_the_limit_is_a_contradiction_in_words(hill: Extract, client: Client) -> None:  # noqa: F811
    """At its field, with both figures; a stricter limit makes the preset's own wish give way without a word."""
    page = ask(client, start=START, goal=END, aid="wheelchair-manual", wish_kerb="60")
    assert "Du möchtest „Bordsteine bis 6 cm“, deine Grenze ist aber schon „Bordsteine bis 3 cm“." in text_of(page)
    assert re.search(r'<details class="wf-limits"[^>]* open>', page.content.decode())
    profile, _ = personal(PRESETS["wheelchair-manual"].profile, {"kerb_up": "10"})
    assert (profile.hard.kerb_up_mm, profile.soft.kerb_up_mm) == (10, None)


def test_choices_run_from_strict_to_loose() -> None:
    for item in EVERY:
        for preset in PRESETS.values():
            numbers = [float(value) for value, _ in item.choices(preset.profile) if value != "none"]
            assert numbers == sorted(numbers) or numbers == sorted(numbers, reverse=True), item.name


def test_what_unknown_means_is_set_for_everything() -> None:
    profile, differs = personal(PRESETS["foot"].profile, {"unknown": "forbid"})
    assert {getattr(profile.unknown, name) for name in profile.unknown.__slots__} == {Unknown.FORBID}
    assert differs == {"unknown": "forbid"}


def test_a_stricter_slope_replaces_the_rule_for_steep_stretches() -> None:
    preset = PRESETS["wheelchair-manual"].profile
    profile, _ = personal(preset, {"up": "40"})
    assert (profile.hard.incline_up_permille, profile.hard.steep_permille) == (40, None)
    looser, _ = personal(preset, {"up": "100"})
    assert looser.hard.steep_permille == preset.hard.steep_permille


def test_every_list_has_the_values_of_every_preset() -> None:
    """A page without a preset shows one list for all: choosing one sets the lists, and what is missing would stay as it was."""
    for item in EVERY:
        for preset in PRESETS.values():
            assert item.of(preset.profile) in item.values, (item.name, preset.key)
        assert len({item.say(value) for value in item.values}) == len(item.values), item.name


def test_differences_are_said_in_words() -> None:
    with translation.override("de"):
        said = in_words({"kerb_up": "60", "up": "none", "wish_ground": "8", "unknown": "forbid"})
    assert said == [
        "Bordsteine bis 6 cm", "jede Steigung", "möglichst auch Steinpflaster",
        "nicht Bekanntes: nur Wege, über die alles bekannt ist",
    ]  # fmt: skip


def test_own_limits_change_the_answer_and_stand_in_every_link(hill: Extract, client: Client) -> None:  # noqa: F811
    """Forty steps lead up the hill: too many for the preset, allowed when the person says so."""
    refused = ask(client, start=START, goal=HILL, aid="crutches", steps="6", limits_of="crutches")
    assert "Kein Weg hält alle deine Grenzen ein" in text_of(refused)
    allowed = ask(client, start=START, goal=HILL, aid="crutches", steps="none", limits_of="crutches")
    assert "beliebig viele Stufen" in text_of(allowed)
    assert "Kein Weg hält" not in text_of(allowed)
    assert parse_qs(urlsplit(map_source(allowed)).query)["steps"] == ["none"]
    assert client.get(map_source(allowed)).json()["features"][0]["properties"]["dashed"] is False
    assert client.get(map_source(refused)).json()["features"][0]["properties"]["dashed"] is True


def test_limits_of_another_preset_are_not_meant(prepared: Extract, client: Client) -> None:
    """Without scripts a form may bring the shown limits of one preset with the choice of another."""
    stale = {name: written(item.of(PRESETS["foot"].profile)) for item in EVERY for name in [item.name]}
    answer = ask(client, start=START, goal=END, aid="wheelchair-manual", limits_of="foot", **stale)
    assert all_of(answer, r'class="wf-own-limits"') == []


def test_a_limit_that_is_no_choice_is_refused_in_words(prepared: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="foot", kerb_up="1e9")
    assert answer.status_code == 200
    assert "wf-steps" not in answer.content.decode()
    assert "data-error-summary" in answer.content.decode()


def test_the_way_may_have_to_work_back(hill: Extract, client: Client) -> None:  # noqa: F811
    answer = ask(client, start=START, goal=END, aid="foot", both="on")
    assert "auch auf dem Rückweg" in text_of(answer)
    assert parse_qs(urlsplit(map_source(answer)).query)["both"] == ["on"]


def test_other_ways_are_links_that_lead_to_them_and_back(prepared: Extract, client: Client) -> None:
    answer = ask(client, start=START, goal=END, aid="blind")
    links = all_of(answer, r'<a class="wf-other" href="([^"]*)"')
    assert links
    other = client.get(links[0], headers={"accept-language": "de"})
    [kind] = parse_qs(urlsplit(links[0]).query)["kind"]
    assert map_source(other) != map_source(answer)
    back = [link for link in all_of(other, r'<a class="wf-other" href="([^"]*)"') if "kind=" not in link]
    assert len(back) == 1
    assert kind in {"less_steep", "better_known", "shorter"}


def test_the_track_is_gpx_of_the_same_way(prepared: Extract, client: Client) -> None:
    answer = ask(client, TRACK, start=START, goal=END, aid="foot")
    assert answer.headers["Content-Type"] == "application/gpx+xml"
    root = ET.fromstring(answer.content)
    points = root.findall(".//{http://www.topografix.com/GPX/1/1}trkpt")
    line = ask(client, "/ankommen/weg/linie.geojson", start=START, goal=END, aid="foot").json()
    drawn_points = [
        p for f in line["features"] if f["geometry"]["type"] == "LineString" for p in f["geometry"]["coordinates"]
    ]
    assert float(points[0].get("lon", 0)) == pytest.approx(drawn_points[0][0], abs=1e-5)
    assert float(points[-1].get("lat", 0)) == pytest.approx(drawn_points[-1][1], abs=1e-5)


def test_no_track_leads_along_a_way_that_breaks_limits(hill: Extract, client: Client) -> None:  # noqa: F811
    answer = ask(client, TRACK, start=START, goal=HILL, aid="wheelchair-manual")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/ankommen/weg/?")


def test_heights_are_drawn_from_known_slopes() -> None:
    with translation.override("de"):
        drawing = drawn([(0, 0), (100, 6.0), (200, 2.0)])
    assert drawing is not None
    assert (drawing.lowest, drawing.highest, drawing.metres) == (0, 6, 200)
    assert drawing.sentence == (
        "Zwischen dem tiefsten und dem höchsten Punkt liegen 6 m; am Ziel bist du 2 m höher als am Start."
    )
    first, top, last = (tuple(map(float, point.split(","))) for point in drawing.line.split())
    assert first[0] == 0
    assert last[0] == 1000
    assert top[1] < last[1] < first[1]
    assert drawn([]) is None


def test_the_service_worker_stands_below_the_page(kaiserslautern: Municipality, client: Client) -> None:
    answer = client.get("/ankommen/weg/offline.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    page = client.get("/ankommen/weg/", headers={"accept-language": "de"}).content.decode()
    assert re.search(r"data-ways-kept[^>]*hidden", page)


def test_a_profile_of_numbers_alone_is_what_the_server_sees() -> None:
    """Nothing of a personal profile names a person."""
    profile, _ = personal(PRESETS["walker"].profile, {"kerb_up": "60"})
    assert isinstance(profile, Profile)
    assert profile.key == "personal"
