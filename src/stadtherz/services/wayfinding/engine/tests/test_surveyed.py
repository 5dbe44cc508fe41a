# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions, their answers on the graph, on a newer map, and as a change file that is read back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..costs import CostModel
from ..engine import Engine
from ..graph import ROW, Graph
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..profiles import Limit
from ..studies.barriers import rank
from ..studies.ground import Town
from ..studies.missing import missing_facts
from ..studies.trips import Goal, everyday_trips
from ..surveys.changefile import NoVersions, change_file, tags_of
from ..surveys.photos import Taken, photo_at, with_photos
from ..surveys.questions import RANGE, WRITES, Question, Spot, askable, edges_at, matters, spots, unknown
from ..surveys.surveyed import Surveyed, direction_at, with_surveyed
from ..vocabulary import Crossing, Kind, Provenance, Ramp, Side, Surface, Tri
from .places import places
from .town import at, draft_town

ON = date(2026, 5, 4)


def spot_of(graph: Graph, edge: int) -> Spot:
    rows, number = spots(graph)
    return Spot(*rows[number[edge]].tolist())


def fact(graph: Graph, edge: int, question: Question, value: int, *, by: Provenance = Provenance.SURVEY) -> Surveyed:
    x, y = graph.line(edge).mean(axis=0)
    name = graph.names[graph.edges["name"][edge]]
    return Surveyed(question, spot_of(graph, edge), value, by, ON, float(x), float(y), name)


def one_for(graph: Graph, question: Question) -> int:
    """An edge of which the answer is not known."""
    return int(np.flatnonzero(unknown(CostModel(graph))[question])[0])


@pytest.mark.parametrize("question", Question)
def test_what_is_unknown_can_be_asked_and_every_spot_leads_back_to_its_edges(graph: Graph, question: Question) -> None:
    model = CostModel(graph)
    edges = np.flatnonzero(askable(model)[question])
    assert len(edges)
    assert not (unknown(model)[question] & ~askable(model)[question]).any()
    for edge in edges.tolist():
        assert edge in edges_at(graph, spot_of(graph, edge))


@given(st.sampled_from(list(Question)), st.integers(0, 10_000), st.integers(-600, 2500))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_answer_is_written_or_handed_back(graph: Graph, question: Question, number: int, value: int) -> None:
    edges = np.flatnonzero(askable(CostModel(graph))[question])
    edge = int(edges[number % len(edges)])
    before = {name: graph.edges[name].copy() for name in WRITES[question]}
    new, lost = with_surveyed(graph, [fact(graph, edge, question, value)])
    least, greatest = RANGE[question]
    assert bool(lost) == (not least <= value <= greatest)
    for name in WRITES[question]:
        assert (graph.edges[name] == before[name]).all()
        if not lost:
            assert new.edges[name][edge] == value
            assert new.provenance[ROW[name], edge] == Provenance.SURVEY


def test_the_town_outdoes_residents_and_the_newer_the_older(graph: Graph) -> None:
    edge = one_for(graph, Question.WIDTH)
    facts = [
        fact(graph, edge, Question.WIDTH, 90, by=Provenance.RESIDENT), fact(graph, edge, Question.WIDTH, 120),
        fact(graph, edge, Question.WIDTH, 140), fact(graph, edge, Question.WIDTH, 60, by=Provenance.RESIDENT),
    ]  # fmt: skip
    assert with_surveyed(graph, facts)[0].edges["width"][edge] == 140


def test_facts_find_their_place_on_a_new_map(graph: Graph, tmp_path: Path) -> None:
    """All ways have other numbers; a named one is found where it lies, one that is gone is handed back."""
    renumbered, _ = import_map(draft_town().write(tmp_path / "new.osm.pbf", first=5000))
    park = next(e for e in range(graph.edge_count) if graph.names[graph.edges["name"][e]] == "Parkweg")
    good = fact(graph, park, Question.SMOOTHNESS, 3)
    elsewhere = Surveyed(Question.SMOOTHNESS, Spot(77, 0, 0), 3, Provenance.SURVEY, ON, *at(5000, 5000), "Parkweg")
    renamed = Surveyed(Question.SMOOTHNESS, good.spot, 3, Provenance.SURVEY, ON, good.lon, good.lat, "Anderer Weg")
    new, lost = with_surveyed(renumbered, [good, elsewhere, renamed])
    assert lost == [elsewhere, renamed]
    here = [e for e in range(new.edge_count) if new.names[new.edges["name"][e]] == "Parkweg"]
    assert {int(new.edges["smoothness"][e]) for e in here} == {3}


