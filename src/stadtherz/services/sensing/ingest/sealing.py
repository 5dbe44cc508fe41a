# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Passwords of brokers and other systems, sealed with the installation's secret key, so that a copy of the database alone
does not open them."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _


class Unsealable(ValueError):
    """The password was sealed with another secret key and must be entered again."""


def _box() -> Fernet:
    digest = hashlib.sha256(b"sensing source password\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(password: str) -> str:
    """The sealed password."""
    return _box().encrypt(password.encode()).decode()


def unseal(sealed: str) -> str:
    """The password. Raises ``Unsealable``."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable(_("The password was sealed with another secret key. Please enter it again.")) from None
