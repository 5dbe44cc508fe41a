# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words with which OpenStreetMap says that something is there, or is not."""

from typing import Final

YES: Final = frozenset({"yes", "designated", "official", "permissive", "both", "left", "right", "limited", "only"})
#: said to be there, but of no use: https://wiki.openstreetmap.org/wiki/Key:tactile_paving
MISSING: Final = frozenset({"no", "incorrect", "disused", "none"})
