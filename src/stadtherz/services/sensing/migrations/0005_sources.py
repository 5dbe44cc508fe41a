"""Sources with their keys and devices, which field goes where, and the quarantine."""

import django.db.models.deletion
import django.utils.timezone
import stadtherz.kernel.municipalities.active
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_limit"),
        ("municipalities", "0001_initial"),
        ("sensing", "0004_bounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("http", "Programs that write by the standard (SensorThings)"),
                            ("ttn", "The Things Stack (LoRaWAN)"),
                            ("chirpstack", "ChirpStack (LoRaWAN)"),
                            ("mqtt", "MQTT broker"),
                            ("csv", "Files (CSV)"),
                            ("connector", "Other systems that are asked"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("connector", models.CharField(blank=True, max_length=40, verbose_name="system")),
                ("settings", models.JSONField(blank=True, default=dict, verbose_name="settings")),
                ("sealed_password", models.TextField(blank=True, editable=False)),
                ("per_minute", models.PositiveIntegerField(default=600, verbose_name="messages a minute at most")),
                ("is_paused", models.BooleanField(default=False, verbose_name="paused")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                ("every_seconds", models.PositiveIntegerField(default=300, verbose_name="asked every … seconds")),
                (
                    "due_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="asked next"),
                ),
                ("memory", models.JSONField(default=dict, editable=False)),
                ("last_success_at", models.DateTimeField(editable=False, null=True, verbose_name="last success")),
                ("last_error_at", models.DateTimeField(editable=False, null=True, verbose_name="last error")),
                ("last_error", models.TextField(blank=True, editable=False, verbose_name="what went wrong")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="failures in a row")),
                ("delay_seconds", models.FloatField(editable=False, null=True, verbose_name="delay")),
                ("accepted", models.BigIntegerField(default=0, editable=False, verbose_name="values taken in")),
                ("repeated", models.BigIntegerField(default=0, editable=False, verbose_name="values that were there")),
                ("refused", models.BigIntegerField(default=0, editable=False, verbose_name="values refused")),
                (
                    "key",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="api.apikey",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        default=stadtherz.kernel.municipalities.active.active_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="QuarantinedMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=200, verbose_name="identifier at the source")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="received"),
                ),
                ("mark", models.CharField(editable=False, max_length=80)),
                ("content", models.JSONField(verbose_name="content")),
                (
                    "municipality",
                    models.ForeignKey(
                        default=stadtherz.kernel.municipalities.active.active_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quarantine", to="sensing.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "message in quarantine",
                "verbose_name_plural": "messages in quarantine",
                "ordering": ["received_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SourceDatastream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "datastream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="sensing.datastream"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        default=stadtherz.kernel.municipalities.active.active_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="sensing.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=200, verbose_name="identifier at the source")),
                ("decoder", models.CharField(blank=True, max_length=40, verbose_name="decoder")),
                ("last_seen_at", models.DateTimeField(editable=False, null=True, verbose_name="last message")),
                ("recent", models.JSONField(default=list, editable=False)),
                (
                    "municipality",
                    models.ForeignKey(
                        default=stadtherz.kernel.municipalities.active.active_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="devices", to="sensing.source"
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="devices",
                        to="sensing.thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["external_id"],
            },
        ),
        migrations.CreateModel(
            name="FieldMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=100, verbose_name="field")),
                ("scale", models.FloatField(default=1.0, verbose_name="factor")),
                ("offset", models.FloatField(default=0.0, verbose_name="added")),
                (
                    "datastream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mappings", to="sensing.datastream"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        default=stadtherz.kernel.municipalities.active.active_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mappings", to="sensing.sourcedevice"
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment of a field",
                "verbose_name_plural": "assignments of fields",
                "ordering": ["field"],
            },
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["municipality", "due_at"], name="sensing_source_due"),
        ),
        migrations.AddIndex(
            model_name="quarantinedmessage",
            index=models.Index(fields=["municipality", "received_at"], name="sensing_quarantine_age"),
        ),
        migrations.AddConstraint(
            model_name="quarantinedmessage",
            constraint=models.UniqueConstraint(
                fields=("source", "external_id", "mark"), name="sensing_quarantine_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcedatastream",
            constraint=models.UniqueConstraint(fields=("source", "datastream"), name="sensing_right_once"),
        ),
        migrations.AddConstraint(
            model_name="sourcedevice",
            constraint=models.UniqueConstraint(fields=("source", "external_id"), name="sensing_device_once"),
        ),
        migrations.AddConstraint(
            model_name="fieldmapping",
            constraint=models.UniqueConstraint(fields=("device", "field"), name="sensing_field_once"),
        ),
    ]
