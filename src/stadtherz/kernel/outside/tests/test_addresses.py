# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""No spelling of an internal address is let through."""

from __future__ import annotations

import socket
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.kernel.outside.addresses import is_public, target
from stadtherz.kernel.outside.refusals import AddressNotAllowed, NameUnknown, OutsideError

INSIDE = [ip_network(net) for net in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
)]  # fmt: skip
inside = st.one_of([st.ip_addresses(v=4, network=str(net)) for net in INSIDE])


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.OPTION, "outside_loopback", False)


def _spellings(address: IPv4Address) -> list[str]:
    a, b, c, d = address.packed
    number = int(address)
    six = IPv6Address(number)
    return [
        f"{a}.{b}.{c}.{d}", f"{number}", f"0x{number:x}", f"0{number:o}", f"{a}.{(b << 16) + (c << 8) + d}",
        f"0x{a:x}.{b}.{(c << 8) + d}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"[::ffff:{address}]", f"[{six}]",
        f"[64:ff9b::{address}]", f"[2002:{(a << 8) + b:x}:{(c << 8) + d:x}::1]", f"{a}.{b}.{c}.{d}.",
    ]  # fmt: skip


@given(inside, st.integers(0, 11), st.sampled_from(["http", "https", "HTTP"]))
def test_no_spelling_of_an_internal_address_is_asked(address: IPv4Address, spelling: int, scheme: str) -> None:
    with pytest.raises((AddressNotAllowed, NameUnknown)):
        target(f"{scheme}://{_spellings(address)[spelling]}/")


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_by_what_it_wraps(address: IPv4Address) -> None:
    assert is_public(IPv6Address(f"::ffff:{address}")) == is_public(address)
    if any(address in net for net in INSIDE):
        assert not is_public(address)
        assert not is_public(IPv6Address(f"64:ff9b::{address}"))
        assert not is_public(IPv6Address(int(IPv6Address("2002::")) + (int(address) << 80)))


@pytest.mark.parametrize("address", ["8.8.8.8", "193.99.144.80", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", [
    "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "::ffff:0:0", "::127.0.0.1",
    "2001:0:7f00:1::80ff:fffe", "100::1", "255.255.255.255",
])  # fmt: skip
def test_special_addresses_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("url", [
    "ftp://example.org/", "file:///etc/passwd", "gopher://x/", "//example.org/", "example.org", "", "http://", "http:///x",
    "http://user:password@example.org/", "http://127.0.0.1@example.org/", "http://example.org\\@127.0.0.1/",
    "http://example.org:99999/", "http://[::1/", "http://exa mple.org/", "http://example.org/\r\nX: y", "javascript:alert(1)",
])  # fmt: skip
def test_odd_addresses_are_refused_in_words(url: str) -> None:
    with pytest.raises(AddressNotAllowed) as refusal:
        target(url)
    assert str(refusal.value).endswith(".")


@given(st.text(max_size=40))
def test_any_text_is_judged_and_never_crashes(text: str) -> None:
    for url in (text, f"http://{text}", f"http://127.0.0.1:80{text}"):
        with pytest.MonkeyPatch.context() as patch:  # names are not looked up; numbers in every spelling are
            patch.setattr(socket, "getaddrinfo", partial(socket.getaddrinfo, flags=socket.AI_NUMERICHOST))
            try:
                found = target(url)
            except OutsideError:
                continue
        assert is_public(ip_address(found.address))


def _answers(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, **_kind: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


def test_a_name_with_one_internal_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answers("193.99.144.80", "10.0.0.7"))
    with pytest.raises(AddressNotAllowed, match=r"10\.0\.0\.7"):
        target("https://example.org/")


def test_the_judged_address_is_the_one_that_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answers("193.99.144.80"))
    found = target("https://example.org:8443/a?b=c")
    assert (found.address, found.authority, found.path) == ("193.99.144.80", "example.org:8443", "/a?b=c")


def test_loopback_is_allowed_by_option_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.OPTION, "outside_loopback", True)
    assert target("http://127.0.0.1:8000/").address == "127.0.0.1"
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://192.168.0.1/", "http://0.0.0.0/"):
        with pytest.raises(AddressNotAllowed):
            target(url)
