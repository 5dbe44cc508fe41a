# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong in the interface, with the standard's status codes (OGC 18-088, section 9.1 and 10.6)."""

from __future__ import annotations

from typing import Any


class StaError(Exception):
    """The request is answered with ``status`` and words. ``position`` counts characters from the start of ``option``."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        position: int | None = None,
        option: str = "",
        field: str = "",
        **headers: str,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.position = status, message, position
        self.option, self.field, self.headers = option, field, headers

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        made: dict[str, Any] = {"code": self.status, "type": "error", "message": self.message}
        if self.option:
            made["option"] = self.option
        if self.position is not None:
            made["position"] = self.position
        if self.field:
            made["field"] = self.field
        return made


def bad(message: str, position: int | None = None, *, option: str = "", field: str = "") -> StaError:
    """400: the sender can mend it."""
    return StaError(400, message, position=position, option=option, field=field)


def form(status: int, message: str) -> dict[str, Any]:
    """How this interface tells an error, also one that is found before it is reached (too large, too slow, no database)."""
    return StaError(status, message).document()
