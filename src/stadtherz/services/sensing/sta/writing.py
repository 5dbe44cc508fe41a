# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Creating, changing and removing entities through the interface (18-088, section 10). Everything ends in a verb of ``actions``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.actions import entities
from stadtherz.services.sensing.actions.geometries import EntityRefused
from stadtherz.services.sensing.actions.observations import moved_to
from stadtherz.services.sensing.sta import body as bodies
from stadtherz.services.sensing.sta import json_patch, observation_changes, reading, walking
from stadtherz.services.sensing.sta.body import Patch, read_body
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.inserting import Insert
from stadtherz.services.sensing.sta.linking import MODELS, as_list, existing, linked_id, no_such
from stadtherz.services.sensing.sta.options import Options
from stadtherz.services.sensing.sta.path import Resource, Step, as_id, nothing, parse_id
from stadtherz.services.sensing.sta.schema import BY_NAME, Entity, Relation, target
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store.identifiers import Key, written
from stadtherz.services.sensing.store.locks import hold_alone, share
from stadtherz.services.sensing.store.moments import microseconds

__all__ = ["Writer", "change", "create", "link", "read_body", "remove", "self_link", "shown", "unlink"]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and what they see. ``by`` is None for a key."""

    reader: Reader
    by: Person | None
    only: frozenset[int] | None = None  # a source's key writes observations of these datastreams and nothing else


def create(writer: Writer, resource: Resource, body: Any) -> tuple[Entity, int | str, bool]:
    """POST to a set: its type, the identifier of what was made, and whether the same observation was there already."""
    share()
    place = walking.find(writer.reader, resource)
    step = resource.steps[-1]
    if writer.only is not None and step.entity.name != "Observation":
        raise own_only()
    insert = Insert(writer.reader.hidden, writer.only)
    made = insert.create(step.entity, body, _around(resource, place))
    outcomes = insert.finish()
    if step.entity.name == "Observation":
        identifier, repeated = outcomes[made]
        return step.entity, identifier, repeated
    return step.entity, made.pk, False


def own_only() -> StaError:
    """403 for a source's key."""
    return StaError(403, _("This key writes observations of its own datastreams, and nothing else."))


def _around(resource: Resource, place: walking.Place) -> dict[str, Any]:
    """What the path says about the new entity: it belongs to the entity before it."""
    if len(resource.steps) < 2:
        return {}
    before, step = resource.steps[-2], resource.steps[-1]
    back = next((each for each in step.entity.relations if each.target == before.entity.name), None)
    if back is None or before.entity.name == "Observation":
        raise StaError(405, _("Nothing can be made here."), Allow="GET, HEAD")
    row = MODELS[before.entity.name].objects.get(pk=dict(place.row)["id"])
    return {back.name: [row] if back.many else row}


def shown(writer: Writer, entity: Entity, identifier: int | str) -> str:
    """The entity as JSON text, after a change."""
    known = as_id(entity, identifier)
    found = reading.read_one(
        Reader(writer.reader.town, writer.reader.base),
        Resource((Step(entity, None, known),)),
        walking.Place(),
        Options(),
    )
    return found or "{}"


def self_link(base: str, entity: Entity, identifier: int | str) -> str:
    """The address of an entity."""
    text = f"'{identifier}'" if isinstance(identifier, str) else str(identifier)
    return f"{base}/{entity.plural}({text})"


def _row(writer: Writer, resource: Resource) -> dict[str, Any]:
    place = walking.find(writer.reader, resource)
    row = walking.read_row(writer.reader, resource.steps[-1], place)
    if row is None:
        raise nothing(resource.text)
    return row


