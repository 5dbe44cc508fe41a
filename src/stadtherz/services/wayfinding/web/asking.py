# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The question "how do I get from here to there, my way?" as a GET form, so that the address of the page is the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.ui import fields
from stadtherz.kernel.ui.preferences import reads_easy_language
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Profile, ProfileError, WishTooLooseError
from stadtherz.services.wayfinding.figures import unbroken
from stadtherz.services.wayfinding.places import Place, meant
from stadtherz.services.wayfinding.planning import KINDS
from stadtherz.services.wayfinding.web import limits

EASY = "de-easy"
LONGEST = 200


def language_of(request: HttpRequest) -> str:
    """The engine's name of the language that this visitor reads: de, en or de-easy."""
    return EASY if reads_easy_language(request) else (get_language() or "de").split("-")[0]


def in_language(texts: dict[str, str], language: str) -> str:
    """A text of a preset; easy language falls back to German, others to English."""
    return texts.get(language) or texts["de" if language == EASY else "en"]


@dataclass(frozen=True, slots=True)
class Aid:
    """One preset as the page offers it."""

    key: str
    title: str
    reason: str
    source: str


def aids(language: str) -> list[Aid]:
    """All presets in words."""
    return [
        Aid(
            key,
            in_language(preset.title, language),
            unbroken(in_language(preset.reason, language)),
            unbroken(in_language(preset.source, language)) if preset.source else "",
        )
        for key, preset in PRESETS.items()
    ]


