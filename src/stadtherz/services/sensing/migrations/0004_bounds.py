"""From when to when a datastream observed stands beside its latest value, which each batch writes anyway."""

from django.db import migrations, models

ADD = """
ALTER TABLE sensing_latest
    ADD COLUMN earliest timestamptz NOT NULL, ADD COLUMN until timestamptz NOT NULL,
    ADD COLUMN result_since timestamptz, ADD COLUMN result_until timestamptz;
"""
AWAY = """
ALTER TABLE sensing_latest
    DROP COLUMN earliest, DROP COLUMN until, DROP COLUMN result_since, DROP COLUMN result_until;
"""


class Migration(migrations.Migration):

    dependencies = [('sensing', '0003_observations')]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD, AWAY)],
            state_operations=[
                migrations.AddField('latest', 'earliest', models.DateTimeField(verbose_name='first phenomenon time'), preserve_default=False),
                migrations.AddField('latest', 'until', models.DateTimeField(verbose_name='end of the last phenomenon time'), preserve_default=False),
                migrations.AddField('latest', 'result_since', models.DateTimeField(null=True, verbose_name='first result time')),
                migrations.AddField('latest', 'result_until', models.DateTimeField(null=True, verbose_name='last result time')),
            ],
        ),
        migrations.RemoveField('datastream', 'phenomenon_time'),
        migrations.RemoveField('datastream', 'result_time'),
    ]
