# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a status is shown, the same in all services: a word with its colour and sign, for ``{% status %}``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatusWord:
    """``kind`` is neutral, info, success, warning or danger; ``icon`` a symbol of ``icons.svg``."""

    word: str
    kind: str
    icon: str
