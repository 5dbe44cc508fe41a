# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often somebody may do something: the generic cell rate algorithm (ITU-T I.371) in one statement of PostgreSQL.

``take("sign-up:192.0.2.1", limit=5, per_seconds=3600)`` lets five through at once and then one every twelve minutes. The
table is UNLOGGED: after a crash of the database it is empty, which forgives. Keys are kept as keyed hashes, because they
often contain addresses of visitors.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import ngettext

SINCE = "CASE WHEN l.full_at < clock_timestamp() + make_interval(secs => %(burst)s + 1) THEN l.full_at END"
"""Further ahead nobody gets: the clock was set back meanwhile, and what was counted before is forgiven."""
TAKE = """
WITH moment AS (SELECT clock_timestamp() AS now, make_interval(secs => %(step)s) AS step,
                       make_interval(secs => %(burst)s) AS burst)
INSERT INTO api_limit AS l (key, full_at) SELECT %(key)s, now + step FROM moment
ON CONFLICT (key) DO UPDATE SET full_at = GREATEST(@since@, clock_timestamp()) + make_interval(secs => %(step)s)
    WHERE GREATEST(@since@, clock_timestamp()) + make_interval(secs => %(step)s)
          <= clock_timestamp() + make_interval(secs => %(burst)s)
RETURNING extract(epoch FROM full_at - clock_timestamp())::float
""".replace("@since@", SINCE)
TAKE_TOGETHER = """
WITH asked AS (SELECT key FROM unnest(%(keys)s::text[]) AS key ORDER BY key)
INSERT INTO api_limit AS l (key, full_at) SELECT key, clock_timestamp() + make_interval(secs => %(step)s) FROM asked
ON CONFLICT (key) DO UPDATE SET full_at = GREATEST(@since@, clock_timestamp()) + make_interval(secs => %(step)s)
    WHERE GREATEST(@since@, clock_timestamp()) + make_interval(secs => %(step)s)
          <= clock_timestamp() + make_interval(secs => %(burst)s)
RETURNING key, extract(epoch FROM full_at - clock_timestamp())::float
""".replace("@since@", SINCE)
WAIT = "SELECT extract(epoch FROM full_at - clock_timestamp())::float FROM api_limit WHERE key = %s"


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether it is allowed, how many are left at once, and in how many seconds the next one is."""

    allowed: bool
    remaining: int
    retry_after: int


def take(key: str, *, limit: int, per_seconds: float) -> Taken:
    """Take one of ``limit`` in ``per_seconds`` for ``key``, whatever becomes of the request itself.

    It is counted outside the request's transaction: a request that fails is counted too, and two requests of the same
    visitor do not wait for each other.
    """
    step = per_seconds / limit
    with _cursor() as cursor:
        name = _hidden(key)
        cursor.execute(TAKE, {"key": name, "step": step, "burst": per_seconds})
        row = cursor.fetchone()
        if row is not None:
            return Taken(True, max(0, int((per_seconds - row[0]) / step + 1e-6)), 0)
        cursor.execute(WAIT, [name])
        row = cursor.fetchone()
    ahead = row[0] if row else 0.0
    return Taken(False, 0, max(1, ceil(ahead + step - per_seconds)))


def take_together(keys: Sequence[str], *, limit: int, per_seconds: float) -> list[int | None]:
    """``take`` for many at once, in the running transaction: how many are left to each, None where it is not allowed. A key
    that is named twice is taken twice. Rows are locked in one order, so that two processes do not wait for each other in a
    ring; call it last in a short transaction."""
    step = per_seconds / limit
    left: list[int | None] = [None] * len(keys)
    waiting = [(place, _hidden(key)) for place, key in enumerate(keys)]
    while waiting:
        turn = {name: place for place, name in reversed(waiting)}  # each key once: its first
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TOGETHER, {"keys": list(turn), "step": step, "burst": per_seconds})
            for name, ahead in cursor.fetchall():
                left[turn[name]] = max(0, int((per_seconds - ahead) / step + 1e-6))
        done = set(turn.values())
        waiting = [one for one in waiting if one[0] not in done]
    return left


def in_words(taken: Taken) -> str:
    """What a person reads who has to wait. What they wrote stands in the form beside it."""
    minutes = ceil(taken.retry_after / 60)
    return ngettext(
        "That was a lot in a short time. Please send it once more in %(n)d minute; nothing is lost.",
        "That was a lot in a short time. Please send it once more in %(n)d minutes; nothing is lost.",
        minutes,
    ) % {"n": minutes}


def visitor(request: HttpRequest) -> str:
    """The address that a request comes from; see ``visitor_at``."""
    return visitor_at(request.headers.get("X-Forwarded-For", ""), str(request.META.get("REMOTE_ADDR", "")))


def visitor_at(forwarded: str, remote: str) -> str:
    """Who is behind these: what the header X-Forwarded-For says, and the other end of the connection. Of IPv6 the network (``_household``).

    Behind the operator's proxy (option ``trusted_proxy``) it is the last entry of X-Forwarded-For, the one that this
    proxy wrote itself; everything before it was sent by the visitor and may be made up.
    """
    if settings.OPTION["trusted_proxy"]:
        last = forwarded.rpartition(",")[2].strip()
        if last:
            return _household(last)
    return _household(remote)


def _household(address: str) -> str:
    """Every household and every phone has a whole /64 of IPv6 (RFC 6177, RFC 7934): who took a new address of it for each
    request would pass by every limit."""
    if ":" not in address:
        return address
    try:
        found = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


def _hidden(key: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), key.encode(), "sha256").hexdigest()[:32]


@contextmanager
def _cursor() -> Iterator[Any]:
    """A cursor outside the request's transaction; without a pool (in tests) the request's own."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        with connection.cursor() as cursor:
            yield cursor
        return
    with pool.connection() as other, other.cursor() as cursor:
        yield cursor
