# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fetches an extract from an address that an operator gives: public addresses only, bounded, never half kept."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from stadtherz.kernel.geo.errors import DownloadRefused

MAX_BYTES = 6 * 1024**3
MAX_SECONDS = 3600
MAX_HOPS = 5
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Download:
    """What came: file name, the server's mark for this version. ``path`` is None when nothing has changed."""

    path: Path | None
    name: str
    etag: str


def fetch(url: str, room: Path, *, known_etag: str = "") -> Download:
    """Fetch ``url`` into the directory ``room``. Raises ``DownloadRefused``."""
    for _ in range(MAX_HOPS):
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DownloadRefused(f"{url}: only http and https addresses can be fetched.")
        connection = _connect(parts.scheme, parts.hostname, parts.port)
        try:
            headers = {"User-Agent": "Stadtherz", "Accept-Encoding": "identity"}
            if known_etag:
                headers["If-None-Match"] = known_etag
            connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=headers)
            answer = connection.getresponse()
            name = parts.path.rpartition("/")[2] or "extract.osm.pbf"
            if answer.status == 304:
                return Download(None, name, known_etag)
            if answer.status in {301, 302, 303, 307, 308}:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status != 200:
                raise DownloadRefused(f"{url} answered {answer.status} {answer.reason}. Is the address right?")
            return Download(_store(answer, room, url), name, answer.headers.get("ETag", "")[:200])
        except (OSError, http.client.HTTPException) as error:
            raise DownloadRefused(f"{url} could not be fetched: {error}. Nothing was changed; try again.") from error
        finally:
            connection.close()
    raise DownloadRefused(f"{url}: more than {MAX_HOPS} redirections.")


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    """A connection to an address that was looked at, not to a name that may be answered differently a second later."""
    port = port or (443 if scheme == "https" else 80)
    address = _public_address(host, port)
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=30)
        connection.sock = socket.create_connection((address, port), timeout=30)
        return connection
    secure = http.client.HTTPSConnection(host, port, timeout=30)
    plain = socket.create_connection((address, port), timeout=30)
    secure.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    return secure


def _public_address(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise DownloadRefused(f"{host} is not known ({error}). Is this machine online?") from error
    for entry in found:
        address = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
        inner = getattr(address, "ipv4_mapped", None) or address
        if not (inner.is_global or (inner.is_loopback and settings.OPTION["outside_loopback"])):
            raise DownloadRefused(
                f"{host} lies in an internal network ({address}). Fetch the file there and give its path instead."
            )
    return str(found[0][4][0])


def _store(answer: http.client.HTTPResponse, room: Path, url: str) -> Path:
    said = int(answer.headers.get("Content-Length") or 0)
    if said > MAX_BYTES:
        raise DownloadRefused(f"{url} is larger than {MAX_BYTES // 1024**3} GB. Choose a smaller region.")
    path, size, until = room / "download", 0, time.monotonic() + MAX_SECONDS
    with path.open("wb") as file:
        while chunk := answer.read(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES or time.monotonic() > until:
                raise DownloadRefused(f"{url}: too large or too slow. Nothing was changed.")
            file.write(chunk)
    if said and size != said:
        raise DownloadRefused(f"{url}: {size} of {said} bytes came. Nothing was changed; try again.")
    return path
