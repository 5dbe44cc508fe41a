# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who writes: the key in a request, and which datastreams it may write.

A source's key is a key of the interface with the scope ``sensing.source``: it writes the datastreams of its source and no
others. A key with the scope ``sensing.write`` writes all of the town. A key comes as ``Authorization: Bearer …``, or as the
password of ``Basic`` for devices that know nothing else.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from stadtherz.kernel.api.kept_keys import KeptKeys
from stadtherz.kernel.api.keys import DEMO_KEY, hashed
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Source, SourceDatastream

ALL, OWN = "sensing.write", "sensing.source"


@dataclass(frozen=True, slots=True)
class Writer:
    """A key that may write. ``datastreams`` None: all of the municipality."""

    key: int
    source: int | None
    datastreams: frozenset[int] | None
    per_minute: int

    def may_write(self, datastream: int) -> bool:
        return self.datastreams is None or datastream in self.datastreams


def writer_of(headers: Mapping[str, str], municipality: Municipality) -> Writer | None:
    """The writer whose key the request brings; None without a key, with an unknown or revoked one, or one of another town.

    Asks the database. ``headers`` by names in lower case.
    """
    secret = secret_of(headers)
    if not secret or is_for_trying_out(secret):
        return None
    with activate(municipality):
        return _writer(hashed(secret))


def is_for_trying_out(secret: str) -> bool:
    """Whether this is the key that everybody knows, on an installation where it must open nothing."""
    return secret == DEMO_KEY and settings.PRODUCTION


def secret_of(headers: Mapping[str, str]) -> str:
    """The key as it stands in the request; empty without one."""
    scheme, _blank, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return ""
    return ""


def _writer(digest: str) -> Writer | None:
    key = ApiKey.objects.filter(secret_hash=digest, revoked_at=None).first()
    if key is None:
        return None
    if ALL in key.scopes:
        return Writer(key.pk, None, None, 60_000)
    if OWN not in key.scopes:
        return None
    source = Source.objects.filter(key=key, is_paused=False).first()
    if source is None:
        return None
    rights = SourceDatastream.objects.filter(source=source).values_list("datastream_id", flat=True)
    return Writer(key.pk, source.pk, frozenset(rights), source.per_minute)


_kept: KeptKeys[Writer | None] = KeptKeys()


def kept_writer_of(headers: Mapping[str, str], municipality: Municipality) -> Writer | None:
    """Like ``writer_of``, from memory: for the busy lanes. Call it in a thread when it may have to ask."""
    known = remembered(headers, municipality)
    if known is not None:
        return known[0]
    changes = _kept.changes
    writer = writer_of(headers, municipality)
    _kept.keep((municipality.pk, headers.get("authorization", "")), writer, changes=changes)
    return writer


def remembered(headers: Mapping[str, str], municipality: Municipality) -> tuple[Writer | None] | None:
    """What is kept about the key of a request, in brackets; None if the database must be asked."""
    return _kept.known((municipality.pk, headers.get("authorization", "")))


def forget_writers() -> None:
    """Forget what is kept, for tests."""
    _kept.forget()
