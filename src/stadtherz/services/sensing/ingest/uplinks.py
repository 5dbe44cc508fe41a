# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Uplinks of LoRaWAN networks as JSON: The Things Stack v3 and ChirpStack v4. Pure: what they say, as a message.

The time of a value is the time at which a gateway heard the frame: the earliest gateway clock that differs by at most five
minutes from the network server's; without one, the network server's time. A device's own clock is not asked.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage, Result

PLAUSIBLE = timedelta(minutes=5)
MOST_FIELDS, LONGEST_FIELD, MOST_DEPTH = 100, 100, 4


class NoUplink(NotAMessage):
    """An event of the network that carries no measurement, such as a join: taken note of, nothing stored."""


def things_stack(document: Any) -> DeviceMessage:
    """The Things Stack v3, "Data formats", uplink messages. Raises ``NotAMessage`` or ``NoUplink``."""
    whole = _mapping(document)
    if "uplink_message" not in whole:
        raise NoUplink(_("This event of the network is no uplink."))
    if whole.get("simulated") is True:
        raise NoUplink(_("This message was made up in the console of the network; it is not stored."))
    identifiers, uplink = (
        _mapping(whole.get("end_device_ids"), "end_device_ids"),
        _mapping(whole["uplink_message"], "uplink_message"),
    )
    heard = uplink.get("received_at") or whole.get("received_at")
    gateways = [each.get("time") or each.get("gateway_time") for each in _mappings(uplink.get("rx_metadata"))]
    return _message(
        device=_text(identifiers.get("dev_eui") or identifiers.get("device_id"), "end_device_ids"),
        address=str(identifiers.get("dev_addr", "")), count=uplink.get("f_cnt", 0), port=uplink.get("f_port"),
        payload=uplink.get("frm_payload"), decoded=uplink.get("decoded_payload"), heard=heard, gateways=gateways,
        called=identifiers.get("device_id"), model=_member(uplink.get("version_ids"), "model_id"),
    )  # fmt: skip


def chirpstack(document: Any) -> DeviceMessage:
    """ChirpStack v4, "Event types", uplink event. Raises ``NotAMessage`` or ``NoUplink``."""
    whole = _mapping(document)
    if "deviceInfo" not in whole:
        raise NotAMessage(_("deviceInfo is missing."))
    if "data" not in whole and "object" not in whole:
        raise NoUplink(_("This event of the network is no uplink with data."))
    gateways = [each.get("gwTime") or each.get("time") for each in _mappings(whole.get("rxInfo"))]
    about = _mapping(whole["deviceInfo"], "deviceInfo")
    return _message(
        device=_text(about.get("devEui"), "devEui"), called=about.get("deviceName"), model=about.get("deviceProfileName"),
        address=str(whole.get("devAddr", "")), count=whole.get("fCnt", 0), port=whole.get("fPort"),
        payload=whole.get("data"), decoded=whole.get("object"), heard=whole.get("time"), gateways=gateways,
    )  # fmt: skip


def _message(
    *, device: str, address: str, count: Any, port: Any, payload: Any, decoded: Any, heard: Any, gateways: Iterable[Any],
    called: Any, model: Any,
) -> DeviceMessage:  # fmt: skip
    """The mark is the frame's own: address of the session, counter, port. Whichever gateway or network delivers the
    same frame, it is the same message (LoRaWAN 1.0.4, section 4.3.1.5)."""
    frame = _bytes(payload)
    values = flat(decoded) if isinstance(decoded, Mapping) and decoded else None
    if values is None and not frame:
        raise NoUplink(_("The uplink carries no data."))
    port = port if isinstance(port, int) and not isinstance(port, bool) else None
    digest = binascii.crc32(frame) if frame else 0
    mark = f"{address.lower()}:{count}:{port}:{digest:08x}" if address and isinstance(count, int) else ""
    return DeviceMessage(
        device.lower(), _when(heard, gateways), values, frame, port, mark, called=_word(called), model=_word(model)
    )


def _when(heard: Any, gateways: Iterable[Any]) -> datetime:
    server = moment(heard) if heard else None
    clocks = [moment(each) for each in gateways if each]
    if server is None:
        if not clocks:
            raise NotAMessage(_("The message says nowhere when it was heard."))
        return min(clocks)
    return min((clock for clock in clocks if abs(clock - server) <= PLAUSIBLE), default=server)


def moment(text: Any) -> datetime:
    """A time of RFC 3339, with its zone. Raises ``NotAMessage``."""
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise NotAMessage(_("“%(text)s” is not a time."), text=str(text)[:60]) from None
    if found.tzinfo is None:
        raise NotAMessage(_("The time “%(text)s” has no zone."), text=text)
    try:
        found.astimezone(tz=None)
    except (OverflowError, ValueError):
        raise NotAMessage(_("“%(text)s” is not a time that can be kept."), text=text) from None
    return found


def flat(decoded: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Result]:
    """Nested objects and lists as fields with dots: ``{"soil": {"temp": 4}}`` is ``soil.temp``."""
    found: dict[str, Result] = {}
    for key, value in decoded.items():
        name = f"{prefix}{key}"
        inner = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(inner, Mapping):
            if depth < MOST_DEPTH:
                found |= flat({str(k): v for k, v in inner.items()}, f"{name}.", depth + 1)
        elif len(name) <= LONGEST_FIELD and isinstance(inner, str | int | float):
            found[name] = inner if not isinstance(inner, str) else inner[:500]
        if len(found) > MOST_FIELDS:
            raise NotAMessage(_("The message has more than %(most_fields)s fields."), most_fields=MOST_FIELDS)
    return found


def _bytes(payload: Any) -> bytes:
    if payload is None or payload == "":
        return b""
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise NotAMessage(_("The payload is not Base64.")) from None


def _mapping(value: Any, name: str = "") -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        if not name:
            raise NotAMessage(_("The message is not a JSON object."))
        raise NotAMessage(_("%(name)s is not an object."), name=name)
    return value


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _word(value: Any) -> str:
    """A name for people; nothing depends on it, so one that is none is left out."""
    return value.replace("\x00", "")[:LONGEST_FIELD] if isinstance(value, str) else ""


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value or len(value) > 200 or "\x00" in value:
        raise NotAMessage(_("%(name)s names no device."), name=name)
    return value
