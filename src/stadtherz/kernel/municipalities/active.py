# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The municipality that the current request, job or command works for.

Two locks stand on it: the scoped manager in ``tenancy`` and row-level security in the database. Both read what
``activate`` sets; without it, both refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from stadtherz.kernel.municipalities.models import Municipality

SETTING = "stadtherz.municipality"
_active: ContextVar[Municipality | None] = ContextVar("active_municipality", default=None)


class NoActiveMunicipality(RuntimeError):
    """Data of a municipality was asked for while none was active. Wrap the call in ``activate(municipality)``."""


def active() -> Municipality:
    """The active municipality. Raises ``NoActiveMunicipality``."""
    municipality = _active.get()
    if municipality is None:
        raise NoActiveMunicipality("No municipality is active here.")
    return municipality


def active_or_none() -> Municipality | None:
    """The active municipality, or None on pages that belong to none."""
    return _active.get()


def active_id() -> int:
    """Primary key of the active municipality: the default of every town table's foreign key."""
    return active().pk


TELL = "SELECT set_config(%s, %s, true)"


def _tell_database(municipality: Municipality | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [SETTING, str(municipality.pk) if municipality else ""])


@contextmanager
def activate(municipality: Municipality) -> Iterator[Municipality]:
    """Work for ``municipality`` inside one transaction.

    The setting is local to the transaction, so that a pooled connection never carries it to the next request. Inside an
    outer transaction the previous municipality is set again at the end; after an error the database does that itself
    when it returns to the savepoint.
    """
    before = _active.get()
    with transaction.atomic():
        _tell_database(municipality)
        token = _active.set(municipality)
        try:
            yield municipality
        finally:
            _active.reset(token)
    if connection.in_atomic_block and before != municipality:
        _tell_database(before)


@contextmanager
def activate_in_transaction(municipality: Municipality, *, tells: bool = True) -> Iterator[Municipality]:
    """Like ``activate``, without a savepoint, for a writer that owns the running transaction and answers for hundreds at once.

    What is set in the database stays set until the transaction ends or the next municipality is activated in it. With
    ``tells`` False nothing is set: the writer sends ``telling()`` along with its own first statement, which saves a round trip.
    """
    token = _active.set(municipality)
    try:
        if tells:
            _tell_database(municipality)
        yield municipality
    finally:
        _active.reset(token)


def telling() -> tuple[str, list[str]]:
    """The statement, with its parameters, that tells the database of the active municipality."""
    return TELL, [SETTING, str(active_id())]
