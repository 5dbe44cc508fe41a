# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A verb's refusal, shown in the form that led to it: next to its field, or on top."""

from __future__ import annotations

from django import forms

from stadtherz.services.participation.errors import Refused


def show_refusal(form: forms.Form, refused: Refused) -> None:
    """Add the sentence to the field that it is about, if the form has it."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))
