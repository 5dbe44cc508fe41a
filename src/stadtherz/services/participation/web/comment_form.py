# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form for a comment."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.ui.written import WrittenField
from stadtherz.services.participation.models.voices import COMMENT_LENGTH


def new_key() -> str:
    """Names one sending of a form, so that a double click is one contribution."""
    return str(uuid.uuid4())


class CommentForm(forms.Form):
    """A comment in one field."""

    text = WrittenField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody can read it, with your pseudonym, once a moderator has released it."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)
