# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Payloads of LoRaWAN devices, decoded in Python from the manufacturers' documented formats. Pure: no Django, no database."""

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Undecodable
from stadtherz.services.sensing.decoders.registry import DECODERS, decode

__all__ = ["DECODERS", "Decoded", "Decoder", "Field", "Undecodable", "decode"]
