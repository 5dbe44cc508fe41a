# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: say of the values of some time that they are doubtful, filled in or fell into maintenance; or that they are valid again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.corrections import NotCorrectable, flag_values
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.figures import title_of
from stadtherz.services.sensing.store import Flag

FLAGS = (
    (Flag.SUSPECT.name, _("under doubt: they count nowhere")),
    (Flag.MAINTENANCE.name, _("measured during maintenance: they count nowhere")),
    (Flag.FILLED.name, _("filled in by the town: they count, and it is said")),
    (Flag.VALID.name, _("valid: they count (takes an earlier mark back)")),
)


class FlagForm(forms.Form):
    """From when to when, what is to be thought of the values, and why."""

    since = forms.DateTimeField(label=_("from"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    until = forms.DateTimeField(
        label=_("until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("In the town's time. The value of this moment is no longer meant."),
    )  # fmt: skip
    flag = forms.ChoiceField(label=_("These values are"), choices=FLAGS, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("It stands in the record of changes."))


def _in_town(moment: datetime) -> datetime:
    """What was written, on the town's clock."""
    return moment.replace(tzinfo=ZoneInfo(active().timezone))


@require("sensing.manage", keep_form=True)
def flag(request: HttpRequest, number: int) -> HttpResponse:
    """Mark the values of a datastream in some time."""
    found = Datastream.objects.select_related("thing").filter(pk=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        since, until = _in_town(said["since"]), _in_town(said["until"])
        try:
            count = flag_values(
                datastream=found, since=since, until=until, flag=Flag[said["flag"]], by=signed_in_person(request),
                reason=said["reason"],
            )  # fmt: skip
        except NotCorrectable as refused:
            form.add_error("until", str(refused))
        else:
            told = ngettext("%(n)d value is marked.", "%(n)d values are marked.", count)
            messages.success(request, told % {"n": count} if count else gettext("There is no value in this time."))
            return redirect("sensing:sensor", found.pk)
    return render(request, "sensing/staff/flag.html", {
        "form": form, "datastream": found, "title": title_of(found), "now": timezone.now(),
    }, status=422 if form.is_bound else 200)  # fmt: skip
