# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which addresses may be asked: public ones only, however they are spelled.

A name is resolved once, every address that it has is judged, and the connection goes to the judged address itself; so
neither an odd spelling (0x7f.1, 2130706433, [::ffff:127.0.0.1]) nor a name whose answer changes between check and
connection (DNS rebinding) leads inside.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from stadtherz.kernel.outside.refusals import AddressNotAllowed, NameUnknown

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, 8215
COMPATIBLE = IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request really goes."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def authority(self) -> str:
        """The Host header (RFC 9110, section 7.2)."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


def _inside(address: IPv6Address) -> list[IPv4Address]:
    """IPv4 addresses that an IPv6 address only wraps (RFC 4291, 3056, 4380)."""
    wrapped = [found for found in (address.ipv4_mapped, address.sixtofour) if found]
    if address.teredo:
        wrapped += list(address.teredo)
    if address in COMPATIBLE and int(address) > 1:
        wrapped.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return wrapped


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to the public network, and so does everything that it wraps."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in net for net in NAT64):
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local or not all(is_public(wrapped) for wrapped in _inside(address)):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _is_allowed(address: IPv4Address | IPv6Address) -> bool:
    if is_public(address):
        return True
    plain = (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
    return bool(settings.OPTION["outside_loopback"]) and plain.is_loopback


def _split(url: str) -> tuple[SplitResult, str, int]:
    if any(ord(letter) <= 32 or letter == "\\" or ord(letter) == 127 for letter in url):
        raise AddressNotAllowed(f"The address {url!r} contains a blank or a control character.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise AddressNotAllowed(f"{url!r} is not an address: {error}.") from error
    if parts.scheme not in {"http", "https"}:
        raise AddressNotAllowed(f"{url!r} begins neither with https:// nor with http://.")
    if parts.username is not None or parts.password is not None:
        raise AddressNotAllowed(
            "An address with a password inside is not asked; the password belongs into the settings."
        )
    if not host:
        raise AddressNotAllowed(f"{url!r} names no host.")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def target(url: str) -> Target:
    """Resolve and judge ``url``. Raises ``AddressNotAllowed`` or ``NameUnknown``."""
    parts, host, port = _split(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(f"The host {host} is not known: {error}.") from error
    addresses = [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    for address in addresses:
        if not _is_allowed(address):
            raise AddressNotAllowed(f"The host {host} lies inside a network ({address}), which is not asked from here.")
    if not addresses:
        raise NameUnknown(f"The host {host} has no address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, str(addresses[0]), path)
