# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is calling: a key in the Authorization header, or the session of somebody who signed in; and what they may.

An operation says so itself::

    @router.get("/ideas")
    @public
    def ideas(request): ...

    @router.post("/observations", auth=key_scope("sensing.write"))
    @router.post("/ideas/{id}/answer", auth=permission("participation.answer"))

An operation that says nothing is refused when the interface is put together.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from stadtherz.kernel.api.errors import Problem
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.people.rules import may

USED_EVERY = timedelta(minutes=1)
DEMO_KEY = "stadtherz-demo"  # public on purpose; it opens nothing in production


def hashed(secret: str) -> str:
    """SHA-256 of a key. Keys are long and random, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(header: str) -> str:
    """The key in an Authorization header: as Bearer, as the password of Basic for programs that know nothing else, or by
    itself, as the clients of openrouteservice send it."""
    scheme, blank, value = header.strip().partition(" ")
    if not blank and scheme.lower() not in {"bearer", "basic"}:
        return scheme
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return ""


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key that the request brings, None without one. Raises ``Problem`` 401 for an unknown or revoked key."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    secret = secret_of(header)
    if secret == DEMO_KEY and settings.PRODUCTION:
        secret = ""
    found = ApiKey.objects.filter(secret_hash=hashed(secret), revoked_at=None).first() if secret else None
    if found is None:
        raise Problem(401, _("This key is not known here, or it was revoked."))
    now = timezone.now()
    if found.last_used_at is None or now - found.last_used_at > USED_EVERY:
        ApiKey.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


class KeyScope(HttpBearer):
    """For keys that were issued with ``scope``."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope
        self.access = f"key:{scope}"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is not None and self.scope not in key.scopes:
            raise Problem(403, _("This key was issued without the right %(scope)s.") % {"scope": self.scope})
        return key


class SessionPermission(APIKeyCookie):
    """For people who are signed in and have ``permission`` in this municipality. Changes need the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: str) -> None:
        super().__init__(csrf=True)
        self.permission = permission
        self.access = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            return None
        if self.permission != "signed_in" and not may(request.user, self.permission):
            raise Problem(403, _("Your role does not include this."))
        return request.user


def key_scope(scope: str) -> KeyScope:
    """The operation is for keys with this scope."""
    return KeyScope(scope)


def permission(key: str) -> SessionPermission:
    """The operation is for signed-in people with this permission."""
    return SessionPermission(key)


def signed_in() -> SessionPermission:
    """The operation is for anybody with an account."""
    return SessionPermission("signed_in")
