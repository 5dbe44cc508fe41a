# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: where values come from and how that is going; new sources, their keys, pauses and ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.sources import (
    SourceRefused,
    create_source,
    new_key,
    pause_source,
    remove_source,
    revoke_source_key,
)
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.models import Source, SourceDevice, SourceKind
from stadtherz.services.sensing.mqtt.brokers import address_of, is_subscription
from stadtherz.services.sensing.mqtt.selections import understood as selected
from stadtherz.services.sensing.queries.sources import all_sources, state_of, waiting_devices
from stadtherz.services.sensing.web.asking import form_of, listed, parted
from stadtherz.services.sensing.web.series import SeriesForm, names_series, written_series

STATES = {  # word, kind of the status, icon
    "well": (_("in order"), "success", "check-circle"),
    "waiting": (_("nothing has come yet"), "neutral", "clock"),
    "silent": (_("silent"), "warning", "clock"),
    "failing": (_("fails"), "danger", "warning"),
    "paused": (_("paused"), "neutral", "clock"),
    "revoked": (_("key revoked"), "danger", "lock"),
}
MQTT_FORMATS = (
    ("ttn", _("Uplinks of The Things Stack")),
    ("chirpstack", _("Uplinks of ChirpStack")),
    ("json", _("JSON objects, the topic names the device")),
    ("sta", _("Observations at the topics of SensorThings")),
    ("number", _("Single numbers, the topic names device and field")),
)


class SourceForm(forms.Form):
    """A new source. Which of the fields count depends on its kind."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Such as: LoRaWAN of the municipal utility"))
    kind = forms.ChoiceField(label=_("How do the values come?"), choices=SourceKind.choices, widget=forms.RadioSelect)
    connector = forms.ChoiceField(
        label=_("Which system?"), required=False, help_text=_("Only for systems that are asked.")
    )
    what = forms.CharField(
        label=_("What is asked for"), required=False, max_length=2000,
        help_text=_("Stations, sensors or the address, as the system needs it."),
    )  # fmt: skip
    broker = forms.CharField(
        label=_("Address of the broker"),
        required=False,
        max_length=300,
        help_text=_(
            "Only for MQTT: mqtts://host:8883. Empty: devices come to the platform's own listener, with a key."
        ),
    )
    topics = forms.CharField(
        label=_("Topics"), required=False, max_length=1000, help_text=_("Only for MQTT: separated by commas.")
    )
    format = forms.ChoiceField(label=_("Form of the messages"), choices=MQTT_FORMATS, required=False)
    publish = forms.BooleanField(
        label=_("Tell the broker what the town measures"), required=False,
        help_text=_("New values of open series, and changed stations, go to the topics of SensorThings."),
    )  # fmt: skip
    selections = forms.CharField(
        label=_("Topics with a selection"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only for telling, one a line: v1.1/Datastreams(7)/Observations?$select=result,phenomenonTime"),
    )  # fmt: skip
    describes = forms.BooleanField(
        label=_("Observations may bring new stations and series with them"), required=False,
        help_text=_("Only for the topics of SensorThings: what a message describes is made (deep insert)."),
    )  # fmt: skip
    username = forms.CharField(label=_("User name at the broker"), required=False, max_length=200)
    password = forms.CharField(
        label=_("Password at the broker"), required=False, max_length=500, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    authority = forms.CharField(
        label=_("Certificate of the authority"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for mqtts:// when the broker's certificate was signed by an authority of your own (PEM)."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((key, connector.title) for key, connector in CONNECTORS.items())]
        self.fields["connector"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Each kind has what it needs."""
        said = super().clean() or {}
        if said.get("kind") == SourceKind.CONNECTOR:
            if not said.get("connector"):
                self.add_error("connector", gettext("Choose the system that is to be asked."))
            elif not said.get("what") and _main_setting(said["connector"]).required:
                self.add_error("what", gettext("Please say what is to be asked for."))
        if said.get("kind") == SourceKind.MQTT:
            self._clean_mqtt(said)
        if said.get("name") and Source.objects.filter(name=said["name"].strip()).exists():
            self.add_error("name", gettext("There is a source of this name already."))
        wrong = [line for line in said.get("selections", "").split("\n") if line.strip() and not selected(line)]
        if wrong:
            self.add_error(
                "selections", gettext("This is no topic with a selection: %(topic)s") % {"topic": wrong[0][:100]}
            )
        return said

    def _clean_mqtt(self, said: dict[str, Any]) -> None:
        if not said.get("broker"):
            if not settings.MQTT_PORT:
                words = gettext("Name a broker. The listener of the platform is switched off (setting mqtt_port).")
                self.add_error("broker", words)
        elif not said["broker"].startswith(("mqtt://", "mqtts://")):
            self.add_error("broker", gettext("The address begins with mqtt:// or mqtts://."))
        elif address_of(said["broker"]) is None:
            self.add_error("broker", gettext("The address needs a host and a port up to 65535."))
        for topic in parted(said.get("topics", "")):
            if not is_subscription(topic):
                words = gettext("%(topic)s is no topic: + and # stand alone between slashes, # at the end.")
                self.add_error("topics", words % {"topic": topic[:100]})
                break
        if not said.get("topics") and not (said.get("publish") and said.get("broker")):
            self.add_error("topics", gettext("Please name at least one topic."))

    def settings(self) -> dict[str, Any]:
        """What the source keeps."""
        said = self.cleaned_data
        if said["kind"] == SourceKind.MQTT:
            return {
                "broker": said["broker"], "topics": parted(said["topics"]), "format": said["format"] or "json",
                "username": said["username"], "publish": said["publish"], "describes": said["describes"],
                "authority": said["authority"], "selections": said["selections"].split() if said["publish"] else [],
            }  # fmt: skip
        if said["kind"] == SourceKind.CONNECTOR and said["what"]:
            setting = _main_setting(said["connector"])
            return {setting.key: parted(said["what"]) if setting.kind == "list" else said["what"].strip()}
        return {}


