# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: what a source is, asked when it is made, and changed later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.ui.meanwhile import KnowsSeen
from stadtherz.services.sensing.actions.sources import decided
from stadtherz.services.sensing.connectors.base import BadAnswer, Setting
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.mqtt.brokers import address_of, is_subscription
from stadtherz.services.sensing.mqtt.wishes import understood as wished
from stadtherz.services.sensing.web.asking import as_read, field_of, listed, parted

KINDS = {  # what it is good for, and how its stations come to be
    SourceKind.TTN: _("Sensors of a LoRaWAN network. Each one waits here after its first message, and you place it."),
    SourceKind.CHIRPSTACK: _("Sensors of a LoRaWAN network of your own. Each one waits here after its first message."),
    SourceKind.MQTT: _("Devices that send to a broker. Each one waits here after its first message."),
    SourceKind.CSV: _("Tables of a logger or another program. You place the station when you take in the first one."),
    SourceKind.CONNECTOR: _("River gauges, air, car parks and more. Stations and series appear by themselves."),
    SourceKind.HTTP: _("A program of yours sends each value itself. You set up its stations beforehand."),
}
MQTT_FORMATS = (
    ("ttn", _("Uplinks of The Things Stack")),
    ("chirpstack", _("Uplinks of ChirpStack")),
    ("json", _("JSON objects, the topic names the device")),
    ("sta", _("Observations at the topics of SensorThings")),
    ("number", _("Single numbers, the topic names device and field")),
)


BROKER_FIELDS = (
    "broker", "topics", "format", "describes", "publish", "selections", "username", "password", "authority",
)  # fmt: skip


class SourceForm(forms.Form, KnowsSeen):
    """A new source, or with ``source`` what can be changed of one. Which of the fields count depends on its kind."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Such as: LoRaWAN of the municipal utility"))
    kind = forms.ChoiceField(label=_("How do the values come?"), choices=SourceKind.choices, widget=forms.RadioSelect)
    connector = forms.ChoiceField(
        label=_("Which system?"), required=False, widget=forms.RadioSelect,
        choices=[(key, connector.title) for key, connector in CONNECTORS.items()],
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
        label=_("Further topics"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only for telling, one a line: v1.1/Datastreams(7)/Observations?$select=result,phenomenonTime or"
            " v1.1/Things(1)/Datastreams(7)/Observations"
        ),
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

    def __init__(self, *args: Any, source: Source | None = None, **kwargs: Any) -> None:
        if source is not None:
            kept = {key: listed(value) if key == "topics" else value for key, value in source.settings.items()}
            kept["selections"] = "\n".join(source.settings.get("selections") or ())
            kwargs["initial"] = {**kept, "name": source.name}
        super().__init__(*args, **kwargs)
        self.source = source
        if source is None:
            names = dict(SourceKind.choices)
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                (kind, format_html('{}<br><span class="kern-hint">{}</span>', names[kind], hint))
                for kind, hint in KINDS.items()
            ]
            self.fields["connector"].says_optional = False  # type: ignore[attr-defined]  # it is only there to be answered
            for name, setting in _settings_of_systems():
                self.fields[name] = field_of(setting)
                self.fields[name].initial = listed(setting.default)
                self.fields[name].required = bool(
                    setting.required
                    and name.startswith(f"{self.data.get('connector')}-")
                    and self.data.get("kind") == SourceKind.CONNECTOR
                )
                self.fields[name].says_optional = not setting.required  # type: ignore[attr-defined]
            return
        kept_fields = {"name", *(BROKER_FIELDS if source.kind == SourceKind.MQTT else ())}
        for name in set(self.fields) - kept_fields:
            del self.fields[name]
        if "password" in self.fields:
            self.fields["password"].help_text = _("Empty: it stays as it is.")
        self.show_seen()

    def clean(self) -> dict[str, Any]:
        """Each kind has what it needs."""
        said = super().clean() or {}
        if self.source is not None:
            said["kind"] = self.source.kind
        if said.get("kind") == SourceKind.CONNECTOR and not said.get("connector"):
            self.add_error("connector", gettext("Choose the system that is to be asked."))
        if said.get("kind") == SourceKind.CONNECTOR and self.source is None and not self.errors:
            self._clean_asked(said["connector"])
        if said.get("kind") == SourceKind.MQTT:
            self._clean_mqtt(said)
        others = Source.objects.exclude(pk=self.source.pk) if self.source else Source.objects.all()
        if said.get("name") and others.filter(name=said["name"].strip()).exists():
            self.add_error("name", gettext("There is a source of this name already."))
        wrong = [line for line in said.get("selections", "").split("\n") if line.strip() and not wished(line.strip())]
        if wrong:
            self.add_error(
                "selections",
                gettext("This is no topic of SensorThings, or it is told anyway: %(topic)s")
                % {"topic": wrong[0].strip()[:100]},
            )
        if self.source is not None and not self.errors:
            mine = {"name": said["name"], "password": said.get("password"), **self.settings()}
            self.check_seen(said, mine, leaving=() if said.get("password") else ("password",))
        return said

    def stored(self) -> dict[str, Any]:
        """The source as it was read."""
        return {} if self.source is None else decided(self.source)

    def stored_words(self, name: str, value: Any) -> str:
        """What is secret, or too long to be read, is not told."""
        if name == "format":
            return str(dict(MQTT_FORMATS).get(value, value))
        return (
            gettext("something else")
            if name in {"password", "authority"} and value
            else super().stored_words(name, value)
        )

    def _clean_asked(self, key: str) -> None:
        """The error stands at the first setting of the system, where its answer begins."""
        connector = CONNECTORS[key]
        try:
            connector.check(self.settings())
        except BadAnswer as wrong:
            self.add_error(f"{key}-{connector.settings[0].key}", str(wrong))

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
        if said["kind"] == SourceKind.CONNECTOR:
            return {
                setting.key: as_read(setting, said[name])
                for name, setting in _settings_of_systems()
                if name == f"{said['connector']}-{setting.key}" and said[name] not in ("", setting.default)
            }
        return {}

    def systems(self) -> list[tuple[Any, list[Any]]]:
        """Each system that can be asked, with the fields that it needs, for the template."""
        options = zip(self["connector"].subwidgets, CONNECTORS.items(), strict=True)
        return [(option, [self[f"{key}-{each.key}"] for each in known.settings]) for option, (key, known) in options]


def _settings_of_systems() -> Iterator[tuple[str, Setting]]:
    """All settings of all connectors, with the names of their fields."""
    for key, connector in CONNECTORS.items():
        for setting in connector.settings:
            yield f"{key}-{setting.key}", setting


def told_settings(source: Source) -> list[tuple[str, str]]:
    """The settings of a source with a broker in words; others show theirs in a form, or have none."""
    found = []
    for key in BROKER_FIELDS if source.kind == SourceKind.MQTT else ():
        value = source.settings.get(key)
        if key == "authority" or value in ("", None, [], False):
            continue
        shown = gettext("yes") if value is True else str(dict(MQTT_FORMATS).get(str(value), listed(value)))
        found.append((str(SourceForm.base_fields[key].label), shown))
    return found
