# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one table of the eight entity types (OGC 18-088, section 8.2): properties, relations, what is mandatory, and where
in the database it lies. Paths, filters, reading and writing all look here.

In SQL fragments ``{a}`` stands for the alias of the entity's row and ``{b}`` for that of the related one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a value is, for comparing and for writing it out."""

    INTEGER = "whole number"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth value"
    SPAN = "time"  # an instant, or an interval when there is an end
    DATE = "date"
    CLOCK = "time of day"
    DURATION = "duration"
    SHAPE = "geometry"
    JSON = "JSON"
    KEY = "identifier of an observation"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an entity. ``sql`` is its value; ``end`` the end of an interval; ``json`` the raw JSON of a place.

    ``field`` is its name for the verbs. ``nullable`` ones are left out of answers while they are null.
    """

    name: str
    kind: Kind
    sql: str
    field: str = ""
    end: str = ""
    json: str = ""
    mandatory: bool = False
    nullable: bool = False
    computed: bool = False
    parts: str = ""  # of JSON: what ``$select`` of its parts reads, where that is more
    number: str = ""  # of JSON: the number, where it has a column of its own


@dataclass(frozen=True, slots=True)
class Relation:
    """A way to related entities. ``on`` is the condition that joins their rows."""

    name: str
    target: str
    on: str
    many: bool
    mandatory: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A type of entities: singular and plural name, table, and the columns that identify a row in a stable order."""

    name: str
    plural: str
    table: str
    properties: tuple[Property, ...]
    relations: tuple[Relation, ...]
    keys: tuple[str, ...] = ("{a}.id",)
    by_name: dict[str, Property] = field(default_factory=dict)
    by_relation: dict[str, Relation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({each.name: each for each in self.properties})
        self.by_relation.update({each.name: each for each in self.relations})

    @property
    def id_kind(self) -> Kind:
        """Observations are identified by text, everything else by a number."""
        return Kind.KEY if self.name == "Observation" else Kind.INTEGER


def _named(*more: Property, properties: str = "") -> tuple[Property, ...]:
    return (
        Property("name", Kind.TEXT, "{a}.name", "name", mandatory=True),
        Property("description", Kind.TEXT, "{a}.description", "description", mandatory=True),
        *more,
        Property("properties", Kind.JSON, "{a}.properties", "properties", parts=properties, nullable=True),
    )


def _through(table: str, mine: str, theirs: str) -> str:
    # names of tables and columns, none of them from a request
    return f"{{b}}.id IN (SELECT x.{theirs} FROM {table} x WHERE x.{mine} = {{a}}.id)"  # noqa: S608


def _known(column: str) -> str:
    """From when to when a datastream observed stands beside its latest value."""
    return f"(SELECT l.{column} FROM sensing_latest l WHERE l.datastream_id = {{a}}.id)"  # noqa: S608


def _details(key: str) -> str:
    return f"({{a}}.details ->> '{key}')::timestamptz"


FEATURE_OF = "coalesce({a}.feature_id, (SELECT s.feature_id FROM sensing_datastream s WHERE s.id = {a}.datastream_id))"
OF_FEATURE = (
    "({b}.feature_id = {a}.id OR ({b}.feature_id IS NULL"
    " AND {b}.datastream_id IN (SELECT s.id FROM sensing_datastream s WHERE s.feature_id = {a}.id)))"
)
NUMBER_OF_JSON = "CASE WHEN jsonb_typeof({a}.value) = 'number' THEN ({a}.value #>> '{}')::float8 END"

THING = Entity(
    "Thing", "Things", "sensing_thing", _named(),
    (
        Relation("Locations", "Location", _through("sensing_thinglocation", "thing_id", "location_id"), many=True),
        Relation("HistoricalLocations", "HistoricalLocation", "{b}.thing_id = {a}.id", many=True),
        Relation("Datastreams", "Datastream", "{b}.thing_id = {a}.id", many=True),
    ),
)  # fmt: skip
LOCATION = Entity(
    "Location", "Locations", "sensing_location",
    _named(
        Property("encodingType", Kind.TEXT, "{a}.encoding_type", "encoding_type", mandatory=True),
        Property("location", Kind.SHAPE, "{a}.geometry", "location", json="{a}.location", mandatory=True),
    ),
    (
        Relation("Things", "Thing", _through("sensing_thinglocation", "location_id", "thing_id"), many=True),
        Relation(
            "HistoricalLocations", "HistoricalLocation",
            _through("sensing_historicallocationplace", "location_id", "history_id"), many=True,
        ),
    ),
)  # fmt: skip
HISTORICAL_LOCATION = Entity(
    "HistoricalLocation", "HistoricalLocations", "sensing_historicallocation",
    (Property("time", Kind.SPAN, "{a}.time", "time", mandatory=True),),
    (
        Relation("Thing", "Thing", "{b}.id = {a}.thing_id", many=False, mandatory=True, field="thing"),
        Relation(
            "Locations", "Location",
            _through("sensing_historicallocationplace", "history_id", "location_id"), many=True, mandatory=True,
        ),
    ),
)  # fmt: skip
_UNITS = """(SELECT jsonb_agg(jsonb_build_object('unitOfMeasurement', e -> 'unit', 'until', replace(e ->> 'until', '+00:00', 'Z')))
    FROM jsonb_array_elements({a}.earlier_units) AS e)"""
DATASTREAM = Entity(
    "Datastream", "Datastreams", "sensing_datastream",
    _named(
        Property("observationType", Kind.TEXT, "{a}.observation_type", "observation_type", mandatory=True),
        Property("unitOfMeasurement", Kind.JSON, "{a}.unit_of_measurement", "unit_of_measurement", mandatory=True),
        Property(
            "observedArea", Kind.SHAPE, "{a}.observed_area", "observed_area",
            json="ST_AsGeoJSON({a}.observed_area)::jsonb", nullable=True,
        ),
        Property(
            "phenomenonTime", Kind.SPAN, _known("earliest"), end=_known("until"),
            nullable=True, computed=True,
        ),
        Property(
            "resultTime", Kind.SPAN, _known("result_since"), end=_known("result_until"), nullable=True, computed=True
        ),
        properties=(
            # the town's own come as they were given; whoever selects earlierUnits reads which units the datastream had before
            "CASE WHEN {a}.earlier_units = '[]' THEN {a}.properties ELSE "
            f"coalesce({{a}}.properties, '{{}}') || jsonb_build_object('earlierUnits', {_UNITS}) END"
        ),
    ),
    (
        Relation("Thing", "Thing", "{b}.id = {a}.thing_id", many=False, mandatory=True, field="thing"),
        Relation("Sensor", "Sensor", "{b}.id = {a}.sensor_id", many=False, mandatory=True, field="sensor"),
        Relation(
            "ObservedProperty", "ObservedProperty", "{b}.id = {a}.observed_property_id", many=False, mandatory=True,
            field="observed_property",
        ),
        Relation("Observations", "Observation", "{b}.datastream_id = {a}.id", many=True),
    ),
)  # fmt: skip
SENSOR = Entity(
    "Sensor", "Sensors", "sensing_sensor",
    _named(
        Property("encodingType", Kind.TEXT, "{a}.encoding_type", "encoding_type", mandatory=True),
        Property("metadata", Kind.JSON, "{a}.metadata", "metadata", mandatory=True),
    ),
    (Relation("Datastreams", "Datastream", "{b}.sensor_id = {a}.id", many=True),),
)  # fmt: skip
OBSERVED_PROPERTY = Entity(
    "ObservedProperty", "ObservedProperties", "sensing_observedproperty",
    _named(Property("definition", Kind.TEXT, "{a}.definition", "definition", mandatory=True)),
    (Relation("Datastreams", "Datastream", "{b}.observed_property_id = {a}.id", many=True),),
)  # fmt: skip
FEATURE_OF_INTEREST = Entity(
    "FeatureOfInterest", "FeaturesOfInterest", "sensing_featureofinterest",
    _named(
        Property("encodingType", Kind.TEXT, "{a}.encoding_type", "encoding_type", mandatory=True),
        Property("feature", Kind.SHAPE, "{a}.geometry", "feature", json="{a}.feature", mandatory=True),
    ),
    (Relation("Observations", "Observation", OF_FEATURE, many=True),),
)  # fmt: skip
OBSERVATION = Entity(
    "Observation", "Observations", "sensing_observation",
    (
        Property("phenomenonTime", Kind.SPAN, "{a}.phenomenon_time", "time", end=_details("end")),
        Property(
            "result", Kind.JSON, "coalesce({a}.value, to_jsonb({a}.number))", "result", mandatory=True,
            number=f"coalesce({{a}}.number, {NUMBER_OF_JSON})",
        ),
        Property("resultTime", Kind.SPAN, _details("result_time"), "result_time"),
        Property("resultQuality", Kind.JSON, "({a}.details -> 'quality')", "quality", nullable=True),
        Property(
            "validTime", Kind.SPAN, "({a}.details -> 'valid_time' ->> 0)::timestamptz", "valid_time", nullable=True,
            end="({a}.details -> 'valid_time' ->> 1)::timestamptz",
        ),
        Property("parameters", Kind.JSON, "({a}.details -> 'parameters')", "parameters", nullable=True),
    ),
    (
        Relation("Datastream", "Datastream", "{b}.id = {a}.datastream_id", many=False, mandatory=True),
        Relation("FeatureOfInterest", "FeatureOfInterest", f"{{b}}.id = {FEATURE_OF}", many=False),
    ),
    keys=("{a}.datastream_id", "{a}.phenomenon_time", "{a}.sequence"),
)  # fmt: skip

ENTITIES = (
    THING, LOCATION, HISTORICAL_LOCATION, DATASTREAM, SENSOR, OBSERVED_PROPERTY, FEATURE_OF_INTEREST, OBSERVATION,
)  # fmt: skip
BY_NAME = {entity.name: entity for entity in ENTITIES}
BY_PLURAL = {entity.plural: entity for entity in ENTITIES}
ID_NAMES = frozenset({"id", "@iot.id"})


def relation_of(entity: Entity, name: str) -> Relation | None:
    """The relation of this name; in paths of filters the plural is understood too (the standard's own example has it)."""
    found = entity.by_relation.get(name)
    if found is None and name in BY_PLURAL:
        found = entity.by_relation.get(BY_PLURAL[name].name)
    return found


def target(relation: Relation) -> Entity:
    """The type that a relation leads to."""
    return BY_NAME[relation.target]
