# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions that meet observations twice: asked relation by relation where they can be, given up soon where they cannot."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stadtherz.services.sensing.sta.circles import leads_back
from stadtherz.services.sensing.sta.options import read_options
from stadtherz.services.sensing.sta.schema import BY_PLURAL
from stadtherz.services.sensing.sta.tests.conftest import location, quantity, sensor, stream, thing


@pytest.fixture
def town(sta):
    """A: results 1 to 3 of two quantities; B: 10 to 12; C without a datastream."""
    for name, first in (("A", 1), ("B", 10)):
        streams = [
            stream(
                f"{name}{place}",
                Sensor=sensor(f"Sensor {place}"),
                ObservedProperty=quantity(f"Quantity {name}"),
                Observations=[
                    {"phenomenonTime": f"2026-03-0{n}T10:00:00Z", "result": first + n - 1 + 100 * place}
                    for n in (1, 2, 3)
                ],
            )
            for place in (0, 1)
        ]
        sta.post("Things", thing(name, Locations=[location(f"Place {name}", (7, len(name)))], Datastreams=streams))
    sta.post("Things", thing("C", Locations=[location("Place C")]))
    return sta


ASKED_APART = [
    ("Observations", "Datastream/Observations/result eq 12", [10, 11, 12]),
    ("Observations", "Datastream/Observations/Datastream/Observations/result eq 12", [10, 11, 12]),
    ("Observations", "Datastream/Observations/result eq 12 and result lt 12", [10, 11]),
    ("Observations", "result lt 12 and Datastream/Thing/Datastreams/Observations/result gt 111", [10, 11]),
    ("Observations", "FeatureOfInterest/Observations/result eq 103 and result gt 100", [101, 102, 103]),
    ("Observations", "$it/Datastream/Observations/result in (2,11) and result lt 3", [1, 2]),
    ("Datastreams", "Observations/Datastream/Observations/result eq 12", ["B0"]),
    ("Datastreams", "Observations/FeatureOfInterest/Observations/result eq 12", ["B0", "B1"]),
    ("Datastreams", "not (Observations/Datastream/Observations/result lt 12)", ["A1", "B0", "B1"]),
    ("Datastreams", "Observations/result eq 2 and Thing/Datastreams/name eq 'A1'", ["A0"]),
    ("Datastreams", "Thing/Datastreams/Observations/result add 1 eq 112 div 1", ["B0", "B1"]),
    ("FeaturesOfInterest", "Observations/Datastream/Observations/result eq 12", ["Place B"]),
    ("Things", "Datastreams/Observations/result eq 12 and Locations/name eq 'Place B'", ["B"]),
    ("Things", "Datastreams/Observations/result eq 12 and Locations/name eq 'Place A'", []),
    ("Things", "not startswith(Datastreams/name,'A')", ["B"]),
    ("Things", "Datastreams/name eq 'A0' or Locations/name eq 'Place C'", ["A", "C"]),
    ("Things", "(Datastreams/name eq 'A0' or Datastreams/name eq 'B1') and Locations/name lt 'x' and name gt 'A'", ["B"]),
    ("Observations", "Datastream/Observations/result eq 12 or Datastream/Observations/result eq 1 and result gt 2", [3, 10, 11, 12]),
    ("Datastreams", "Thing/name eq 'A' and (Observations/result gt 200 or Thing/name eq 'A' and name eq 'A1')", ["A1"]),
    ("Datastreams", "Observations/any(o:o/Datastream/Observations/any(p:p/result eq 12))", ["B0"]),
    ("Datastreams", "Thing/Datastreams/any(d:d/Observations/any(o:o/result eq 12) and startswith(d/name,'B'))", ["B0", "B1"]),
    ("Observations", "Datastream/Thing/Datastreams/any() and result eq 12", [12]),
    ("Observations", "not Datastream/Observations/any(o:o/result gt 3)", [1, 2, 3]),
    ("Things", "Datastreams/any(d:d/Observations/Datastream/Observations/result eq 12)", ["B"]),
]  # fmt: skip
ASKED_TOGETHER = [
    ("Datastreams", "Observations/result eq 2 and Observations/phenomenonTime lt 2026-03-02T00:00:00Z", []),
    ("Datastreams", "Observations/result eq 2 and Observations/phenomenonTime lt 2026-03-03T00:00:00Z", ["A0"]),
    ("Things", "Datastreams/Sensor/name eq 'Sensor 0' and Datastreams/name eq 'A1'", []),
    ("Things", "Datastreams/Sensor/name eq 'Sensor 1' and Datastreams/name eq 'A1'", ["A"]),
    ("Things", "Datastreams/name ne 'A0'", ["A", "B", "C"]),
    ("Things", "Datastreams/name eq null", ["C"]),
    ("Things", "Datastreams/name in ('A0',null)", ["A", "C"]),
    ("Things", "not (Datastreams/name eq 'A0' and Locations/name eq 'Place A')", ["A", "B", "C"]),
]  # fmt: skip


