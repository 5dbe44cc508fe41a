# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a new municipality still lacks, for the desk of its administrators."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.municipalities.web.forms import TEXTS
from stadtherz.kernel.registry.declaration import DeskLine

NEEDED = ("imprint", "contact")


def to_write() -> list[DeskLine]:
    """Texts that only the town can write, and that the law or its residents expect; no query."""
    written = active().texts
    missing = [str(TEXTS[name]) for name in NEEDED if not written.get(name)]
    title = _("Texts of the municipality are missing: %(names)s") % {"names": ", ".join(missing)}
    return [
        DeskLine(
            count=len(missing), title=title, done=_("Texts of the municipality"), url=reverse("municipality-settings")
        )
    ]
