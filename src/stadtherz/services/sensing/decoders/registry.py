# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All decoders by key. To add one: write its file, name it here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.dragino import ldds75, leak_and_door, lht65n, lt22222
from stadtherz.services.sensing.decoders.milesight import em300, em320
from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Frame, Undecodable
from stadtherz.services.sensing.decoders.rak import standard
from stadtherz.services.sensing.decoders.seeed import s2120, sensecap

LONGEST = 255  # bytes; LoRaWAN regional parameters allow 242

DECODERS: dict[str, Decoder] = {
    each.key: each
    for each in (
        *leak_and_door.DECODERS,
        ldds75.DECODER,
        lht65n.DECODER,
        lt22222.DECODER,
        *em300.DECODERS,
        *em320.DECODERS,
        standard.DECODER,
        s2120.DECODER,
        sensecap.DECODER,
    )
}


def decode(key: str, payload: bytes, port: int | None = None) -> Decoded:
    """The values in ``payload``, by the decoder ``key``. Raises ``Undecodable``, and nothing else whatever the bytes."""
    decoder = DECODERS.get(key)
    if decoder is None:
        raise Undecodable(_("There is no decoder named %(key)s.") % {"key": key})
    if not payload:
        raise Undecodable(_("The message is empty."))
    if len(payload) > LONGEST:
        raise Undecodable(
            _("The message has %(payload)s bytes; LoRaWAN carries at most %(longest)s.")
            % {"payload": len(payload), "longest": LONGEST}
        )
    if decoder.ports and port is not None and port not in decoder.ports:
        expected = ", ".join(str(each) for each in sorted(decoder.ports))
        raise Undecodable(
            _("The message came on port %(port)s; measurements of this device come on %(expected)s.")
            % {"port": port, "expected": expected}
        )
    decoded = decoder.read(Frame(payload, port))
    if not decoded.values and not decoded.earlier:
        raise Undecodable(_("The message holds no measurement."))
    return decoded
