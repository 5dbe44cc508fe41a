# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns a PostgreSQL address into Django's database setting, with psycopg's connection pool."""

from __future__ import annotations

from typing import Any

from psycopg import conninfo

from stadtherz.config.options import OptionError


def database(url: str, *, threads: int, pooled: bool = True) -> dict[str, Any]:
    """Django's setting for ``url`` (libpq URI or key=value text).

    The pool is what makes pages fast: a new connection costs more than all queries of a list page. Each request holds one, the
    lanes hold two; two are left for what requests count beside their transaction (``kernel.api.limits``). Without them requests
    that all came at the same moment would wait for each other.
    """
    try:
        parts = conninfo.conninfo_to_dict(url)
    except Exception:  # its message quotes the address, and the address may hold a password
        raise OptionError(
            "STADTHERZ_DATABASE_URL is no address of a database: postgresql://role:…@host/database"
        ) from None
    options: dict[str, Any] = {
        k: v for k, v in parts.items() if k not in {"dbname", "user", "password", "host", "port"}
    }
    options["server_side_binding"] = False
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": threads + 4, "max_idle": 300}
    return {
        "ENGINE": "stadtherz.kernel.database",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": False,
    }
