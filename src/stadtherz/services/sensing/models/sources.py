# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where values come from: sources with their keys, the devices behind them, which field goes where, and the quarantine.

None of this is about people: a source is a system or a network, named by the office that runs it.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.sensing.models.entities import Datastream, Thing
from stadtherz.services.sensing.reasons import Reason


class SourceKind(models.TextChoices):
    """By which way the values of a source come."""

    HTTP = "http", _("Programs that write by the standard (SensorThings)")
    TTN = "ttn", _("The Things Stack (LoRaWAN)")
    CHIRPSTACK = "chirpstack", _("ChirpStack (LoRaWAN)")
    MQTT = "mqtt", _("MQTT broker")
    CSV = "csv", _("Files (CSV)")
    CONNECTOR = "connector", _("Other systems that are asked")


PUSHED = frozenset({SourceKind.HTTP, SourceKind.TTN, SourceKind.CHIRPSTACK})  # they bring a key


class Source(TownModel):
    """One way in: its key, how it is asked, and how it is doing."""

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind)
    connector = models.CharField(_("system"), max_length=40, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    sealed_password = models.TextField(blank=True, editable=False)
    key = models.OneToOneField(ApiKey, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    per_minute = models.PositiveIntegerField(_("messages a minute at most"), default=600)
    is_paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    every_seconds = models.PositiveIntegerField(_("asked every … seconds"), default=300)
    due_at = models.DateTimeField(_("asked next"), default=timezone.now, editable=False)
    memory = models.JSONField(default=dict, editable=False)  # what a connector must know next time: etag, newest time

    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    last_error_at = models.DateTimeField(_("last error"), null=True, editable=False)
    last_error = models.TextField(_("what went wrong"), blank=True, editable=False)
    last_reason = models.JSONField(default=dict, editable=False)  # the same for readers of other languages
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    delay_seconds = models.FloatField(_("delay"), null=True, editable=False)
    accepted = models.BigIntegerField(_("values taken in"), default=0, editable=False)
    repeated = models.BigIntegerField(_("values that were there"), default=0, editable=False)
    refused = models.BigIntegerField(_("values refused"), default=0, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["municipality", "due_at"], name="sensing_source_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def problem(self) -> str:
        """What went wrong last, in the language of who reads it."""
        return str(Reason.read(self.last_reason)) if self.last_reason else self.last_error

    @property
    def brings_key(self) -> bool:
        """Whether its devices say who they are by a key: to our interface, or to our own MQTT listener."""
        return self.kind in PUSHED or (self.kind == SourceKind.MQTT and not self.settings.get("broker"))

    @property
    def delay_words(self) -> str:
        """How long values take to arrive, in seconds, minutes, hours or days."""
        seconds = max(0.0, self.delay_seconds or 0.0)
        for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
            if seconds >= 2 * length:
                return f"{seconds / length:.0f} {unit}"
        return f"{seconds:.0f} s"


class SourceDatastream(TownModel):
    """The right of a source's key to write this datastream."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="rights")
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="rights")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "datastream"], name="sensing_right_once")]


class SourceDevice(TownModel):
    """A device of a source that was adopted: what it is called there, how its frames are read, which thing it is here."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="devices")
    external_id = models.CharField(_("identifier at the source"), max_length=200)
    decoder = models.CharField(_("decoder"), max_length=40, blank=True)
    thing = models.ForeignKey(Thing, models.SET_NULL, null=True, related_name="devices")
    last_seen_at = models.DateTimeField(_("last message"), null=True, editable=False)
    recent = models.JSONField(default=list, editable=False)  # marks of the last messages, against double delivery

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["external_id"]
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="sensing_device_once")]

    def __str__(self) -> str:
        return self.external_id


class FieldMapping(TownModel):
    """Which datastream a field of a device belongs to: value × scale + offset."""

    device = models.ForeignKey(SourceDevice, models.CASCADE, related_name="mappings")
    field = models.CharField(_("field"), max_length=100)
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="mappings")
    scale = models.FloatField(_("factor"), default=1.0)
    offset = models.FloatField(_("added"), default=0.0)

    class Meta:
        verbose_name = _("assignment of a field")
        verbose_name_plural = _("assignments of fields")
        ordering = ["field"]
        constraints = [models.UniqueConstraint(fields=["device", "field"], name="sensing_field_once")]

    def __str__(self) -> str:
        return self.field


class QuarantinedMessage(TownModel):
    """A message of a device that nobody has adopted yet, kept for a while, as ``ingest.messages`` writes it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="quarantine")
    external_id = models.CharField(_("identifier at the source"), max_length=200)
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    mark = models.CharField(max_length=80, editable=False)
    content = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("message in quarantine")
        verbose_name_plural = _("messages in quarantine")
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id", "mark"], name="sensing_quarantine_once")
        ]
        indexes = [models.Index(fields=["municipality", "received_at"], name="sensing_quarantine_age")]


class LastDelivery(TownModel):
    """What was delivered last under a packet identifier, and when it came first; for messages that bring no time of their own.

    Identifiers belong to a session: that of a source with its broker, or that of a client (``client``, a digest of its name) which
    publishes at our listener, with the key of a source or with one of the town (``key``).
    """

    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="deliveries")
    key = models.ForeignKey("api.ApiKey", models.CASCADE, null=True, related_name="+")
    client = models.CharField(max_length=16, default="")
    packet = models.PositiveIntegerField()
    digest = models.CharField(max_length=16)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key", "client", "packet"], name="sensing_delivery_once", nulls_distinct=False
            )
        ]
