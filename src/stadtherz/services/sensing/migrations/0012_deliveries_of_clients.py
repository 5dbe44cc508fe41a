# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Last deliveries also of clients that publish with a key of the town, each client with packet identifiers of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_limit"),
        ("sensing", "0011_reasons_of_failures"),
    ]

    operations = [
        migrations.RemoveConstraint("lastdelivery", "sensing_delivery_once"),
        migrations.AddField("lastdelivery", "client", models.CharField(default="", max_length=16)),
        migrations.AddField(
            "lastdelivery",
            "key",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="api.apikey"
            ),
        ),
        migrations.AlterField(
            "lastdelivery",
            "source",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="sensing.source",
            ),
        ),
        migrations.AddConstraint(
            "lastdelivery",
            models.UniqueConstraint(
                fields=("source", "key", "client", "packet"), name="sensing_delivery_once", nulls_distinct=False
            ),
        ),
        # The way back: rows of keys have no place there, and the owner of the table sees none of a town's.
        migrations.RunSQL(migrations.RunSQL.noop, "TRUNCATE sensing_lastdelivery"),
    ]
