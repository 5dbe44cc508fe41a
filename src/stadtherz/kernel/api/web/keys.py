# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys for other programs: issue, see when they were last used, revoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.api.actions import issue_key, revoke_key
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.api.root import scope_titles
from stadtherz.kernel.people.web.guards import require, signed_in_person


class KeyForm(forms.Form):
    """A new key."""

    label = forms.CharField(
        label=gettext_lazy("Used by"),
        max_length=100,
        help_text=gettext_lazy("Which program uses the key, and whom to ask."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May also"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Reading what is public is always included."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (scope, f"{title} ({scope})" if title != scope else scope)
            for scope, title in sorted(scope_titles().items())
        ]
        if known:
            self.fields["scopes"].choices = known  # type: ignore[attr-defined]
        else:
            del self.fields["scopes"]


@require("api.keys")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All keys of the municipality, and the form for another."""
    return render(request, "api/keys.html", {"keys": ApiKey.objects.all(), "form": KeyForm()})


@require("api.keys")
@require_POST
@never_cache
def issue(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return render(request, "api/keys.html", {"keys": ApiKey.objects.all(), "form": form}, status=422)
    _key, secret = issue_key(
        label=form.cleaned_data["label"], scopes=form.cleaned_data.get("scopes", []), by=signed_in_person(request)
    )  # fmt: skip
    return render(request, "api/issued.html", {"secret": secret, "label": form.cleaned_data["label"]})


@require("api.keys")
@require_POST
def revoke(request: HttpRequest, api_key: int) -> HttpResponse:
    """End a key's access."""
    found = get_object_or_404(ApiKey.objects, pk=api_key)
    revoke_key(key=found, by=signed_in_person(request))
    messages.success(request, _("The key of %(label)s no longer opens anything.") % {"label": found.label})
    return redirect("api-keys:keys")
