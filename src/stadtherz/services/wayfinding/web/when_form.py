# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When an obstacle counts, as a clerk says it: once from when until when, or every week by days and hours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.weekly import Weekly, from_mapping

MOMENT = "%Y-%m-%dT%H:%M"
WEEKLY: Final = "weekly"
#: the fields of each answer to "how often"; only those of the chosen one are read
ASKED: Final = {
    "once": ("begins", "ends"), WEEKLY: ("days", "starts", "stops", "first", "last", "without"),
}  # fmt: skip
#: ways to write a day; those of the calendar's own field first
DAY_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
MOST_LEFT_OUT: Final = 100
LONGEST_LIST: Final = 2_000


class _Moment(forms.DateTimeField):
    """A time of the municipality's clocks, also in the night in which they change."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if getattr(error, "code", "") != "ambiguous_timezone":
                raise
            raise forms.ValidationError(
                _(
                    "The clocks change in that hour, so this time is there twice or not at all. Please choose one an hour earlier or later."
                ),
                code="ambiguous_timezone",
            ) from error


class _Hour(forms.TimeField):
    """A time of day, to the minute."""

    widget = forms.TimeInput
    input_formats = ("%H:%M",)
    default_error_messages = {"invalid": _("Please write the time like this: 6:00")}  # as Django has it


class _Days(forms.CharField):
    """Single days, one a line or separated by commas."""

    def clean(self, value: Any) -> frozenset[date]:
        """The days. Raises ``ValidationError`` that names what is none."""
        text = super().clean(value)
        said = [part for part in re.split(r"[\s,;]+", text[:LONGEST_LIST]) if part]
        if len(said) > MOST_LEFT_OUT or len(text) > LONGEST_LIST:
            raise forms.ValidationError(_("These are too many days. Please name a hundred at most."), code="many")
        return frozenset(self._day(part) for part in said)

    def _day(self, said: str) -> date:
        for pattern in DAY_FORMATS:
            try:
                return datetime.strptime(said, pattern).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
        raise forms.ValidationError(
            _("“%(said)s” is no day. Please write it like this: 24.12.2026"), code="no_day", params={"said": said[:40]}
        )


def _moment(**attrs: str) -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", **attrs}, format=MOMENT)


class WhenForm(forms.Form):
    """Once, or every week."""

    repeats = forms.ChoiceField(
        label=_("How often?"), choices=[("once", _("Once")), (WEEKLY, _("Every week"))], initial="once", required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    begins = _Moment(label=_("From"), widget=_moment())
    ends = _Moment(label=_("Until"), widget=_moment())
    days = forms.MultipleChoiceField(
        label=_("On these days"), choices=[(str(n), WEEKDAYS[n]) for n in range(7)],
        widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Please choose a day at least.")},
    )  # fmt: skip
    starts = _Hour(label=_("From what time?"))
    stops = _Hour(
        label=_("Until what time?"), help_text=_("0:00 is midnight. Earlier than the beginning means the next morning.")
    )
    first = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput, help_text=_("A year after the first at most."))
    without = _Days(
        label=_("Not on these days"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public holidays, for example. One day a line, like this: 24.12.2026"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["repeats"].says_optional = False  # type: ignore[attr-defined]  # "once" is chosen beforehand
        self.fields["days"].widget.horizontal = self.fields["repeats"].widget.horizontal = True
        if self.is_bound:
            for name in self._not_asked():
                self.fields[name].required = False

    def _not_asked(self) -> tuple[str, ...]:
        return ASKED["once" if self.data.get(self.add_prefix("repeats")) == WEEKLY else WEEKLY]

    def clean(self) -> dict[str, Any]:
        """What nobody asked for is not wrong."""
        cleaned = super().clean() or {}
        for name in self._not_asked():
            self.errors.pop(name, None)
            cleaned.pop(name, None)
        return cleaned

    def when(self) -> dict[str, Any]:
        """The period or the rule, for the verb; only after the form was found valid."""
        said = self.cleaned_data
        if said.get("repeats") != WEEKLY:
            return {"begins": said["begins"], "ends": said["ends"]}
        days = frozenset(int(day) for day in said["days"])
        return {
            "weekly": Weekly(days, said["starts"], said["stops"], said["first"], said["last"], said["without"])
        }  # fmt: skip

    def field_of(self, refused: Refused) -> str | None:
        """The field beside which a refusal stands: a rule ends with its last day."""
        name = "last" if refused.field == "ends" and self.cleaned_data.get("repeats") == WEEKLY else refused.field
        return name if name in self.fields else None


def _written(day: date) -> str:
    return (
        f"{day.day:02}.{day.month:02}.{day.year:04}" if (get_language() or "de").startswith("de") else day.isoformat()
    )


def initial_when(obstacle: Obstacle | None) -> dict[str, Any]:
    """The form as the obstacle stands; a new one begins now and lasts a day, and would recur from today on."""
    if obstacle is None:
        now = timezone.localtime().replace(second=0, microsecond=0)
        return {"repeats": "once", "begins": now, "ends": now + timedelta(days=1), "first": now.date()}
    begins, ends = obstacle.time_at(timezone.now())
    said = {"repeats": "once", "begins": begins, "ends": ends, "first": timezone.localdate(begins)}
    if not obstacle.weekly:
        return said
    rule = from_mapping(obstacle.weekly)
    return said | {
        "repeats": WEEKLY, "days": [str(day) for day in sorted(rule.days)], "starts": rule.begins, "stops": rule.ends,
        "first": rule.first, "last": rule.last, "without": "\n".join(_written(day) for day in sorted(rule.without)),
    }  # fmt: skip
