# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deep insert: an entity and everything that is written inside it, all or nothing (18-088, section 10.2.1).

Entities are made by the verbs in ``actions``; observations are gathered and written once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.services.sensing.actions import areas, entities
from stadtherz.services.sensing.actions.geometries import EntityRefused
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest
from stadtherz.services.sensing.sta import body as bodies
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.linking import as_list, existing, linked_id
from stadtherz.services.sensing.sta.schema import Entity, Relation, target
from stadtherz.services.sensing.sta.syntax import Span
from stadtherz.services.sensing.store.readings import Reading, Refused, State
from stadtherz.services.sensing.store.writing import write_now

DEEPEST = 20
MOST_ENTITIES = 10_000


@dataclass(slots=True)
class Insert:
    """One request that creates. ``hidden``: closed datastreams, which nobody may link to without seeing them;
    ``only``: the datastreams of a source, whose key makes nothing but observations."""

    hidden: tuple[int, ...] = ()
    only: frozenset[int] | None = None
    readings: list[Reading] = field(default_factory=list)
    made: int = 0
    abouts: dict[int, int | None] = field(default_factory=dict)

    def create(self, entity: Entity, given: Any, known: dict[str, Any], depth: int = 0) -> Any:
        """Make an entity; ``known`` are related rows by relation, from the path or from the entity around it.

        An observation becomes a reading and is written by ``finish``; its place among the readings is returned.
        """
        self.made += 1
        if self.only is not None and entity.name != "Observation":
            raise StaError(403, _("This key writes observations of its own datastreams, and nothing else."))
        if depth > DEEPEST:
            raise bad(_("The entities are nested deeper than %(n)s levels.") % {"n": DEEPEST})
        if self.made > MOST_ENTITIES:
            raise bad(_("These are more than %(n)s entities in one request.") % {"n": MOST_ENTITIES})
        body = bodies.as_object(given)
        bodies.check_names(entity, body)
        values = bodies.properties(entity, body, whole=True)
        try:
            return MAKERS[entity.name](New(self, entity, body, values, known, depth))
        except EntityRefused as refused:
            raise bad(refused.reason, field=refused.field) from None

    def one(self, relation: Relation, body: dict[str, Any], known: dict[str, Any], depth: int) -> Any:
        """The one related row: known already, linked, or made. None if it is not mentioned. Raises 400 if it must be."""
        to = target(relation)
        if relation.name in known:
            row = known[relation.name]
            if relation.name in body and linked_id(to, body[relation.name], relation.name) != row.pk:
                words = _("%(name)s is said twice: by where the entity stands, and by a member.") % {
                    "name": relation.name
                }
                raise bad(words, field=relation.name)
            return row
        if body.get(relation.name) is None:
            if relation.mandatory:
                raise bad(
                    _("%(name)s is missing: link one or describe a new one.") % {"name": relation.name},
                    field=relation.name,
                )
            return None
        identifier = linked_id(to, body[relation.name], relation.name)
        if identifier is None:
            return self.create(to, body[relation.name], {}, depth + 1)
        assert isinstance(identifier, int)
        return existing(to, identifier, relation.name, self.hidden)

    def many(self, relation: Relation, body: dict[str, Any], inside: dict[str, Any], depth: int) -> list[Any]:
        """The related rows of a list, linked or made. ``inside`` is known to those that are made."""
        to, found = target(relation), []
        given = body.get(relation.name)
        for each in as_list(relation, [] if given is None else given):
            identifier = linked_id(to, each, relation.name)
            if identifier is None:
                found.append(self.create(to, each, inside, depth + 1))
            elif isinstance(identifier, int):
                found.append(existing(to, identifier, relation.name, self.hidden))
            else:
                raise bad(_("An observation stays with its datastream."), field=relation.name)
        return found

    def about(self, stream: Datastream) -> int | None:
        """The feature of observations that bring none; asked once for each datastream. Raises ``NoPlace``."""
        if stream.pk not in self.abouts:
            self.abouts[stream.pk] = entities.feature_for(datastream=stream)
        return self.abouts[stream.pk]

    def finish(self) -> list[tuple[str, bool]]:
        """Write the readings; identifier of each and whether it was there already. Raises 400 for the first that is refused."""
        if self.only is not None and any(each.datastream not in self.only for each in self.readings):
            raise StaError(403, _("This key writes observations of its own datastreams, and nothing else."))
        found = []
        about = [(each.datastream, each.feature) for each in self.readings if each.feature is not None]
        areas.hold(about)
        for outcome in write_now(self.readings) if self.readings else []:
            if isinstance(outcome, Refused):
                raise bad(outcome.reason, field=outcome.field)
            found.append((outcome.id, outcome.state is State.REPEATED))
        areas.grow(about)
        return found


