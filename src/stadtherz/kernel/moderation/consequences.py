# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What follows from a change of state: the service's hook, the pictures, the record, the notice, the live event.

All of it happens in the deciding transaction. Only ``actions`` calls this.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import urls

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.files.actions import hide_pictures, show_pictures
from stadtherz.kernel.live import publish
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.moderation.content import read
from stadtherz.kernel.moderation.errors import UnknownKind
from stadtherz.kernel.moderation.models import Case, Decision
from stadtherz.kernel.moderation.reasons import BY_KEY
from stadtherz.kernel.moderation.rules import UNDO_SECONDS
from stadtherz.kernel.moderation.states import Change
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.registry.declaration import ModeratedKind, resolve
from stadtherz.kernel.registry.services import moderated_kinds

TOPIC = "moderation"
UNDO_DELAY = timedelta(seconds=UNDO_SECONDS + 10)
TEMPLATES = {
    Change.RELEASE: "moderation/released",
    Change.RETURN: "moderation/returned",
    Change.DECLINE: "moderation/declined",
    Change.TAKE_DOWN: "moderation/taken_down",
}


def kind_of(key: str) -> ModeratedKind:
    """The declaration of a kind, or ``UnknownKind``."""
    try:
        return moderated_kinds()[key]
    except KeyError:
        raise UnknownKind(key) from None


def apply(case: Case, change: Change) -> None:
    """Tell the service and show or hide the pictures. A declined or returned edit leaves what is public as it is."""
    kind = kind_of(case.kind)
    if change == Change.RELEASE:
        _show(case, case.content, instead_of=case.before)
        _call(kind.on_release, case, case.content)
    elif change == Change.TAKE_DOWN:
        hide_pictures(case.content.get("pictures", []))
        _call(kind.on_take_down, case, case.content)
    elif change in (Change.DECLINE, Change.WITHDRAW) and not case.is_edit:
        _call(kind.on_decline, case, case.content)
    elif change == Change.RETURN and not case.is_edit:
        _call(kind.on_return, case, case.content)


def reverse(case: Case, change: Change) -> None:
    """The opposite of ``apply``: what is public becomes what it was before the decision."""
    kind = kind_of(case.kind)
    if change == Change.RELEASE and case.before is not None:
        _show(case, case.before, instead_of=case.content)
        _call(kind.on_release, case, case.before)
    elif change == Change.RELEASE:
        hide_pictures(case.content.get("pictures", []))
        _call(kind.on_wait or kind.on_take_down, case, case.content)
    elif change == Change.TAKE_DOWN:
        show_pictures(case.content.get("pictures", []))
        _call(kind.on_release, case, case.content)
    elif not case.is_edit:
        _call(kind.on_wait, case, case.content)


def _show(case: Case, content: dict[str, Any], *, instead_of: dict[str, Any] | None) -> None:
    now = content.get("pictures", [])
    hide_pictures([picture for picture in (instead_of or {}).get("pictures", []) if picture not in now])
    show_pictures(now)


def _call(path: str, case: Case, content: dict[str, Any]) -> None:
    if path:
        resolve(path)(object_id=case.object_id, content=read(content).values(), case=case)


def write_down(case: Case, action: str, actor: Person | None, **detail: Any) -> None:
    """Into the audit chain: what and why, never what the contribution says."""
    record(
        action=f"moderation.{action}", actor=actor, subject=f"{case.kind}:{case.object_id}",
        detail={"case": case.pk, "revision": case.revision, "state": str(case.state), **detail},
    )  # fmt: skip


def tell_author(case: Case, decision: Decision) -> None:
    """A notice that leaves when the minute for undoing is over; undoing takes it back.

    What is refused comes with the statement of reasons that Regulation (EU) 2022/2065, article 17, asks for: what was
    decided, whether somebody had reported it, why, that no program decided, and where to complain.
    """
    if case.author is None or decision.change not in TEMPLATES or case.author_id == decision.by_id:
        return
    change, reason = Change(decision.change), BY_KEY.get(decision.reason)
    send(
        to=case.author, template=TEMPLATES[change], notice="contribution", about=about(decision),
        delay=UNDO_DELAY,
        context={
            "title": case.title, "kind": kind_of(case.kind).title, "is_edit": case.is_edit, "reason": reason,
            "words": decision.reason_text, "address": address(case), "contact": contact(),
            "was_reported": change == Change.TAKE_DOWN and case.reports.filter(settled_at__isnull=True).exists(),
        },
    )  # fmt: skip


def about(decision: Decision) -> str:
    """Marks the messages about a decision."""
    return f"decision:{decision.pk}"


def address(case: Case) -> str:
    """Full address of the contribution."""
    return absolute(resolve(kind_of(case.kind).url)(case.object_id))


def contact() -> str:
    """Full address of the page on which the town says how it is reached."""
    return absolute(urls.reverse("ui-page", args=["contact"]))


def tell_staff(case: Case) -> None:
    """A live event for open work lists, which then ask for the count."""
    publish(TOPIC, "changed", {"case": case.pk})