def test_a_street_drawn_the_other_way_round_keeps_its_pavements_apart(graph: Graph, tmp_path: Path) -> None:
    """What was the right pavement is the left one now; a photo of it is found there as well, also of a slope."""
    turned = draft_town()
    turned.ways = [(nodes[::-1], tags) for nodes, tags in turned.ways]
    new, _ = import_map(turned.write(tmp_path / "turned.osm.pbf", first=5000))
    edge = next(
        e for e in range(graph.edge_count)
        if graph.edges["side"][e] == Side.RIGHT and graph.names[graph.edges["name"][e]] == "Querstraße 3"
    )  # fmt: skip
    told = fact(graph, edge, Question.WIDTH, 130)
    written, lost = with_surveyed(new, [told])
    assert not lost
    here = np.flatnonzero(written.edges["width"] == 130).tolist()
    assert {int(written.edges["side"][e]) for e in here} == {int(Side.LEFT)}
    seen = Taken(Question.INCLINE, told.spot, "/foto/", told.lon, told.lat, told.name)
    slope = fact(graph, edge, Question.INCLINE, 40)
    assert with_surveyed(new, [slope])[1] == [slope]
    heading = round(direction_at(graph, np.array([edge]), slope.lon, slope.lat)[1])
    uphill, lost = with_surveyed(new, [replace(slope, heading=heading)])
    assert not lost
    assert {int(uphill.edges["incline"][e]) for e in here} == {-40}
    across = replace(slope, heading=(heading + 90) % 360)
    assert with_surveyed(new, [across])[1] == [across]
    shown = with_photos(new, [seen])
    assert {photo_at(shown, e, Limit.INCLINE_UP) for e in here} == {"/foto/"}


