# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What lies packed is read, counted, paged, changed and removed like everything else; questions that are too large are answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.entities import create_feature, feature_for
from stadtherz.services.sensing.actions.observations import change_observation, remove_observation
from stadtherz.services.sensing.models import Datastream, Hour, Observation, PackedDay
from stadtherz.services.sensing.sta.tests.conftest import location, stream, thing, whole
from stadtherz.services.sensing.store import relations, removing, write_now
from stadtherz.services.sensing.store.identifiers import Key
from stadtherz.services.sensing.store.keeping import pack_cold_days
from stadtherz.services.sensing.store.moments import EPOCH
from stadtherz.services.sensing.store.moving import bring_back, pack_days
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.rollups import roll_up_datastream

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def packed(sta):
    """Ten days of six values, of which seven lie packed; one of them carries a quality."""
    sta.post("Things", whole())
    stream = Datastream.objects.get()
    feature_for(datastream=stream)
    write_now(
        [
            Reading(stream.pk, START + timedelta(hours=4 * step), float(step), quality="ok" if step == 3 else None)
            for step in range(60)
        ]
    )
    pack_cold_days(now=START + timedelta(days=37))
    assert PackedDay.objects.count() == 7
    assert Observation.objects.count() == 18
    return stream.pk


@pytest.mark.parametrize("packs", [False, True])
def test_an_interval_keeps_its_end_in_the_span_of_its_series_wherever_it_lies(sta, anyone, packs):
    """18-088, table 6: phenomenonTime of a datastream encloses those of all its observations."""
    sta.post("Things", whole())
    stream = Datastream.objects.get()
    feature_for(datastream=stream)
    days = [START + timedelta(days=each) for each in range(10)]
    long = Reading(stream.pk, days[1], 1.0, end=days[9] + timedelta(hours=7, microseconds=5))
    write_now([long, *(Reading(stream.pk, day, 2.0) for day in days), Reading(stream.pk, days[2], 3.0, end=days[3])])
    if packs:
        pack_cold_days(now=START + timedelta(days=35))
        assert PackedDay.objects.filter(until__isnull=False).count() == 2

    def span():
        return anyone.get(f"Datastreams({stream.pk})")["phenomenonTime"]

    whole_span = "2026-01-01T00:00:00Z/2026-01-10T07:00:00.000005Z"
    assert span() == whole_span
    change_observation(key=Key(stream.pk, days[9], 0), result=5)
    assert span() == whole_span
    remove_observation(key=Key(stream.pk, days[9], 0))
    remove_observation(key=Key(stream.pk, days[8], 0))
    assert span() == whole_span
    change_observation(key=Key(stream.pk, days[1], 0), time=(days[1], days[8]))
    assert span() == "2026-01-01T00:00:00Z/2026-01-09T00:00:00Z"
    remove_observation(key=Key(stream.pk, days[1], 0))
    assert span() == "2026-01-01T00:00:00Z/2026-01-08T00:00:00Z"


def test_pages_run_over_packed_days(anyone, packed):
    for order, expected in (
        ("phenomenonTime", list(range(60))),
        ("phenomenonTime desc", list(reversed(range(60)))),
        ("id", list(range(60))),
    ):
        # Two pages of nine are what is not packed: the second ends exactly there.
        page = anyone.get(f"Datastreams({packed})/Observations", top=9, orderby=order, count="true")
        found = []
        while True:
            assert page["@iot.count"] == 60
            found += [each["result"] for each in page["value"]]
            if "@iot.nextLink" not in page:
                break
            page = anyone.get(page["@iot.nextLink"])
        assert found == expected, order
    assert anyone.names("Observations", top=3, skip=40) == [40, 41, 42]
    assert anyone.get("Observations?$top=5")["@iot.nextLink"]


def test_filters_and_expands_see_packed_days(anyone, packed):
    assert anyone.names("Observations", filter="result eq 5 or resultQuality eq 'ok'") == [3, 5]
    assert anyone.names(
        "Observations", filter="phenomenonTime ge 2026-01-02T00:00:00Z and phenomenonTime lt 2026-01-02T08:00:00Z"
    ) == [6, 7]
    assert anyone.names("Things", filter="Datastreams/Observations/result eq 5") == ["Post 7"]
    found = anyone.get(f"Datastreams({packed})", expand="Observations($top=2;$count=true;$filter=result gt 3)")
    assert [each["result"] for each in found["Observations"]] == [4, 5]
    assert found["Observations@iot.count"] == 56
    newest = anyone.get("Things", expand="Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))")
    assert newest["value"][0]["Datastreams"][0]["Observations"][0]["result"] == 59
    one = anyone.get("Observations", filter="result eq 5")["value"][0]
    assert anyone.get(one["@iot.selfLink"]) == one
    assert anyone.get(f"{one['@iot.selfLink']}/FeatureOfInterest")["name"] == "Stiftsplatz"