class WayForm(forms.Form):
    """Start, destination, with what one is on the way, and the limits that differ from that preset's.

    The hidden fields hold places that were chosen from several, and the preset whose limits were shown: without JavaScript
    the limits of one preset may be sent with the choice of another, and then they are not meant.
    """

    start = forms.CharField(
        label=_("From where?"),
        max_length=LONGEST,
        help_text=_("Street and house number, or the name of a place."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    goal = forms.CharField(
        label=_("Where to?"),
        max_length=LONGEST,
        help_text=_("Latitude and longitude will do as well, with a comma between."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST + 60)
    goal_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST + 60)
    aid = forms.ChoiceField(label=_("How do you get about?"), widget=forms.RadioSelect)
    limits_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    both = forms.BooleanField(
        label=_("The same way must also work back"), required=False,
        help_text=_("Then a slope or a kerb counts in both directions."),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], required=False, widget=forms.HiddenInput)
    page = "plan"
    asked_places: tuple[str, ...] = ("start", "goal")

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.profile: Profile | None = None
        self.differs: dict[str, str] = {}
        shown = self._shown()
        self.fields["limits_of"].initial = shown
        self.fields |= limits.form_fields(PRESETS[shown].profile)
        self.places: dict[str, Place] = {}
        self.choices: dict[str, tuple[Place, ...]] = {}
        field = self.fields["aid"]
        field.choices = [(aid.key, aid.title) for aid in aids(language)]  # type: ignore[attr-defined]
        # what is no choice comes from an old link: nobody chose it by hand
        field.error_messages |= dict.fromkeys(("required", "invalid_choice"), gettext("Please say how you get about."))

    def _shown(self) -> str:
        """The preset whose limits the form shows."""
        aid = self.data.get("aid") or self.initial.get("aid") or ""
        return aid if aid in PRESETS else next(iter(PRESETS))

    def clean(self) -> dict[str, Any]:
        """Look the places up; what is not clear is asked."""
        cleaned = super().clean() or {}
        if self.errors.pop(
            "kind", None
        ):  # an old link may name another way that is none any more: nobody chose it by hand
            cleaned["kind"] = ""
        if aid := cleaned.get("aid"):
            self._set_limits(aid, cleaned)
        for name in self.asked_places:
            text = cleaned.get(name)
            if text:
                self._look_up(name, text, cleaned.get(f"{name}_at") or "")
        return cleaned

    def _set_limits(self, aid: str, cleaned: dict[str, Any]) -> None:
        preset = PRESETS[aid].profile
        set_here = cleaned if cleaned.get("limits_of") in {aid, ""} else {}
        try:
            self.profile, self.differs = limits.personal(preset, set_here)
        except WishTooLooseError as error:
            self.add_error(*limits.too_loose(error))
        except ProfileError:
            self.add_error(None, gettext("These limits contradict each other. Please make one of them looser."))

    def _look_up(self, name: str, text: str, token: str) -> None:
        found = meant(text, token)
        if found.place is not None:
            self.places[name] = found.place
        elif found.choices:
            self.choices[name] = found.choices
            several = len(found.choices) > 1
            self.add_error(
                name,
                gettext("Several places fit. Please choose one.") if several
                else gettext("We did not find exactly this. Please say whether the place above is meant, or write it differently."),
            )  # fmt: skip
        else:
            self.add_error(
                name,
                gettext("We did not find this place. Try the street without the number, or a place that is close by."),
            )

    @property
    def action(self) -> str:
        """Where the question goes."""
        return reverse(f"wayfinding:{self.page}")

    @property
    def aid_ids(self) -> dict[str, str]:
        """Ids of hint and error of the presets."""
        return fields.ids(self["aid"])

    def options(self) -> list[dict[str, Any]]:
        """The presets with their reasons, for radio buttons."""
        chosen = self["aid"].value()
        return [{"aid": aid, "id": f"id_aid_{aid.key}", "checked": aid.key == chosen} for aid in aids(self.language)]

    def limit_fields(self) -> list[forms.BoundField]:
        """What is never broken."""
        return [self[item.name] for item in limits.LIMITS]

    def wish_fields(self) -> list[forms.BoundField]:
        """What is broken only for a much shorter way, and what unknown means."""
        return [*(self[item.name] for item in limits.WISHES), self[limits.UNKNOWN]]

    @property
    def wrong_limits(self) -> bool:
        """Whether something is wrong among the limits, which are folded otherwise."""
        return any(item.name in self.errors for item in limits.EVERY)

    @property
    def preset_limits(self) -> str:
        """The limits of all presets as JSON, for the page's script."""
        return json.dumps(limits.of_presets(), separators=(",", ":"))

    @property
    def wrong_beside_questions(self) -> bool:
        """Whether something is wrong that no question asks."""
        return not self.errors.keys() <= self.choices.keys()

    def questions(self) -> list[dict[str, Any]]:
        """For each place that is not clear: the places that may be meant, each with the address of the answer."""
        titles = {"start": gettext("Where do you start?"), "goal": gettext("Where do you want to go?")}
        return [
            {"name": name, "title": titles[name], "said": self.data.get(name, ""),
             "choices": [{"label": place.label, "url": self.address({name: place})} for place in places]}
            for name, places in self.choices.items()
        ]  # fmt: skip

    def address(
        self, places: dict[str, Place] | None = None, *, page: str = "", kind: str | None = None, aid: str = ""
    ) -> str:
        """The page's address with some places chosen, or with all that are known. ``kind``: another of the ways; ``aid``:
        another preset."""
        known = self.places | (places or {})
        query = {
            name: self.data.get(name, "") for name in (*self.asked_places, "aid", "both", "towards")
        } | self.differs
        query["kind"] = self.data.get("kind", "") if kind is None else kind
        query["aid"] = aid or query["aid"]
        for name, place in known.items():
            query |= {name: place.label, f"{name}_at": place.token}
        return f"{reverse(f'wayfinding:{page or self.page}')}?{urlencode({k: v for k, v in query.items() if v})}"

    def way_back(self) -> str:
        """The same with start and destination exchanged."""
        return self.address({"start": self.places["goal"], "goal": self.places["start"]})


class ReachForm(WayForm):
    """One place and how one gets about: the question "how far do I get from here?"."""

    goal = None  # type: ignore[assignment]
    goal_at = None  # type: ignore[assignment]
    kind = None  # type: ignore[assignment]
    towards = forms.BooleanField(
        label=_("The other way round: from where do I get here?"), required=False,
        help_text=_("Then uphill and downhill change places."),
    )  # fmt: skip
    page = "reach"
    asked_places = ("start",)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.fields["both"].label = gettext("And back again")


def ask(request: HttpRequest, form: type[WayForm] = WayForm) -> WayForm:
    """The form as it was asked; not bound while nothing was asked."""
    language = language_of(request)
    # the form that is sent empty says what is missing; a link with a preset alone asks nothing
    if any(request.GET.get(name) for name in form.asked_places) or "limits_of" in request.GET:
        return form(request.GET, language=language)
    return form(initial={"aid": request.GET.get("aid", "")}, language=language)
