# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of a rule, with only the fields that its kind needs to be right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stadtherz.services.sensing.actions.alert_news import addresses
from stadtherz.services.sensing.models import AlertKind, AlertRule, Datastream, ResultKind
from stadtherz.services.sensing.models.alerts import WEEK

MOST_MAILS = 10


class Number(forms.FloatField):
    """A number, with the comma of German writing or a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) and "." not in value else value)


class AlertForm(forms.ModelForm):
    """What a clerk decides."""

    # declared, because there is no active municipality yet when this module is read
    datastream = forms.ModelChoiceField(label=gettext_lazy("sensor"), queryset=Datastream._base_manager.none())
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("on these days"), choices=[(str(n), WEEKDAYS[n]) for n in range(7)],
        widget=forms.CheckboxSelectMultiple, initial=list(WEEK), required=False,
    )  # fmt: skip

    class Meta:
        model = AlertRule
        field_classes = {"bound": Number, "release": Number}
        fields = [
            "name", "datastream", "kind", "bound", "release", "below", "minutes", "hold", "weekdays", "from_hour", "to_hour",
            "mail_to", "webhook", "pause_minutes", "is_public",
        ]  # fmt: skip
        help_texts = {
            "name": gettext_lazy("As it will stand in the subject of the mail."),
            "bound": gettext_lazy(
                "In the unit of the sensor. For “differs from what is usual” in deviations from its own history; 3.5 is customary."
            ),
            "release": gettext_lazy("So that it does not flutter. Empty: at the bound."),
            "minutes": gettext_lazy(
                "For “changes quickly” the time looked at, for “says nothing” the silence that is allowed."
            ),
            "hold": gettext_lazy("0: at once."),
            "from_hour": gettext_lazy("0 to 24; from 22 to 6 means the night."),
            "mail_to": gettext_lazy("Addresses of offices, separated by commas."),
            "webhook": gettext_lazy(
                "Another system is told by a signed POST. The secret stands on the page of the rule."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["datastream"]
        offered = Datastream.objects.select_related("thing").exclude(kind=ResultKind.TEXT).order_by("thing__name", "pk")
        field.queryset = offered  # type: ignore[attr-defined]
        field.label_from_instance = lambda each: f"{each.thing.name}: {each.name}"  # type: ignore[attr-defined]
        for each in self.fields.values():
            each.label = capfirst(each.label)
        self.fields["webhook"].assume_scheme = "https"  # type: ignore[attr-defined]
        if self.is_bound:  # what the kind does not need is not asked for
            kind = self.data.get(self.add_prefix("kind"))
            self.fields["bound"].required = kind != AlertKind.SILENCE
            self.fields["minutes"].required = kind not in {AlertKind.THRESHOLD, AlertKind.OUTLIER}
        if self.instance.pk:
            self.initial["weekdays"] = list(self.instance.weekdays)
        else:
            self.initial["bound"] = None

    def clean_weekdays(self) -> str:
        """The chosen days as they are kept; none means all."""
        return "".join(sorted(self.cleaned_data["weekdays"])) or WEEK

    def clean_mail_to(self) -> str:
        """Only real addresses, and not too many."""
        written = self.cleaned_data["mail_to"]
        found = addresses(written)
        for address in found:
            validate_email(address)
        if written.strip() and not found:
            raise forms.ValidationError(_("Please write an e-mail address."))
        if len(found) > MOST_MAILS:
            raise forms.ValidationError(_("Please write at most %(n)d addresses.") % {"n": MOST_MAILS})
        return ", ".join(found)

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        known = super().clean() or self.cleaned_data
        bound, release = known.get("bound"), known.get("release")
        if known.get("kind") == AlertKind.SILENCE:
            bound, release = known["bound"], known["release"] = 0.0, None
        if known.get("kind") == AlertKind.CHANGE:
            bound, release = (None if each is None else abs(each) for each in (bound, release))
            known |= {"bound": bound, "release": release}
        is_lower = known.get("below") and known.get("kind") == AlertKind.THRESHOLD
        if bound is not None and release is not None and (release < bound if is_lower else release > bound):
            self.add_error("release", _("The alert must end on the quiet side of the bound."))
        if known.get("kind") in {AlertKind.CHANGE, AlertKind.SILENCE} and known.get("minutes") == 0:
            self.add_error("minutes", _("Please say how many minutes."))
        if known.get("minutes") is None:
            known["minutes"] = AlertRule._meta.get_field("minutes").get_default()
        if known.get("kind") == AlertKind.OUTLIER and bound is not None and bound <= 0:
            self.add_error("bound", _("Please write a number above 0."))
        if not 0 <= (known.get("from_hour") or 0) <= 24 or not 0 <= (known.get("to_hour") or 0) <= 24:
            self.add_error("from_hour", _("Hours lie between 0 and 24."))
        same = AlertRule.objects.filter(
            name=known.get("name"), datastream=known.get("datastream"), kind=known.get("kind"), removed_at=None
        ).exclude(pk=self.instance.pk)
        if known.get("name") and known.get("datastream") and same.exists():
            self.add_error("name", _("There is a rule of this name for this sensor already."))
        return known