@dataclass(slots=True)
class New:
    """An entity that is being made: its body, its values for the verb, and what is known around it."""

    insert: Insert
    entity: Entity
    body: dict[str, Any]
    values: dict[str, Any]
    known: dict[str, Any]
    depth: int

    @property
    def given(self) -> dict[str, Any]:
        """The values without what is null: the verbs have their own defaults."""
        return {name: value for name, value in self.values.items() if value is not None}

    def one(self, name: str) -> Any:
        """The one related row."""
        return self.insert.one(self.entity.by_relation[name], self.body, self.known, self.depth)

    def many(self, name: str, **inside: Any) -> list[Any]:
        """Related rows of the body, and those that the path names. ``inside`` is known to those that are made."""
        found = self.insert.many(self.entity.by_relation[name], self.body, inside, self.depth)
        return [*self.known.get(name, []), *found]


def _thing(new: New) -> Any:
    thing = entities.create_thing(**new.given)
    places = new.many("Locations")
    if places:
        entities.move_thing(thing=thing, locations=places)
    for entry in new.many("HistoricalLocations", Thing=thing):
        if entry.thing_id != thing.pk:
            entities.change_history(entry=entry, thing=thing)
    for stream in new.many("Datastreams", Thing=thing):
        if stream.thing_id != thing.pk:
            entities.change_datastream(datastream=stream, thing=thing)
    return thing


def _location(new: New) -> Any:
    place = entities.create_location(**new.given)
    for thing in new.many("Things"):
        entities.move_thing(thing=thing, locations=[place])
    for entry in new.many("HistoricalLocations", Locations=[place]):
        entities.change_history(entry=entry, add=[place])
    return place


def _history(new: New) -> Any:
    thing, places = new.one("Thing"), new.many("Locations")
    if not places:
        raise bad(_("%(name)s is missing: link one or describe a new one.") % {"name": "Locations"}, field="Locations")
    return entities.move_thing(thing=thing, locations=places, time=new.values["time"])


def _sensor(new: New) -> Any:
    sensor = entities.create_sensor(**new.given)
    for stream in new.many("Datastreams", Sensor=sensor):
        if stream.sensor_id != sensor.pk:
            entities.change_datastream(datastream=stream, sensor=sensor)
    return sensor


def _observed_property(new: New) -> Any:
    quantity = entities.create_observed_property(**new.given)
    for stream in new.many("Datastreams", ObservedProperty=quantity):
        if stream.observed_property_id != quantity.pk:
            entities.change_datastream(datastream=stream, observed_property=quantity)
    return quantity


def _datastream(new: New) -> Any:
    related = {each.field: new.one(each.name) for each in new.entity.relations if not each.many}
    stream = entities.create_datastream(**new.given, **related)
    new.many("Observations", Datastream=stream)
    return stream


def _feature(new: New) -> Any:
    feature = entities.create_feature(**new.given)
    new.many("Observations", FeatureOfInterest=feature)
    return feature


def _observation(new: New) -> Any:
    stream: Datastream = new.one("Datastream")
    feature: FeatureOfInterest | None = new.one("FeatureOfInterest")
    about = feature.pk if feature else new.insert.about(stream)
    new.insert.readings.append(reading(stream, new.values, about))
    return len(new.insert.readings) - 1


def reading(stream: Datastream, values: dict[str, Any], about: int | None) -> Reading:
    """The reading of an observation's properties, about a feature of interest (None: the datastream's own)."""
    time = values.get("time") or timezone.now()
    start, end = (time.start, time.end) if isinstance(time, Span) else (time, None)
    return Reading(
        stream.pk, start, values["result"], end=end, result_time=values.get("result_time"),
        valid_time=values.get("valid_time"), quality=values.get("quality"), parameters=values.get("parameters"),
        feature=None if about == stream.feature_id else about,
    )  # fmt: skip


MAKERS: dict[str, Any] = {
    "Thing": _thing, "Location": _location, "HistoricalLocation": _history, "Sensor": _sensor,
    "ObservedProperty": _observed_property, "Datastream": _datastream, "FeatureOfInterest": _feature,
    "Observation": _observation,
}  # fmt: skip
