# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations as rows of values instead of objects: ``resultFormat=dataArray`` and CreateObservations (18-088, section 12)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.geometries import EntityRefused
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest
from stadtherz.services.sensing.sta import body as bodies
from stadtherz.services.sensing.sta import reading
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.inserting import Insert
from stadtherz.services.sensing.sta.inserting import reading as reading_of
from stadtherz.services.sensing.sta.linking import NoSuchEntity, existing, linked_id
from stadtherz.services.sensing.sta.options import Options
from stadtherz.services.sensing.sta.path import Resource, as_id
from stadtherz.services.sensing.sta.schema import BY_NAME
from stadtherz.services.sensing.sta.walking import Place, Reader
from stadtherz.services.sensing.sta.writing import Writer, own_only, self_link
from stadtherz.services.sensing.store.locks import share
from stadtherz.services.sensing.store.readings import Reading, Refused
from stadtherz.services.sensing.store.writing import write_now

OBSERVATION, DATASTREAM, FEATURE = BY_NAME["Observation"], BY_NAME["Datastream"], BY_NAME["FeatureOfInterest"]
FEATURE_ID = frozenset({"FeatureOfInterest/id", "FeatureOfInterest/@iot.id"})
MOST_ROWS = 200_000


def page(reader: Reader, resource: Resource, place: Place, options: Options) -> str:
    """A page of observations, grouped by datastream in the order in which they come."""
    names = _components(options)
    wanted = frozenset({"id" if name == "@iot.id" else name for name in names})
    inner = Options(**{name: getattr(options, name) for name in ("filter", "orderby", "top", "skip", "count", "token")})
    inner.select, inner.text = wanted | {"Datastream"}, options.text
    found = reading.read_page(reader, resource, place, inner)
    groups: dict[str, list[list[Any]]] = {}
    for row in json.loads(f"[{found.body}]"):
        link = row["Datastream@iot.navigationLink"]
        stream = link.rpartition("/Observations('")[2].partition("-")[0]
        groups.setdefault(f"{reader.base}/Datastreams({stream})", []).append([row.get(name) for name in names])
    document: dict[str, Any] = {}
    if found.count is not None:
        document["@iot.count"] = found.count
    if found.token is not None:
        document["@iot.nextLink"] = reading.next_link(reader.base, resource, options, found)
    document["value"] = [
        {
            "Datastream@iot.navigationLink": link,
            "components": names,
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for link, rows in groups.items()
    ]
    return json.dumps(document, ensure_ascii=False)


def _components(options: Options) -> list[str]:
    if options.select is None:
        return ["@iot.id", *(each.name for each in OBSERVATION.properties)]
    names = ["@iot.id"] if "id" in options.select else []
    return names + [each.name for each in OBSERVATION.properties if each.name in options.select]


def create(writer: Writer, body: Any) -> list[str]:
    """CreateObservations: for each row the address of its observation, or "error: …". One bad row does not stop the others."""
    if not isinstance(body, list):
        raise bad(_("The body is a list of objects with Datastream, components and dataArray."))
    share()
    found: dict[int, list[Reading | str]] = {}
    for place in sorted(range(len(body)), key=lambda place: _datastream_of(body[place])):  # all lock them in one order
        found[place] = _group(writer, body[place], f"/{place}")
        if sum(map(len, found.values())) > MOST_ROWS:
            raise StaError(413, _("These are more than %(n)s observations in one request.") % {"n": MOST_ROWS})
    rows = [row for place in range(len(body)) for row in found[place]]
    readings = [row for row in rows if isinstance(row, Reading)]
    areas.hold((each.datastream, each.feature) for each in readings if each.feature is not None)
    outcomes = iter(write_now(readings) if readings else [])
    areas.grow((each.datastream, each.feature) for each in readings if each.feature is not None)
    return [_said(writer, row if isinstance(row, str) else next(outcomes)) for row in rows]


def _datastream_of(group: Any) -> int:
    """The number of the group's datastream, as far as there is one: ``_group`` judges it."""
    named = group.get("Datastream") if isinstance(group, dict) else None
    number = named.get("@iot.id") if isinstance(named, dict) else None
    return number if isinstance(number, int) else 0


def _said(writer: Writer, outcome: Any) -> str:
    if isinstance(outcome, str):
        return f"error: {outcome}"
    if isinstance(outcome, Refused):
        return f"error: {outcome.reason}"
    return self_link(writer.reader.base, OBSERVATION, outcome.id)


def _group(writer: Writer, group: Any, where: str) -> list[Reading | str]:
    given = bodies.as_object(group)
    names, rows = given.get("components"), given.get("dataArray")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise bad(_("components is a list of names, each once."), field=f"{where}/components")
    if not isinstance(rows, list):
        raise bad(_("dataArray is a list of rows."), field=f"{where}/dataArray")
    for name in names:
        if name not in OBSERVATION.by_name and name not in FEATURE_ID and name not in {"id", "@iot.id"}:
            raise bad(
                _("%(entity)s has no property %(name)s.") % {"entity": "Observation", "name": repr(name[:60])},
                field=where,
            )
    if "result" not in names:
        raise bad(_("%(name)s is missing.") % {"name": "result"}, field=f"{where}/components")
    if not isinstance(given.get("Datastream"), dict):
        raise bad(_("%(name)s must be an object.") % {"name": "Datastream"}, field=f"{where}/Datastream")
    try:
        identifier = linked_id(DATASTREAM, given["Datastream"], "Datastream")
        if not isinstance(identifier, int):
            raise bad(
                _("%(name)s is missing: link one or describe a new one.") % {"name": "Datastream"},
                field=f"{where}/Datastream",
            )
        if writer.only is not None and identifier not in writer.only:
            raise own_only()
        stream = existing(DATASTREAM, identifier, "Datastream", writer.reader.hidden)
    except NoSuchEntity as error:  # none of these can be made, but those of other datastreams (section 13.2)
        return [error.message for _each in rows]
    known = _Known(stream)
    return [_row(known, names, row) for row in rows]


@dataclass(slots=True)
class _Known:
    """What is looked up once for all rows of a group."""

    stream: Datastream
    features: dict[Any, int | None] = field(default_factory=dict)
    insert: Insert = field(default_factory=Insert)


def _row(known: _Known, names: list[str], row: Any) -> Reading | str:
    try:
        if not isinstance(row, list) or len(row) != len(names):
            return _("The row does not have as many values as there are components.")
        values: dict[str, Any] = {}
        about = None
        for name, value in zip(names, row, strict=True):
            if name in FEATURE_ID:
                about = _feature(value, known.features)
            elif name in OBSERVATION.by_name:
                values[OBSERVATION.by_name[name].field] = bodies.checked(OBSERVATION.by_name[name], value)
        return reading_of(known.stream, values, known.insert.about(known.stream) if about is None else about)
    except StaError as error:
        return error.message
    except EntityRefused as refused:
        return refused.reason


def _feature(value: Any, known: dict[Any, int | None]) -> int | None:
    if value is None:
        return None
    identifier = as_id(FEATURE, value) if isinstance(value, int | str) else None
    if identifier not in known:
        there = isinstance(identifier, int) and FeatureOfInterest.objects.filter(pk=identifier).exists()
        known[identifier] = identifier if there and isinstance(identifier, int) else None
    if known[identifier] is None:
        words = _("There is no %(entity)s with the identifier %(id)s.")
        raise bad(words % {"entity": "FeatureOfInterest", "id": repr(value)[:80]})
    return known[identifier]