def change(writer: Writer, resource: Resource, body: Any, *, whole: bool) -> tuple[Entity, int | str]:
    """PATCH, or PUT when ``whole``. Related entities may be linked, not described (section 10.3)."""
    if writer.only is not None:
        raise own_only()
    if isinstance(body, dict) and "Observations" in body:
        hold_alone()
    elif resource.entity.name != "Observation":  # corrections hold the lock alone by themselves
        share()
    row, entity = _row(writer, resource), resource.entity
    if isinstance(body, Patch):
        body, whole = _patched(writer, resource, body), True
    body = bodies.as_object(body)
    bodies.check_names(entity, body)
    if entity.name == "Observation" and body.get("phenomenonTime", "") is None:  # of a new one this means now
        raise bad(_("%(name)s must not be null.") % {"name": "phenomenonTime"}, field="phenomenonTime")
    values = bodies.properties(entity, body, whole=whole)
    links = {name: _linked(writer, entity.by_relation[name], body[name]) for name in body if name in entity.by_relation}
    try:
        if entity.name == "Observation":
            key = Key(row["datastream_id"], row["phenomenon_time"], row["sequence"])
            return entity, observation_changes.change(key, values, links, writer.by)
        held = MODELS[entity.name].objects.select_for_update(no_key=True).get(pk=row["id"])
        CHANGES[entity.name](writer, held, values, links)
    except EntityRefused as refused:
        raise bad(refused.reason, field=refused.field) from None
    return entity, row["id"]


def _patched(writer: Writer, resource: Resource, patch: Patch) -> dict[str, Any]:
    """The entity's properties after a JSON Patch."""
    place = walking.find(writer.reader, resource)
    entity = resource.entity
    options = Options(select=frozenset(each.name for each in entity.properties if not each.computed))
    before = reading.read_one(writer.reader, resource, place, options)
    if before is None:
        raise nothing(resource.text)
    after = json_patch.applied(json.loads(before), patch.operations)
    for each in entity.properties:  # taken away means null
        if not each.computed and not each.mandatory:
            after.setdefault(each.name, None)
    return after


def _linked(writer: Writer, relation: Relation, body: Any) -> Any:
    """The rows that a member links to; of observations their keys."""
    to = target(relation)
    found = []
    for each in as_list(relation, body) if relation.many else [body]:
        identifier = linked_id(to, each, relation.name)
        if identifier is None:
            raise bad(
                _("%(name)s can be linked here, by @iot.id alone, but not described.") % {"name": relation.name},
                field=relation.name,
            )
        if isinstance(identifier, Key):
            found.append(_observed(writer, identifier, relation.name))
        else:
            found.append(existing(to, identifier, relation.name, writer.reader.hidden))
    if to.name == "Observation":
        return sorted(set(found), key=lambda key: (key.datastream, key.time, key.sequence))
    return sorted(found, key=lambda row: row.pk) if relation.many else found[0]


def _observed(writer: Writer, key: Key, field: str) -> Key:
    """Where the observation stands now that a link names. Raises 400."""
    for place in (key, moved_to(key)):
        step = Step(BY_NAME["Observation"], None, place)
        if place is not None and walking.read_row(writer.reader, step, walking.Place()):
            return place
    raise no_such(BY_NAME["Observation"], written(key.datastream, microseconds(key.time), key.sequence), field)


def _without_null(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None and name == "description" else value for name, value in values.items()}


def _change_thing(writer: Writer, thing: Any, values: Any, links: Any) -> None:
    entities.change_thing(thing=thing, **_without_null(values))
    here = set(thing.places.values_list("location_id", flat=True))
    if links.get("Locations") and {place.pk for place in links["Locations"]} != here:
        entities.move_thing(thing=thing, locations=links["Locations"])
    for entry in links.get("HistoricalLocations", []):
        entities.change_history(entry=entry, thing=thing)
    for stream in links.get("Datastreams", []):
        entities.change_datastream(datastream=stream, thing=thing, by=writer.by)


def _change_location(writer: Writer, place: Any, values: Any, links: Any) -> None:
    entities.change_location(place=place, **_without_null(values))
    for thing in links.get("Things", []):
        entities.move_thing(thing=thing, locations=[place])
    for entry in links.get("HistoricalLocations", []):
        entities.change_history(entry=entry, add=[place])


def _change_history(writer: Writer, entry: Any, values: Any, links: Any) -> None:
    entities.change_history(
        entry=entry, time=values.get("time"), thing=links.get("Thing"), add=links.get("Locations", [])
    )


def _change_sensor(writer: Writer, sensor: Any, values: Any, links: Any) -> None:
    entities.change_sensor(sensor=sensor, **_without_null(values))
    for stream in links.get("Datastreams", []):
        entities.change_datastream(datastream=stream, sensor=sensor, by=writer.by)


def _change_observed_property(writer: Writer, quantity: Any, values: Any, links: Any) -> None:
    entities.change_observed_property(observed_property=quantity, **_without_null(values))
    for stream in links.get("Datastreams", []):
        entities.change_datastream(datastream=stream, observed_property=quantity, by=writer.by)


