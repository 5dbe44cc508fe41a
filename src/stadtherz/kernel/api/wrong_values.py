# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a value, in the reader's language: pydantic finds it and says it in English alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# pydantic's kinds of errors (docs.pydantic.dev, "Validation Errors") and our sentence for each; %(…)s comes from its context.
SENTENCES = {
    "missing": gettext_noop("This is missing."),
    "extra_forbidden": gettext_noop("There is no such field here."),
    "int_type": gettext_noop("This must be a whole number."),
    "int_parsing": gettext_noop("This must be a whole number."),
    "int_from_float": gettext_noop("This must be a whole number."),
    "int_parsing_size": gettext_noop("This number is too large."),
    "float_type": gettext_noop("This must be a number."),
    "float_parsing": gettext_noop("This must be a number."),
    "finite_number": gettext_noop("This must be a number that is not infinite."),
    "decimal_type": gettext_noop("This must be a number."),
    "decimal_parsing": gettext_noop("This must be a number."),
    "bool_type": gettext_noop("This must be “true” or “false”."),
    "bool_parsing": gettext_noop("This must be “true” or “false”."),
    "string_type": gettext_noop("This must be a text."),
    "string_unicode": gettext_noop("This is no text in UTF-8."),
    "string_pattern_mismatch": gettext_noop("This text does not have the form %(pattern)s."),
    "literal_error": gettext_noop("This must be one of: %(expected)s."),
    "enum": gettext_noop("This must be one of: %(expected)s."),
    "greater_than": gettext_noop("This must be more than %(gt)s."),
    "greater_than_equal": gettext_noop("This must be at least %(ge)s."),
    "less_than": gettext_noop("This must be less than %(lt)s."),
    "less_than_equal": gettext_noop("This must be at most %(le)s."),
    "list_type": gettext_noop("This must be a list."),
    "tuple_type": gettext_noop("This must be a list."),
    "dict_type": gettext_noop("This must be an object."),
    "model_type": gettext_noop("This must be an object."),
    "model_attributes_type": gettext_noop("This must be an object."),
    "date_type": gettext_noop("This must be a date such as 2026-10-04."),
    "date_parsing": gettext_noop("This must be a date such as 2026-10-04."),
    "date_from_datetime_parsing": gettext_noop("This must be a date such as 2026-10-04."),
    "datetime_type": gettext_noop("This must be a moment such as 2026-10-04T16:30:00+02:00."),
    "datetime_parsing": gettext_noop("This must be a moment such as 2026-10-04T16:30:00+02:00."),
    "datetime_from_date_parsing": gettext_noop("This must be a moment such as 2026-10-04T16:30:00+02:00."),
    "timezone_aware": gettext_noop("The moment needs its time zone, such as +02:00 or Z."),
    "uuid_parsing": gettext_noop("This must be a UUID."),
    "url_parsing": gettext_noop("This must be a web address."),
}  # fmt: skip


def in_words(error: Mapping[str, Any]) -> str:
    """The sentence for one of pydantic's errors; what it raised in our own words, and kinds without a sentence, stay as they are."""
    kind, context = str(error.get("type", "")), dict(error.get("ctx") or {})
    length = _length(kind, context)
    if length:
        return length
    if kind in SENTENCES:
        context = {name: _short_list(value) if name == "expected" else value for name, value in context.items()}
        return _(SENTENCES[kind]) % context
    own = context.get("error")
    return str(own) if isinstance(own, ValueError) else str(error.get("msg", ""))


def _length(kind: str, context: Mapping[str, Any]) -> str:
    """Too long or too short: these sentences have a number in them."""
    if kind == "string_too_long":
        n = context["max_length"]
        return ngettext("At most %(n)d character.", "At most %(n)d characters.", n) % {"n": n}
    if kind == "string_too_short":
        n = context["min_length"]
        return ngettext("At least %(n)d character.", "At least %(n)d characters.", n) % {"n": n}
    if kind == "too_long":
        n = context["max_length"]
        return ngettext("At most %(n)d entry.", "At most %(n)d entries.", n) % {"n": n}
    if kind == "too_short":
        n = context["min_length"]
        return ngettext("At least %(n)d entry.", "At least %(n)d entries.", n) % {"n": n}
    return ""


def _short_list(expected: Any) -> str:
    """Pydantic writes "'a', 'b' or 'c'"; the "or" is English."""
    return str(expected).replace("' or '", "', '")
