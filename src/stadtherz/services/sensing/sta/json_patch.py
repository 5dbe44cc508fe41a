# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON Patch (RFC 6902) with JSON Pointers (RFC 6901), on a copy of the document."""

from __future__ import annotations

import copy
import re
from typing import Any

from stadtherz.services.sensing.sta.errors import StaError, bad

MOST_OPERATIONS = 500
DEEPEST = 50
MOST_COPIED = 1_000_000


def applied(document: dict[str, Any], operations: list[Any]) -> dict[str, Any]:
    """The document after all operations. Raises 400 for a wrong one, 409 for a test that fails."""
    if len(operations) > MOST_OPERATIONS:
        raise bad(f"These are more than {MOST_OPERATIONS} operations.")
    document = copy.deepcopy(document)
    for place, operation in enumerate(operations):
        document = _apply(document, operation, place)
        if len(repr(document)) > MOST_COPIED:
            raise bad("The entity becomes too large.", field=f"/{place}")
    return document


def _apply(document: Any, operation: Any, place: int) -> Any:
    where = f"/{place}"
    name = operation.get("op") if isinstance(operation, dict) else None
    if not isinstance(name, str) or name not in NEEDS:
        raise bad("An operation has an op: add, remove, replace, move, copy or test.", field=where)
    for member in NEEDS[name]:
        if member not in operation:
            raise bad(f"The operation {name} needs {member}.", field=where)
    path = _pointer(operation["path"], where)
    if name in {"move", "copy"}:
        source = _pointer(operation["from"], where)
        if name == "move" and path[: len(source)] == source and path != source:
            raise bad("Nothing can be moved into itself.", field=where)
        value = copy.deepcopy(_read(document, source, where))
        if name == "move":
            document = _remove(document, source, where)
        return _add(document, path, value, where)
    if name == "test":
        if not _is_same(_read(document, path, where), operation["value"]):
            raise StaError(409, f"The test of {operation['path']} fails: the value is another one.", field=where)
        return document
    if name in {"remove", "replace"}:
        _read(document, path, where)
        document = _remove(document, path, where) if path else document
    return document if name == "remove" else _add(document, path, operation["value"], where)


def _is_same(one: Any, other: Any) -> bool:
    """Equal as JSON (RFC 6902, section 4.6), where true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


NEEDS = {
    "add": ("path", "value"), "remove": ("path",), "replace": ("path", "value"), "move": ("from", "path"),
    "copy": ("from", "path"), "test": ("path", "value"),
}  # fmt: skip


def _pointer(text: Any, where: str) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")) or text.count("/") > DEEPEST:
        raise bad("A path is a JSON Pointer such as /properties/colour (RFC 6901).", field=where)
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _read(document: Any, path: list[str], where: str) -> Any:
    for part in path:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and _is_index(part, len(document)):
            document = document[int(part)]
        else:
            raise bad(f"There is nothing at /{'/'.join(path)}.", field=where)
    return document


def _is_index(part: str, length: int) -> bool:
    return re.fullmatch(r"0|[1-9]\d{0,8}", part) is not None and int(part) < length


def _add(document: Any, path: list[str], value: Any, where: str) -> Any:
    if not path:
        if not isinstance(value, dict):
            raise bad("An entity is an object.", field=where)
        return value
    parent = _read(document, path[:-1], where)
    last = path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and (last == "-" or _is_index(last, len(parent) + 1)):
        parent.insert(len(parent) if last == "-" else int(last), value)
    else:
        raise bad(f"Nothing can be added at /{'/'.join(path)}.", field=where)
    return document


def _remove(document: Any, path: list[str], where: str) -> Any:
    if not path:
        raise bad("The entity itself is removed by DELETE.", field=where)
    parent = _read(document, path[:-1], where)
    _read(document, path, where)
    if isinstance(parent, list):
        del parent[int(path[-1])]
    else:
        del parent[path[-1]]
    return document
