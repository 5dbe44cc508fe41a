"""Packed days say which features of interest they are about, so that those about one are found without reading all.

Nearly all days are about the datastream's own feature alone, say nothing, and are not in the index.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from stadtherz.services.sensing.store.packing import DAY, unpack

AT_ONCE = 2000
READ = """
SELECT datastream_id, day - date '1970-01-01', payload FROM sensing_packed_day
WHERE (datastream_id, day) > (%s, date '1970-01-01' + %s::int) ORDER BY datastream_id, day LIMIT %s
"""


def fill(apps, schema_editor):
    """Read every packed day once, town by town: also the owner of the table sees only those of the active one."""
    with schema_editor.connection.cursor() as cursor:
        for town in apps.get_model("municipalities", "Municipality").objects.values_list("pk", flat=True):
            cursor.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(town)])
            datastream, number = 0, 0
            while True:
                cursor.execute(READ, [datastream, number, AT_ONCE])
                rows = cursor.fetchall()
                for datastream, number, payload in rows:
                    day = unpack(bytes(payload), number * DAY)
                    about = {row.content[3] or 0 for row in day.special} | ({0} if len(day.micros) else set())
                    if about != {0}:
                        cursor.execute(
                            "UPDATE sensing_packed_day SET features = %s WHERE datastream_id = %s AND day = date '1970-01-01' + %s::int",
                            [sorted(about), datastream, number],
                        )
                if len(rows) < AT_ONCE:
                    break
        cursor.execute("SELECT set_config('stadtherz.municipality', '', true)")


class Migration(migrations.Migration):

    dependencies = [
        ('sensing', '0009_last_deliveries'),
    ]

    operations = [
        migrations.AddField(
            model_name='packedday',
            name='features',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), editable=False, null=True, size=None, verbose_name='features of interest'),
        ),
        migrations.AddIndex(
            model_name='packedday',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('features__isnull', False)), fields=['features'], name='sensing_packed_about'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
