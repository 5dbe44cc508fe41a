# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: the values of a series come in another unit, from now on, since a moment, or always did."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, KnowsSeen
from stadtherz.services.sensing import units
from stadtherz.services.sensing.actions.mappings import follow_unit
from stadtherz.services.sensing.actions.unit_changes import change_unit, present_unit
from stadtherz.services.sensing.models import AlertKind, AlertRule, Datastream, FieldMapping
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries.figures import title_of
from stadtherz.services.sensing.web.alert_words import bound_words
from stadtherz.services.sensing.web.charting import symbol_of
from stadtherz.services.sensing.web.words import conversion_words

NOW, SINCE, ALWAYS = "now", "since", "always"
WHEN = (
    (NOW, _("from now on")),
    (SINCE, _("since a moment in the past")),
    (ALWAYS, _("always: the unit was told wrong")),
)
LONGEST = 30


class UnitForm(forms.Form, KnowsSeen):
    """Which unit, and since when."""

    unit = forms.CharField(
        label=_("The values are in"), max_length=LONGEST, help_text=_("As it is written, such as °C, hPa, ppb, µg/m³."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    when = forms.ChoiceField(label=_("It holds"), choices=WHEN, initial=NOW, widget=forms.RadioSelect)
    since = forms.DateTimeField(
        label=_("since"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("In the town's time. Only if it holds since a moment in the past."),
    )  # fmt: skip

    def __init__(self, *args: Any, datastream: Datastream, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.datastream = datastream
        self.show_seen()

    def stored(self) -> dict[str, Any]:
        """The unit until now."""
        return present_unit(self.datastream)

    def clean_since(self) -> datetime | None:
        """A moment on the town's clock."""
        said: datetime | None = self.cleaned_data["since"]
        return None if said is None else said.replace(tzinfo=ZoneInfo(active().timezone))

    def clean(self) -> dict[str, Any]:
        """A moment only where it is asked for, and not ahead."""
        known = super().clean() or self.cleaned_data
        if known.get("when") == SINCE and "since" in known:
            if known["since"] is None:
                self.add_error("since", gettext("Please say since when."))
            elif known["since"] > timezone.now():
                self.add_error("since", gettext("This moment has not come yet."))
        self.check_seen(known)
        return known


def unit_of(written: str) -> dict[str, str | None]:
    """The unit as a datastream says it; with the catalogue's words where it has them."""
    told = units.code(None, written, None)
    known = next((each for each in QUANTITIES.values() if each.unit and each.symbol and units.fits(told, each)), None)
    if known is not None:
        return known.unit_of_measurement
    return {"name": written, "symbol": written, "definition": f"ucum:{told}" if told in units.TABLE else ""}


def _tell_conversions(request: HttpRequest, fields: list[FieldMapping]) -> None:
    for each in fields:
        told = gettext(
            "What %(device)s sends as %(field)s is now converted: %(how)s. If the device itself sends another unit, say so on its page."
        )
        messages.info(
            request, told % {"device": each.device.external_id, "field": each.field, "how": conversion_words(each)}
        )


@require("sensing.manage", keep_form=True)
def unit(request: HttpRequest, number: int) -> HttpResponse:
    """Give a series another unit."""
    found = Datastream.objects.select_related("thing").filter(pk=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    form = UnitForm(request.POST or None, datastream=found)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        since = {NOW: timezone.now(), SINCE: said["since"], ALWAYS: None}[said["when"]]
        by, before = signed_in_person(request), units.code_of(found.unit_of_measurement)
        try:
            change_unit(datastream=found, unit=unit_of(said["unit"].strip()), by=by, since=since, seen=said["seen"])
        except ChangedMeanwhile:  # in this very moment
            return unit(request, number)
        messages.success(request, gettext("The unit is changed."))
        _name_rules(request, found)
        if said["when"] == NOW:  # what lies behind was stored as it is; what comes must become values in the new unit
            _tell_conversions(request, follow_unit(datastream=found, before=before, by=by))
        return redirect("sensing:sensor", found.pk)
    return render(request, "sensing/staff/unit.html", {
        "form": form, "datastream": found, "title": title_of(found), "present": symbol_of(found),
    }, status=422 if form.is_bound else 200)  # fmt: skip


def _name_rules(request: HttpRequest, datastream: Datastream) -> None:
    """Where the bounds of its alerts stand now: whether they were meant in the one unit or the other knows only who wrote them."""
    bounded = (AlertKind.THRESHOLD, AlertKind.CHANGE)
    rules = AlertRule.objects.filter(datastream=datastream, kind__in=bounded, removed_at=None)
    told = [f"{rule.name} ({bound_words(rule)})" for rule in rules.select_related("datastream")]
    if told:
        said = gettext("Please look at the bounds of its alerts: %(rules)s.")
        messages.warning(request, said % {"rules": ", ".join(told)})