@pytest.fixture
def silent(sta, packed, monkeypatch):
    """A second station, all of whose sixty values lie packed; together the two hold more packed values than one statement takes."""
    place = location("Lauterstraße", (7.76, 49.45))
    sta.post("Things", thing("Post 8", Locations=[place], Datastreams=[stream("Autos")]))
    second = Datastream.objects.latest("pk")
    feature_for(datastream=second)
    write_now([Reading(second.pk, START + timedelta(hours=4 * step), 100.0 + step) for step in range(60)])
    pack_days(second.pk, sorted({(START + timedelta(hours=4 * step)).toordinal() - 719_163 for step in range(60)}))
    monkeypatch.setattr(relations, "MOST_ROWS", 70)
    return second.pk


def test_expanded_observations_need_few_packed_days_of_each_datastream(anyone, packed, silent):
    """However much the town has packed, and though one of the datastreams has been silent for long."""
    for options, first, second in (
        ("$top=2", [0, 1], [100, 101]), ("$top=3;$skip=10", [10, 11, 12], [110, 111, 112]),
        ("$top=2;$orderby=phenomenonTime desc", [59, 58], [159, 158]), ("$top=1;$orderby=phenomenonTime desc;$skip=20", [39], [139]),
        ("$top=1;$orderby=phenomenonTime;$count=true", [0], [100]),
    ):  # fmt: skip
        found = anyone.get("Things", orderby="id", expand=f"Datastreams($expand=Observations({options}))")["value"]
        streams = [each["Datastreams"][0] for each in found]
        assert [[one["result"] for one in each["Observations"]] for each in streams] == [first, second], options
        assert {each.get("Observations@iot.count", 60) for each in streams} == {60}


def _walk(anyone, page):
    found = [each["result"] for each in page["value"]]
    while "@iot.nextLink" in page:
        page = anyone.get(page["@iot.nextLink"])
        found += [each["result"] for each in page["value"]]
    return found


def test_pages_of_all_and_their_count_need_few_packed_days(anyone, packed, silent):
    rising = [base + step for step in range(60) for base in (0, 100)]
    for order, expected in (("phenomenonTime", rising), ("phenomenonTime desc", rising[::-1])):
        page = anyone.get("Observations", orderby=order, top=17, count="true")
        assert (page["@iot.count"], _walk(anyone, page)) == (120, expected)
        page = anyone.get(f"Datastreams({silent})/Observations", orderby=order, top=17, count="true")
        assert (page["@iot.count"], _walk(anyone, page)) == (60, [each for each in expected if each >= 100])
    assert anyone.names("Observations", orderby="phenomenonTime desc", top=2, skip=30) == rising[::-1][30:32]
    assert sorted(_walk(anyone, anyone.get("Observations", top=20, count="true"))) == sorted(rising)


def test_what_is_asked_of_one_station_needs_its_packed_days_alone(anyone, packed, silent):
    large = anyone.raw("Observations", filter="result eq 5")
    assert (large.status_code, large.json()["option"]) == (400, "$filter")
    expand = "Observations($filter=result gt 57;$count=true;$orderby=result desc)"
    one = anyone.get(f"Datastreams({packed})", expand=expand)
    assert (one["Observations@iot.count"], [each["result"] for each in one["Observations"]]) == (2, [59, 58])
    for own in (
        "Datastream/Thing/name eq 'Post 7'",
        "not (Datastream/name eq 'Autos')",
        "startswith(Datastream/Thing/Locations/name,'Stifts')",
    ):
        assert anyone.names("Observations", filter=f"{own} and result gt 57") == [58, 59]
    assert anyone.get("Observations", filter="Datastream/name in ('Nirgends')", count="true")["@iot.count"] == 0
    features = {each["name"]: each for each in anyone.get("FeaturesOfInterest")["value"]}
    about = features["Lauterstraße"]["Observations@iot.navigationLink"]
    assert anyone.names(about, top=2, orderby="phenomenonTime desc") == [159, 158]
    seen = anyone.get(
        "FeaturesOfInterest",
        filter="name eq 'Lauterstraße'",
        expand="Observations($top=1;$orderby=phenomenonTime desc)",
    )
    assert seen["value"][0]["Observations"][0]["result"] == 159
    back = anyone.get(
        "Observations", filter="Datastream/name eq 'Autos'", top=1, expand="Datastream/Observations($top=1)"
    )
    assert back["value"][0]["Datastream"]["Observations"][0]["result"] == 100


def test_packed_observations_are_changed_and_removed(sta, packed):
    link = sta.get("Observations", filter="result eq 5")["value"][0]["@iot.selfLink"]
    assert sta.send("PATCH", link, {"result": 5.5}).json()["result"] == 5.5
    assert (
        sta.send("DELETE", sta.get("Observations", filter="result eq 6")["value"][0]["@iot.selfLink"]).status_code
        == 200
    )
    assert sta.names("Observations", top=8) == [0, 1, 2, 3, 4, 5.5, 7, 8]
    assert sta.get(f"Datastreams({packed})/Observations", count="true", top=0)["@iot.count"] == 59


