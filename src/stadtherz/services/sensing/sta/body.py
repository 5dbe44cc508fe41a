# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies of requests: JSON that says one thing only, and members that fit their properties (18-088, sections 8.2 and 10)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.services.sensing.ingest.messages import NotAMessage
from stadtherz.services.sensing.ingest.strict_json import loads
from stadtherz.services.sensing.sta import times
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.schema import Entity, Kind, Property
from stadtherz.services.sensing.sta.syntax import Span

PATCH_TYPE = "application/json-patch+json"
TYPES = frozenset({"", "application/json", "application/merge-patch+json"})
UNIT_PARTS = ("name", "symbol", "definition")
MAINTAINED = frozenset({"phenomenonTime", "observedArea"})  # what the service finds out itself while nobody says it
LONGEST = {  # characters, of JSON as it is written; the standard has no bound, and whoever shows or lists a name needs one
    "name": 1_000, "encodingType": 1_000, "observationType": 1_000, "definition": 10_000, "unitOfMeasurement": 10_000,
    "description": 100_000, "properties": 200_000, "metadata": 200_000, "location": 1_000_000, "feature": 1_000_000,
    "observedArea": 1_000_000,
}  # fmt: skip
IGNORED = re.compile(r"@iot\.|@odata\.|\Aid\Z")


@dataclass(frozen=True, slots=True)
class Patch:
    """A sequence of changes (JSON Patch, RFC 6902)."""

    operations: list[Any]


def read_body(content: bytes, content_type: str, *, patch: bool = False, described: bool = False) -> Any:
    """The document of a request. Raises 400, or 415 for another format. ``described``: not of something measured."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in TYPES and not (patch and kind == PATCH_TYPE):
        raise StaError(415, _("Send JSON (Content-Type: application/json), not %(kind)s.") % {"kind": kind[:80]})
    try:
        found = loads(content, described=described)
    except NotAMessage as reason:
        raise bad(str(reason)) from None
    if kind == PATCH_TYPE:
        if not isinstance(found, list):
            raise bad(_("A JSON Patch is a list of operations (RFC 6902)."))
        return Patch(found)
    return found


def as_object(body: Any) -> dict[str, Any]:
    """An object. Raises 400 otherwise."""
    if not isinstance(body, dict):
        raise bad(_("The body must be one JSON object."))
    return body


def check_names(entity: Entity, body: dict[str, Any]) -> None:
    """Every member is a property or a relation of the entity, or an annotation. Raises 400."""
    for name in body:
        if name not in entity.by_name and name not in entity.by_relation and not IGNORED.search(name):
            raise bad(
                _("%(entity)s has no property %(name)s.") % {"entity": entity.name, "name": repr(name[:60])},
                field=name[:60],
            )


def properties(entity: Entity, body: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """The properties by the verbs' names. ``whole``: what is missing is an error or its default; else it is left out."""
    found: dict[str, Any] = {}
    for each in entity.properties:
        if each.computed:
            continue
        if each.name in body:
            found[each.field] = checked(each, body[each.name])
        elif whole and each.mandatory:
            raise bad(_("%(name)s is missing.") % {"name": each.name}, field=each.name)
        elif whole and each.name not in MAINTAINED:
            found[each.field] = None
        if whole and each.name == "unitOfMeasurement":
            found[each.field] = dict.fromkeys(UNIT_PARTS) | found[each.field]
    return found


def checked(found: Property, value: Any) -> Any:
    """A member's value, as the verbs take it. Raises 400."""
    where = {"field": found.name}
    most = LONGEST.get(found.name)
    if most and value is not None and _length(value) > most:
        words = _("%(name)s is longer than %(n)s characters.") % {"name": found.name, "n": most}
        raise bad(words, field=found.name)
    if found.name in CHECKS:
        return CHECKS[found.name](value, where)
    if value is None and found.mandatory:
        raise bad(_("%(name)s must not be null.") % {"name": found.name}, field=where["field"])
    if value is None:
        return None
    if found.kind is Kind.TEXT:
        if not isinstance(value, str):
            raise bad(_("%(name)s must be a text.") % {"name": found.name}, field=where["field"])
        _no_zero(value, where)
        return value
    _no_zero(value, where)
    return value


def _length(value: Any) -> int:
    return len(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _object_or_null(value: Any, where: dict[str, str]) -> Any:
    if value is not None and not isinstance(value, dict):
        raise bad(_("%(name)s must be a JSON object.") % {"name": where["field"]}, field=where["field"])
    _no_zero(value, where)
    return value


def _object(value: Any, where: dict[str, str]) -> Any:
    if value is None:
        raise bad(_("%(name)s must not be null.") % {"name": where["field"]}, field=where["field"])
    return _object_or_null(value, where)


def _unit(value: Any, where: dict[str, str]) -> Any:
    """Name, symbol and definition, each a text or null (Table 9)."""
    for part, given in (_object(value, where) or {}).items():
        if part in UNIT_PARTS and given is not None and not isinstance(given, str):
            raise bad(_("%(name)s must be a text.") % {"name": f"{where['field']}/{part}"}, field=where["field"])
    return value


def _anything(value: Any, where: dict[str, str]) -> Any:
    _no_zero(value, where)
    return value


def _instant(value: Any, where: dict[str, str]) -> datetime:
    return times.instant(_time_text(value, where), **where)


def _instant_or_null(value: Any, where: dict[str, str]) -> datetime | None:
    return None if value is None else _instant(value, where)


def _span_or_null(value: Any, where: dict[str, str]) -> tuple[datetime, datetime] | None:
    if value is None:
        return None
    found = times.span(_time_text(value, where), **where)
    return found.start, found.end


def _time(value: Any, where: dict[str, str]) -> datetime | Span:
    return timezone.now() if value is None else times.instant_or_span(_time_text(value, where), **where)


def _time_text(value: Any, where: dict[str, str]) -> str:
    if not isinstance(value, str):
        raise bad(
            _("%(name)s must be a time as text, such as 2026-01-31T13:00:00Z.") % {"name": where["field"]},
            field=where["field"],
        )
    return value


def _no_zero(value: Any, where: dict[str, str]) -> None:
    """PostgreSQL keeps no character zero, and no half characters."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str):
            try:
                each.encode()
            except UnicodeEncodeError:
                raise bad(
                    _("%(name)s holds half a character.") % {"name": where["field"]}, field=where["field"]
                ) from None
            if "\0" in each:
                raise bad(_("%(name)s holds the character 0.") % {"name": where["field"]}, field=where["field"])
        elif isinstance(each, int) and abs(each) > 10**300:
            raise bad(_("%(name)s holds a number that is too large.") % {"name": where["field"]}, field=where["field"])


CHECKS: dict[str, Any] = {
    "properties": _object_or_null, "parameters": _object_or_null, "unitOfMeasurement": _unit, "result": _anything,
    "resultQuality": _anything, "time": _instant, "resultTime": _instant_or_null, "validTime": _span_or_null,
    "phenomenonTime": _time,
}  # fmt: skip
