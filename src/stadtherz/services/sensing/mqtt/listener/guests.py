# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who connects to the listener, and storing what they publish. Asks the database; call it in a thread.

The password is the key of a source, or one of the town with the right ``sensing.write``. The user name is the key of the
municipality; any other name means the one that answers for unknown names on this machine. Without a password one may listen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.api.keys import hashed
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.ingest.keys import ALL, OWN, is_for_trying_out
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.mqtt.deliveries import Delivery, remember, with_first_arrival
from stadtherz.services.sensing.mqtt.published import take_published
from stadtherz.services.sensing.mqtt.storing import note_refused, store
from stadtherz.services.sensing.mqtt.topics import fits
from stadtherz.services.sensing.reasons import Reason, about

OF_THE_STANDARD = "v1.1/"
FORMS = {SourceKind.TTN: "ttn", SourceKind.CHIRPSTACK: "chirpstack", SourceKind.HTTP: "sta"}


@dataclass(frozen=True, slots=True)
class Guest:
    """One client's rights. ``key`` None: listens only; ``source`` None: a key of the town."""

    municipality: int
    key: int | None = None
    source: int = 0
    form: str = "sta"
    topics: tuple[str, ...] = ()


def guest(username: str, password: str) -> Guest | None:
    """Who this is. None if the key is unknown, revoked, of a paused source or of another municipality."""
    town = Municipality.objects.filter(key=username).first() or Municipality.objects.filter(is_default=True).first()
    if town is None or not town.offers("sensing"):
        return None
    if not password:
        return Guest(town.pk)
    with activate(town):
        key = ApiKey.objects.filter(secret_hash=hashed(password), revoked_at=None).first()
        if key is None or is_for_trying_out(password):
            return None
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
        return _of_key(town.pk, key)


def _of_key(town: int, key: ApiKey) -> Guest | None:
    if ALL in key.scopes:
        return Guest(town, key.pk)
    if OWN not in key.scopes:
        return Guest(town)
    source = Source.objects.filter(key=key, is_paused=False).first()
    if source is None:
        return None
    form = FORMS.get(SourceKind(source.kind)) or source.settings.get("format") or "json"
    return Guest(town, key.pk, source.pk, form, tuple(source.settings.get("topics") or ()))


def take(who: Guest, deliveries: Sequence[Delivery]) -> list[Reason] | None:
    """Store what a guest published; returns after the commit what was refused. None, and nothing stored, if the key ended meanwhile."""
    with activate(Municipality.objects.get(pk=who.municipality)):
        key = ApiKey.objects.filter(pk=who.key or 0, revoked_at=None).first()
        if key is None or _of_key(who.municipality, key) != who:
            return None
        if not who.source:
            taken = take_published(with_first_arrival(key, deliveries), rights=None, may_describe=True)
            remember(key, taken.worth_remembering)
            return taken.problems
    by_standard = [each for each in deliveries if who.form == "sta" or each.topic.startswith(OF_THE_STANDARD)]
    others = [each for each in deliveries if each not in by_standard]
    wanted = [each for each in others if not who.topics or any(fits(topic, each.topic) for topic in who.topics)]
    if by_standard:
        store(replace(who, form="sta"), by_standard)
    if wanted:
        store(who, wanted)
    return _note_strangers(who, [each for each in others if each not in wanted])


def _note_strangers(who: Guest, deliveries: Sequence[Delivery]) -> list[Reason]:
    words = Reason.of(_("This is none of the topics that the source was set to."))
    problems = [about(each.topic, words) for each in deliveries]
    if problems:
        with activate(Municipality.objects.get(pk=who.municipality)):
            note_refused(Source.objects.get(pk=who.source), problems)
    return problems
