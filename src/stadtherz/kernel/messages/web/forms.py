# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of a person's wishes: one choice for each kind of notice, and the language of mails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.messages import actions
from stadtherz.kernel.messages.models import NoticeWish, Rhythm
from stadtherz.kernel.messages.notices import NOTICES
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import is_staff

LANGUAGES = [("de", "Deutsch"), ("de-easy", "Leichte Sprache"), ("en", "English")]


class NoticesForm(forms.Form):
    """A field ``language`` and one for each optional notice that concerns the person."""

    language = forms.ChoiceField(label=_("Language of mails"), choices=LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["language"].initial = person.language
        chosen = dict(NoticeWish.objects.filter(person=person).values_list("notice", "rhythm"))
        staff = is_staff(person)
        for notice in NOTICES:
            if notice.optional and (staff or not notice.for_staff):
                self.fields[notice.key] = forms.ChoiceField(
                    label=notice.title, help_text=notice.explanation, choices=Rhythm.choices,
                    initial=chosen.get(notice.key, notice.rhythm), widget=forms.RadioSelect,
                )  # fmt: skip

    def save(self) -> None:
        """Store all wishes."""
        for key, value in self.cleaned_data.items():
            if key == "language":
                actions.choose_language(person=self.person, language=value)
            else:
                actions.choose_rhythm(person=self.person, notice=key, rhythm=Rhythm(value))
