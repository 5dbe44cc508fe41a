# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lane's handler gets and gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.handlers.wsgi import WSGIRequest

if TYPE_CHECKING:
    from stadtherz.kernel.municipalities.models import Municipality


def headers_of(given: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """An ASGI scope's headers by name, in lower case. One that comes in pieces, as cookies may, is whole again."""
    found: dict[str, str] = {}
    for raw, value in given:
        if b"_" in raw:  # X_Forwarded_For would pass for X-Forwarded-For
            continue
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}{'; ' if name == 'cookie' else ','}{text}" if name in found else text
    return found


class LaneRequest(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A whole request. ``headers`` have names in lower case, without those that carry an underscore; ``groups`` are the
    named parts of the lane's path."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    groups: Mapping[str, str]
    municipality: Municipality
    scheme: str
    client: str

    def as_django(self) -> WSGIRequest:
        """The same request as Django knows it, for its own functions: cookies, form, host, forgery. No middleware ran."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method, "PATH_INFO": self.path.encode().decode("latin-1"), "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "443" if self.scheme == "https" else "80",
            "REMOTE_ADDR": self.client, "wsgi.url_scheme": self.scheme, "wsgi.input": BytesIO(self.body),
            "CONTENT_TYPE": self.headers.get("content-type", ""), "CONTENT_LENGTH": str(len(self.body)),
        }  # fmt: skip
        for name, value in self.headers.items():
            if name not in {"content-type", "content-length"}:
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        return WSGIRequest(environ)


class LaneAnswer(msgspec.Struct, frozen=True):
    """What is sent back."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = {}


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> LaneAnswer:
    """An error as problem+json (RFC 9457, section 3)."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return LaneAnswer(status, json.dumps(content).encode(), "application/problem+json", headers or {})