def test_the_first_moment_stays_known_while_only_its_day_lies_packed(sta, packed):
    """Section 8.2.4: phenomenonTime is that of all observations. The last packed day is the first one here."""
    for day in PackedDay.objects.order_by("day").values_list("day", flat=True)[1:]:
        bring_back(packed, (day - EPOCH.date()).days)
    assert PackedDay.objects.count() == 1
    link = sta.get("Observations", filter="result eq 20")["value"][0]["@iot.selfLink"]
    assert sta.send("DELETE", link).status_code == 200
    assert sta.get(f"Datastreams({packed})")["phenomenonTime"].startswith("2026-01-01T00:00:00Z/")
    assert PackedDay.objects.count() == 1


def test_a_feature_goes_with_its_packed_days_and_no_other_is_read(sta, packed, monkeypatch):
    """Table 25. Two packed days are about the removed feature alone, one also about it, ten not at all."""
    stream = Datastream.objects.get()
    other = create_feature(
        name="Brücke", encoding_type="application/geo+json", feature={"type": "Point", "coordinates": [7.8, 49.5]}
    )
    about = [START + timedelta(days=20 + day, hours=hour) for day in range(3) for hour in (1, 5)]
    write_now([Reading(packed, at, 100.0, feature=None if at == about[0] else other.pk) for at in about])
    areas.grow([(packed, other.pk)])
    roll_up_datastream(packed)
    pack_cold_days(now=START + timedelta(days=60))
    stream.refresh_from_db()
    assert stream.observed_area.extent == (7.77, 49.44, 7.8, 49.5)
    read = []
    monkeypatch.setattr(removing, "bring_back", lambda *place: read.append(place) or bring_back(*place))
    assert sta.send("DELETE", f"FeaturesOfInterest({other.pk})").status_code == 200
    assert len(read) == 1
    assert sta.get("Observations", filter="result eq 100", count="true")["@iot.count"] == 1
    assert sta.get(f"Datastreams({packed})/Observations", count="true", top=0)["@iot.count"] == 61
    roll_up_datastream(packed)
    assert list(Hour.objects.filter(hour__gte=about[0]).values_list("sum", flat=True)) == [100.0]
    stream.refresh_from_db()
    assert stream.observed_area.extent == (7.77, 49.44, 7.77, 49.44)
    assert sta.send("DELETE", f"FeaturesOfInterest({stream.feature_id})").status_code == 200
    assert len(read) == 1
    assert not PackedDay.objects.exists()
    assert not Observation.objects.exists()
    roll_up_datastream(packed)
    assert not Hour.objects.exists()
    assert sta.get(f"Datastreams({packed})")["name"]


def test_late_values_of_packed_days_are_not_taken_for_the_newest(anyone, packed):
    """They stand beside their day as rows until the next night, while everything newer may be packed."""
    pack_cold_days(now=START + timedelta(days=60))
    write_now([Reading(packed, START + timedelta(hours=1, minutes=minute), -1.0) for minute in range(5)])
    assert anyone.names(f"Datastreams({packed})/Observations", top=3, orderby="phenomenonTime desc") == [59, 58, 57]
    assert anyone.names("Observations", top=3, orderby="phenomenonTime desc") == [59, 58, 57]
    newest = anyone.get("Things", expand="Datastreams($expand=Observations($top=2;$orderby=phenomenonTime desc))")
    assert [each["result"] for each in newest["value"][0]["Datastreams"][0]["Observations"]] == [59, 58]
    old = "phenomenonTime lt 2026-01-01T02:00:00Z"
    assert anyone.names(f"Datastreams({packed})/Observations", top=6, orderby="phenomenonTime desc", filter=old) == [
        -1
    ] * 5 + [0]
    write_now([Reading(packed, START + timedelta(days=90, hours=hour), 100.0) for hour in range(3)])
    assert anyone.names("Observations", top=4, orderby="phenomenonTime desc") == [100, 100, 100, 59]


def test_a_question_that_takes_too_long_is_given_up_with_words(anyone, packed, monkeypatch):
    monkeypatch.setattr("stadtherz.services.sensing.sta.views.LONGEST_MILLISECONDS", 1)
    hard = " or ".join(f"length(concat(tolower(name),'{number}')) eq 99" for number in range(150))
    answer = anyone.raw(
        "Things", filter=f"Datastreams/Observations/result ge 0 and ({hard})", expand="Datastreams/Observations"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    assert answer.status_code == 503, answer.content
    assert answer["Retry-After"]


def test_a_deep_skip_is_bounded(anyone, packed):
    assert anyone.names("Observations", skip=1_000_000) == []
    assert anyone.refuses("Observations", skip=1_000_001)["option"] == "$skip"
