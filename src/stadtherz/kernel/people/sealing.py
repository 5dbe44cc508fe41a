# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seals bytes so that only who holds the key can read them: AES-128-CBC with HMAC (Fernet), key by HKDF (RFC 5869)."""

from __future__ import annotations

from base64 import urlsafe_b64encode


class SealBroken(ValueError):
    """The bytes were sealed with another key or have been changed."""


def _fernet(key: bytes, purpose: str):  # type: ignore[no-untyped-def]
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"stadtherz.{purpose}".encode()).derive(key)
    return Fernet(urlsafe_b64encode(derived))


def seal(content: bytes, *, key: bytes, purpose: str) -> bytes:
    """``content`` sealed; ``purpose`` keeps what is sealed for one end from being opened for another."""
    sealed: bytes = _fernet(key, purpose).encrypt(content)
    return sealed


def unseal(sealed: bytes, *, key: bytes, purpose: str) -> bytes:
    """What was sealed. Raises ``SealBroken``."""
    from cryptography.fernet import InvalidToken

    try:
        content: bytes = _fernet(key, purpose).decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken from error
    return content
