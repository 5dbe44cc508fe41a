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

from stadtherz.kernel.ui.meanwhile import KnowsSeen
from stadtherz.services.sensing import units
from stadtherz.services.sensing.actions.alert_news import addresses
from stadtherz.services.sensing.actions.alerts import decided
from stadtherz.services.sensing.models import AlertKind, AlertRule, Datastream, ResultKind
from stadtherz.services.sensing.models.alerts import WEEK
from stadtherz.services.sensing.web.alert_words import decided_words, exact, sensor_words

MOST_MAILS = 10
MOST_MINUTES = 366 * 24 * 60
UNASKED: dict[str, tuple[str, ...]] = {
    AlertKind.THRESHOLD: ("minutes",),
    AlertKind.SILENCE: ("bound", "release", "below", "hold"),
    AlertKind.OUTLIER: ("minutes", "below"),
}
"""What the kinds do not need: it is not on the page, and what stands in it does not matter."""
IN_UNIT = {AlertKind.THRESHOLD, AlertKind.CHANGE}


def unit_of(datastream: Datastream) -> str:
    """The code of its unit, as the form remembers it."""
    return units.code_of(datastream.unit_of_measurement)


class Number(forms.FloatField):
    """A number, with the comma of German writing or a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) and "." not in value else value)


class AlertForm(forms.ModelForm, KnowsSeen):
    """What a clerk decides."""

    # declared, because there is no active municipality yet when this module is read
    datastream = forms.ModelChoiceField(
        label=gettext_lazy("sensor"),
        queryset=Datastream._base_manager.none(),
        empty_label=gettext_lazy("please choose"),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("on these days"), choices=[(str(n), WEEKDAYS[n]) for n in range(7)],
        widget=forms.CheckboxSelectMultiple, required=False, initial=[],
        help_text=gettext_lazy("None ticked: every day. A night belongs to the day on which it begins."),
    )  # fmt: skip
    unit = forms.CharField(widget=forms.HiddenInput, required=False)
    """The unit in which the page told the bound: it may change while the page is open."""

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
            "from_hour": gettext_lazy("From 22 to 6 means the night."),
            "pause_minutes": gettext_lazy("A value that flutters around the bound then makes one mail, not many."),
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
        field.label_from_instance = sensor_words  # type: ignore[attr-defined]
        for each in self.fields.values():
            each.label = capfirst(each.label)
        self.fields["webhook"].assume_scheme = "https"  # type: ignore[attr-defined]
        if self.is_bound:  # what the kind does not need is not asked for
            for name in UNASKED.get(self.data.get(self.add_prefix("kind")) or "", ()):
                self.fields[name].required = False
        if self.instance.pk:
            days = self.instance.weekdays
            self.initial["weekdays"] = [] if days == WEEK else list(days)
            self.initial["unit"] = unit_of(self.instance.datastream)
            self.show_seen()
        else:
            self.initial["bound"] = None

    def clean_weekdays(self) -> str:
        """The chosen days as they are kept; none means all."""
        return "".join(sorted(self.cleaned_data["weekdays"])) or WEEK

    def clean_mail_to(self) -> str:
        """Only real addresses, and not too many."""
        written = self.cleaned_data["mail_to"]
        found = addresses(written)
        for part in dict.fromkeys(written.replace(",", " ").replace(";", " ").split()):
            try:
                validate_email(part)
            except forms.ValidationError as error:
                raise forms.ValidationError(_("“%(part)s” is no e-mail address.") % {"part": part}) from error
        if len(found) > MOST_MAILS:
            raise forms.ValidationError(_("Please write at most %(n)d addresses.") % {"n": MOST_MAILS})
        return ", ".join(found)

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        known = super().clean() or self.cleaned_data
        for name in UNASKED.get(known.get("kind", ""), ()):  # nobody could see what is wrong there
            self.errors.pop(name, None)
            known[name] = getattr(AlertRule(), name)
        bound, release = known.get("bound"), known.get("release")
        if known.get("kind") == AlertKind.CHANGE:
            bound, release = (None if each is None else abs(each) for each in (bound, release))
            known |= {"bound": bound, "release": release}
        is_lower = known.get("below") and known.get("kind") == AlertKind.THRESHOLD
        if bound is not None and release is not None and (release < bound if is_lower else release > bound):
            self.add_error("release", _("The alert must end on the quiet side of the bound."))
        if known.get("kind") in {AlertKind.CHANGE, AlertKind.SILENCE} and known.get("minutes") == 0:
            self.add_error("minutes", _("Please say how many minutes."))
        for name in ("minutes", "hold", "pause_minutes"):
            if (known.get(name) or 0) > MOST_MINUTES:
                self.add_error(name, _("Please write at most %(n)d minutes, a year.") % {"n": MOST_MINUTES})
        if known.get("kind") == AlertKind.OUTLIER and bound is not None and bound <= 0:
            self.add_error("bound", _("Please write a number above 0."))
        for name, most in (("from_hour", 23), ("to_hour", 24)):
            if (known.get(name) or 0) > most:
                self.add_error(name, _("Please write an hour from 0 to %(most)d.") % {"most": most})
        if known.get("from_hour") is not None and known.get("from_hour") == known.get("to_hour"):
            self.add_error(
                "to_hour", _("The rule would begin and end at the same hour. For the whole day write 0 and 24.")
            )
        self._check_unit(known)
        if self.instance.pk:
            self.check_seen(known, leaving=UNASKED.get(known.get("kind", ""), ()))
        same = AlertRule.objects.filter(
            name=known.get("name"), datastream=known.get("datastream"), kind=known.get("kind"), removed_at=None
        ).exclude(pk=self.instance.pk)
        if known.get("name") and known.get("datastream") and same.exists():
            self.add_error("name", _("There is a rule of this name for this sensor already."))
        return known

    def _check_unit(self, known: dict[str, Any]) -> None:
        """A bound that was written in the unit of before is not taken for one in the unit of now."""
        seen, rule = known.pop("unit", ""), self.instance
        stream = known.get("datastream")
        if not rule.pk or stream is None or stream.pk != rule.datastream_id or known.get("kind") not in IN_UNIT:
            return
        if self.add_prefix("unit") in self.data and seen != unit_of(stream):
            stored = AlertRule.objects.get(pk=rule.pk)
            self.send_anew(unit=unit_of(stream))
            self.add_error("bound", _(
                "Meanwhile the unit of this sensor has changed, and the rule stands at %(bound)s. Please look whether your bound is meant "
                "in this unit."
            ) % {"bound": exact(stored.bound, stream)})  # fmt: skip

    def stored(self) -> dict[str, Any]:
        """The rule as it was read."""
        return decided(self.instance)

    def stored_words(self, name: str, value: Any) -> str:
        """What stands in one field of the rule, as the rule's page says it."""
        return decided_words(self.instance, name)