def test_what_shares_its_path_with_nothing_is_asked_apart(town):
    for apart, asked in ((True, ASKED_APART), (False, ASKED_TOGETHER)):
        for name, filter_, found in asked:
            with CaptureQueriesContext(connection) as queries:
                assert sorted(town.names(name, filter=filter_)) == found, filter_
            joined = any("AS one LEFT JOIN LATERAL" in each["sql"] for each in queries)
            assert joined is not apart, filter_


def test_what_speaks_of_the_row_itself_is_asked_for_each_row(town):
    assert sorted(town.names("Datastreams", filter="Thing/Datastreams/any(d:d/name gt name)")) == ["A0", "B0"]
    assert sorted(town.names("Datastreams", filter="Thing/Datastreams/all(d:d/name le name)")) == ["A1", "B1"]
    around = "Observations/any(o:o/Datastream/Observations/any(p:p/result gt o/result and p/result eq 12))"
    assert sorted(town.names("Datastreams", filter=around)) == ["B0"]


LEADING_BACK = [
    ("Observations", {"$filter": "Datastream/Observations/result gt 1"}),
    ("Datastreams", {"$filter": "Observations/Datastream/Observations/result gt 1"}),
    ("Datastreams", {"$filter": "true and not Observations/any(o:o/Datastream/Observations/any(p:p/result gt 1))"}),
    ("Observations", {"$orderby": "result,FeatureOfInterest/Observations/result desc"}),
    ("Observations", {"$expand": "Datastream/Observations"}),
    ("Datastreams", {"$expand": "Thing,Observations($filter=Datastream/Observations/result gt 1)"}),
    ("FeaturesOfInterest", {"$expand": "Observations/FeatureOfInterest($expand=Observations)"}),
]
NOT_LEADING_BACK = [
    ("Observations", {"$filter": "Datastream/Thing/name eq 'x' and result gt 1", "$expand": "Datastream/Thing,FeatureOfInterest"}),
    ("Datastreams", {"$filter": "Observations/result gt 1 and Observations/any(o:o/result gt 2)", "$expand": "Observations"}),
    ("Things", {"$expand": "Datastreams/Observations/FeatureOfInterest", "$orderby": "Datastreams/Observations/result"}),
]  # fmt: skip


def test_a_question_that_meets_observations_twice_is_known():
    for leads, asked in ((True, LEADING_BACK), (False, NOT_LEADING_BACK)):
        for name, options in asked:
            entity = BY_PLURAL[name]
            assert leads_back(entity, read_options(entity, options.items())) is leads, options


def test_one_that_takes_too_long_is_refused_in_words(town, monkeypatch):
    monkeypatch.setattr("stadtherz.services.sensing.sta.views.IN_CIRCLES_MILLISECONDS", 1)
    circle = {"filter": "Datastream/Observations/phenomenonTime gt phenomenonTime"}
    assert "in zwei Schritten" in town.refuses("Observations", **circle)["message"]
    batch = {"requests": [{"id": "1", "method": "get", "url": f"Observations?$filter={circle['filter']}"},
                          {"id": "2", "method": "get", "url": "Things"}]}  # fmt: skip
    assert [each["status"] for each in town.send("POST", "$batch", batch).json()["responses"]] == [400, 200]
    assert len(town.names("Observations")) == 12
