# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of the symbols in ``static/ui/icons.svg``; read from the file, so that there is one list."""

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static/ui/icons.svg"


@cache
def names() -> frozenset[str]:
    """All symbol names."""
    return frozenset(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text(encoding="utf-8")))