def _main_setting(connector: str) -> Any:
    return CONNECTORS[connector].settings[0]


def state_words(source: Source) -> dict[str, Any]:
    """The state as the page shows it: a word, and since when."""
    state = state_of(source)
    word, kind, icon = STATES[state]
    since = {"failing": source.last_success_at or source.created_at, "silent": source.last_success_at}.get(state)
    return {"key": state, "word": word, "kind": kind, "icon": icon, "since": since}


@require("sensing.manage")
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with their state, and the devices that wait for somebody."""
    rows = [{"source": source, "state": state_words(source)} for source in all_sources()]
    return render(request, "sensing/staff/sources.html", {"rows": rows, "waiting": waiting_devices()})


@require("sensing.manage")
@never_cache
def new_source(request: HttpRequest) -> HttpResponse:
    """The form; then the key, this once."""
    form = SourceForm(request.POST or None, initial={"kind": SourceKind.TTN})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            source, secret = create_source(
                name=said["name"], kind=said["kind"], settings=form.settings(), by=signed_in_person(request),
                connector=said["connector"] if said["kind"] == SourceKind.CONNECTOR else "",
                password=said["password"] if said["kind"] == SourceKind.MQTT else "",
                every_seconds=CONNECTORS[said["connector"]].every_seconds if said["connector"] else 300,
            )  # fmt: skip
        except SourceRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            if secret:
                return _show_key(request, source, secret)
            messages.success(request, gettext("The source has been created."))
            return redirect("sensing:source", source.pk)
    status = 422 if form.is_bound else 200
    return render(request, "sensing/staff/new_source.html", {"form": form}, status=status)


def _show_key(request: HttpRequest, source: Source, secret: str) -> HttpResponse:
    address = ""
    if source.kind in {SourceKind.TTN, SourceKind.CHIRPSTACK}:
        address = request.build_absolute_uri(f"/api/v1/sensing/uplink/{source.pk}/")
    elif source.kind == SourceKind.HTTP:
        address = request.build_absolute_uri("/api/sta/v1.1")
    elif source.kind == SourceKind.MQTT:
        address = f"mqtt://localhost:{settings.MQTT_PORT}"
    return render(
        request,
        "sensing/staff/key.html",
        {"source": source, "secret": secret, "address": address, "town": active().key},
    )


@require("sensing.manage")
@require_safe
def source(request: HttpRequest, number: int) -> HttpResponse:
    """One source: state, key, devices, what waits."""
    found = get_object_or_404(Source.objects.select_related("key"), pk=number)
    devices = SourceDevice.objects.filter(source=found).select_related("thing").prefetch_related("mappings__datastream")
    return render(request, "sensing/staff/source.html", {
        "source": found, "state": state_words(found), "devices": devices[:500], "waiting": waiting_devices(found),
        "is_pushed": found.brings_key, "shown_settings": _shown_settings(found),
        "connector": CONNECTORS.get(found.connector), "asked": form_of(found),
        "names_series": names_series(found), "series": written_series(found) if names_series(found) else (),
        "series_form": SeriesForm(found) if names_series(found) else None,
        "sta": request.build_absolute_uri("/api/sta/v1.1/") if found.kind == SourceKind.HTTP else "v1.1/",
    })  # fmt: skip


def _shown_settings(found: Source) -> list[tuple[str, str]]:
    return [
        (key, listed(value))
        for key, value in found.settings.items()
        if found.kind != SourceKind.CONNECTOR
        and key not in {"authority", "subscribed"}
        and value not in ("", None, [], False)
    ]


@require("sensing.manage")
@require_POST
@never_cache
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Pause, resume, a new key, revoke, remove: what the pressed button says."""
    found = get_object_or_404(Source.objects.select_related("key"), pk=number)
    by = signed_in_person(request)
    match request.POST.get("do"):
        case "pause":
            pause_source(source=found, paused=True, by=by)
            messages.success(request, gettext("The source is paused. What it sends is not taken in."))
        case "resume":
            pause_source(source=found, paused=False, by=by)
            messages.success(request, gettext("The source is taken from again."))
        case "new-key" if found.brings_key:
            return _show_key(request, found, new_key(source=found, by=by))
        case "revoke":
            revoke_source_key(source=found, by=by)
            messages.success(request, gettext("The key no longer opens anything."))
        case "remove":
            remove_source(source=found, by=by)
            messages.success(request, gettext("The source has been removed. Stations and values stay."))
            return redirect("sensing:sources")
    return redirect("sensing:source", found.pk)
