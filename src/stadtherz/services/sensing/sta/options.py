# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Query options, of the address and inside ``$expand`` (18-088, section 9.3). Everything is read before the database is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.grammar import parse_filter, parse_orderby
from stadtherz.services.sensing.sta.schema import ID_NAMES, Entity, Kind, Relation, relation_of, target
from stadtherz.services.sensing.sta.syntax import Order

DEFAULT_TOP = 100
MOST_TOP = 1000
MOST_SKIP = 1_000_000
DEEPEST_EXPAND = 8
MOST_EXPANDS = 40
KNOWN = ("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$skiptoken", "$resultFormat")
INSIDE = frozenset({"$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand"})
FORMATS = frozenset({"default", "dataArray"})


@dataclass(slots=True)
class Options:
    """What was asked. ``top`` is never more than the most that one answer holds."""

    filter: Any = None
    orderby: list[Order] = field(default_factory=list)
    top: int = DEFAULT_TOP
    skip: int = 0
    count: bool = False
    select: frozenset[str] | None = None
    parts: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)  # of selected properties, those alone
    expand: dict[str, Expand] = field(default_factory=dict)
    token: str = ""
    data_array: bool = False
    text: dict[str, str] = field(default_factory=dict)  # as it was given, for links to the next page


@dataclass(slots=True)
class Expand:
    """Related entities that are shown inside."""

    relation: Relation
    options: Options


def read_options(entity: Entity | None, pairs: Iterable[tuple[str, str]]) -> Options:
    """The options of an address. ``entity`` is what the answer consists of. Raises 400, or 501 for an unknown option."""
    given: dict[str, str] = {}
    for raw, value in pairs:
        name = next((known for known in KNOWN if known.lower() == raw.lower()), raw)
        if raw.lower() == "resultformat":
            name = "$resultFormat"
        if name.startswith("$") and name not in KNOWN:
            raise StaError(501, f"The option {raw[:40]} is not known here.")
        if name in given:
            raise bad(f"{name} is given twice.", option=name)
        if name in KNOWN:
            given[name] = value
    return _read(entity, given, 0, [0])


def _read(entity: Entity | None, given: dict[str, str], depth: int, expands: list[int]) -> Options:
    options = Options(text=given)
    if "$filter" in given:
        options.filter = parse_filter(given["$filter"])
    if "$orderby" in given:
        options.orderby = parse_orderby(given["$orderby"])
    if "$top" in given:
        options.top = min(_whole(given, "$top"), MOST_TOP)
    if "$skip" in given:
        options.skip = _whole(given, "$skip")
        if options.skip > MOST_SKIP:
            raise bad(
                f"$skip goes up to {MOST_SKIP}; follow @iot.nextLink or filter by time instead.", 0, option="$skip"
            )
    if "$count" in given:
        if given["$count"].lower() not in {"true", "false"}:
            raise bad("$count is true or false.", 0, option="$count")
        options.count = given["$count"].lower() == "true"
    if "$select" in given and entity is not None:
        options.select, options.parts = _select(entity, given["$select"])
    if "$expand" in given and entity is not None:
        _expand(entity, given["$expand"], options.expand, depth, expands)
    options.token = given.get("$skiptoken", "")
    if "$resultFormat" in given:
        if given["$resultFormat"] not in FORMATS:
            raise bad("$resultFormat is dataArray or left out.", 0, option="$resultFormat")
        options.data_array = given["$resultFormat"] == "dataArray"
        if options.data_array and (entity is None or entity.name != "Observation"):
            raise bad("dataArray is a form of observations.", 0, option="$resultFormat")
    return options


def _whole(given: dict[str, str], name: str) -> int:
    text = given[name].strip()
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise bad(f"{name} is a whole number, zero or more, not {given[name][:40]!r}.", 0, option=name)
    return int(text)


def _select(entity: Entity, text: str) -> tuple[frozenset[str], dict[str, list[tuple[str, ...]]]]:
    """The names, and for properties of which only parts are wanted, the paths to these."""
    found, whole = set(), set()
    parts: dict[str, list[tuple[str, ...]]] = {}
    for part, position in _parts(text, ","):
        name, slash, rest = part.strip().partition("/")
        if slash and not _has_part(entity, name, rest):
            raise bad(f"{entity.name} has no property {part.strip()[:60]!r}.", position, option="$select")
        if name in ID_NAMES:
            found.add("id")
        elif name in {"selfLink", "@iot.selfLink"}:
            found.add("@iot.selfLink")
        elif name in entity.by_name or name in entity.by_relation:
            found.add(name)
        elif name == "*":
            found |= {"id", "@iot.selfLink", *entity.by_name, *entity.by_relation}
            whole |= {*entity.by_name}
        else:
            raise bad(f"{entity.name} has no property {name[:60]!r}.", position, option="$select")
        if slash and name in entity.by_name:
            parts.setdefault(name, []).append(tuple(rest.split("/")))
        else:
            whole.add(name)
    return frozenset(found), {name: paths for name, paths in parts.items() if name not in whole}


