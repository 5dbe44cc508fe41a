# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How calls to other systems went, for the page of a rule."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sensing", "0012_deliveries_of_clients")]

    operations = [
        migrations.AddField("alertrule", "called_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("alertrule", "call_failed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("alertrule", "call_reason", models.JSONField(default=dict, editable=False)),
    ]
