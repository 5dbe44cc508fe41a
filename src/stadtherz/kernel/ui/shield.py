# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A heraldic shield for a municipality that has not given its coat of arms: drawn from its key, always the same.

It is a placeholder and claims nothing: partition and charge are plain and nobody's arms.
"""

import hashlib

_OUTLINE = "M4 3h32v20c0 11.5-6.500 17.500-16 22C10.500 40.500 4 34.500 4 23z"

_PARTITIONS = (
    '<path class="sh-shield__b" d="M4 3h32v17H4z"/>',
    '<path class="sh-shield__b" d="M20 3h16v20c0 11.500-6.500 17.500-16 22z"/>',
    '<path class="sh-shield__b" d="M4 3h32L8.500 34.500C5.500 31 4 27 4 23z"/>',
    '<path class="sh-shield__b" d="M4 17.500h32V30c-.7 1.600-1.500 3-2.600 4.300H6.600C5.500 33 4.700 31.600 4 30z"/>',
)

_CHARGES = (
    # tower over all
    '<path class="sh-shield__c" d="M12 37V17h3v3h3v-3h4v3h3v-3h3v20zM18 37v-6a2 2 0 0 1 4 0v6z" fill-rule="evenodd"/>',
    # two waves
    '<path class="sh-shield__w" d="M7 20c4.500-4 8.500 4 13 0s8.500 4 13 0M8 28c4-4 8 4 12 0s8 4 12 0"/>',
    # linden tree
    '<path class="sh-shield__c" d="M18.700 38v-8.500h-3.900a5.500 5.500 0 0 1-2-10.400 7.500 7.500 0 0 1 14.400 0 5.500 5.500 0 0 1-2 10.400h-3.900V38z"/>',
    # star
    '<path class="sh-shield__c" d="m20 13 2.900 7.200 7.800.6-6 5 1.900 7.600-6.600-4.100-6.600 4.100 1.900-7.600-6-5 7.800-.6z"/>',
    # bridge
    '<path class="sh-shield__c" d="M7 21h26v4h-2.500v9.500h-4V30a3 3 0 0 0-6 0v4.500h-1V30a3 3 0 0 0-6 0v4.500h-4V25H7z"/>',
)


def shield_svg(key: str) -> str:
    """An SVG element of 40 by 48 units, decorative; its colours come from the classes ``sh-shield__*``."""
    digest = hashlib.sha256(key.encode()).digest()
    partition = _PARTITIONS[digest[0] % len(_PARTITIONS)]
    charge = _CHARGES[digest[1] % len(_CHARGES)]
    return (
        '<svg class="sh-shield" viewBox="0 0 40 48" width="40" height="48" aria-hidden="true" focusable="false">'
        f'<path class="sh-shield__a" d="{_OUTLINE}"/>{partition}{charge}'
        f'<path class="sh-shield__rim" d="{_OUTLINE}"/></svg>'
    )
