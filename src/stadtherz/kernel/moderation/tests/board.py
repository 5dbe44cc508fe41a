# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A moderated kind for tests: a notice board whose notes become public by the hooks, as a service would do it."""

from __future__ import annotations

from typing import Any

from stadtherz.kernel.moderation.content import Content, content_of
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.registry.declaration import ModeratedKind

PUBLIC: dict[int, dict[str, Any]] = {}
CALLS: list[tuple[str, int]] = []

HERE = "stadtherz.kernel.moderation.tests.board"
KIND = ModeratedKind(
    key="board.note", title="Note", on_release=f"{HERE}:show", on_decline=f"{HERE}:refuse",
    on_take_down=f"{HERE}:remove", url=f"{HERE}:address", on_return=f"{HERE}:give_back", on_wait=f"{HERE}:wait",
)  # fmt: skip


def note(text: str = "Benches in the park", title: str = "Benches") -> Content:
    """The content of a note."""
    return content_of([("title", "Title", title), ("text", "Text", text)])


def show(*, object_id: int, content: dict[str, Any], case: Case) -> None:
    CALLS.append(("release", object_id))
    PUBLIC[object_id] = content


def refuse(*, object_id: int, content: dict[str, Any], case: Case) -> None:
    CALLS.append(("decline", object_id))


def give_back(*, object_id: int, content: dict[str, Any], case: Case) -> None:
    CALLS.append(("return", object_id))


def wait(*, object_id: int, content: dict[str, Any], case: Case) -> None:
    CALLS.append(("wait", object_id))
    PUBLIC.pop(object_id, None)


def remove(*, object_id: int, content: dict[str, Any], case: Case) -> None:
    CALLS.append(("take_down", object_id))
    PUBLIC.pop(object_id, None)


def address(object_id: int) -> str:
    return f"/board/{object_id}/"
