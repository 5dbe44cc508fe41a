# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs about sources: made with a key that is shown once, paused, given a new key, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.api.actions import issue_key, revoke_key
from stadtherz.kernel.api.kept_keys import tell_change
from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, changed_since
from stadtherz.services.sensing.ingest.keys import OWN
from stadtherz.services.sensing.ingest.sealing import seal
from stadtherz.services.sensing.models import Datastream, Source, SourceDatastream, SourceKind

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


class SourceRefused(ValueError):
    """A source cannot be like this; ``field`` names what is wrong."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def create_source(
    *,
    name: str,
    kind: str,
    by: Person | None,
    connector: str = "",
    settings: dict[str, Any] | None = None,
    password: str = "",
    every_seconds: int = 300,
    per_minute: int = 600,
) -> tuple[Source, str]:
    """A new way in. The second part is its key, which nobody sees again; empty for kinds that need none.

    Side effects: an entry in the record. Raises ``SourceRefused``.
    """
    if not name.strip():
        raise SourceRefused(_("The source needs a name."), "name")
    if kind == SourceKind.CONNECTOR and not connector:
        raise SourceRefused(_("Choose the system that is to be asked."), "connector")
    source = Source.objects.create(
        name=name.strip(), kind=kind, connector=connector, settings=settings or {}, every_seconds=every_seconds,
        per_minute=per_minute, sealed_password=seal(password) if password else "",
    )  # fmt: skip
    record(action="sensing.create_source", actor=by, subject=f"sensing.source:{source.pk}", detail={"kind": str(kind)})
    secret = new_key(source=source, by=by) if source.brings_key else ""
    return source, secret


REMEMBERED = "subscribed"
"""Among the settings, what no clerk decides: the topics that a broker remembers for our session."""


def decided(source: Source) -> dict[str, Any]:
    """All that a clerk decides about a source, by the name of its field."""
    said = {key: value for key, value in source.settings.items() if key != REMEMBERED}
    return said | {"name": source.name, "password": source.sealed_password}


def key_state(source: Source) -> dict[str, Any]:
    """Which key the source has, and whether it still opens."""
    key = source.key
    return {"key": key and [key.pk, key.revoked_at is not None]}


def _held(source: Source) -> Source:
    """The source as it is now, and stays until the end of the transaction."""
    return Source.objects.select_for_update(of=("self",)).select_related("key").get(pk=source.pk)


@transaction.atomic
def new_key(*, source: Source, by: Person | None, seen: str = "") -> str:
    """A key for the source; the earlier one ends at once. Returns the key, which nobody sees again.

    ``seen``: the ``signs`` of the ``key_state`` that the clerk saw. Raises ``ChangedMeanwhile`` if it is another one now.
    """
    held = _held(source)
    if changed_since(seen, key_state(held)):
        raise ChangedMeanwhile
    if held.key is not None:
        revoke_key(key=held.key, by=by)
    held.key, secret = issue_key(label=held.name, scopes=[OWN], by=by)
    held.save(update_fields=["key"])
    source.key = held.key
    return secret


@transaction.atomic
def revoke_source_key(*, source: Source, by: Person | None, seen: str = "") -> None:
    """End the source's key at once. What it wrote stays. ``seen`` as with ``new_key``. Raises ``ChangedMeanwhile``."""
    held = _held(source)
    if changed_since(seen, key_state(held)):
        raise ChangedMeanwhile
    if held.key is not None:
        revoke_key(key=held.key, by=by)


@transaction.atomic
def change_source(
    *, source: Source, by: Person | None, password: str | None = None, seen: str = "", **changes: Any
) -> Source:
    """Change name, settings, rhythm or limit. A source that failed is asked again at once; what its jobs note meanwhile stays.

    ``seen``: the ``signs`` of what the clerk saw (``decided``); what somebody else has saved since then is not overwritten unseen.
    Raises ``ChangedMeanwhile``.
    """
    held = _held(source)
    if changed_since(seen, decided(held)):
        raise ChangedMeanwhile
    if "settings" in changes and REMEMBERED in held.settings:
        changes["settings"] = {**changes["settings"], REMEMBERED: held.settings[REMEMBERED]}
    sealed = {} if password is None else {"sealed_password": seal(password) if password else ""}
    written = {**changes, **sealed, "failures": 0}
    for field, value in written.items():
        setattr(held, field, value)
        setattr(source, field, value)
    held.save(update_fields=list(written))
    tell_change()
    record(
        action="sensing.change_source", actor=by, subject=f"sensing.source:{source.pk}",
        detail={"changed": sorted([*changes, *(["password"] if password is not None else [])])},
    )  # fmt: skip
    return source


@transaction.atomic
def pause_source(*, source: Source, paused: bool, by: Person | None) -> None:
    """Take nothing from this source for now, or take from it again."""
    changed = Source.objects.filter(pk=source.pk).exclude(is_paused=paused).update(is_paused=paused)
    if changed:
        tell_change()
        action = "sensing.pause_source" if paused else "sensing.resume_source"
        record(action=action, actor=by, subject=f"sensing.source:{source.pk}")


@transaction.atomic
def ask_soon(*, source: Source) -> None:
    """Ask a system within the next minute, however long the pause after its failures."""
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now())


@transaction.atomic
def remove_source(*, source: Source, by: Person | None) -> None:
    """Remove a source with its key, its devices and what is in quarantine. Things, datastreams and values stay."""
    revoke_source_key(source=source, by=by)
    record(action="sensing.remove_source", actor=by, subject=f"sensing.source:{source.pk}")
    source.delete()


@transaction.atomic
def grant_datastream(*, source: Source, datastream: Datastream, by: Person | None) -> None:
    """The source's key may write this datastream from now on."""
    _right, new = SourceDatastream.objects.get_or_create(source=source, datastream=datastream)
    if new:
        tell_change()
        record(
            action="sensing.grant_datastream", actor=by, subject=f"sensing.source:{source.pk}",
            detail={"datastream": datastream.pk},
        )  # fmt: skip


@transaction.atomic
def withdraw_datastream(*, source: Source, datastream: Datastream, by: Person | None) -> None:
    """The source's key may no longer write this datastream. Its values stay."""
    gone, _each = SourceDatastream.objects.filter(source=source, datastream=datastream).delete()
    if gone:
        tell_change()
        record(
            action="sensing.withdraw_datastream", actor=by, subject=f"sensing.source:{source.pk}",
            detail={"datastream": datastream.pk},
        )  # fmt: skip
