# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lane's handler gets and gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadtherz.kernel.municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class LaneRequest:
    """A whole request. ``headers`` have names in lower case, without those that carry an underscore; ``groups`` are the
    named parts of the lane's path."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    groups: dict[str, str]
    municipality: Municipality
    scheme: str
    client: str

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies; none if the header is malformed."""
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("cookie", "")).items()}
        except CookieError:
            return {}


@dataclass(frozen=True, slots=True)
class LaneAnswer:
    """What is sent back."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> LaneAnswer:
    """An error as problem+json (RFC 9457, section 3)."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return LaneAnswer(status, json.dumps(content).encode(), "application/problem+json", headers or {})