def _has_part(entity: Entity, name: str, rest: str) -> bool:
    """Whether a path behind a name leads anywhere: into JSON, or to a property of a related entity."""
    if name in entity.by_relation:
        to = target(entity.by_relation[name])
        return rest.partition("/")[0] in {*ID_NAMES, *to.by_name, *to.by_relation}
    found = entity.by_name.get(name)
    return found is not None and (found.kind is Kind.JSON or bool(found.json)) and "" not in rest.split("/")


def _expand(entity: Entity, text: str, into: dict[str, Expand], depth: int, expands: list[int]) -> None:
    if depth >= DEEPEST_EXPAND:
        raise bad(f"$expand goes {DEEPEST_EXPAND} levels deep.", 0, option="$expand")
    for part, position in _parts(text, ","):
        expands[0] += 1
        if expands[0] > MOST_EXPANDS:
            raise bad(f"These are more than {MOST_EXPANDS} expanded relations.", position, option="$expand")
        path, bracket, rest = part.strip().partition("(")
        if bracket and not rest.rstrip().endswith(")"):
            raise bad("In $expand a bracket is not closed.", position, option="$expand")
        inner = rest.rstrip()[:-1] if bracket else ""
        _expand_path(entity, (path.strip(), inner, position), into, depth, expands)


def _expand_path(
    entity: Entity, part: tuple[str, str, int], into: dict[str, Expand], depth: int, expands: list[int]
) -> None:
    """``part``: path, options in its brackets, position."""
    path, inner, position = part
    name, slash, rest = path.partition("/")
    relation = relation_of(entity, name.strip())
    if relation is None or (slash and not rest):
        raise bad(f"{entity.name} has no relation {(path if relation else name)[:60]!r}.", position, option="$expand")
    to = target(relation)
    expand = into.get(relation.name)
    if expand is None:
        expand = into[relation.name] = Expand(relation, Options())
    if rest:
        if depth >= DEEPEST_EXPAND:
            raise bad(f"$expand goes {DEEPEST_EXPAND} levels deep.", position, option="$expand")
        _expand_path(to, (rest, inner, position), expand.options.expand, depth + 1, expands)
        return
    if inner:
        read = _read(to, _inside(inner, position), depth + 1, expands)
        for key, deeper in expand.options.expand.items():
            read.expand.setdefault(key, deeper)
        expand.options = replace(read)


def _inside(text: str, position: int) -> dict[str, str]:
    """Options in the brackets of $expand, parted by semicolons."""
    given: dict[str, str] = {}
    for part, place in _parts(text, ";"):
        name, equals, value = part.strip().partition("=")
        known = next((each for each in INSIDE if each.lower() == name.strip().lower()), None)
        if known is None and name.strip().startswith("$") and name.strip() not in KNOWN:
            raise StaError(501, f"The option {name.strip()[:40]} is not known inside $expand.")
        if known is None or not equals:
            raise bad(f"{name[:40]!r} is no option inside $expand.", position + place, option="$expand")
        if known in given:
            raise bad(f"{known} is given twice.", position + place, option="$expand")
        given[known] = value.strip()
    return given


def _parts(text: str, sign: str) -> list[tuple[str, int]]:
    """Split outside brackets and quotes; with the position of each part. Raises 400 for empty parts."""
    found, depth, quoted, start = [], 0, False, 0
    option = "$expand" if sign == ";" else "$select or $expand"
    if len(text) > 16_000:
        raise bad(f"{option} is longer than 16000 characters.", 16_000, option=option)
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
            if depth < 0:
                raise bad("A bracket is closed that was not opened.", place, option=option)
        elif not quoted and depth == 0 and character == sign:
            found.append((text[start:place], start))
            start = place + 1
    found.append((text[start:], start))
    if depth or quoted:
        raise bad("A bracket or quote is not closed.", start, option=option)
    if sign == ";" and not found[-1][0].strip():
        found.pop()
    if not all(part.strip() for part, _place in found):
        raise bad("Here a name is missing.", next(place for part, place in found if not part.strip()), option=option)
    return found


def query_text(options: Options, *, without: frozenset[str]) -> str:
    """The options as the query of an address."""
    return "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in options.text.items() if name not in without)


SAFE = "$()*,;:@/'!-._~"
