# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A batch as multipart/mixed: parts that hold requests, and change sets that hold parts (18-088, section 11.2; RFC 2046)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from stadtherz.services.sensing.sta.errors import bad

BOUNDARY = re.compile(r'boundary="?([^";\s]{1,200})"?', re.IGNORECASE)
REQUEST_LINE = re.compile(r"([A-Za-z]+) +(\S+)(?: +HTTP/[\d.]+)?")
MOST_PARTS = 2000
DEPENDED = HTTPStatus.FAILED_DEPENDENCY


def boundary_of(content_type: str) -> bytes:
    """The boundary that a header names. Raises 400."""
    match = BOUNDARY.search(content_type)
    if match is None:
        raise bad(_("A multipart body needs a boundary in its Content-Type."))
    return match[1].encode("latin-1", "replace")


def parts(content: bytes, boundary: bytes) -> Iterator[dict[str, Any]]:
    """The requests of a batch, as arguments of ``batch.Part``."""
    for number, (headers, inner) in enumerate(_split(content, boundary)):
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            for place, (names, request) in enumerate(_split(inner, boundary_of(kind))):
                yield _request(request, names.get("content-id") or f"set{number}.{place}", f"set{number}")
        else:
            yield _request(inner, headers.get("content-id") or f"part{number}", "")


def _split(content: bytes, boundary: bytes) -> list[tuple[dict[str, str], bytes]]:
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|$)", content)
    if len(pieces) < 4 or "--" not in {(each or b"").decode("latin-1") for each in pieces[1::2]}:
        raise bad(_("The parts of the multipart body do not fit its boundary."))
    inner = pieces[2:-1:2]
    if len(inner) > MOST_PARTS:
        raise bad(_("These are more than %(n)s requests in one batch.") % {"n": MOST_PARTS})
    return [_headed(each) for each in inner]


def _headed(piece: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and what follows the empty line."""
    head, _blank, rest = _at_empty_line(piece)
    headers = {}
    for line in head.decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers, rest


def _at_empty_line(piece: bytes) -> tuple[bytes, bytes, bytes]:
    match = re.search(rb"(?:^|\r?\n)\r?\n", piece)
    if match is None:
        return piece, b"", b""
    return piece[: match.start()], match[0], piece[match.end() :]


def _request(content: bytes, identifier: str, group: str) -> dict[str, Any]:
    line, _end, rest = content.lstrip().partition(b"\n")
    match = REQUEST_LINE.fullmatch(line.decode("utf-8", "replace").strip())
    if match is None:
        raise bad(_("A part of the batch is no request: %(line)s") % {"line": repr(line[:60].decode("latin-1"))})
    headers, body = _headed(rest)
    return {
        "id": identifier, "method": match[1].upper(), "url": match[2], "body": body.strip() or None, "group": group,
        "content_type": headers.get("content-type", "application/json"),
    }  # fmt: skip


def response(answers: list[tuple[Any, HttpResponse]]) -> HttpResponse:
    """The answers as multipart/mixed, change sets nested as they came; of one that failed stands its error alone (OData 4.0, 11.7.4)."""
    outer = f"batch_{uuid.uuid4()}"
    pieces = []
    for group, members in groupby(answers, key=lambda answer: answer[0].group):
        if not group:
            pieces += [_part(found, None) for _request_, found in members]
            continue
        listed = list(members)
        errors = [found for _request_, found in listed if found.status_code >= 400]
        if errors:  # the others only say that they depended on it
            pieces.append(_part(next((each for each in errors if each.status_code != DEPENDED), errors[0]), None))
            continue
        inner = f"changeset_{uuid.uuid4()}"
        body = "".join(f"--{inner}\r\n{_part(found, request.id)}\r\n" for request, found in listed)
        pieces.append(f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n{body}--{inner}--")
    body = "".join(f"--{outer}\r\n{piece}\r\n" for piece in pieces)
    return HttpResponse(f"{body}--{outer}--\r\n", content_type=f"multipart/mixed; boundary={outer}")


def _part(found: HttpResponse, identifier: str | None) -> str:
    named = f"Content-ID: {identifier}\r\n" if identifier else ""
    lines = [f"HTTP/1.1 {found.status_code} {HTTPStatus(found.status_code).phrase}"]
    lines += [f"{name}: {found.headers[name]}" for name in ("Location", "Content-Type") if name in found.headers]
    return f"Content-Type: application/http\r\n{named}\r\n" + "\r\n".join(lines) + f"\r\n\r\n{found.content.decode()}"
