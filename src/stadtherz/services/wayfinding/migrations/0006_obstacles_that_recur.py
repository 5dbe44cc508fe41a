# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles that recur: their rule, and the moments at which they begin and end."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

ONCE = """
UPDATE wayfinding_obstacle
SET begins = moments[width_bucket(now(), moments) | 1], ends = moments[(width_bucket(now(), moments) | 1) + 1]
WHERE moments IS NOT NULL AND state IN ('reported', 'confirmed') AND moments[array_upper(moments, 1)] > now()
"""


def only_next_time(apps, schema_editor):
    """Without its rule, what recurs would count day and night until the last day; so only its next time is left. Town by town:
    also the owner of the table sees only the rows of the active one."""
    with schema_editor.connection.cursor() as cursor:
        for town in apps.get_model("municipalities", "Municipality").objects.values_list("pk", flat=True):
            cursor.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(town)])
            cursor.execute(ONCE)
        cursor.execute("SELECT set_config('stadtherz.municipality', '', true)")


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0001_initial"),
        ("wayfinding", "0005_barriers_that_open_the_same_trips"),
    ]

    operations = [
        migrations.AddField(
            model_name="obstacle",
            name="moments",
            field=ArrayField(base_field=models.DateTimeField(), blank=True, editable=False, null=True, size=None),
        ),
        migrations.AddField(
            model_name="obstacle",
            name="weekly",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="recurs"),
        ),
        migrations.AddConstraint(
            model_name="obstacle",
            constraint=models.CheckConstraint(
                condition=models.Q(moments__isnull=True, weekly__isnull=True)
                | models.Q(weekly__isnull=False, moments__isnull=False, moments__len__gt=0),
                name="obstacle_moments_of_a_rule",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, only_next_time),
    ]
