# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives the measurement's database a town with datastreams and a key; prints them as one line of JSON.

Run by ``benchmarks.sensing`` with the environment of that database.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from stadtherz.kernel.api.actions import issue_key  # noqa: E402
from stadtherz.kernel.municipalities.active import activate  # noqa: E402
from stadtherz.kernel.municipalities.demo import demo_towns  # noqa: E402
from stadtherz.services.sensing.actions import entities  # noqa: E402
from stadtherz.services.sensing.models import Datastream  # noqa: E402


def main() -> None:
    """The number of datastreams is the only argument; their keys follow each other."""
    count = int(sys.argv[1])
    town = demo_towns(settings.SERVICE_KEYS)[0]
    with activate(town):
        geojson = {"type": "Point", "coordinates": [7.77, 49.44]}
        place = entities.create_location(name="Town", encoding_type="application/geo+json", location=geojson)
        thing = entities.create_thing(name="Town", locations=[place])
        sensor = entities.create_sensor(name="Sensor", encoding_type="text/plain", metadata="none")
        quantity = entities.create_observed_property(name="Count", definition="https://example.org/count")
        first = entities.create_datastream(thing=thing, sensor=sensor, observed_property=quantity, name="Stream 1")
        entities.feature_for(datastream=first)
        more = [
            Datastream(
                thing=thing, sensor=sensor, observed_property=quantity, name=f"Stream {n}", kind=first.kind,
                observation_type=first.observation_type, unit_of_measurement={}, feature_id=first.feature_id,
                current_feature_id=first.current_feature_id,
            )
            for n in range(2, count + 1)
        ]  # fmt: skip
        Datastream.objects.bulk_create(more)
        keys = list(Datastream.objects.order_by("pk").values_list("pk", flat=True))
        if keys[-1] - keys[0] != count - 1:
            raise RuntimeError("The keys of the datastreams do not follow each other.")
        secret = issue_key(label="Measurement", scopes=["sensing.write"], by=None)[1]
    print(json.dumps({"municipality": town.pk, "first": keys[0], "streams": count, "key": secret}))


main()
