# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a message of an MQTT broker says, by the form that its source was set to. Pure.

``ttn`` and ``chirpstack`` are the uplinks of the networks. ``json`` takes an object of values; the device is the level of the
topic below a ``+`` of the subscription (``town/+/values``), else the last level; a member ``time`` is the time. ``number`` takes
a single number; the last two levels are device and field. ``sta`` takes observations at ``v1.1/Observations``,
``v1.1/Datastreams(7)/Observations`` and ``v1.1/FeaturesOfInterest(3)/Observations`` (OGC 18-088, section 14.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage
from stadtherz.services.sensing.ingest.strict_json import loads
from stadtherz.services.sensing.ingest.uplinks import chirpstack, flat, moment, things_stack
from stadtherz.services.sensing.store.readings import Reading

LARGEST = 256 * 1024
SELF_LINK = b'"@iot.selfLink"'
TIMES = ("time", "timestamp", "phenomenonTime")
PUBLISHED = re.compile(r"(?:(?:.*/)?(Datastreams|FeaturesOfInterest)\((\d{1,9})\)/|(?:[^()]*/)?)Observations\Z")


def understood(
    form: str, topic: str, payload: bytes, arrived: datetime, subscriptions: Sequence[str] = ()
) -> DeviceMessage:
    """The message. ``arrived`` is its time when it says none itself. Raises ``NotAMessage``."""
    if len(payload) > LARGEST:
        raise NotAMessage(_("The message is longer than %(largest)s bytes."), largest=LARGEST)
    if form in NETWORKS:
        return NETWORKS[form](loads(payload))
    if form == "number":
        return _number(topic, payload, arrived)
    if form == "json":
        return _object(device_of(topic, subscriptions), loads(payload), arrived)
    raise NotAMessage(_("There is no form “%(form)s”."), form=form)


NETWORKS: Mapping[str, Callable[[Any], DeviceMessage]] = {"ttn": things_stack, "chirpstack": chirpstack}


def _number(topic: str, payload: bytes, arrived: datetime) -> DeviceMessage:
    levels = topic.split("/")
    if len(levels) < 2 or not levels[-1] or not levels[-2]:
        raise NotAMessage(_("The topic does not end in device and field."))
    text = payload.decode("utf-8", "replace").strip()
    try:
        return DeviceMessage(levels[-2][:200], arrived, {levels[-1][:100]: float(text)})
    except ValueError:
        raise NotAMessage(_("“%(text)s” is not a number."), text=text[:40]) from None


def _object(device: str, document: Any, arrived: datetime) -> DeviceMessage:
    if not isinstance(document, Mapping):
        raise NotAMessage(_("The message is not an object."))
    said = next((document[name] for name in TIMES if name in document), None)
    values = flat({key: value for key, value in document.items() if key not in TIMES})
    if not values:
        raise NotAMessage(_("The message holds no values."))
    return DeviceMessage(device, moment(said) if said is not None else arrived, values)


def device_of(topic: str, subscriptions: Sequence[str]) -> str:
    """The level below a plus sign of a subscription that fits, else the last level."""
    levels = topic.split("/")
    for subscription in subscriptions:
        pattern = subscription.removeprefix("$share/").split("/")
        if "+" in pattern and len(levels) >= pattern.index("+") + 1 and _fits(pattern, levels):
            return levels[pattern.index("+")][:200]
    if not levels[-1]:
        raise NotAMessage(_("The topic names no device."))
    return levels[-1][:200]


def fits(subscription: str, topic: str) -> bool:
    """Whether a topic belongs to a subscription (MQTT 3.1.1, section 4.7)."""
    if topic.startswith("$") and subscription[:1] in {"+", "#"}:
        return False
    return _fits(subscription.split("/"), topic.split("/"))


def _fits(pattern: Sequence[str], levels: Sequence[str]) -> bool:
    for number, each in enumerate(pattern):
        if each == "#":
            return True
        if number >= len(levels) or each not in {"+", levels[number]}:
            return False
    return len(pattern) == len(levels)


class Described(NotAMessage):
    """What an observation belongs to is described, not linked."""


def place_of(topic: str) -> list[tuple[str, int]]:
    """The entity that a topic of the standard names, by its type. Raises ``NotAMessage`` for another topic."""
    match = PUBLISHED.match(topic)
    if match is None:
        raise NotAMessage(_("The topic is not v1.1/Datastreams(…)/Observations."))
    return (
        [({"FeaturesOfInterest": "FeatureOfInterest"}.get(match[1], "Datastream"), int(match[2]))] if match[1] else []
    )


def takes_in(topic: str) -> bool:
    """Whether observations are published at this topic of the standard."""
    return PUBLISHED.match(topic) is not None


def is_told_by(base: str, payload: bytes) -> bool:
    """Whether a message is an observation as the interface at ``base`` shows it: with its address."""
    if SELF_LINK not in payload:
        return False
    with suppress(NotAMessage):
        document = loads(payload)
        return isinstance(document, Mapping) and str(document.get("@iot.selfLink")).startswith(f"{base}/")
    return False


def observation(topic: str, payload: bytes, arrived: datetime) -> Reading:
    """An observation that was published by the standard. Raises ``NotAMessage``."""
    known = dict(place_of(topic))
    document = loads(payload)
    if not isinstance(document, Mapping) or "result" not in document:
        raise NotAMessage(_("The observation has no result."))
    datastream = known.get("Datastream") or _linked(document, "Datastream")
    if datastream is None:
        raise NotAMessage(_("The observation does not say its datastream."))
    start, end = _span(document.get("phenomenonTime"))
    since, until = _span(document.get("validTime"))
    parameters = document.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise NotAMessage(_("%(name)s must be a JSON object."), name="parameters")
    return Reading(
        datastream, start or arrived, document["result"], end=end,
        result_time=None if document.get("resultTime") is None else moment(document["resultTime"]),
        valid_time=(since, until) if since is not None and until is not None else None,
        quality=document.get("resultQuality"), parameters=parameters,
        feature=known.get("FeatureOfInterest") or _linked(document, "FeatureOfInterest"),
    )  # fmt: skip


def _linked(document: Mapping[str, Any], name: str) -> int | None:
    """The identifier that a member links to. Raises ``Described``, ``NotAMessage``."""
    said = document.get(name)
    if said is None:
        return None
    number = said.get("@iot.id") if isinstance(said, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
        raise (Described if isinstance(said, Mapping) and "@iot.id" not in said else NotAMessage)(
            _("%(name)s can be linked here, by @iot.id alone, but not described."), name=name
        )
    return number


def _span(said: Any) -> tuple[datetime | None, datetime | None]:
    """A time, or an interval."""
    if said is None:
        return None, None
    start, _slash, end = str(said).partition("/")
    return moment(start), moment(end) if end else None
