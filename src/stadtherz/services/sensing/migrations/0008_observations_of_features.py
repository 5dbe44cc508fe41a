"""Finds the observations about a feature of interest without reading all of them.

Most rows have no feature of their own and are not in the index. It stands on the parent; months that are made later get it too.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sensing', '0007_alerts'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX sensing_observation_feature ON sensing_observation (feature_id) WHERE feature_id IS NOT NULL",
            "DROP INDEX sensing_observation_feature",
        ),
    ]
