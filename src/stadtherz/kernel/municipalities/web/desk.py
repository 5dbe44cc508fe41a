# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a new municipality still lacks, for the desk of its administrators."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.municipalities.web.forms import TEXTS
from stadtherz.kernel.registry.declaration import DeskLine

NEEDED = ("imprint", "contact", "privacy")


def to_write() -> list[DeskLine]:
    """Texts that only the town can write, and that the law or its residents expect; no query.

    A town without any service is told so: nobody wants that, and nothing else on its pages says why they are empty.
    """
    town = active()
    written = town.texts
    missing = [str(TEXTS[name]) for name in NEEDED if not written.get(name)]
    title = _("Texts of the municipality are missing: %(names)s") % {"names": ", ".join(missing)}
    here = reverse("municipality-settings")
    lines = [DeskLine(count=len(missing), title=title, done=_("Texts of the municipality"), url=here)]
    if not town.services:
        no_service = _("No service is switched on yet")
        lines.append(DeskLine(count=1, title=no_service, done=no_service, url=here))
    return lines
