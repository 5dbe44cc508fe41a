# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a form field becomes HTML: label, hint, input and error, tied together for screen readers.

KERN-UX gives the classes. Nothing here decides what is valid; that is the form's work.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext_lazy

AUTOCOMPLETE = {
    "email": "email",
    "phone": "tel",
    "street": "address-line1",
    "postcode": "postal-code",
    "given_name": "given-name",
    "family_name": "family-name",
    "pseudonym": "nickname",
}
"""Well-known field names and their token (HTML, 4.10.18.7.1); a widget's own attribute wins."""


DJANGO_TEXTS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Enter a whole number."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
"""Messages of Django's own fields, marked here so that our translation of them is kept: theirs is office German."""


def kind_of(bound: BoundField) -> str:
    """Which shape the field has: text, textarea, select, radios, checkboxes, checkbox, file, hidden."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    shapes: tuple[tuple[str, type | tuple[type, ...]], ...] = (
        ("checkboxes", forms.CheckboxSelectMultiple),
        ("radios", forms.RadioSelect),
        ("checkbox", forms.CheckboxInput),
        ("textarea", forms.Textarea),
        ("file", forms.FileInput),
        ("parts", forms.MultiWidget),
        ("select", forms.Select),
    )
    return next((shape for shape, types in shapes if isinstance(widget, types)), "text")


def ids(bound: BoundField) -> dict[str, str]:
    """Ids of the hint, the error and the counter of a field."""
    base = bound.auto_id or bound.html_name
    return {name: f"{base}-{name}" for name in ("hint", "error", "counter")}


def described_by(bound: BoundField, *, counted: bool = False) -> str:
    """Value of aria-describedby: first the error, as it matters most."""
    names = ids(bound)
    parts = [
        names["error"] if bound.errors else "",
        names["hint"] if bound.help_text else "",
        names["counter"] if counted else "",
    ]
    return " ".join(part for part in parts if part)


def _attributes(bound: BoundField, kind: str, counted: int | None) -> dict[str, Any]:
    wrong = bool(bound.errors)
    classes = {
        "text": "kern-form-input__input",
        "file": "kern-form-input__input",
        "textarea": "kern-form-input__input",
        "select": "kern-form-input__select",
        "checkbox": "kern-form-check__checkbox",
    }.get(kind, "")
    own = bound.field.widget.attrs
    found: dict[str, Any] = {"class": " ".join(part for part in (classes, own.get("class", "")) if part)}
    if wrong and classes:
        found["class"] += f" {classes}--error"
        found["aria-invalid"] = "true"
    description = described_by(bound, counted=counted is not None)
    if description:
        found["aria-describedby"] = description
    if counted is not None:
        found["data-maxlength"] = counted
        found["maxlength"] = False  # a browser would cut a pasted text silently
    if kind == "textarea" and own.get("rows") in (None, "10", 10):
        found["rows"] = 7
    if "autocomplete" not in own and bound.name in AUTOCOMPLETE:
        found["autocomplete"] = AUTOCOMPLETE[bound.name]
    return found


def _native_type(widget: forms.Widget) -> None:
    """Dates and times get the browser's own field; their value must then be ISO 8601."""
    for kind, type_, pattern in (
        (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
        (forms.DateInput, "date", "%Y-%m-%d"),
        (forms.TimeInput, "time", "%H:%M"),
    ):
        if isinstance(widget, kind) and widget.input_type == "text":
            widget.input_type = type_
            widget.format = pattern
            return


def context(bound: BoundField, *, wide: bool = False, hide_label: bool = False) -> dict[str, Any]:
    """What ``ui/components/field.html`` needs."""
    kind = kind_of(bound)
    widget = bound.field.widget
    _native_type(widget)
    limit = getattr(bound.field, "max_length", None)
    counted = limit if kind == "textarea" and limit else None
    rendered = "" if kind in ("radios", "checkboxes") else bound.as_widget(attrs=_attributes(bound, kind, counted))
    return {
        "bound": bound,
        "kind": kind,
        "ids": ids(bound),
        "described_by": described_by(bound),
        "widget": rendered,
        "counted": counted,
        "optional": not bound.field.required and kind != "hidden" and getattr(bound.field, "says_optional", True),
        "wide": wide,
        "hide_label": hide_label,
        "horizontal": getattr(widget, "horizontal", False),
    }


def option_widget(option: Any, *, kind: str, wrong: bool, describe: str) -> SafeString:
    """One radio button or checkbox of a group, without its label."""
    data = option.data
    name = "radio" if kind == "radios" else "checkbox"
    checked = SafeString(" checked") if data["selected"] else ""
    disabled = SafeString(" disabled") if data["attrs"].get("disabled") else ""
    error = SafeString(f" kern-form-check__{name}--error") if wrong else ""
    described = format_html(' aria-describedby="{}"', describe) if describe else ""
    return format_html(
        '<input type="{}" class="kern-form-check__{}{}" name="{}" id="{}" value="{}"{}{}{}>',
        name, name, error, data["name"], option.id_for_label, data["value"] if data["value"] is not None else "",
        checked, disabled, described,
    )  # fmt: skip


def error_lines(form: forms.BaseForm) -> list[dict[str, Any]]:
    """All errors of a form for the summary on top, each with the id it leads to ("" for the form as a whole)."""
    lines: list[dict[str, Any]] = [{"id": "", "label": "", "text": text} for text in form.non_field_errors()]
    for bound in form:
        target = _first_id(bound)
        lines.extend({"id": target, "label": bound.label, "text": text} for text in bound.errors)
    return lines


def _first_id(bound: BoundField) -> str:
    """Id of the first element of a field that can take the focus."""
    if kind_of(bound) in ("radios", "checkboxes"):
        first = next(iter(bound.subwidgets), None)
        return str(first.id_for_label) if first is not None else str(bound.auto_id)
    return str(bound.id_for_label or bound.auto_id)


def summary_title(count: int) -> str:
    """Heading of the error summary."""
    return (
        _("One entry is not right yet") if count == 1 else _("%(count)s entries are not right yet") % {"count": count}
    )
