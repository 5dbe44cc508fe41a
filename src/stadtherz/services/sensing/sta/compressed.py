# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies of requests that come compressed (RFC 9110, section 8.4): gzip is unpacked, up to a bound; other codings are named and refused."""

from __future__ import annotations

import zlib

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from stadtherz.services.sensing.sta.errors import StaError, bad

GZIP = frozenset({"gzip", "x-gzip"})
PLAIN = frozenset({"", "identity"})


def unpack(request: HttpRequest) -> None:
    """Leave the request with the body that was meant. Raises 400, 413, or 415 with the codings that are taken."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding in PLAIN:
        return
    if coding not in GZIP:
        words = _("Send the body plain or as gzip, not as %(coding)s.") % {"coding": coding[:80]}
        raise StaError(415, words, Accept_Encoding="gzip")
    request._body = _unzipped(request.body, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # where Django keeps what it has read


def _unzipped(content: bytes, most: int) -> bytes:
    unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = unzip.decompress(content, most + 1)  # of a bomb no more than this is ever unpacked
    except zlib.error:
        raise bad(_("The body is not gzip.")) from None
    if len(plain) > most:
        raise StaError(413, _("Unpacked, the body is larger than %(n)s bytes.") % {"n": most})
    if not unzip.eof or unzip.unused_data:
        raise bad(_("The body is not gzip."))
    return plain
