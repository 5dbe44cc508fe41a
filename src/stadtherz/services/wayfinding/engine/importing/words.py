# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words with which OpenStreetMap says that something is there, or is not."""

from typing import Final

from ..vocabulary import Tri

YES: Final = frozenset({"yes", "designated", "official", "permissive", "both", "left", "right", "limited", "only"})
#: said to be there, but of no use: https://wiki.openstreetmap.org/wiki/Key:tactile_paving
MISSING: Final = frozenset({"no", "incorrect", "disused", "none", "primitive"})
#: there in part, or nobody knows: nobody may rely on it
_UNSURE: Final = frozenset({"partial", "unknown", "unknow", "?", ""})


def felt(value: str) -> Tri:
    """Whether a cane feels the ground by what the map says of it: gutters that help by chance (primitive) do not count."""
    return Tri.UNKNOWN if value in _UNSURE else Tri.NO if value in MISSING else Tri.YES
