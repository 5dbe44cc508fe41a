# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For editors: the processes of the town, and the form that sets one up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.fields import EASY
from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.ui.written import WrittenField
from stadtherz.services.participation.actions.processes import Topic, Wished, change_process, open_process, version
from stadtherz.services.participation.errors import ProcessChangedMeanwhile, Refused
from stadtherz.services.participation.models import Category, Process
from stadtherz.services.participation.phases import PHASE_KINDS
from stadtherz.services.participation.rules import running_phase
from stadtherz.services.participation.web.refusals import show_refusal

TITLE_LENGTH, SUMMARY_LENGTH, DESCRIPTION_LENGTH, TOPIC_LENGTH = 120, 300, 6000, 80
MOST_TOPICS = 40
OTHER_LANGUAGES = {EASY: _("in easy language"), "en": _("in English")}
FIRST_TOPICS = _("Streets and traffic\nGreen spaces and climate\nPlay and sport\nLiving together")


class ProcessForm(forms.Form):
    """One process. German first; the other languages stand together below."""

    title_de = WrittenField(
        label=_("What is it about?"),
        max_length=TITLE_LENGTH,
        help_text=_("A short title, such as “Ideas for our town”."),
    )
    summary_de = WrittenField(
        label=_("In one or two sentences"),
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the overview. Say what people can do, and what the town does with it."),
    )
    description_de = WrittenField(
        label=_("All there is to know"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What can be decided, what is fixed already, who answers, and when."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    is_public = forms.BooleanField(label=_("Everybody can see it"), required=False, initial=True)

    def __init__(self, *args: Any, process: Process | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(process), **kwargs})
        self.topics = list(process.categories.all()) if process else []
        for kind in PHASE_KINDS:
            self.fields[f"begins_{kind.key}"] = forms.DateField(
                label=kind.title, required=False, help_text=kind.call, widget=forms.DateInput()
            )
        for topic in self.topics:
            self.fields[f"topic_{topic.pk}"] = WrittenField(
                label=gettext("Topic “%(name)s”") % {"name": topic}, required=False, max_length=TOPIC_LENGTH
            )
        self.fields["new_topics"] = WrittenField(
            label=_("Further topics") if self.topics else _("Topics"),
            required=False,
            max_length=MOST_TOPICS * TOPIC_LENGTH,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_(
                "One a line. Whoever proposes an idea chooses one of them; everybody can filter by them. Once they are "
                "saved, they can get English names."
            ),
        )
        self._add_languages()

    def _add_languages(self) -> None:
        for code, words in OTHER_LANGUAGES.items():
            for name in ("title", "summary", "description"):
                german = self.fields[f"{name}_de"]
                assert isinstance(german, WrittenField)
                self.fields[f"{name}_{code}"] = WrittenField(
                    label=f"{german.label} ({words})",
                    required=False,
                    max_length=german.max_length,
                    widget=type(german.widget)(attrs={**german.widget.attrs, "lang": code.partition("-")[0]}),
                )

        for topic in self.topics:
            self.fields[f"topic_{topic.pk}_en"] = WrittenField(
                label=gettext("Topic “%(name)s” (in English)") % {"name": topic},
                required=False,
                max_length=TOPIC_LENGTH,
                widget=forms.TextInput(attrs={"lang": "en"}),
            )

    def named(self, *beginnings: str) -> list[forms.BoundField]:
        """The fields whose names begin like this, for a section of the page."""
        return [self[name] for name in self.fields if name.startswith(beginnings)]

    def section_phases(self) -> list[forms.BoundField]:
        """On which day each phase begins."""
        return self.named("begins_")

    def section_topics(self) -> list[forms.BoundField]:
        """Those that are there, and the field for further ones."""
        return [self[name] for name in (*(f"topic_{topic.pk}" for topic in self.topics), "new_topics")]

    def section_languages(self) -> list[forms.BoundField]:
        """The texts in easy language and in English, and the topics in English."""
        return [bound for bound in self if bound.name.endswith(tuple(f"_{code}" for code in OTHER_LANGUAGES))]

    def wished(self) -> Wished:
        """What was written, as the verb takes it."""
        said = self.cleaned_data
        begins: dict[str, date] = {
            kind.key: day for kind in PHASE_KINDS if (day := said.get(f"begins_{kind.key}")) is not None
        }
        return Wished(
            title=self._variants("title"),
            summary=self._variants("summary"),
            description=self._variants("description"),
            begins=begins,
            topics=self._topics(),
            is_public=said["is_public"],
        )

    def _variants(self, name: str) -> dict[str, str]:
        said = {code: self.cleaned_data[f"{name}_{code}"] for code in ("de", *OTHER_LANGUAGES)}
        return {code: text for code, text in said.items() if text}

    def _topics(self) -> list[Topic]:
        kept = [
            Topic(self._topic_title(topic, said), topic.pk)
            for topic in self.topics
            if (said := self.cleaned_data[f"topic_{topic.pk}"])
        ]
        lines = [" ".join(line.split())[:TOPIC_LENGTH] for line in self.cleaned_data["new_topics"].splitlines()]
        return [*kept, *(Topic({"de": line}) for line in lines[:MOST_TOPICS] if line)]

    def _topic_title(self, topic: Category, german: str) -> dict[str, str]:
        english = self.cleaned_data[f"topic_{topic.pk}_en"]
        others = {code: text for code, text in topic.title.items() if code not in ("de", "en")}
        return {"de": german, **others, **({"en": english} if english else {})}


def _initial(process: Process | None) -> dict[str, Any]:
    if process is None:
        return {"begins_collecting": timezone.localdate(), "new_topics": FIRST_TOPICS}
    found: dict[str, Any] = {"is_public": process.is_public, "seen": version(process)}
    for name in ("title", "summary", "description"):
        for code, text in getattr(process, name).items():
            found[f"{name}_{code}"] = text
    phases = sorted(process.phases.all(), key=lambda phase: phase.starts_at)
    for phase in phases:
        found[f"begins_{phase.kind}"] = timezone.localdate(phase.starts_at)
    if phases and phases[-1].ends_at is not None and phases[-1].kind != "closed":
        found["begins_closed"] = timezone.localdate(phases[-1].ends_at)
    for topic in process.categories.all():
        found[f"topic_{topic.pk}"] = str(topic)
        found[f"topic_{topic.pk}_en"] = topic.title.get("en", "")
    return found


def _topics_now(process: Process | None) -> dict[str, str]:
    """The topics as they stand now: what another editor added is not removed by a form that does not know it."""
    return {name: text for name, text in _initial(process).items() if name.startswith("topic_")}


@require("participation.manage")
@require_safe
def processes(request: HttpRequest) -> HttpResponse:
    """All processes with what runs in them now, also those that nobody sees yet."""
    found = Process.objects.annotate(ideas_count=Count("ideas")).prefetch_related("phases")
    items = []
    for process in found:
        phase = running_phase(process)
        items.append(
            {
                "key": process.key,
                "title": in_words(process.title, request),
                "phase": phase.declared.title if phase else gettext("no phase runs at present"),
                "until": phase.ends_at if phase else None,
                "ideas": process.ideas_count,
                "is_public": process.is_public,
            }
        )
    return render(request, "participation/staff/processes.html", {"items": items})


@require("participation.manage", keep_form=True)
def new(request: HttpRequest) -> HttpResponse:
    """Set up a process."""
    return _edit(request, None)


@require("participation.manage", keep_form=True)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a process."""
    process = Process.objects.filter(key=key).prefetch_related("phases", "categories").first()
    if process is None:
        raise Http404
    return _edit(request, process)


def _edit(request: HttpRequest, process: Process | None) -> HttpResponse:
    form = ProcessForm(request.POST or kept_form(request) or None, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            editor = signed_in_person(request)
            if process is None:
                open_process(editor=editor, wished=form.wished())
                messages.success(request, gettext("The process is set up. Its page says what people can do now."))
            else:
                seen = form.cleaned_data["seen"] or None
                change_process(process=process, editor=editor, wished=form.wished(), seen=seen)
                messages.success(request, gettext("The process is changed."))
            return redirect("participation:manage")
        except ProcessChangedMeanwhile as refused:
            form = ProcessForm(
                {**_topics_now(process), **request.POST.dict(), "seen": _initial(process)["seen"]}, process=process
            )
            form.add_error(None, str(refused))
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "process": process,
        "title": in_words(process.title, request) if process else gettext("New process"),
    }
    return render(request, "participation/staff/process.html", context, status=422 if form.errors else 200)