def test_of_a_split_way_both_parts_keep_the_fact(graph: Graph, tmp_path: Path) -> None:
    """The number stays with one part; the place where it was found out lies on the other."""
    split = draft_town()
    index = next(i for i, (nodes, tags) in enumerate(split.ways) if tags.get("name") == "Querstraße 3")
    nodes, tags = split.ways[index]
    assert len(nodes) > 2
    split.ways[index] = (nodes[: len(nodes) // 2 + 1], tags)
    split.ways.append((nodes[len(nodes) // 2 :], dict(tags)))
    new, _ = import_map(split.write(tmp_path / "split.osm.pbf"))
    street = np.flatnonzero(
        (graph.edges["name"] == graph.names.index("Querstraße 3")) & (graph.edges["side"] == Side.RIGHT)
    )
    south, north = (
        min(street, key=lambda e: graph.line(e)[:, 1].min()),
        max(street, key=lambda e: graph.line(e)[:, 1].max()),
    )
    for edge in (int(south), int(north)):
        told = fact(graph, edge, Question.SMOOTHNESS, 3)
        written, lost = with_surveyed(new, [told])
        assert not lost
        at_place = edges_at(new, told.spot)
        assert (written.edges["smoothness"][at_place] == 3).all()
        near, _ = direction_at(new, np.flatnonzero(written.edges["smoothness"] == 3), told.lon, told.lat)
        assert near < 1


def test_a_surveyed_kerb_closes_the_crossing(engine: Engine) -> None:
    profile = PRESETS["wheelchair-manual"].profile
    edge = next(
        e for e in np.flatnonzero(engine.graph.edges["kind"] == Kind.CROSSING).tolist()
        if engine.graph.edges["kerb_up"][e] == -1 and not engine.metric(profile).costs.broken[2 * e]
    )  # fmt: skip
    new, _ = with_surveyed(engine.graph, [fact(engine.graph, edge, Question.KERB, 150)])
    after = Engine(new, engine.router)
    assert after.metric(profile).costs.broken[2 * edge]


def test_tags_after_the_wiki() -> None:
    assert tags_of(Question.KERB, 30) == {"kerb": "lowered", "kerb:height": "0.03"}
    assert tags_of(Question.KERB, 0) == {"kerb": "flush", "kerb:height": "0"}
    assert tags_of(Question.INCLINE, -65) == {"incline": "-6.5%"}
    assert tags_of(Question.RAMP, Ramp.WHEELCHAIR) == {"ramp": "yes", "ramp:wheelchair": "yes"}
    assert tags_of(Question.CROSSING, Crossing.SIGNALS) == {"crossing": "traffic_signals"}


def test_the_change_file_says_the_same_when_it_is_applied(graph: Graph, town_file: Path, tmp_path: Path) -> None:
    """libosmium applies it to the map; the new import has what was surveyed."""
    side = next(
        e for e in range(graph.edge_count) if graph.edges["side"][e] == Side.LEFT and graph.edges["width"][e] == 0
    )
    stairs = one_for(graph, Question.STEPS)
    facts = [
        fact(graph, side, Question.WIDTH, 130), fact(graph, side, Question.SURFACE, Surface.SETT),
        fact(graph, stairs, Question.STEPS, 9), fact(graph, stairs, Question.HANDRAIL, Tri.NO),
        fact(graph, one_for(graph, Question.INCLINE), Question.INCLINE, -40),
    ]  # fmt: skip
    drawn = next(
        e for e in np.flatnonzero(askable(CostModel(graph))[Question.KERB]).tolist() if spot_of(graph, e).junction
    )
    nowhere = fact(graph, drawn, Question.KERB, 60)
    content, left = change_file(town_file, [*facts, nowhere])
    assert left == [nowhere]
    assert b'<tag k="check_date:step_count" v="' in content
    # the server of OpenStreetMap numbers the versions; here the newer one has to win by itself
    (tmp_path / "changes.osc").write_bytes(content.replace(b'version="1"', b'version="2"'))
    merged = osmium.MergeInputReader()
    merged.add_file(str(town_file))
    merged.add_file(str(tmp_path / "changes.osc"))
    with osmium.SimpleWriter(str(tmp_path / "merged.osm.pbf")) as writer:
        merged.apply(writer, simplify=True)
    new, _ = import_map(tmp_path / "merged.osm.pbf")
    wanted, lost = with_surveyed(graph, facts)
    assert not lost
    for name in ("width", "surface", "steps", "handrail", "incline"):
        assert (new.edges[name] == wanted.edges[name]).all(), name


def test_a_map_without_versions_gives_no_change_file(graph: Graph, town_file: Path, tmp_path: Path) -> None:
    """The server compares versions, and refuses the whole change."""
    plain = tmp_path / "plain.osm.pbf"
    with osmium.SimpleWriter(str(plain)) as writer:
        for thing in osmium.FileProcessor(str(town_file)):
            writer.add(thing.replace(version=0))
    known = fact(graph, one_for(graph, Question.STEPS), Question.STEPS, 9)
    assert change_file(plain, [])
    with pytest.raises(NoVersions):
        change_file(plain, [known])


def test_the_most_useful_missing_fact_is_on_the_way_of_the_most(engine: Engine) -> None:
    """Twenty homes go along the path to the park's shop, one to the other side of the town."""
    homes = [at(250 + number, 299) for number in range(20)] + [at(20, 20)]
    town = Town(engine, everyday_trips(homes, [Goal(*at(252, 240), "shop")], seed=1))
    profile = PRESETS["wheelchair-manual"].profile
    found = missing_facts(engine, [(profile, rank(town, profile, seed=1))])
    assert found
    assert {missing.question for missing in found} <= matters(profile)
    weights = [missing.trips for missing in found]
    assert weights[0] >= 15  # some homes lie nearer to another street
    assert all(missing.trips > 0 and missing.profiles == (profile.key,) for missing in found)
    masks = unknown(engine.model)
    assert all(masks[missing.question][list(missing.edges)].all() for missing in found)


def test_a_trip_of_two_profiles_is_one_trip(engine: Engine) -> None:
    homes = [at(250 + number, 299) for number in range(20)]
    town = Town(engine, everyday_trips(homes, [Goal(*at(252, 240), "shop")], seed=1))
    manual, electric = (PRESETS[key].profile for key in ("wheelchair-manual", "wheelchair-electric"))
    rankings = [(profile, rank(town, profile, seed=1)) for profile in (manual, electric)]
    both = [missing for missing in missing_facts(engine, rankings) if len(missing.profiles) == 2]
    assert both
    assert max(missing.trips for missing in both) <= 20


def test_a_real_map_has_questions_for_everybody(oslo: Engine) -> None:
    homes = places(oslo, 150, 3)
    town = Town(oslo, everyday_trips(homes, [Goal(x, y, "stop") for x, y in places(oslo, 30, 4)], seed=1))
    profiles = [PRESETS[key].profile for key in ("wheelchair-manual", "blind")]
    found = missing_facts(oslo, [(profile, rank(town, profile, seed=1)) for profile in profiles], at_most=200)
    assert {"wheelchair-manual", "blind"} == {key for missing in found for key in missing.profiles}
    assert len({(missing.question, missing.spot) for missing in found}) == len(found)
