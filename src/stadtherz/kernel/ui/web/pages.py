# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages that every municipality must have: imprint, privacy, accessibility statement, contact, about the platform."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.services import personal_data
from stadtherz.kernel.ui.preferences import reads_easy_language
from stadtherz.kernel.ui.texts import to_html

TITLES = {
    "imprint": _("Imprint"),
    "privacy": _("Privacy"),
    "accessibility": _("Accessibility statement"),
    "contact": _("Contact"),
    "about": _("About this platform"),
}


@public
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages in ``TITLES``: our frame, and the municipality's own text where it has written one."""
    if name not in TITLES:
        raise Http404
    found = resolved(active().texts.get(name), easy=reads_easy_language(request))
    return render(
        request,
        f"ui/pages/{name}.html",
        {
            "page_title": TITLES[name],
            "text": to_html(found.text),
            "text_language": found.language,
            "personal_data": [data for data in personal_data() if data.used] if name == "privacy" else [],
        },
    )
