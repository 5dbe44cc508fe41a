# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs about a municipality: change what it is called and looks like, its texts, services and host names.

Each change stands in the record of decisions, with the names of what was changed and colours, never with texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality, MunicipalityHost
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.registry.services import services
from stadtherz.kernel.ui.colour import NIGHT, PAPER, TEXT_CONTRAST, contrast, readable

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person

CHANGEABLE = (
    "name", "official_name", "ags", "accent", "accent_dark", "languages", "map_centre", "map_zoom", "services", "texts",
    "logo",
)  # fmt: skip
RECORDED_VALUES = frozenset({"accent", "accent_dark", "services", "languages"})
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")


class ChangedByOthers(ValueError):
    """Somebody else has changed the municipality since this form was opened."""


@dataclass
class ColourUnreadable(ValueError):
    """Text in this colour cannot be read by everybody (WCAG 2.2, 1.4.3); ``better`` is the nearest tone that can."""

    field: str
    colour: str
    ratio: float
    better: str


class UnknownServices(ValueError):
    """A service that is not installed was to be switched on."""


class NotAHostName(ValueError):
    """The text is no host name (RFC 1123): letters, digits and hyphens, parts separated by dots."""


class HostTaken(ValueError):
    """The host name leads to a municipality already."""


class LastHost(ValueError):
    """Without this host name nobody could reach the municipality any more."""


class KeyTaken(ValueError):
    """There is a municipality with this key already."""


@transaction.atomic
def found_municipality(
    *,
    key: str,
    name: str,
    host: str,
    centre: tuple[float, float],
    services: Sequence[str] = (),
    is_default: bool = False,
) -> Municipality:
    """Add a municipality to the installation, reachable under ``host``; ``centre`` is longitude, latitude in degrees.

    For the operator at the server: the first administrator is named afterwards. Side effects: the host name, the first
    entry of the municipality's own record. Raises ``KeyTaken``, ``NotAHostName``, ``HostTaken``, ``UnknownServices``, and
    ``ValidationError`` of the model.
    """
    if Municipality.objects.filter(key=key).exists():
        raise KeyTaken
    if is_default:
        Municipality.objects.filter(is_default=True).update(is_default=False)
    municipality = Municipality(
        key=key, name=name, map_centre=Point(*centre, srid=4326), services=list(services), is_default=is_default
    )
    municipality.full_clean(exclude=["bounds", "logo"])
    _require_installed(municipality)
    municipality.save()
    with activate(municipality):
        _record("municipality.found", None, municipality, {"key": key, "services": list(services)})
        add_host(municipality=municipality, admin=None, host=host)
    return municipality


def state_of(municipality: Municipality) -> str:
    """A digest of everything that can be changed: tells whether somebody else was faster."""
    values = {name: getattr(municipality, name) for name in CHANGEABLE}
    return sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:32]


@transaction.atomic
def change_municipality(*, municipality: Municipality, admin: Person, state: str, **changes: Any) -> Municipality:
    """Change columns of ``CHANGEABLE``. ``state`` is what ``state_of`` said when the form was shown.

    Raises ``ChangedByOthers``, ``ColourUnreadable``, ``UnknownServices``, and ``ValidationError`` of the model.
    """
    fresh = Municipality.objects.select_for_update().get(pk=municipality.pk)
    if state_of(fresh) != state:
        raise ChangedByOthers
    before = {name: getattr(fresh, name) for name in CHANGEABLE}
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise TypeError(f"{name} cannot be changed here")
        setattr(fresh, name, value)
    fresh.full_clean(exclude=["bounds", "logo"])
    _require_readable(fresh)
    _require_installed(fresh)
    changed = [name for name in CHANGEABLE if getattr(fresh, name) != before[name]]
    if not changed:
        return fresh
    fresh.save(update_fields=changed)
    detail: dict[str, Any] = {"changed": changed}
    detail |= {name: getattr(fresh, name) for name in changed if name in RECORDED_VALUES}
    _record("municipality.change", admin, fresh, detail)
    transaction.on_commit(forget_hosts)
    return fresh


def _require_readable(municipality: Municipality) -> None:
    for field, ground in (("accent", PAPER), ("accent_dark", NIGHT)):
        colour = getattr(municipality, field)
        ratio = contrast(colour, ground)
        if ratio < TEXT_CONTRAST:
            raise ColourUnreadable(field, colour, ratio, readable(colour, ground=ground))


def _require_installed(municipality: Municipality) -> None:
    if set(municipality.services) - {service.key for service in services()}:
        raise UnknownServices


@transaction.atomic
def add_host(*, municipality: Municipality, admin: Person | None, host: str) -> MunicipalityHost:
    """Let a host name lead to the municipality. Raises ``NotAHostName``, ``HostTaken``."""
    host = host.strip().lower().rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotAHostName from error
    if not _HOST.match(host):
        raise NotAHostName
    try:
        with transaction.atomic():
            added = MunicipalityHost.objects.create(host=host, municipality=municipality)
    except IntegrityError as error:
        raise HostTaken from error
    _record("municipality.add_host", admin, municipality, {"host": host})
    transaction.on_commit(forget_hosts)
    return added


@transaction.atomic
def remove_host(*, municipality: Municipality, admin: Person, host: str) -> None:
    """Let a host name lead nowhere. Raises ``LastHost``; a name that is gone already is no error."""
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    hosts = set(MunicipalityHost.objects.filter(municipality=municipality).values_list("host", flat=True))
    if host not in hosts:
        return
    if hosts == {host}:
        raise LastHost
    MunicipalityHost.objects.filter(municipality=municipality, host=host).delete()
    _record("municipality.remove_host", admin, municipality, {"host": host})
    transaction.on_commit(forget_hosts)


def _record(action: str, admin: Person | None, municipality: Municipality, detail: dict[str, Any]) -> None:
    record(action=action, actor=admin, subject=f"municipality:{municipality.pk}", detail=detail)
