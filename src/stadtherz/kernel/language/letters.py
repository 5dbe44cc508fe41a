# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""German words in addresses and names of files, where umlauts and ß cannot stand."""

from __future__ import annotations

from django.utils.text import slugify

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def in_address(text: str) -> str:
    """Small letters, digits and hyphens: "Zählstelle Mainzer Straße" is "zaehlstelle-mainzer-strasse". Nothing may be left."""
    return slugify(text.lower().translate(_WRITTEN_OUT))