def _change_feature(writer: Writer, feature: Any, values: Any, links: Any) -> None:
    entities.change_feature(subject=feature, **_without_null(values))
    for key in links.get("Observations", []):
        observation_changes.change(key, {}, {"FeatureOfInterest": feature}, writer.by)


def _change_datastream(writer: Writer, stream: Any, values: Any, links: Any) -> None:
    changes = _without_null(values)
    if isinstance(changes.get("unit_of_measurement"), dict):  # a part of it may be changed alone (section 10.3)
        changes["unit_of_measurement"] = {**stream.unit_of_measurement, **changes["unit_of_measurement"]}
    if stream.earlier_units and isinstance(changes.get("properties"), dict):  # ours, told beside the town's own
        changes["properties"].pop("earlierUnits", None)
    relations = BY_NAME["Datastream"].by_relation
    changes |= {relations[name].field: row for name, row in links.items() if relations[name].field}
    entities.change_datastream(datastream=stream, by=writer.by, **changes)
    for key in links.get("Observations", []):
        observation_changes.change(key, {}, {"Datastream": stream}, writer.by)


CHANGES: dict[str, Any] = {
    "Thing": _change_thing, "Location": _change_location, "HistoricalLocation": _change_history,
    "Sensor": _change_sensor, "ObservedProperty": _change_observed_property, "FeatureOfInterest": _change_feature,
    "Datastream": _change_datastream,
}  # fmt: skip


def remove(writer: Writer, resource: Resource) -> None:
    """DELETE (section 10.4)."""
    if writer.only is not None:
        raise own_only()
    row, entity = _row(writer, resource), resource.entity
    if entity.name == "Observation":
        observation_changes.remove(Key(row["datastream_id"], row["phenomenon_time"], row["sequence"]), writer.by)
        return
    found = MODELS[entity.name].objects.get(pk=row["id"])
    if entity.name == "Location":
        entities.remove_location(location=found)
    elif entity.name == "HistoricalLocation":
        entities.remove_history(entry=found)
    elif entity.name == "FeatureOfInterest":
        observation_changes.remove_about(found)
        entities.remove_feature(feature=found, by=writer.by)
    elif entity.name == "ObservedProperty":
        entities.remove_observed_property(observed_property=found, by=writer.by)
    else:
        verb: dict[str, Any] = {
            "Thing": entities.remove_thing,
            "Sensor": entities.remove_sensor,
            "Datastream": entities.remove_datastream,
        }
        verb[entity.name](**{entity.name.lower(): found}, by=writer.by)


def link(writer: Writer, resource: Resource, body: Any) -> None:
    """POST or PUT to ``$ref``: relate an entity that is there."""
    if len(resource.steps) < 2:
        raise StaError(405, _("A set of all entities has no links to change."), Allow="GET, HEAD")
    relation = resource.steps[-1].relation
    assert relation is not None
    before = Resource(resource.steps[:-1], text=resource.text)
    member = [body] if relation.many else body
    change(writer, before, {relation.name: member}, whole=False)


def unlink(writer: Writer, resource: Resource, pairs: list[tuple[str, str]]) -> None:
    """DELETE on ``$ref``: end a relation that may be without; only a thing's place and a place's thing are such."""
    if writer.only is not None:
        raise own_only()
    if len(resource.steps) < 2:
        raise StaError(405, _("A set of all entities has no links to change."), Allow="GET, HEAD")
    before, step = resource.steps[-2], resource.steps[-1]
    names = {before.entity.name, step.entity.name}
    if names != {"Thing", "Location"}:
        raise StaError(409, _("This relation belongs to the entity; link another one instead."))
    identifier = step.id
    if identifier is None:
        address = dict(pairs).get("$id", "")
        identifier = parse_id(step.entity, address.rpartition("(")[2].rstrip(")"))
    row = _row(writer, Resource(resource.steps[:-1], text=resource.text))
    other = MODELS[step.entity.name].objects.filter(pk=identifier).first() if isinstance(identifier, int) else None
    if other is None:
        raise nothing(resource.text)
    mine = MODELS[before.entity.name].objects.get(pk=row["id"])
    thing, place = (mine, other) if before.entity.name == "Thing" else (other, mine)
    entities.leave_location(thing=thing, location=place)
